"""What is sent to whom and when: everything once a week, what is urgent at once.

A file beside the store has what each recipient has had. It is written after the mail server has
accepted a mail: after a crash between the two, the mail is sent again, with the same id. The other
order could lose it.
"""

import fcntl
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

from directory_api.config import Settings
from directory_api.edit.todo import Item
from directory_api.features.desk.notices.mail import Failure, message, message_id
from directory_api.files.files import write_atomically
from directory_api.text.errors import StoreConflict, StoreUnavailable

Send = Callable[[EmailMessage], None]


# What a recipient has had: the week of the last digest, and the keys of what is urgent and lasts.
_Had = tuple[str, frozenset[str]]
_NOTHING: _Had = ("", frozenset())


class Notifier:
    """Sends mail to the recipients of the settings. `file` has what they have had."""

    def __init__(self, settings: Settings, file: Path, send: Send) -> None:
        self._sender = settings.of_feature("mail_from")
        self._recipients = settings.of_feature("mail_to").split(",")
        self._languages = settings.of_feature("mail_languages").split(",")
        self._page = f"{settings.public_url}/admin/todo"
        self._file = file
        self._send = send

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes from sending at the same time.

        Raises StoreConflict if one does, and StoreUnavailable if nothing can be written there.
        """
        folder = self._file.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = self._file.with_suffix(".lock").open("w")
        except OSError as error:
            raise StoreUnavailable(
                f"{folder}: nothing can be written here ({error.strerror})"
            ) from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StoreConflict("another `directory-api notify` runs for this store") from None
            yield

    def run(self, items: Sequence[Item], store: str, now: datetime) -> Iterator[Exception | None]:
        """Send what is due of what there is to do in a store; yield for each mail None, or why it
        was not accepted: then it is sent with the next run. Raises StoreUnavailable and
        FileUnreadable if the file cannot be read or written.
        """
        week, everybody = _week(now.date()), self._read()
        urgent = {each.key for each in items if each.is_urgent}
        for recipient in self._recipients:
            last, known = everybody.get(recipient, _NOTHING)
            # What is over is sent again if it comes back.
            had = (last, known & urgent)
            due = [each for each in items if last != week or each.key in urgent - known]
            if due:
                # A full disk is noticed here: otherwise each run would send the mail again.
                self._save(everybody)
                mail = message(due, self._languages, self._page, now)
                # Of what it is about, too: a program that has the first one would hide what is
                # added.
                parts = (week, *sorted((each.key, str(each.since)) for each in due))
                mail["Message-ID"] = message_id(store, parts, self._sender)
                mail["From"], mail["To"] = self._sender, recipient
                failure = self._failure(mail)
                had = had if failure else (week, frozenset(urgent))
                yield failure
            if everybody.get(recipient, _NOTHING) != had:
                everybody[recipient] = had
                self._save(everybody)

    def _failure(self, mail: EmailMessage) -> Exception | None:
        try:
            self._send(mail)
        except Failure as error:
            return error
        return None

    def _read(self) -> dict[str, _Had]:
        try:
            records = json.loads(self._file.read_bytes())
            return {
                name: (record["week"], frozenset(record["urgent"]))
                for name, record in records.items()
            }
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreUnavailable(f"{self._file}: cannot be read ({error.strerror})") from None
        except (ValueError, LookupError, TypeError, AttributeError):
            raise StoreUnavailable(
                f"{self._file}: is damaged; after it is removed, the mail of this week is sent "
                "once more"
            ) from None

    def _save(self, everybody: Mapping[str, _Had]) -> None:
        records = {
            name: {"week": week, "urgent": sorted(urgent)}
            for name, (week, urgent) in everybody.items()
            if name in self._recipients
        }
        write_atomically(self._file, [json.dumps(records, indent=1).encode()], private=True)


def _week(day: date) -> str:
    """Return the week of a day (ISO 8601), which begins on Monday: `2026-W48`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
