"""Mail about what there is to do: how much of each kind and where to look, in plain text.

No text of a record, no name and no place: mail passes through machines of others, unencrypted.
"""

import hashlib
import smtplib
import socket
import ssl
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from directory_api.edit.todo import ITEM_KINDS, Item
from directory_api.features.desk.notices.settings import parsed_server
from directory_api.features.desk.notices.words import words

_SECONDS = 30
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
Failure = (OSError, smtplib.SMTPException)


def message(
    items: Sequence[Item], languages: Sequence[str], page: str, now: datetime
) -> EmailMessage:
    """Return the mail about these, without its sender, recipient and id. `page` is the address
    of the list for maintainers.
    """
    mail = EmailMessage(policy=SMTP)
    is_urgent = any(each.is_urgent for each in items)
    subject = "subject-urgent" if is_urgent else "subject"
    mail["Subject"] = " / ".join(words(language)[subject] for language in languages)
    mail["Date"] = format_datetime(now)
    # RFC 3834: no program answers it.
    mail["Auto-Submitted"] = "auto-generated"
    text = "\n\n".join("\n".join(_lines(items, language, page)) for language in languages)
    mail.set_content(f"{text}\n", cte="quoted-printable")
    return mail


def failure_message(unit: str, now: datetime) -> EmailMessage:
    """Return the mail to the operator about a unit that failed, without its sender and recipient.
    It is in English, as the names of units and their log are.
    """
    machine = socket.gethostname()
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"{unit} failed on {machine}"
    mail["Date"] = format_datetime(now)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(
        f"The unit {unit} failed on {machine}, at {now:%Y-%m-%d %H:%M} UTC.\n\n"
        f"What it wrote: journalctl --unit {unit} --since -1h\n"
        "What it means and what to do: docs/watching.md, Units that fail.\n\n"
        "There is at most one mail in an hour about a unit.\n",
        cte="quoted-printable",
    )
    return mail


def _lines(items: Sequence[Item], language: str, page: str) -> Iterator[str]:
    said = words(language)
    for heading, is_urgent in (("urgent", True), ("others", False)):
        counts = Counter(each.kind for each in items if each.is_urgent == is_urgent)
        if counts:
            yield said[heading]
            yield from (f"- {said[kind]}: {counts[kind]}" for kind in ITEM_KINDS if kind in counts)
            yield ""
    yield said["open"].format(page)


def message_id(store: str, parts: Iterable[object], sender: str) -> str:
    """Return an id (RFC 5322) that is the same for the same mail, so that a mail program shows one
    that was sent again only once.
    """
    digest = hashlib.sha256(repr((store, *parts)).encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def send(mail: EmailMessage, url: str) -> None:
    """Give a mail to the server of a URL; returns once the server has accepted it. Raises one of
    Failure, whose message may repeat the mail or its recipient (see `reason`).
    """
    server = parsed_server(url)
    assert server  # a setting that is checked
    way, host = str(server["way"]), str(server["host"]).strip("[]")
    port = int(server["port"] or _PORTS[way])
    encrypted = ssl.create_default_context()
    smtp = (
        smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=encrypted)
        if way == "smtps"
        else smtplib.SMTP(host, port, timeout=_SECONDS)
    )
    try:
        if way == "smtp+starttls":
            smtp.starttls(context=encrypted)
        if server["user"]:
            smtp.login(str(server["user"]), str(server["password"]))
        smtp.send_message(mail)
        # It is accepted, whatever becomes of the connection.
        with suppress(*Failure):
            smtp.quit()
    finally:
        smtp.close()


def reason(error: Exception) -> str:
    """Return why a mail was not accepted: a status of SMTP, or a kind of error; never the text of
    the server, which can hold an address or a password.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"it answered {next(iter(error.recipients.values()))[0]}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    return type(error).__name__
