"""Which notices are sent to whom and when: all of them once a week, urgent ones at once.

A file beside the store has what each recipient has had. It is written after the mail server has
accepted a mail: after a crash between the two, the mail is sent again, with the same id. The other
order could lose it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from directory_api.config import Settings
from directory_api.features.desk.notices.mail import Failure, message, message_id
from directory_api.features.desk.notices.notice import Notice, Situation
from directory_api.files.files import one_process, write_atomically
from directory_api.text.errors import StoreUnavailable

Send = Callable[[EmailMessage], None]


@dataclass(frozen=True, slots=True)
class Had:
    """What a recipient has had: the week of the last digest, and the urgent notices that last."""

    week: str = ""
    urgent: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read what to_record returned."""
        return cls(record["week"], frozenset(record["urgent"]))

    def to_record(self) -> dict[str, Any]:
        """Return the record for the file."""
        return {"week": self.week, "urgent": sorted(self.urgent)}

    def lasting(self, notices: Sequence[Notice]) -> "Had":
        """Return the same without what is over, so that it is sent again if it comes back."""
        return Had(self.week, self.urgent & {each.key for each in notices})

    def due(self, notices: Sequence[Notice], week: str) -> tuple[Notice, ...]:
        """Return what to send now: everything with the first mail of a week, else what is urgent
        and new.
        """
        if week != self.week:
            return tuple(notices)
        return tuple(each for each in notices if each.is_urgent and each.key not in self.urgent)

    def after(self, sent: Sequence[Notice], week: str) -> "Had":
        """Return what the recipient has had after a mail."""
        return Had(week, self.urgent | {each.key for each in sent if each.is_urgent})


class Notifier:
    """Sends notices to the recipients of the settings. `file` has what they have had."""

    def __init__(self, settings: Settings, file: Path, send: Send) -> None:
        self._sender = settings.of_feature("mail_from")
        self._recipients = settings.of_feature("mail_to").split(",")
        self._languages = settings.of_feature("mail_languages").split(",")
        self._admin = f"{settings.public_url}/admin"
        self._file = file
        self._send = send

    def alone(self) -> AbstractContextManager[None]:
        """Keep others from sending at the same time; raises what `one_process` raises."""
        return one_process(self._file, "notify")

    def run(self, situation: Situation) -> Iterator[Exception | None]:
        """Send what is due; yield for each mail None, or why it was not accepted: then it is sent
        with the next run. Raises StoreUnavailable and FileUnreadable if the file cannot be read or
        written.
        """
        notices, week = situation.notices(), _week(situation.today)
        everybody = self._read()
        for recipient in self._recipients:
            had = everybody.get(recipient, Had()).lasting(notices)
            due = had.due(notices, week)
            if due:
                # A full disk is noticed here: otherwise each run would send the mail again.
                self._save(everybody)
                failure = self._failure(self._mail(recipient, due, situation))
                had = had if failure else had.after(due, week)
                yield failure
            if everybody.get(recipient, Had()) != had:
                everybody[recipient] = had
                self._save(everybody)

    def _mail(self, recipient: str, due: Sequence[Notice], situation: Situation) -> EmailMessage:
        mail = message(due, self._languages, self._admin, situation.now)
        # Of what it is about, too: a program that has the first one would hide what is added.
        parts = (_week(situation.today), *((each.key, str(each.since)) for each in due))
        mail["Message-ID"] = message_id(situation.snapshot.store, parts, self._sender)
        mail["From"], mail["To"] = self._sender, recipient
        return mail

    def _failure(self, mail: EmailMessage) -> Exception | None:
        try:
            self._send(mail)
        except Failure as error:
            return error
        return None

    def _read(self) -> dict[str, Had]:
        try:
            records = json.loads(self._file.read_bytes())
            return {name: Had.from_record(record) for name, record in records.items()}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreUnavailable(f"{self._file}: cannot be read ({error.strerror})") from None
        except (ValueError, LookupError, TypeError, AttributeError):
            raise StoreUnavailable(
                f"{self._file}: is damaged; after it is removed, the mail of this week is sent "
                "once more"
            ) from None

    def _save(self, everybody: Mapping[str, Had]) -> None:
        records = {
            name: had.to_record() for name, had in everybody.items() if name in self._recipients
        }
        write_atomically(self._file, [json.dumps(records, indent=1).encode()], private=True)


def _week(day: date) -> str:
    """Return the week of a day (ISO 8601), which begins on Monday: `2026-W48`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
