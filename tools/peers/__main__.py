"""`make bench-peers` measures other ways to find the nearest of the same centres, beside ours.

Each peer is installed by name; one that cannot be installed is left out, with the reason. All run
on the servers' core, with the databases that they ask.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tools.bench.surface import (
    COORDINATE,
    FLASK,
    FLOOR,
    NEVER_REFUSED,
    POSTCODE,
    BruteForce,
    Case,
    Load,
    Result,
    Server,
    Table,
    Wrong,
    centres,
    interleaved,
    machine,
    paths,
    served,
    store,
    wrapped,
)
from tools.peers import environment, services
from tools.peers.environment import here
from tools.peers.services import Missing

CENTRES = 1_000
QUERIES = 2_000
_READY = "?lat=50.85&lon=4.35"
_PATH = "/nearest"
_DATASETTE = "/centres/nearest.json"
_FLASK_SERVER = ("-m", "granian", "--interface", "wsgi", "--port", "{port}", "--log-level", "error")


@dataclass(frozen=True)
class Peer:
    """A way to find the nearest centres: how it is started, and how its answer is read."""

    name: str
    start: Callable[[Path, dict[str, str]], AbstractContextManager[Server]]
    path: str = _PATH
    read: Callable[[Any], Any] = lambda response: response
    # What the tables say about it.
    note: str = ""


@contextmanager
def _fastapi(folder: Path, data: dict[str, str]) -> Iterator[Server]:
    interpreter = environment.python("fastapi", "uvicorn[standard]", "scipy", "pyproj")
    command = [interpreter, "-m", "uvicorn", "--port", "{port}", "--log-level", "critical"]
    command += ["--no-access-log", "--app-dir", str(here("")), "fastapi_scipy:app"]
    with served.serving(command, _PATH + _READY, data, folder) as server:
        yield server


@contextmanager
def _fastify(folder: Path, data: dict[str, str]) -> Iterator[Server]:
    program = environment.node("fastify", "kdbush", "geokdbush")
    command = [program, str(here("fastify_geokdbush.js")), "{port}"]
    nodes = {**data, "BENCH_NODE": str(environment.NODE)}
    with served.serving(command, _PATH + _READY, nodes, folder) as server:
        yield server


@contextmanager
def _datasette(folder: Path, data: dict[str, str]) -> Iterator[Server]:
    interpreter = environment.python("datasette")
    services.run([interpreter, str(here("datasette_rtree.py")), str(folder)], data)
    command = [interpreter, "-m", "datasette", "serve", "--immutable", "centres.db"]
    command += ["--metadata", "metadata.json", "--port", "{port}"]
    with served.serving(command, f"{_DATASETTE}{_READY}", data, folder) as server:
        yield server


@contextmanager
def _postgis(folder: Path, data: dict[str, str]) -> Iterator[Server]:
    interpreter = environment.python("flask", "granian", "psycopg[binary]", "psycopg_pool")
    with services.postgres(folder) as url:
        command = [interpreter, *_FLASK_SERVER, "--blocking-threads", "16"]
        command += ["--working-dir", str(here("")), "flask_postgis:app"]
        settings = {**data, "BENCH_POSTGRES": url}
        with served.serving(command, _PATH + _READY, settings, folder) as server:
            yield server


@contextmanager
def _valkey(folder: Path, data: dict[str, str]) -> Iterator[Server]:
    interpreter = environment.python("flask", "granian", "valkey")
    with services.valkey(folder) as socket:
        command = [interpreter, *_FLASK_SERVER, "--blocking-threads", "16"]
        command += ["--working-dir", str(here("")), "flask_valkey:app"]
        settings = {**data, "BENCH_VALKEY": socket}
        with served.serving(command, _PATH + _READY, settings, folder) as server:
            yield server


PEERS = (
    Peer("FastAPI, SciPy's k-d tree and PROJ, on uvicorn", _fastapi),
    Peer("Fastify and geokdbush (sphere)", _fastify),
    Peer(
        "datasette with an R*Tree query (sphere)",
        _datasette,
        _DATASETTE,
        lambda response: response[0]["answer"],
    ),
    Peer("PostGIS's nearest neighbours behind a Flask view", _postgis),
    Peer("Valkey's GEOSEARCH behind a Flask view (sphere)", _valkey),
)


def export(server: Server, folder: Path) -> list[tuple[float, float, str]]:
    """Write the active centres of our server as its answers have them; returns their points."""
    page, points = "/v1/centres?limit=100", []
    with (folder / "centres.jsonl").open("w", encoding="utf-8") as file:
        while page:
            response = json.loads(server.ask(page).body)
            for centre in response["centres"]:
                if "status" not in centre:  # it says so if it is not active
                    place = {name: centre["location"][name] for name in ("lat", "lon")}
                    text = json.dumps(centre, ensure_ascii=False, separators=(",", ":"))
                    file.write(json.dumps({**place, "text": text}, ensure_ascii=False) + "\n")
                    points.append((place["lat"], place["lon"], centre["id"]))
            page = response.get("next") or ""
    response = json.loads(server.ask(COORDINATE).body)
    rest = {name: value for name, value in response.items() if name != "results"}
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    (folder / "rest.json").write_text(text.removeprefix("{"), encoding="utf-8")
    return points


def wrong(
    server: Server, path: str, read: Callable[[Any], Any], scan: BruteForce, queries: int
) -> str:
    """Return how many answers to random coordinates are wrong in their order, and in distances."""
    counts = Wrong()
    for lat, lon in centres.coordinates(queries, seed=7):
        response = read(json.loads(server.ask(f"{path}lat={lat:.5f}&lon={lon:.5f}").body))
        counts.count(response, scan.nearest(lat, lon))
    return str(counts)


def measure(folder: Path, rounds: int, seconds: float, queries: int) -> Table:
    """Measure all peers that can be installed."""
    notes: list[str] = []
    database = store(folder, CENTRES)
    with ExitStack() as stack:
        limited = partial(served.ours, rate_limit=NEVER_REFUSED)
        ours = stack.enter_context(limited(database, POSTCODE))
        points = export(ours, folder)
        scan = BruteForce(points)
        data = {**served.clean_environment(), "BENCH_DATA": str(folder)}
        size = len(ours.ask(COORDINATE).body)
        same = _lines(folder, "/v1/nearest?")
        cases = [
            Case(FLOOR, stack.enter_context(served.constant("floor", size)), Load()),
            Case(FLASK, stack.enter_context(served.constant("flask", size)), Load()),
            Case("ours, limit and log on", ours, Load(file=same)),
        ]
        wrongs = ["", "", wrong(ours, "/v1/nearest?", lambda each: each, scan, queries)]
        for number, peer in enumerate(PEERS):
            own = folder / f"peer-{number}"
            own.mkdir(mode=0o755)
            try:
                server = stack.enter_context(peer.start(own, data))
            except (Missing, RuntimeError) as reason:
                notes.append(f"Left out: {peer.name}: {reason}.")
                continue
            path = _path(peer)
            wrongs.append(wrong(server, path, peer.read, scan, queries))
            cases.append(Case(peer.name, server, Load(file=_lines(folder, path))))
        small = store(folder, 3)
        own = folder / "nginx"
        own.mkdir(mode=0o755)
        try:
            files = stack.enter_context(services.nginx(own, small))
        except (Missing, RuntimeError) as reason:
            notes.append(f"Left out: nginx with the published folder: {reason}.")
        else:
            limited_server = stack.enter_context(limited(small, POSTCODE))
            cases += [
                Case("ours, postcode, 3 centres", limited_server, Load(POSTCODE)),
                Case("nginx, postcode, the published folder", files, Load(services.PUBLISHED)),
            ]
            wrongs += ["", ""]
        results = interleaved(cases, rounds, seconds)
    notes.append(f"Wrong: of {queries:,} random coordinates each. {_versions()}")
    return table(results, wrongs, notes)


def table(results: Sequence[Result], wrongs: Sequence[str], notes: Sequence[str]) -> Table:
    """Return the table; the first row is the floor, the third is ours."""
    floor, ours = results[0], results[2]
    rows = [
        (
            result.name,
            f"{result.per_second:,.0f}",
            f"{result.per_second / floor.per_second:.3f}",
            f"{result.processor:.1f}",
            f"{floor.processor / result.processor:.3f}",
            f"{ours.per_second / result.per_second:.2f}",
            f"{result.p50:.2f} / {result.p99:.2f}",
            f"{result.bytes_per_answer:,.0f}",
            f"{result.per_second * result.bytes_per_answer / 1e6:.1f}",
            count,
            f"{result.errors}",
        )
        for result, count in zip(results, wrongs, strict=True)
    ]
    return Table(
        (
            "server",
            "requests/s",
            "of the floor",
            "processor time, µs",
            "of the floor by processor time",
            "ours is faster by",
            "p50 / p99, ms, 16 connections",
            "bytes with headers",
            "MB/s of answers",
            "wrong order / distance",
            "errors",
        ),
        rows,
        notes,
    )


def _path(peer: Peer) -> str:
    return f"{peer.path}?" if peer.path != _DATASETTE else f"{peer.path}?_shape=array&_json=answer&"


def _lines(folder: Path, path: str) -> Path:
    """Write the same coordinates as requests of a peer."""
    file = paths(folder / "europe.txt", centres.BOX)
    if path == "/v1/nearest?":
        return file
    own = folder / f"requests-{abs(hash(path))}.txt"
    own.write_text(file.read_text().replace("/v1/nearest?", path))
    return own


def _versions() -> str:
    try:
        packages = ("fastapi", "uvicorn", "scipy", "pyproj", "datasette", "psycopg", "valkey")
        return f"Packages: {environment.versions(*packages)}."
    except (OSError, ValueError, Missing):
        return ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tools.peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=2, help="of a round; whole seconds")
    parser.add_argument("--queries", type=int, default=QUERIES, help="to count wrong answers")
    options = parser.parse_args(arguments)
    chosen = f"--rounds {options.rounds} --seconds {options.seconds}"
    about = machine(f'make bench-peers ARGS="{chosen}"')
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        result = measure(folder, options.rounds, options.seconds, options.queries)
    print(wrapped(f"{result.markdown()}\n\n{about}"))


if __name__ == "__main__":
    main()
