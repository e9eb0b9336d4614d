"""A client for machines without wrk: one process, kept connections, no pipelining.

It prints the same line as wrk.lua. `python -m tools.bench.client -c 16 -d 2 [-H HEADER] URL`.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit


def requests_of(url: str, headers: list[str]) -> list[bytes]:
    """Return the requests to send one after the other."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    file = os.environ.get("BENCH_PATHS")
    lines = Path(file).read_text().splitlines() if file else [path]
    rest = "".join(f"{header}\r\n" for header in headers)
    made = []
    for line in lines:
        target, _, etag = line.partition("\t")
        extra = f"If-None-Match: {etag}\r\n" if etag else ""
        made.append(f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n{rest}{extra}\r\n".encode())
    start = int(os.environ.get("BENCH_OFFSET", "0")) % len(made)
    return made[start:] + made[:start]


async def _converse(
    host: str, port: int, requests: Iterator[bytes], end: float, seen: list[tuple[float, int, int]]
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while time.perf_counter() < end:
        began = time.perf_counter()
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        status, length = int(head[9:12]), 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        if status != 304 and length:
            await reader.readexactly(length)
        seen.append((time.perf_counter() - began, status, len(head) + length))
    writer.close()


async def _run(options: argparse.Namespace) -> dict[str, int]:
    parts = urlsplit(options.url)
    requests = cycle(requests_of(options.url, options.headers))
    seen: list[tuple[float, int, int]] = []
    began = time.perf_counter()
    end = began + options.seconds
    ended = await asyncio.gather(
        *(
            _converse(str(parts.hostname), parts.port or 80, requests, end, seen)
            for _ in range(options.connections)
        ),
        return_exceptions=True,
    )
    passed = time.perf_counter() - began
    times = sorted(seconds for seconds, _, _ in seen) or [0.0]
    return {
        "requests": len(seen),
        "microseconds": round(passed * 1e6),
        "bytes": sum(size for _, _, size in seen),
        **{
            name: round(times[min(len(times) - 1, int(len(times) * share))] * 1e6)
            for name, share in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999))
        },
        "refused": sum(status >= 400 for _, status, _ in seen),
        "broken": sum(isinstance(outcome, BaseException) for outcome in ended),
    }


def main(arguments: list[str] | None = None) -> None:
    """Send the load, and print the result."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.client", description=__doc__)
    parser.add_argument("-c", dest="connections", type=int, default=16)
    parser.add_argument("-d", dest="seconds", type=float, default=2.0)
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("url")
    result = asyncio.run(_run(parser.parse_args(arguments)))
    print("BENCH " + json.dumps(result))


if __name__ == "__main__":
    main()
