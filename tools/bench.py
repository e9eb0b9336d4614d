"""Benchmark of the directory against a bare Flask route on the same server, in one run; compare the
ratios, not the absolute numbers.

`make bench` prints a Markdown table; docs/PERFORMANCE.md contains the last one and describes the
machine. Everything runs on the loopback interface, with a bounded number of requests.
"""

import os
import platform
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.domain.geo.geometry import Point
from directory_api.domain.model.records import Location
from directory_api.domain.query import Coordinate, NearestQuery
from directory_api.search.indexes import NearestIndex, geodesic_m
from directory_api.web.middleware.limits import THREADS

CONNECTIONS = 8
PIPELINED = 16
ROUND_SECONDS = 2.0
ROUNDS = 5
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Server:
    """A running server: its port, the time until it answered, and the id of its worker process."""

    port: int
    ready_seconds: float
    worker: int


@contextmanager
def serving(target: str, path: str, database: Path) -> Iterator[Server]:
    """Run granian as `serve` does, for the block; yields once `path` answers with 200."""
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    command += ["--blocking-threads", str(THREADS), "--working-dir", str(_HERE.parent), target]
    environment = {
        **os.environ,
        "DIRECTORY_DATABASE_URL": f"sqlite:///{database}",
        "DIRECTORY_RATE_LIMIT": "",
    }
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            while not _answers(port, path):
                time.sleep(0.005)
            ready = time.perf_counter() - started
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            yield Server(port, ready, int(children[0]))
        finally:
            process.terminate()


def requests_per_second(port: int, path: str) -> float:
    """Return the requests per second of one round, with connections in parallel and pipelining."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    size = _response_size(port, request)
    counts = [0] * CONNECTIONS
    end = time.perf_counter() + ROUND_SECONDS

    def ask(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            while time.perf_counter() < end:
                connection.sendall(request * PIPELINED)
                _read(connection, size * PIPELINED)
                counts[number] += PIPELINED

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def resident_megabytes(process: int) -> float:
    """Return the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def microseconds(deed: Callable[[], object], times: int) -> float:
    """Return the median time of one call over five rounds, in microseconds."""
    rounds = []
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(times):
            deed()
        rounds.append((time.perf_counter() - started) / times * 1e6)
    return statistics.median(rounds)


def in_process(database: Path) -> None:
    """Measure nearest at 3 and 1,000 centres, compared with a full scan."""
    directory = open_directory(Settings(database_url=f"sqlite:///{database}"))
    directory.prepare()
    query = NearestQuery(Coordinate(Decimal("50.85"), Decimal("4.35")))
    shipped = directory.finder.snapshot.listed
    print(
        f"| nearest, {len(shipped)} centres | "
        f"{microseconds(lambda: directory.finder.nearest(query), 500):.0f} µs | |"
    )
    chance = random.Random(1)  # noqa: S311  # a fixed random distribution of centres, not a secret
    many = [
        replace(shipped[0], id=f"centre-{number}", location=Location(_somewhere(chance), "exact"))
        for number in range(1000)
    ]
    index, origin = NearestIndex(many), Point(50.85, 4.35)
    pruned = microseconds(lambda: index.nearest(origin, lambda _: True, 3), 100)
    points = [centre.location.point for centre in many if centre.location]
    scanned = microseconds(lambda: sorted(geodesic_m(origin, point) for point in points), 2)
    gain = f"{scanned / pruned:.0f} times faster than a full scan"
    print(f"| nearest, 1,000 centres, index alone | {pruned:.0f} µs | {gain} |")


def over_http(database: Path) -> None:
    """Measure requests per second, start time and memory, compared with the bare route."""
    with (
        serving("tools.bare:app", "/", database) as bare,
        serving("directory_api.wsgi:app", "/readyz", database) as ours,
    ):
        asked = {
            "bare Flask route": (bare.port, "/"),
            "/v1/nearest?postcode=1000": (ours.port, "/v1/nearest?postcode=1000"),
            "/v1/nearest?lat=50.85&lon=4.35": (ours.port, "/v1/nearest?lat=50.85&lon=4.35"),
            "/v1/centres": (ours.port, "/v1/centres"),
        }
        rates: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, (port, path) in asked.items():
                rates[name].append(requests_per_second(port, path))
        base = statistics.median(rates["bare Flask route"])
        for name, rounds in rates.items():
            rate = statistics.median(rounds)
            print(f"| {name} | {rate:,.0f} requests/s | {rate / base:.2f} of bare |")
        print(f"| start until the bare route answers | {bare.ready_seconds * 1000:.0f} ms | |")
        print(f"| start until /readyz answers | {ours.ready_seconds * 1000:.0f} ms | |")
        bare_memory, memory = resident_megabytes(bare.worker), resident_megabytes(ours.worker)
        print(f"| memory of a bare worker | {bare_memory:.0f} MB | |")
        print(f"| memory of a worker | {memory:.0f} MB | {memory / bare_memory:.2f} of bare |")


def main() -> None:
    """Print the table."""
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {THREADS} threads a worker, "
        "no rate limit.\n"
    )
    print("| what | measured | ratio |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "directory.db"
        in_process(database)
        over_http(database)


def _somewhere(chance: random.Random) -> Point:
    return Point(chance.uniform(35, 70), chance.uniform(-10, 30))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
            )
            return connection.recv(12).endswith(b"200")
    except OSError:
        return False


def _response_size(port: int, request: bytes) -> int:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        got = b""
        while b"\r\n\r\n" not in got:
            got += connection.recv(65536)
        head, _, body = got.partition(b"\r\n\r\n")
        length = next(
            int(line[15:])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        _read(connection, length - len(body))
        return len(head) + 4 + length


def _read(connection: socket.socket, size: int) -> None:
    while size > 0:
        part = connection.recv(1 << 20)
        if not part:
            raise ConnectionError("the server closed the connection")
        size -= len(part)


if __name__ == "__main__":
    main()
