"""One change in a large directory: the time until it is served, and the pause of readers meanwhile.

A reader asks for a coordinate without a break on one connection. Its longest wait while changes are
made is the pause; the longest before them is printed beside it. The server, the reader and the
writer share all cores, as on a machine that serves a directory.
"""

import http.client
import json
import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tools.bench import served
from tools.bench.http_cases import COORDINATE, POSTCODE, store
from tools.bench.report import Table
from tools.bench.served import NEVER_REFUSED, Server

CHANGES = 9
_CENTRE = "synthetic-0000000"
_WAIT_SECONDS = 300.0


@dataclass(frozen=True)
class Changed:
    """Seconds from sending a change: until its answer, and until it is served."""

    responded: float
    served: float


class Reader:
    """Asks without a break, and knows its longest wait for an answer in seconds."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self.longest = 0.0
        self.responses = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _read(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=300)
        while not self._stop.is_set():
            began = time.perf_counter()
            connection.request("GET", COORDINATE)
            connection.getresponse().read()
            self.longest = max(self.longest, time.perf_counter() - began)
            self.responses += 1
        connection.close()


def measure(folder: Path, count: int, changes: int = CHANGES) -> Table:
    """Change the name of a centre several times, in a store with so many centres."""
    count = max(count, 10)  # one of them is synthetic
    database = store(folder, count)
    directory = open_directory(Settings(database_url=f"sqlite:///{database}"))
    token, _ = directory.tokens.create(f"bench {time.time_ns()}", ["edit"], 1)
    with served.ours(
        database, POSTCODE, one_core=False, rate_limit=NEVER_REFUSED, review="off"
    ) as server:
        with Reader(server) as before:
            time.sleep(2.0)
        with Reader(server) as during:
            made = [rename(server, token, _CENTRE, number) for number in range(changes)]
    responded = sorted(each.responded for each in made)
    seen = sorted(each.served for each in made)
    return Table(
        ("a change of one centre", "median", "longest"),
        (
            (
                f"{count:,} centres: until the writer has an answer, s",
                f"{statistics.median(responded):.2f}",
                f"{responded[-1]:.2f}",
            ),
            (
                f"{count:,} centres: until readers get it, s",
                f"{statistics.median(seen):.2f}",
                f"{seen[-1]:.2f}",
            ),
            ("longest wait of a reader meanwhile, ms", "", f"{during.longest * 1000:.0f}"),
            ("longest wait of a reader before, ms", "", f"{before.longest * 1000:.0f}"),
        ),
    )


def rename(server: Server, token: str, centre: str, number: int) -> Changed:
    """Give a centre another name, and wait until it is served."""
    path = f"/v1/records/centres/{centre}"
    bearer = {"Authorization": f"Bearer {token}"}
    etag = server.ask(path, headers=bearer).headers["etag"]
    name = f"Changed {time.time_ns()} {number}"
    headers = {**bearer, "If-Match": etag, "Content-Type": "application/merge-patch+json"}
    began = time.perf_counter()
    reply = server.ask(path, "PATCH", json.dumps({"name": name}).encode(), headers)
    responded = time.perf_counter() - began
    if reply.status != 200:
        raise RuntimeError(f"the change was refused: {reply.status} {reply.body.decode()[:1000]}")
    while time.perf_counter() - began < _WAIT_SECONDS:
        if json.loads(server.ask(f"/v1/centres/{centre}").body)["name"] == name:
            return Changed(responded, time.perf_counter() - began)
        time.sleep(0.005)
    raise RuntimeError("the change was never served")
