"""`notify` and a real mail server, with each way in which it can fail."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from click.testing import Result

from directory_api.features.desk.notices import commands
from tests.support.command_line import RunCommand, fails
from tests.support.moments import TODAY
from tests.support.records import shipped_records
from tests.support.servers import free_port

TO = "anna@example.org"
# What must be in no message of an error.
PASSWORD = "s3cret@/"
QUOTED = quote(PASSWORD, safe="")


class Mailbox:
    """Takes the mail that a server accepts; the test sets its answers (a handler of aiosmtpd)."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.to_recipient = "250 OK"
        self.to_data = "250 OK"

    async def handle_RCPT(  # noqa: N802  # a name of aiosmtpd
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Accept or refuse a recipient."""
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802  # a name of aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Accept or refuse a mail."""
        if self.to_data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(envelope.content)
        return self.to_data


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    is_right = (data.login, data.password) == (b"directory@example.org", PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def mailbox() -> Mailbox:
    """What the mail server has accepted."""
    return Mailbox()


@contextmanager
def _serving(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """A mail server on this machine; its port."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    """The port of a mail server without encryption."""
    with _serving(mailbox) as port:
        yield port


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """The settings for that server."""
    _set(monkeypatch, f"smtp://127.0.0.1:{port}")


def _set(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    monkeypatch.setenv("DIRECTORY_MAIL_SERVER", server)
    monkeypatch.setenv("DIRECTORY_MAIL_FROM", "directory@example.org")
    monkeypatch.setenv("DIRECTORY_MAIL_TO", TO)


def _not_accepted(result: Result, why: str) -> None:
    """One line says so; it has no address and no text of the server."""
    fails(result, 1)
    assert result.output == (
        f"Error: the mail server did not accept 1 of 1 mail ({why}); they are sent with the next "
        "run\n"
    )


def test_a_mail_is_accepted_once(
    run_command: RunCommand, mailbox: Mailbox, settings: None, tmp_path: Path
) -> None:
    """It has lines of at most 998 bytes (RFC 5322) with CRLF, and no name of a record."""
    result = run_command("notify")
    assert (result.exit_code, result.output) == (0, "Sent: 1 mail.\n")
    result = run_command("notify")
    assert (result.exit_code, result.output) == (0, "")
    (mail,) = mailbox.mails
    assert b"Subject: Directory: please look now\r\n" in mail
    assert f"To: {TO}\r\n".encode() in mail
    assert all(len(line) <= 998 for line in mail.split(b"\r\n"))
    for word in (b"pag-asa", b"PAG-ASA", b"Payoke", b"078 055", b"+3278055", b"Brussel"):
        assert word not in mail
    (had,) = json.loads((tmp_path / "cli.db.notified.json").read_bytes()).values()
    assert [each.split("/")[:2] for each in had["urgent"]] == [["contested", "centres"]] * 2


def test_a_dead_link_is_in_the_mail_where_links_are_checked(
    run_command: RunCommand,
    mailbox: Mailbox,
    settings: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They were asked today already. Without the setting it is in none."""
    (address,) = {
        each["website"] for each in shipped_records()["centres"] if each["id"] == "payoke"
    }
    today = TODAY.isoformat()
    state = {"asked": today, "failing": {address: ["2026-01-01", 3]}}
    (tmp_path / "cli.db.links.json").write_text(json.dumps(state), encoding="utf-8")
    run_command("notify")
    monkeypatch.setenv("DIRECTORY_LINK_CHECK", "on")
    run_command("notify")
    line = b"- Web sites and mail domains that do not answer: 1"
    assert [line in mail for mail in mailbox.mails] == [False, True]


def test_links_are_asked_after_the_mail(
    run_command: RunCommand,
    mailbox: Mailbox,
    settings: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Web sites that take their time keep back no mail; also if a mail is not accepted, they are
    asked.
    """
    sent: list[int] = []

    def answers(address: str) -> bool:
        sent.append(len(mailbox.mails))
        return bool(address)

    # Instead of the internet.
    monkeypatch.setattr(commands, "answers", answers)
    monkeypatch.setenv("DIRECTORY_LINK_CHECK", "on")
    assert run_command("notify").exit_code == 0
    assert {*sent} == {1}


@pytest.mark.parametrize(
    ("to_recipient", "to_data", "why"),
    [
        ("450 mailbox of anna is busy", "250 OK", "it answered 450"),
        ("250 OK", "554 no thanks, anna", "it answered 554"),
    ],
)
def test_a_refused_mail_is_sent_with_the_next_run(
    run_command: RunCommand,
    mailbox: Mailbox,
    settings: None,
    to_recipient: str,
    to_data: str,
    why: str,
) -> None:
    """A recipient that is refused for a time, and a mail that is refused for good."""
    mailbox.to_recipient, mailbox.to_data = to_recipient, to_data
    for _ in range(2):
        _not_accepted(run_command("notify"), why)
    assert mailbox.mails == []
    mailbox.to_recipient = mailbox.to_data = "250 OK"
    for sent in ("Sent: 1 mail.\n", ""):
        assert run_command("notify").output == sent
    assert len(mailbox.mails) == 1


def test_nothing_is_sent_without_the_encryption_that_was_asked_for(
    run_command: RunCommand, mailbox: Mailbox, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a mail nor the password; and neither is in the message."""
    _set(monkeypatch, f"smtp+starttls://directory:{QUOTED}@127.0.0.1:{port}")
    _not_accepted(run_command("notify"), "SMTPNotSupportedError")
    _set(monkeypatch, f"smtps://directory:{QUOTED}@127.0.0.1:{port}")
    _not_accepted(run_command("notify"), "SSLError")
    assert mailbox.mails == []


def test_a_mail_is_sent_encrypted_to_a_server_with_a_valid_certificate_only(
    run_command: RunCommand,
    mailbox: Mailbox,
    encrypted: ssl.SSLContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The name and the password are those of the URL; a wrong one is in no message."""
    options = {"tls_context": encrypted, "require_starttls": True, "authenticator": _authenticate}
    with _serving(mailbox, auth_required=True, **options) as port:
        server = f"smtp+starttls://directory%40example.org:{QUOTED}{{}}@127.0.0.1:{port}"
        _set(monkeypatch, server.format(""))
        _not_accepted(run_command("notify"), "SSLCertVerificationError")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        _set(monkeypatch, server.format("x"))
        _not_accepted(run_command("notify"), "it answered 535")
        assert mailbox.mails == []
        _set(monkeypatch, server.format(""))
        assert run_command("notify").output == "Sent: 1 mail.\n"


@pytest.mark.parametrize(
    "server",
    [
        f"smtp://directory:{QUOTED}@mail.example.org",
        f"smtps://directory:{QUOTED}@mail.example.org:99999",
        f"smtps://directory:{QUOTED}%C3%A9@mail.example.org",
        f"smtps://directory:{QUOTED}@mail.example.org/inbox",
        f"https://directory:{QUOTED}@mail.example.org",
    ],
)
def test_a_wrong_server_is_refused_without_its_password(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    """A password is never sent without encryption."""
    _set(monkeypatch, server)
    result = run_command("notify")
    fails(result, 1, "DIRECTORY_MAIL_SERVER: write smtp:// and a host")
    assert "s3cret" not in result.output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", "directory"),
        ("MAIL_FROM", "a@example.org\nBcc: b@example.org"),
        ("MAIL_TO", "a@example.org, b@example.org"),
        ("MAIL_TO", "a@example.org\n"),
        ("MAIL_LANGUAGES", "en,xx"),
        ("BACKUPS", "backups"),
        ("LINK_CHECK", "yes"),
    ],
)
def test_a_wrong_setting_is_named(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """With what to write; a header cannot be added."""
    monkeypatch.setenv(f"DIRECTORY_{name}", value)
    fails(run_command("notify"), 1, f"DIRECTORY_{name}: write ")


@pytest.mark.parametrize("missing", ["MAIL_SERVER", "MAIL_FROM", "MAIL_TO"])
def test_mail_needs_three_settings(
    run_command: RunCommand, settings: None, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """The missing one is named."""
    monkeypatch.delenv(f"DIRECTORY_{missing}")
    fails(run_command("notify"), 1, f"set DIRECTORY_{missing}; ")


def test_the_operator_gets_a_mail_about_a_unit_that_failed(
    run_without_store: RunCommand, mailbox: Mailbox, settings: None
) -> None:
    """Also where no directory can be opened; the journal gets a line in any case."""
    result = run_without_store("notify", "failed", "directory-api-check.service")
    assert (result.exit_code, result.output) == (
        0,
        "directory-api-check.service failed. Look at: journalctl --unit "
        "directory-api-check.service\n",
    )
    (mail,) = mailbox.mails
    assert b"Subject: directory-api-check.service failed on " in mail
    assert f"To: {TO}\r\n".encode() in mail
    assert b"Message-ID: <" in mail
    assert b"docs/watching.md" in mail


def test_a_failed_unit_is_only_logged_without_settings_for_mail(
    run_without_store: RunCommand, mailbox: Mailbox
) -> None:
    """That is no error; a word that is no unit is one."""
    result = run_without_store("notify", "failed", "directory-api-check.service")
    assert (result.exit_code, mailbox.mails) == (0, [])
    fails(run_without_store("notify", "failed", "a b"), 2, "write the name of a unit")


def test_a_mail_about_a_failed_unit_that_is_not_accepted_is_an_error(
    run_without_store: RunCommand, mailbox: Mailbox, settings: None
) -> None:
    """It says the status and nothing else of the server; systemd has the unit in its list."""
    mailbox.to_data = "554 no"
    result = run_without_store("notify", "failed", "directory-api-check.service")
    fails(result, 1, "Error: the mail server did not accept the mail (it answered 554)\n")
