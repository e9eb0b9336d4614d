"""When what is sent: once a week everything, urgent things at once, nothing twice, nothing lost."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPServerDisconnected

import pytest

from directory_api.config import Settings
from directory_api.edit.todo import Situation, todo
from directory_api.features.desk.notices.sending import Notifier
from directory_api.text.errors import FileUnreadable, StoreConflict, StoreUnavailable
from tests.support.situations import NOW, centre, contested, situation, waiting

ANNA, BERT = "anna@example.org", "bert@example.org"
SUNDAY = datetime(2026, 11, 29, 23, 59, 59, tzinfo=UTC)
MONDAY = SUNDAY + timedelta(seconds=1)


class Server:
    """A mail server that accepts mail, except for the recipients that it refuses."""

    def __init__(self, folder: Path, recipients: str = ANNA, **settings: str) -> None:
        self.accepted: list[EmailMessage] = []
        self.tried: list[EmailMessage] = []
        self.refuses: set[str] = set()
        self.kills = False
        self.file = folder / "directory.db.notified.json"
        self._settings = Settings(
            public_url="https://directory.example.org",
            of_features={
                "mail_from": "directory@example.org",
                "mail_to": recipients,
                **settings,
            },
        )

    def _accept(self, mail: EmailMessage) -> None:
        self.tried.append(mail)
        if mail["To"] in self.refuses:
            raise SMTPServerDisconnected("Anna Secret")
        self.accepted.append(mail)
        if self.kills:
            raise KeyboardInterrupt

    def run(self, here: Situation) -> Sequence[Exception | None]:
        """Run `notify` once, in a new process."""
        notifier = Notifier(self._settings, self.file, self._accept)
        return [*notifier.run(todo(here), "a-store", here.now)]

    def subjects(self) -> list[str]:
        """The subjects of the accepted mails, which are forgotten."""
        found = [str(mail["Subject"]) for mail in self.accepted]
        self.accepted.clear()
        return found


DIGEST = ["Directory: what needs attention this week"]
URGENT = ["Directory: please look now"]


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A mail server with one recipient."""
    return Server(tmp_path)


def test_a_week_has_one_digest(server: Server) -> None:
    """A week ends with Sunday (UTC), also at the turn of a year."""
    for now, subjects in (
        (NOW, DIGEST),
        (NOW + timedelta(hours=1), []),
        (SUNDAY, []),
        (MONDAY, DIGEST),
        (MONDAY + timedelta(days=6), []),
        (datetime(2026, 12, 31, tzinfo=UTC), DIGEST),
        (datetime(2027, 1, 3, 23, tzinfo=UTC), []),
        (datetime(2027, 1, 4, tzinfo=UTC), DIGEST),
    ):
        server.run(situation(centre(1, 300), now=now))
        assert server.subjects() == subjects, now


def test_nothing_is_sent_about_nothing(server: Server) -> None:
    """The digest of the week comes when there is something."""
    assert server.run(situation(centre(1))) == []
    assert server.run(situation(centre(1), proposals=[waiting("p1", 1)])) == [None]
    assert server.subjects() == DIGEST


def test_what_is_urgent_is_sent_at_once_and_once(server: Server) -> None:
    """What else is new waits for the digest, which names both again."""
    server.run(situation(centre(1, 300)))
    server.accepted.clear()
    urgent = contested(1, confirmed=300), centre(2, 300)
    server.run(situation(*urgent, now=NOW + timedelta(hours=1)))
    (mail,) = server.accepted
    assert mail["Subject"] == URGENT[0]
    assert "Records" not in mail.get_content()
    server.accepted.clear()
    server.run(situation(*urgent, now=SUNDAY))
    assert server.subjects() == []
    server.run(situation(*urgent, now=MONDAY))
    (mail,) = server.accepted
    assert "- Details about which sources disagree: 1" in mail.get_content()
    assert "- Records to be confirmed again: 2" in mail.get_content()


def test_what_was_urgent_and_is_again_is_sent_again(server: Server) -> None:
    """Also if no mail was sent while it was well."""
    for each, subjects in ((contested(), URGENT), (centre(1), []), (contested(), URGENT)):
        server.run(situation(each))
        assert server.subjects() == subjects


def test_an_urgent_thing_beside_an_old_one_is_sent_alone(server: Server) -> None:
    """Each member of each record is a thing of its own."""
    server.run(situation(contested(1)))
    server.accepted.clear()
    server.run(situation(contested(1), contested(2, "email")))
    (mail,) = server.accepted
    assert "- Details about which sources disagree: 1" in mail.get_content()


def test_what_was_not_accepted_is_sent_with_the_next_run(server: Server) -> None:
    """With the same id, because the server may have accepted it without saying so."""
    server.refuses = {ANNA}
    for _ in range(2):
        (failure,) = server.run(situation(contested()))
        assert isinstance(failure, SMTPServerDisconnected)
    server.refuses = set()
    assert server.run(situation(contested())) == [None]
    assert server.run(situation(contested())) == []
    assert len(server.tried) == 3
    assert len({mail["Message-ID"] for mail in server.tried}) == 1


def test_a_crash_after_a_mail_was_accepted_sends_it_again_with_its_id(server: Server) -> None:
    """The other order could lose it."""
    server.kills = True
    with pytest.raises(KeyboardInterrupt):
        server.run(situation(contested()))
    server.kills = False
    for _ in range(2):
        server.run(situation(contested(), now=NOW + timedelta(hours=1)))
    first, second = server.accepted
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mail_about_more_has_another_id(server: Server) -> None:
    """A program that has the first one would hide the second one."""
    server.refuses = {ANNA}
    server.run(situation(contested(1)))
    server.run(situation(contested(1), contested(2)))
    first, second = server.tried
    assert first["Message-ID"] != second["Message-ID"]


def test_one_refused_recipient_does_not_hold_up_the_others(tmp_path: Path) -> None:
    """Nor do the others get it twice."""
    server = Server(tmp_path, f"{ANNA},{BERT}")
    server.refuses = {ANNA}
    failure, accepted = server.run(situation(contested()))
    assert (isinstance(failure, SMTPServerDisconnected), accepted) == (True, None)
    server.refuses = set()
    server.run(situation(contested()))
    assert [str(mail["To"]) for mail in server.accepted] == [BERT, ANNA]


def test_a_mail_has_no_word_of_a_record(tmp_path: Path) -> None:
    """It has kinds, counts and a link, in each language of the setting, below each other."""
    server = Server(tmp_path, mail_languages="nl,fr")
    server.run(
        situation(
            contested(1, name="Centre Hidden", confirmed=None),
            centre(2, None),
            proposals=[waiting("0123456789", 1)],
        )
    )
    (mail,) = server.accepted
    assert mail["Subject"] == "Directory: kijk nu even / Répertoire : à regarder tout de suite"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == [
        "Kijk nu even: bezoekers lezen misschien iets verkeerds.",
        "- Gegevens waarover bronnen elkaar tegenspreken: 1",
        "",
        "Dit vraagt aandacht:",
        "- Wijzigingen die op een tweede persoon wachten: 1",
        "- Fiches met gegevens die nooit bevestigd zijn: 2",
        "",
        "Open https://directory.example.org/admin/todo",
        "",
        "À regarder tout de suite : les visiteurs lisent peut-être une erreur.",
        "- Données sur lesquelles des sources se contredisent: 1",
        "",
        "Ceci demande votre attention :",
        "- Modifications qui attendent une deuxième personne: 1",
        "- Fiches dont des données n’ont jamais été confirmées: 2",
        "",
        "Ouvrez https://directory.example.org/admin/todo",
    ]


def test_only_its_owner_reads_what_was_sent_and_a_removed_recipient_is_forgotten(
    tmp_path: Path,
) -> None:
    """The file has addresses."""
    server = Server(tmp_path, f"{ANNA},{BERT}")
    server.run(situation(contested()))
    assert server.file.stat().st_mode & 0o777 == 0o600
    assert BERT in server.file.read_text(encoding="utf-8")
    Server(tmp_path).run(situation(centre(1, 300), now=MONDAY))
    assert BERT not in server.file.read_text(encoding="utf-8")


@pytest.mark.parametrize("damaged", ["", "[]", '{"a": {}}', '{"a": 1}', "\0"])
def test_a_damaged_file_is_named_and_nothing_is_sent(server: Server, damaged: str) -> None:
    """Otherwise everything would be sent again with every run."""
    server.file.write_text(damaged, encoding="utf-8")
    with pytest.raises(StoreUnavailable, match=r"notified\.json: is damaged"):
        server.run(situation(contested()))
    assert server.tried == []


def test_nothing_is_sent_that_could_not_be_remembered(server: Server) -> None:
    """Each run would send it again, as on a full disk."""
    server.file.symlink_to(server.file.parent / "away" / "notified.json")
    with pytest.raises(FileUnreadable):
        server.run(situation(contested()))
    assert server.tried == []


def test_two_runs_never_send_at_the_same_time(tmp_path: Path) -> None:
    """The second one ends with an error."""
    one, two = (
        Notifier(Settings(), tmp_path / "notified.json", lambda _mail: None) for _ in range(2)
    )
    with one.lock(), pytest.raises(StoreConflict, match="another `directory-api notify` runs"):
        two.lock().__enter__()
