"""One request to a server, and why it had no answer, in words."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult

from directory_api import __version__

# A page has 60 kB; an answer with a hundred centres some more.
_MOST_BYTES = 4_000_000
_HEADERS = {"User-Agent": f"directory-api-probe/{__version__}"}
FORM = "application/x-www-form-urlencoded"


class NoAnswer(Exception):
    """There is no answer, for the reason of the message: a clause, after `the server`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `certificate_ends` is the moment (UTC) at which the certificate of the connection
    ends, None over http.
    """

    status: int
    headers: Message
    body: bytes
    certificate_ends: datetime | None


def ask(
    site: SplitResult, path: str, seconds: float, form: str | None = None, accept: str = "*/*"
) -> Reply:
    """Return the answer to GET, or to POST of a form. No redirection is followed, because another
    host may have other numbers, and no proxy is asked. Raises NoAnswer.
    """
    connection = _connection(site, seconds)
    headers: Mapping[str, str] = {**_HEADERS, "Accept": accept}
    if form is not None:
        headers = {**headers, "Content-Type": FORM}
    until = time.monotonic() + seconds
    try:
        connection.connect()
        ends = _certificate_end(connection.sock)
        with _ending(connection.sock, until):
            connection.request("GET" if form is None else "POST", path, form, headers)
            response = connection.getresponse()
            body = b""
            while part := response.read1(1 << 16):
                body += part
                if len(body) > _MOST_BYTES:
                    raise NoAnswer("sends more than any answer has")
        if time.monotonic() > until:
            raise TimeoutError
        return Reply(response.status, response.headers, body, ends)
    except (OSError, HTTPException) as error:
        is_late = time.monotonic() > until
        raise NoAnswer(_why(TimeoutError() if is_late else error, seconds)) from None
    finally:
        connection.close()


def _connection(site: SplitResult, seconds: float) -> HTTPConnection:
    assert site.hostname
    if site.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(site.hostname, site.port, timeout=seconds, context=context)
    return HTTPConnection(site.hostname, site.port, timeout=seconds)


@contextmanager
def _ending(connected: socket.socket, until: float) -> Iterator[None]:
    """End a connection at a moment of time.monotonic. Its own timeout begins again with each byte,
    so a server that sends one now and then would be waited for without end.
    """

    def end() -> None:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, until - time.monotonic()), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _certificate_end(connected: socket.socket) -> datetime | None:
    if not isinstance(connected, ssl.SSLSocket):
        return None
    certificate = connected.getpeercert() or {}
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return datetime.fromtimestamp(ends, UTC)


def _why(error: Exception, seconds: float) -> str:
    """Return a clause without an address: what the system says may hold one."""
    if isinstance(error, TimeoutError):
        return f"did not answer within {seconds:g} seconds"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"has a certificate that is not valid ({error.verify_message})"
    if isinstance(error, socket.gaierror):
        return "has a name that cannot be looked up"
    if isinstance(error, ConnectionRefusedError):
        return "accepts no connections"
    if isinstance(error, ssl.SSLError):
        return f"does not speak https as it should ({error.reason})"
    if isinstance(error, HTTPException):
        return "ended the connection, or does not answer by HTTP"
    return f"cannot be reached ({type(error).__name__})"
