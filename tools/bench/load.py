"""A campaign day in little, for a bounded time, with one worker.

90 % ask for a postcode, each time another one; 5 % for a new coordinate; 3 % for the bundle that
they have already (304); 2 % for lists. Meanwhile a maintainer renames a centre every few seconds.
Errors, speed and memory are printed.
"""

import random
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tools.bench import centres, change, served
from tools.bench.http_cases import POSTCODE, codes_of, store
from tools.bench.report import Table
from tools.bench.rounds import CONNECTIONS
from tools.bench.served import NEVER_REFUSED, Server
from tools.bench.wrk import Load, Round, send

REQUESTS = 400_000
CENTRES, SECONDS = 3, 60
EDIT_EVERY_SECONDS = 3.0
_EDITED = "pag-asa"
# Of a hundred requests.
POSTCODES, COORDINATES, BUNDLES = 90, 5, 3
_LISTS = (
    "/v1/centres",
    "/v1/centres?speaks=fr",
    "/v1/centres?service=legal",
    "/v1/centres?q=liege",
    "/v1/helplines",
)


@dataclass
class Watched:
    """The private memory of a worker in MB, by the seconds since the start."""

    server: Server
    readings: list[tuple[float, float]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Read the memory twice a second, until `stop`."""
        began = time.monotonic()
        while not self._stop.wait(0.5):
            self.readings.append((time.monotonic() - began, self.server.memory().private))

    def stop(self) -> None:
        """End `run`."""
        self._stop.set()

    def per_minute(self) -> float:
        """Return the slope in MB a minute, by least squares, in the second half of the time.

        In the first half threads start and caches fill.
        """
        return slope(self.readings[len(self.readings) // 2 :]) * 60


@dataclass
class Maintainer:
    """Renames a centre again and again; counts it, and knows the longest time until it served."""

    server: Server
    token: str
    edits: int = 0
    longest: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Edit every few seconds, until `stop`. An edit that is refused ends the thread."""
        while not self._stop.wait(EDIT_EVERY_SECONDS):
            changed = change.rename(self.server, self.token, _EDITED, self.edits)
            self.longest = max(self.longest, changed.served)
            self.edits += 1

    def stop(self) -> None:
        """End `run`."""
        self._stop.set()


def slope(readings: Sequence[tuple[float, float]]) -> float:
    """Return the slope of a line through readings; 0 for fewer than two."""
    if len(readings) < 2:
        return 0.0
    return statistics.linear_regression(*zip(*readings, strict=True)).slope


def requests(codes: Sequence[str], etag: str, count: int, seed: int = centres.SEED) -> list[str]:
    """Return the lines of a file of requests, in a random order."""
    chance = random.Random(seed)
    points = iter(centres.coordinates(count, centres.BELGIUM))
    lines = []
    for number in range(count):
        kind = chance.randrange(100)
        if kind < POSTCODES:
            lines.append(f"/v1/nearest?postcode={codes[number % len(codes)]}")
        elif kind < POSTCODES + COORDINATES:
            lat, lon = next(points)
            lines.append(f"/v1/nearest?lat={lat:.5f}&lon={lon:.5f}")
        elif kind < POSTCODES + COORDINATES + BUNDLES:
            lines.append(f"/v1/bundle/BE\t{etag}")
        else:
            lines.append(chance.choice(_LISTS))
    return lines


def table(
    measured: Round, before: float, after: float, watched: Watched, maintainer: Maintainer
) -> Table:
    """Return the table of a day."""
    rows = (
        ("requests", f"{measured.requests:,}"),
        ("answers from 400 on", f"{measured.refused}"),
        ("requests without an answer", f"{measured.broken}"),
        ("requests/s", f"{measured.per_second:,.0f}"),
        ("p50 / p99 / p99.9, ms", f"{measured.p50:.2f} / {measured.p99:.2f} / {measured.p999:.2f}"),
        ("private memory before / after, MB", f"{before:.1f} / {after:.1f}"),
        ("growth in the second half, MB/min", f"{watched.per_minute():.2f}"),
        ("edits", f"{maintainer.edits}"),
        ("longest time until an edit was served, s", f"{maintainer.longest:.2f}"),
    )
    return Table(("a campaign day", "measured"), rows)


def measure(folder: Path, seconds: float, count: int = CENTRES) -> Table:
    """Send the requests for so many seconds, and watch the memory of the worker."""
    database = store(folder, count)
    directory = open_directory(Settings(database_url=f"sqlite:///{database}"))
    token, _ = directory.tokens.create(f"load {time.time_ns()}", ["edit"], 1)
    with served.ours(database, POSTCODE, rate_limit=NEVER_REFUSED, review="off") as server:
        etag = server.ask("/v1/bundle/BE").headers["etag"]
        file = folder / "day.txt"
        file.write_text("\n".join(requests(codes_of(folder), etag, REQUESTS)) + "\n")
        watched, before = Watched(server), server.memory().private
        maintainer = Maintainer(server, token)
        threads = [threading.Thread(target=each.run) for each in (watched, maintainer)]
        for thread in threads:
            thread.start()
        try:
            measured = send(server.port, Load(file=file), CONNECTIONS, seconds)
        finally:
            watched.stop()
            maintainer.stop()
            for thread in threads:
                thread.join()
        return table(measured, before, server.memory().private, watched, maintainer)
