"""One round of load, which wrk sends from the client's core."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bench.served import CLIENT_CORE, ROOT, pinned

_SCRIPT = Path(__file__).with_suffix(".lua")
_LINE = "BENCH "


@dataclass(frozen=True)
class Load:
    """What is sent: one path with its headers, or the paths of a file one after the other.

    A line of the file is a path, or a path, a tab and the value of If-None-Match. If it `posts`, a
    line is a body in JSON, which is sent to the path.
    """

    path: str = "/"
    file: Path | None = None
    headers: tuple[str, ...] = ()
    posts: bool = False


@dataclass(frozen=True)
class Round:
    """What one round measured; latencies in milliseconds.

    `refused` counts answers from 400 on, and `broken` requests without an answer.
    """

    per_second: float
    p50: float
    p99: float
    p999: float
    requests: int
    bytes_per_answer: float
    refused: int
    broken: int


def send(port: int, load: Load, connections: int, seconds: float, offset: int = 0) -> Round:
    """Send load for so many seconds, without pipelining. `offset` is where a file begins."""
    environment = dict(os.environ)
    if load.file:
        environment |= {"BENCH_PATHS": str(load.file), "BENCH_OFFSET": str(offset)}
    if load.posts:
        environment["BENCH_POST"] = load.path
    finished = subprocess.run(
        pinned(_command(port, load, connections, seconds), CLIENT_CORE),
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=True,
    )
    return parsed(finished.stdout)


def _command(port: int, load: Load, connections: int, seconds: float) -> Sequence[str]:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise FileNotFoundError("wrk is not installed (Debian: apt-get install wrk)")
    # Whole seconds only; one thread, since it has one core.
    time = f"{max(1, round(seconds))}s"
    options = ["-t", "1", "-c", str(connections), "-d", time, "-s", str(_SCRIPT)]
    headers = [part for header in load.headers for part in ("-H", header)]
    return [wrk, *options, *headers, f"http://127.0.0.1:{port}{load.path}"]


def parsed(output: str) -> Round:
    """Return what the client printed. Raises ValueError if it printed no result."""
    lines = [line for line in output.splitlines() if line.startswith(_LINE)]
    if not lines:
        raise ValueError(f"the client printed no result: {output[-500:]}")
    result = json.loads(lines[-1].removeprefix(_LINE))
    requests = result["requests"]
    return Round(
        per_second=requests / (result["microseconds"] / 1e6),
        p50=result["p50"] / 1000,
        p99=result["p99"] / 1000,
        p999=result["p999"] / 1000,
        requests=requests,
        bytes_per_answer=result["bytes"] / requests if requests else 0.0,
        refused=result["refused"],
        broken=result["broken"],
    )
