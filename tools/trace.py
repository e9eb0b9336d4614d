"""Print which files of directory_api nine requests pass through, and in which order.

`make trace` prints a table and a list of files for each request. The requests run in this process,
on a temporary database with the shipped data. Each is sent once before it is measured: what is
printed is what a process does that has answered such a request before, as nearly every process has.
The first one also imports modules, and fills what is made once in a process, a day or an edition.

- files: the files that were entered, in the order of their first call
- moves: calls into another file than the file of the previous call
- returns: moves to a file that was entered before
- calls: every call of a function of directory_api, also those in loops

A sequence of files that a loop repeats counts once in moves and returns. A comprehension belongs to
its function, and a generator is one call however often it is resumed. Templates are left out.
"""

import inspect
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from types import FrameType
from typing import Any

from werkzeug.test import Client

import directory_api
from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings, shipped
from directory_api.features.static_site.generator import StaticSite
from directory_api.features.static_site.publish import publish
from directory_api.web.app import create_app

PACKAGE = f"{Path(directory_api.__file__).parent}/"
CENTRE = "/v1/records/centres/pag-asa"
# The longest sequence of files that is looked for when repetitions are folded.
LONGEST_LOOP = 16
_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
_GENERATOR = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def folded(steps: Iterable[str]) -> list[str]:
    """The steps without repetitions: a sequence that follows itself at once is kept once."""
    result: list[str] = []
    for step in steps:
        result.append(step)
        for size in range(1, LONGEST_LOOP + 1):
            if result[-size:] == result[-2 * size : -size]:
                del result[-size:]
                break
    return result


@dataclass(frozen=True)
class Trace:
    """The file of each call of one request, in order."""

    calls: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """The files in the order of their first call."""
        return list(dict.fromkeys(self.calls))

    @property
    def moves(self) -> int:
        """How often a call went into another file than the call before it."""
        return len(folded(self.calls)) - 1

    @property
    def returns(self) -> int:
        """How many of the moves went to a file that was entered before."""
        return len(folded(self.calls)) - len(self.files)


@contextmanager
def traced(package: str = PACKAGE) -> Iterator[Trace]:
    """Record the calls of this thread to functions below a folder, while the block runs."""
    trace = Trace()
    # Frames are stored, because a resumed generator can be recognised only by its frame.
    generators: set[FrameType] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        path = code.co_filename
        if event != "call" or not path.startswith(package) or not path.endswith(".py"):
            return
        if code.co_name in _COMPREHENSIONS or frame in generators:
            return
        if code.co_flags & _GENERATOR:
            generators.add(frame)
        trace.calls.append(path.removeprefix(package))

    sys.setprofile(note)
    try:
        yield trace
    finally:
        sys.setprofile(None)


# Prepares a request; what it returns is measured.
Prepare = Callable[[], Callable[[], object]]


class Requests:
    """The requests. Each raises RuntimeError when it is answered with another status."""

    def __init__(self, directory: Directory, folder: Path) -> None:
        self._client = Client(create_app(directory, log_requests=False))
        secret, _ = directory.tokens.create("trace", ["edit"], 1)
        self._token = {"Authorization": f"Bearer {secret}"}
        self._site = StaticSite(directory, datetime.now(UTC))
        self._folder = folder
        self._numbers = count()

    def every(self) -> dict[str, Prepare]:
        """The requests by name."""
        return {
            "GET nearest by postcode": self._nearest_by_postcode,
            "POST nearest by coordinate": self._nearest_by_coordinate,
            "POST nearest by a name": self._nearest_by_name,
            "POST a refused postcode": self._refused,
            "PATCH a phone number": self._edit,
            "POST an import": self._import,
            "POST the finder's form": self._form,
            "GET the bundle": self._bundle,
            "publish one page": self._publish,
        }

    def _nearest_by_postcode(self) -> Callable[[], object]:
        # Written in a way whose answer is not kept.
        return self._sending("GET", "/v1/nearest?postcode=B-1000")

    def _nearest_by_coordinate(self) -> Callable[[], object]:
        return self._sending("POST", "/v1/nearest", json={"lat": 50.85, "lon": 4.35})

    def _nearest_by_name(self) -> Callable[[], object]:
        return self._sending("POST", "/v1/nearest", json={"place": "Luik"})

    def _refused(self) -> Callable[[], object]:
        return self._sending("POST", "/v1/nearest", json={"postcode": "9999"}, status=404)

    def _import(self) -> Callable[[], object]:
        records = json.loads((shipped("data") / "centres.json").read_bytes())
        records["centres"][0]["name"] = f"PAG-ASA {next(self._numbers)}"
        headers = {**self._token, "Content-Type": "application/json"}
        return self._sending("POST", "/v1/import", json=records, headers=headers)

    def _bundle(self) -> Callable[[], object]:
        return self._sending("GET", "/v1/bundle/BE")

    def _edit(self) -> Callable[[], object]:
        present = self._client.get(CENTRE, headers=self._token)
        first, *others = present.get_json()["phones"]
        digits = f"{next(self._numbers):04}"
        changed = {**first, "number": f"+322511{digits}", "display": f"02 511 {digits}"}
        headers = {**self._token, "If-Match": present.headers["ETag"]}
        return self._sending("PATCH", CENTRE, json={"phones": [changed, *others]}, headers=headers)

    def _form(self) -> Callable[[], object]:
        return self._sending("POST", "/", data={"postcode": "1000", "country": "BE"})

    def _publish(self) -> Callable[[], object]:
        # A page is written only when it is new.
        folder = self._folder / f"site{next(self._numbers)}"
        return lambda: publish(islice(self._site.files(), 1), folder, self._site.release)

    def _sending(
        self, method: str, path: str, status: int = 200, **options: Any
    ) -> Callable[[], object]:
        def send() -> None:
            response = self._client.open(path, method=method, buffered=True, **options)
            if response.status_code != status:
                raise RuntimeError(
                    f"{method} {path} is answered with {response.status}: {response.text}"
                )

        return send


def traces() -> dict[str, Trace]:
    """The trace of each request, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        directory = open_directory(Settings(database_url=f"sqlite:///{folder}/directory.db"))
        directory.prepare()
        traces_by_name = {}
        for name, prepare in Requests(directory, Path(folder)).every().items():
            prepare()()
            request = prepare()
            with traced() as trace:
                request()
            traces_by_name[name] = trace
        return traces_by_name


def main() -> None:
    """Print the table, then the files of each request."""
    requests = traces()
    print(f"{'request':<28}{'files':>7}{'moves':>7}{'returns':>9}{'calls':>7}")
    for name, trace in requests.items():
        counts = f"{len(trace.files):>7}{trace.moves:>7}{trace.returns:>9}{len(trace.calls):>7,}"
        print(f"{name:<28}{counts}")
    for name, trace in requests.items():
        print(f"\n{name}")
        for number, file in enumerate(trace.files, start=1):
            print(f"{number:>4}  {file}")


if __name__ == "__main__":
    main()
