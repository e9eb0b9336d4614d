"""The steps of a probe: the server's health, its answer to a known postcode, and the page."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from directory_api.features.probe.asking import NoAnswer, Reply, ask
from directory_api.features.probe.known import Known
from directory_api.text import strict_json
from directory_api.text.errors import InputInvalid

HEALTH, ANSWER, PAGE = "health", "answer", "page"
# Without these a visitor does not get the right number.
NEEDED = (ANSWER, PAGE)
# A link to call, with what it shows.
_TEL = re.compile(r'href="tel:([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
# A sentence of a server is shown in a terminal or a log.
_MOST_CHARACTERS = 200
_NOT_FOUND = HTTPStatus.NOT_FOUND


class _NotServed(Exception):
    """What came is no answer of a directory that is well; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a step: what is wrong, as a sentence, None if nothing is; how many seconds it
    took; and whether an answer came that misleads, which no later answer makes good: one of several
    servers may be wrong.
    """

    name: str
    fault: str | None
    seconds: float
    misleads: bool = False


@dataclass(frozen=True, slots=True)
class Probed:
    """What became of all steps. `revision` is what the server says that it serves."""

    steps: tuple[Step, ...]
    revision: int | None
    certificate_ends: datetime | None

    @property
    def is_answered(self) -> bool:
        """Whether a visitor gets the right numbers."""
        return not any(step.fault for step in self.steps if step.name in NEEDED)

    @property
    def misleads(self) -> bool:
        """Whether a visitor got wrong numbers, and not merely none."""
        return any(step.misleads for step in self.steps)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong."""
        return tuple(step.fault for step in self.steps if step.fault)


class Probe:
    """Asks the server at an address (config.is_public_url) for what is known. `seconds` is the time
    that it has for each answer. Of a static site only the page is asked for.
    """

    def __init__(self, url: str, known: Known, seconds: float, *, static_site: bool) -> None:
        self._site: SplitResult = urlsplit(url)
        self._known = known
        self._seconds = seconds
        self._static_site = static_site
        self._revision: int | None = None
        self._certificate_ends: datetime | None = None

    def run(self) -> Probed:
        """Ask for each."""
        return Probed(tuple(self._steps()), self._revision, self._certificate_ends)

    def _steps(self) -> Iterator[Step]:
        checks: dict[str, Callable[[], str | None]] = {
            HEALTH: self._health,
            ANSWER: self._answer,
            PAGE: self._page,
        }
        for name, check in checks.items():
            if self._static_site and name != PAGE:
                continue
            started, misleads = time.monotonic(), False
            try:
                fault = check()
                misleads = bool(fault) and name in NEEDED
            except NoAnswer as error:
                fault = f"The server {error}."
            except _NotServed as error:
                fault = str(error)
            yield Step(name, fault, time.monotonic() - started, misleads)

    def _ask(self, path: str, form: str | None = None, accept: str = "application/json") -> Reply:
        reply = ask(self._site, path, self._seconds, form, accept)
        self._certificate_ends = reply.certificate_ends
        return reply

    def _health(self) -> str | None:
        # Monitors ask for it beside the path below which everything else is; a proxy may not pass
        # it on.
        reply = self._ask("/readyz")
        if reply.status == _NOT_FOUND:
            return None
        said = _json(reply)
        revision = said.get("revision")
        if isinstance(revision, str) and revision.isdecimal():
            self._revision = int(revision)
        if reply.status != HTTPStatus.OK:
            detail = said.get("detail")
            return f"The server is not ready (status {reply.status}){_because(detail)}."
        if said.get("status") != "ready":
            return f"The server is degraded{_because(said.get('reason'))}."
        if said.get("writes") == "unavailable":
            return f"Nothing can be edited{_because(said.get('writes_reason'))}."
        return None

    def _answer(self) -> str | None:
        known = self._known
        query = urlencode({"postcode": known.postcode, "country": known.country})
        reply = self._ask(f"{self._site.path}/v1/nearest?{query}")
        what = f"The answer for the postcode {known.postcode} ({known.country})"
        if reply.status != HTTPStatus.OK:
            raise _NotServed(f"{what} has the status {reply.status}{_elsewhere(reply)}.")
        said = _json(reply)
        helplines = said.get("helplines")
        if not isinstance(helplines, list) or not isinstance(said.get("results"), list):
            raise _NotServed(f"{what} is not one of this software.")
        here = [
            (each.get("kind"), str(each.get("number")))
            for each in helplines
            if isinstance(each, dict)
            and isinstance(countries := each.get("countries"), list)
            and known.country in countries
        ]
        emergency = [number for kind, number in here if kind == "emergency"]
        lines = [number for kind, number in here if kind == "national_line"]
        wrong = [*_missing("emergency number", known.emergency, emergency)]
        # Another line may have been added; another emergency number misleads.
        if others := [each for each in emergency if each not in known.emergency]:
            numbers = " and ".join(_printable(each) for each in others)
            wrong.append(f"the emergency number {numbers}, which is not known")
        wrong += _missing("national line", known.lines, lines)
        if not said["results"]:
            wrong.append("no centre")
        return f"{what} has {', and '.join(wrong)}." if wrong else None

    def _page(self) -> str | None:
        known = self._known
        form = urlencode({"postcode": known.postcode, "country": known.country})
        path = f"{self._site.path}/"
        reply = self._ask(path, None if self._static_site else form, accept="text/html")
        if reply.status != HTTPStatus.OK:
            raise _NotServed(
                f"The page for visitors has the status {reply.status}{_elsewhere(reply)}."
            )
        calls = [
            (number, _TAG.sub("", shown).strip())
            for number, shown in _TEL.findall(reply.body.decode(errors="replace"))
        ]
        shown = {number for number, _ in calls}
        if missing := [each for each in (*known.emergency, *known.lines) if each not in shown]:
            return f"The page for visitors does not show {' and '.join(missing)}."
        # Further below are the numbers of other countries, and other ways to the same number.
        number, text = calls[0]
        if number not in known.emergency:
            return f"The first number of the page for visitors is not {known.emergency[0]}."
        if not text.startswith(number):
            return f"The page for visitors shows another number where {number} is called."
        return None


def _missing(what: str, expected: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    """Yield that numbers of a kind are missing, as a part of a sentence, if some are."""
    if missing := [each for each in expected if each not in found]:
        yield f"no {what} {' and no '.join(missing)}"


def _because(reason: object) -> str:
    return f": {_printable(reason).rstrip('.')}" if isinstance(reason, str) and reason else ""


def _printable(text: str) -> str:
    """Return the beginning of what a server says, without lines and codes of a terminal."""
    return "".join(each if each.isprintable() else " " for each in text[:_MOST_CHARACTERS])


def _elsewhere(reply: Reply) -> str:
    """Return a hint about an answer that leads to another address, which is not followed."""
    return ", which leads to another address" if reply.headers.get("Location") else ""


def _json(reply: Reply) -> dict[str, Any]:
    """Return the members of a body; none if it is not a JSON object."""
    try:
        said = strict_json.parse(reply.body, limit=len(reply.body))
    except InputInvalid:
        return {}
    return said if isinstance(said, dict) else {}
