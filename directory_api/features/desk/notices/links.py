"""Whether the web sites and mail domains of public records still answer.

Each is asked once a day, by `notify` after its mail; no phone number is ever called. What has
failed on three days in a row counts as dead: a site that is away for a day is not. A file beside
the store has what fails, and since when.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from ssl import create_default_context
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from directory_api.edit.todo import web_addresses
from directory_api.files.files import write_atomically
from directory_api.record.records import Centre, Helpline

if TYPE_CHECKING:
    from dns.resolver import Resolver

_DAYS = 3
_SECONDS = 10
# For all of a web site: one that sends a byte now and then never reaches the limit of each read.
_SITE_SECONDS = 30
_AT_ONCE = 8
# A site that refuses programs is there; these say that the page is not.
_NOT_THERE = frozenset({404, 410})
_SERVER_ERROR = 500

# Returns whether a web address or an e-mail address answers.
Answers = Callable[[str], bool]


class LinkCheck:
    """What has failed, in a file: by address the first day and the number of days."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def dead(self) -> Mapping[str, date]:
        """Return the addresses that have failed on three days in a row, with the first of them."""
        return {
            address: date.fromisoformat(since)
            for address, (since, days) in self._read()["failing"].items()
            if days >= _DAYS
        }

    def run(self, records: Iterable[Centre | Helpline], today: date, answers: Answers) -> None:
        """Ask each address of records, unless this was done today. If all fail, this machine has no
        network, and nothing is noted. Raises FileUnreadable.
        """
        before = self._read()
        if before["asked"] == today.isoformat():
            return
        addresses = sorted({address for record in records for _, address in web_addresses(record)})
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = dict(zip(addresses, pool.map(answers, addresses), strict=True))
        failing = {}
        for address in (address for address, is_there in found.items() if not is_there):
            since, days = before["failing"].get(address, (today.isoformat(), 0))
            failing[address] = since, days + 1
        if failing and len(failing) == len(found):
            return
        state = {"asked": today.isoformat(), "failing": failing}
        write_atomically(self._file, [json.dumps(state, indent=1).encode()], private=True)

    def _read(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads(self._file.read_bytes())
        except (OSError, ValueError):  # it is made again in three days
            return {"asked": "", "failing": {}}
        return state


def answers(address: str) -> bool:
    """Return whether a web address or the domain of an e-mail address answers."""
    return domain_answers(address) if "@" in address else site_answers(address)


def site_answers(url: str) -> bool:
    """Return whether a web server answers in time, with something else than that the page is not
    there, or an error of its own. Redirections are not followed.
    """
    found: Future[int] = Future()

    def ask() -> None:
        try:
            found.set_result(_status(url))
        except Exception as error:
            found.set_exception(error)

    # A daemon, which is given up at the end of its time and does not keep the command from ending:
    # neither the names' resolver nor http.client has a limit for the whole.
    Thread(target=ask, daemon=True).start()
    try:
        status = found.result(_SITE_SECONDS)
    except (OSError, HTTPException, ValueError):  # ValueError: characters that no URL has
        return False
    return status not in _NOT_THERE and status < _SERVER_ERROR


def _status(url: str) -> int:
    """Return the status with which a web server answers. Raises OSError, HTTPException,
    ValueError.
    """
    parts = urlsplit(url)
    connection = HTTPSConnection(
        str(parts.hostname), parts.port, timeout=_SECONDS, context=create_default_context()
    )
    try:
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request("GET", path, headers={"User-Agent": "directory-api", "Accept": "*/*"})
        return connection.getresponse().status
    finally:
        connection.close()


def domain_answers(email: str, resolver: "Resolver | None" = None) -> bool:
    """Return whether the domain of an address takes mail, as far as DNS says so (RFC 5321)."""
    # Imported here: the DNS client takes 5 MB.
    from email_validator import EmailUndeliverableError, caching_resolver, validate_email

    try:
        validate_email(email, dns_resolver=resolver or caching_resolver(timeout=_SECONDS))
    except EmailUndeliverableError:
        return False
    return True
