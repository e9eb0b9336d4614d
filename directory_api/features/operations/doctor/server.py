"""The server that runs: whether it is well, and serves what is stored."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from directory_api import __version__
from directory_api.config import PREFIX
from directory_api.features.operations.doctor.finding import FAULT, OK, Finding
from directory_api.store.state import StoreState

_ABOUT = "server"
_SECONDS = 5.0
# One that was just started answers within seconds.
_STARTS_WITHIN = 10.0
# A server follows a change within a second.
_FOLLOWS_WITHIN = 3.0
_IGNORED = "directory_forwarded_ignored_total"
_LOOK = "Look at its state and its log: systemctl status directory-api"


class NoAnswer(Exception):
    """Nothing answers where the server should be."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is asked on this machine; `prefix` is the path below which everything is."""

    host: str
    port: int
    prefix: str = ""

    def get(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body of a response. Raises NoAnswer."""
        connection = HTTPConnection(self.host, self.port, timeout=_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException):
            # Its text may have the address.
            raise NoAnswer("nothing answers there") from None
        finally:
            connection.close()

    def json(self, path: str) -> Mapping[str, Any]:
        """Return what an answer says. Raises NoAnswer, also if it is no answer of this server."""
        status, body = self.get(path)
        try:
            members = json.loads(body)
        except ValueError:
            members = None
        if not isinstance(members, dict) or status not in (200, 503):
            raise NoAnswer(f"it answers {path} with the status {status}")
        return members


def examine(server: Server, store_state: StoreState | None) -> Iterator[Finding]:
    """Yield the findings; `store_state` is what the store holds, if it can be read."""
    try:
        _wait(server)
        yield from _state(server, store_state)
        yield from _versions(server)
        yield from _proxies(server)
        if store_state:
            yield from _numbers(server, store_state)
    except NoAnswer as error:
        yield Finding(FAULT, _ABOUT, f"The server at port {server.port}: {error}.", _LOOK)


def _wait(server: Server) -> None:
    """Return when the server answers, or after the time that it may need to start."""
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        try:
            server.get("/livez")
        except NoAnswer:
            time.sleep(_STARTS_WITHIN / 20)
        else:
            return


def _state(server: Server, store_state: StoreState | None) -> Iterator[Finding]:
    until = time.monotonic() + _FOLLOWS_WITHIN
    while True:
        state = server.json("/readyz")
        serves = _is_served(state, store_state)
        if serves or store_state is None or time.monotonic() > until:
            break
        time.sleep(_FOLLOWS_WITHIN / 10)
    if "revision" not in state:
        yield Finding(FAULT, _ABOUT, f"The server only has helplines: {state.get('detail')}", _LOOK)
        return
    if state["status"] != "ready":
        yield Finding(FAULT, _ABOUT, f"The server is degraded: {state.get('reason')}.", _LOOK)
    elif not serves and store_state:
        same = state["revision"] == store_state.version.split(":")[1]
        yield Finding(
            FAULT,
            _ABOUT,
            "The server serves another directory than the database of this command."
            if same
            else f"The server serves revision {state['revision']}, and the database of this "
            f"command is at revision {store_state.revision}, or is another one.",
            f"Give this command the settings of the server, above all {PREFIX}DATABASE_URL.",
        )
    else:
        yield Finding(OK, _ABOUT, f"The server is ready, and serves revision {state['revision']}.")
    if state["writes"] == "unavailable":
        yield Finding(FAULT, _ABOUT, f"Nothing can be edited: {state.get('writes_reason')}.", _LOOK)


def _is_served(state: Mapping[str, Any], store_state: StoreState | None) -> bool:
    if store_state is None or "revision_hash" not in state:
        return False
    _, revision, link = store_state.version.split(":")
    return state["revision"] == revision and link.startswith(state["revision_hash"])


def _versions(server: Server) -> Iterator[Finding]:
    running = server.json(f"{server.prefix}/v1/").get("version")
    if running not in (None, __version__):
        yield Finding(
            FAULT,
            "versions",
            f"The server runs version {running}, and this command is of version {__version__}.",
            "Restart the server: systemctl restart directory-api",
        )


def _proxies(server: Server) -> Iterator[Finding]:
    """Yield whether a proxy names callers, and is not listened to."""
    status, body = server.get("/metrics")
    counts = [
        float(line.split()[-1])
        for line in body.decode(errors="replace").splitlines()
        if line.startswith(f"{_IGNORED} ")
    ]
    if status != 200 or not counts:
        return
    if any(counts):
        yield Finding(
            FAULT,
            "proxies",
            f"A proxy on this machine or network names callers (X-Forwarded-For), and the server "
            f"does not listen to it, because {PREFIX}TRUSTED_PROXIES is 0: all visitors share one "
            "rate limit.",
            f"Set {PREFIX}TRUSTED_PROXIES to the number of proxies, most often 1, and restart the "
            "server.",
        )
    else:
        yield Finding(OK, "proxies", "No proxy names callers without being listened to.")


def _numbers(server: Server, store_state: StoreState) -> Iterator[Finding]:
    """Yield whether the emergency numbers that are served are those that are stored."""
    kept = {
        identity: line
        for identity, line in store_state.contents.get("helpline", {}).items()
        if line["kind"] == "emergency"
    }
    served = {
        line["id"]: line.get("number")
        for country in sorted({each for line in kept.values() for each in line["countries"]})
        for line in server.json(f"{server.prefix}/v1/helplines?country={country}")["helplines"]
    }
    wrong = sorted(
        identity for identity, line in kept.items() if served.get(identity) != line.get("number")
    )
    if wrong:
        yield Finding(
            FAULT,
            "numbers",
            f"The server does not serve the stored emergency number of {', '.join(wrong)}.",
            "Restart the server, and run this command again: systemctl restart directory-api",
        )
    else:
        numbers = ", ".join(sorted({str(line.get("number")) for line in kept.values()}))
        yield Finding(
            OK, "numbers", f"The emergency numbers that are served are the stored ones: {numbers}."
        )
