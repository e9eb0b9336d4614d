"""Requests over HTTP: the directory beside the floor and a Flask route with constant bytes."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tools.bench import centres, served
from tools.bench.report import Table
from tools.bench.rounds import Case, Result, interleaved
from tools.bench.served import NEVER_REFUSED, Server
from tools.bench.wrk import Load

POSTCODE = "/v1/nearest?postcode=1000"
COORDINATE = "/v1/nearest?lat=50.85&lon=4.35"
FLOOR = "floor: a WSGI function with constant bytes"
FLASK = "a Flask route with constant bytes"
HEADERS = "the floor with the headers of an answer"
SIZES = (3, 1_000, 10_000)
# So many different coordinates; a run at the speed of the floor does not send them all.
COORDINATES = 200_000


def measure(folder: Path, rounds: int, seconds: float, most: int = SIZES[-1]) -> Table:
    """Measure every case, with stores of up to `most` centres."""
    with ExitStack() as stack:

        def ours(size: int, limit: str = NEVER_REFUSED) -> Server:
            server = served.ours(store(folder, size), POSTCODE, rate_limit=limit)
            return stack.enter_context(server)

        sizes = [size for size in SIZES if size <= most]
        servers = {size: ours(size) for size in sizes}
        unlimited = ours(SIZES[0], limit="")
        size = len(unlimited.ask(POSTCODE).body)
        floor = stack.enter_context(served.constant("floor", size))
        flask = stack.enter_context(served.constant("flask", size))
        sent = servers[SIZES[0]].ask(POSTCODE).headers
        headers = stack.enter_context(served.constant("headers", size, sent))
        cases = [
            Case(FLOOR, floor, Load(), many=True),
            Case(FLASK, flask, Load(), many=True),
            Case(HEADERS, headers, Load(), many=True),
            *_cases(folder, servers, unlimited),
        ]
        return table(interleaved(cases, rounds, seconds))


def _cases(folder: Path, servers: dict[int, Server], unlimited: Server) -> list[Case]:
    small = servers[SIZES[0]]
    codes = folder / "postcodes.txt"
    codes.write_text("".join(f"/v1/nearest?postcode={code}\n" for code in codes_of(folder)))
    etag = small.ask("/v1/bundle/BE").headers["etag"]
    bundle = Load("/v1/bundle/BE", headers=(f"If-None-Match: {etag}",))
    belgium = Load(file=paths(folder / "belgium.txt", centres.BELGIUM))
    limited = folder / "limited.txt"
    limited.write_text((folder / "belgium.txt").read_text().replace("\n", "&limit=3\n"))
    bodies = folder / "bodies.txt"
    bodies.write_text(
        "".join(
            f'{{"lat": {lat:.5f}, "lon": {lon:.5f}}}\n'
            for lat, lon in centres.coordinates(COORDINATES, centres.BELGIUM)
        )
    )
    posted = Load("/v1/nearest", bodies, posts=True)
    # What a browser sends.
    gzip = ("Accept-Encoding: gzip",)
    query = "lat={lat:.5f}&lon={lon:.5f}&speaks=nl&service=legal"
    filtered = Load(file=paths(folder / "filtered.txt", centres.BELGIUM, query))
    europe = Load(file=paths(folder / "europe.txt", centres.BOX))
    return [
        Case("postcode", small, Load(POSTCODE), many=True),
        Case("postcode, limit off", unlimited, Load(POSTCODE)),
        Case("each postcode of Belgium in turn", small, Load(file=codes), many=True),
        Case("one coordinate, 3 centres", small, Load(COORDINATE)),
        Case("different coordinates, 3 centres", small, belgium, many=True),
        Case("different coordinates, 3 centres, limit off", unlimited, belgium),
        *(
            Case(f"different coordinates, {size:,} centres", servers[size], europe, many=True)
            for size in servers
            if size > SIZES[0]
        ),
        Case("postcode with limit=3", small, Load(f"{POSTCODE}&limit=3")),
        Case("different coordinates with limit=3", small, Load(file=limited)),
        Case("different coordinates in the body of a POST, 3 centres", small, posted, many=True),
        Case("postcode, gzip", small, Load(POSTCODE, headers=gzip)),
        Case(
            "different coordinates, 3 centres, gzip", small, Load(file=belgium.file, headers=gzip)
        ),
        Case("different coordinates with two filters", small, filtered),
        Case("name of a town, in another spelling", small, Load("/v1/nearest?place=luik")),
        Case("/v1/centres, 3 centres", small, Load("/v1/centres")),
        *(
            Case(f"/v1/centres, {size:,} centres", servers[size], Load("/v1/centres"))
            for size in servers
            if size > SIZES[0]
        ),
        Case("the bundle, not modified (304)", small, bundle),
    ]


def table(results: Sequence[Result]) -> Table:
    """Return the table of these results; the first two are the floor and the Flask route."""
    floor, flask = results[0].per_second, results[1].per_second
    rows = []
    for result in results:
        many = result.many
        rows.append(
            (
                result.name,
                f"{result.per_second:,.0f}",
                f"{result.per_second / floor:.3f}",
                f"{result.per_second / flask:.2f}",
                f"{result.processor:.1f}",
                f"{results[0].processor / result.processor:.3f}",
                f"{result.p50:.2f} / {result.p99:.2f}",
                f"{many.p50:.2f} / {many.p99:.2f}" if many else "",
                f"{many.p99 / many.p50:.1f}" if many and many.p50 else "",
                f"{result.bytes_per_answer:,.0f}",
                f"{result.errors + (many.errors if many else 0)}",
            )
        )
    return Table(
        (
            "request",
            "requests/s",
            "of the floor",
            "of the Flask route",
            "processor time, µs",
            "of the floor by processor time",
            "p50 / p99, ms, 16 connections",
            "p50 / p99, ms, 32 connections",
            "p99 / p50, 32 connections",
            "bytes with headers",
            "errors",
        ),
        tuple(rows),
    )


def store(folder: Path, size: int) -> Path:
    """Return a store with so many centres, which is written the first time."""
    database = folder / f"{size}.db"
    if not database.exists():
        unfinished = folder / f"{size}.new.db"
        centres.write_store(unfinished, size)
        for written in folder.glob(f"{unfinished.name}*"):
            written.rename(folder / written.name.replace(".new", ""))
    return database


def paths(
    file: Path,
    box: tuple[float, float, float, float],
    query: str = "lat={lat:.5f}&lon={lon:.5f}",
    count: int = COORDINATES,
) -> Path:
    """Write requests for different coordinates in a box, and return the file."""
    file.write_text(
        "".join(
            f"/v1/nearest?{query.format(lat=lat, lon=lon)}\n"
            for lat, lon in centres.coordinates(count, box)
        )
    )
    return file


def codes_of(folder: Path) -> list[str]:
    """Return every postcode of Belgium that an answer exists for."""
    directory = open_directory(Settings(database_url=f"sqlite:///{store(folder, 3)}"))
    directory.open()
    return [place.code for place in directory.live.snapshot.gazetteer.places("BE")]
