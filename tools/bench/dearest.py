"""The dearest requests for each of their bytes: what one caller can make a server do.

Each is sent to the whole application in this process, and the processor time of its answer is
taken. What a process computes once is in the column `first`.
"""

import csv
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from directory_api.bootstrap import open_directory
from directory_api.config import Settings, shipped
from directory_api.text.strict_json import BODY_BYTES
from directory_api.web.app import create_app
from directory_api.web.wsgi.application import Application
from tools.bench import centres
from tools.bench.http_cases import store
from tools.bench.report import Table

SIZES = (3, 3_000)
ROWS = 20
# What a request that fits into a body may take, in seconds of processor time.
MOST_SECONDS = 0.05
ROUNDS = 5
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
# No filter leaves out every centre, or less would be searched.
_FILTERS = {"speaks": "fr", "service": "legal", "prefer_speaks": "ar,fr"}


@dataclass(frozen=True)
class Request:
    """A request. `path` has the query."""

    path: str
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The bytes that are sent: the first line, the headers and the body."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: localhost", ""]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return sum(len(line) + 2 for line in lines) + len(self.body)


# Makes the request of a round: what is kept from the one before must not answer the next.
Make = Callable[[int], Request]


@dataclass(frozen=True)
class Cost:
    """What a request took in seconds, with the size of the first one."""

    name: str
    size: int
    first: float
    median: float
    status: int

    @property
    def of_a_byte(self) -> float:
        """Seconds for each byte."""
        return self.median / self.size


def measure(folder: Path, most: int = SIZES[-1]) -> str:
    """Measure every request with stores of up to `most` centres; returns Markdown."""
    texts = []
    for size in SIZES:
        if size <= most:
            app = _app(folder, size)
            costs = [_cost(app, name, make) for name, make in _requests()]
            texts.append(f"With {size:,} centres:\n\n{table(costs).markdown()}")
    return "\n\n".join(texts)


def _app(folder: Path, size: int) -> Application:
    """Return an application in which nothing was asked yet."""
    directory = open_directory(
        Settings(database_url=f"sqlite:///{store(folder, size)}", rate_limit="")
    )
    directory.open()
    return create_app(directory, log_requests=False)


def _cost(app: Application, name: str, make: Make) -> Cost:
    # What every process computes with its first requests is no property of this one.
    for path in ("/v1/nearest?postcode=1000", "/", "/v1/centres"):
        _seconds(app, Request(path))
    first, *rounds = [_seconds(app, make(number)) for number in range(ROUNDS + 1)]
    return Cost(
        name, make(0).size, first[0], statistics.median(taken for taken, _ in rounds), first[1]
    )


def _seconds(app: Application, request: Request) -> tuple[float, int]:
    client = app.test_client()
    started = time.thread_time()
    response = client.open(
        request.path,
        method=request.method,
        data=request.body or None,
        headers=dict(request.headers),
    )
    taken = time.thread_time() - started
    return taken, response.status_code


def table(costs: Sequence[Cost], rows: int = ROWS) -> Table:
    """Return the dearest for each byte, and those over the limit wherever they stand."""
    by_byte = sorted(costs, key=lambda cost: -cost.of_a_byte)
    shown = by_byte[:rows]
    dear = [cost.name for cost in costs if cost.median > MOST_SECONDS]
    over = ", ".join(dear) or "none"
    limit = f"{MOST_SECONDS * 1000:.0f} ms"
    return Table(
        ("request", "bytes", "status", "ms", "µs a byte", "first, ms"),
        [
            (
                cost.name,
                f"{cost.size:,}",
                str(cost.status),
                f"{cost.median * 1000:.1f}",
                f"{cost.of_a_byte * 1e6:.1f}",
                f"{cost.first * 1000:.1f}",
            )
            for cost in shown
        ],
        [f"Of {len(costs)} requests, those that take more than {limit}: {over}."],
    )


def _requests() -> Iterator[tuple[str, Make]]:
    yield from _batches()
    yield from _places()
    yield from _lists()
    yield from _pages()
    yield from _bodies()
    yield from _headers()


def _batches() -> Iterator[tuple[str, Make]]:
    towns = [{"place": f"{code} {name}"} for code, name in _names()]
    alone = [{"place": name} for _, name in _names()]
    misspelt = [
        {"place": f"{name[:-2]}{name[-1]}{name[-2]}x"} for _, name in _names() if len(name) > 5
    ]
    pairs = [
        {"place": f"{one['place']}/{other['place']}"}
        for one, other in zip(alone, alone[100:], strict=False)
    ]
    luxembourg = [{"place": "Luxembourg", "country": "LU"}]
    coordinates = _coordinates(1_000)
    yield "100 x Luxembourg LU", _batch(luxembourg)
    yield "100 x Luxembourg LU, with filters", _batch(luxembourg, **_FILTERS)
    yield "100 x Luxembourg", _batch([{"place": "Luxembourg"}])
    yield "100 x Hainaut/Liège/Namur", _batch([{"place": "Hainaut/Liège/Namur"}])
    yield "100 names", _batch(alone)
    yield "100 names, with filters", _batch(alone, **_FILTERS)
    yield "100 names, misspelt", _batch(misspelt)
    yield "100 pairs of names", _batch(pairs)
    yield "100 postcodes with a name", _batch(towns)
    yield "100 texts of 80 letters", _batch([{"place": _letters(n, 80)} for n in range(1_000)])
    yield "100 letters", _batch([{"place": letter} for letter in "abcdefghijklmnopqrstuvwxyz"])
    yield "100 coordinates", _batch(coordinates)
    yield "100 coordinates, with filters", _batch(coordinates, **_FILTERS)
    yield (
        "100 coordinates, open at a time, limit 20",
        _batch(coordinates, limit=20, open_at="2027-02-03T10:00:00+01:00"),
    )
    yield "100 requests without a place", _batch([{f"place{n}": 1} for n in range(1_000)])


def _batch(origins: Sequence[Mapping[str, Any]], **options: Any) -> Make:
    def make(number: int) -> Request:
        hundred = [origins[(number * 100 + each) % len(origins)] for each in range(100)]
        return _post("/v1/nearest/batch", {"places": hundred, **options})

    return make


def _get(path: str, **headers: str) -> Make:
    """Return a GET, in whose path {n} is the number of the round."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda number: Request(path.replace("{n}", str(number + 1)), headers=named)


def _places() -> Iterator[tuple[str, Make]]:
    nearest = "/v1/nearest?lat=50.{n}&lon=4.4"
    for name in ("Luxembourg", "limburg", "st", "Hainaut/Liège/Namur", _letters(1, 80)):
        yield f"GET the place {name[:20]}", _get(f"/v1/nearest?{urlencode({'postcode': name})}")
    arabic = quote(_letters(1, 80, "ابتثجحخدذرز"))
    yield "GET a place of 80 Arabic letters", _get(f"/v1/nearest?place={arabic}")
    yield (
        "POST a name, with filters",
        lambda number: _post("/v1/nearest", {"place": _names()[number][1], **_FILTERS}),
    )
    yield "GET a coordinate, open at a time", _get(nearest + "&open_at=2027-02-1{n}T10:00:00Z")
    for format_ in ("geojson", "csv"):
        path = nearest.replace("nearest?", f"nearest.{format_}?")
        yield f"GET 20 of a coordinate as {format_}", _get(f"{path}&limit=20")
    for prefix in ("s", "sint", "Sint-Niklaasx"):
        yield f"GET /v1/postcodes?q={prefix}", _get(f"/v1/postcodes?q={prefix}")


def _lists() -> Iterator[tuple[str, Make]]:
    day = "open_at=2027-02-1{n}T10:00:00Z"
    words = "+".join("abcdefghij"[each % 10] for each in range(40))
    queries = ("q=a", "q=e+a+i+o+u+s+t+r", f"q={words}", "limit=100&q=a", day, f"{day}&limit=100")
    for query in queries:
        yield f"GET /v1/centres?{query[:24]}", _get(f"/v1/centres?{query}")
    for path in (
        "/v1/centres.csv",
        "/v1/centres.geojson",
        "/v1/centres.xlsx",
        "/v1/bundle/BE",
        "/v1/bundle/names/BE",
        "/v1/bundle/names/DE",
        "/v1/helplines",
        "/changes.atom",
        "/openapi.json",
        "/metrics",
        "/hsds/",
        "/hsds/services",
        "/hsds/organizations",
        "/hsds/service_at_locations",
        "/hsds/taxonomy_terms",
    ):
        yield f"GET {path}", _get(path)


def _pages() -> Iterator[tuple[str, Make]]:
    for path in ("/", "/?lang=ar", "/embed", "/partners", "/docs", "/nothing", "/admin/login"):
        yield f"GET {path}", _get(path, Accept="text/html")
    for name in ("Luxembourg", "s"):
        yield f"POST / {name}", _form("/", postcode=name, country="BE")
    yield (
        "POST / a name",
        lambda number: _form("/", postcode=_names()[number][1], country="BE")(number),
    )
    fields = {f"a{number}": "1" for number in range(6_000)}
    yield "POST / 6,000 fields", _form("/", **fields)
    yield "POST /admin/login", _form("/admin/login", token="directory_" + "a" * 43)


def _bodies() -> Iterator[tuple[str, Make]]:
    most = BODY_BYTES - 100
    origins = {
        "1,000 wrong places": [{"lat": "x", "lon": [], "postcode": {}}] * 1_000,
        "20,000 numbers as places": [1] * 20_000,
    }
    bodies = {
        "deep arrays": b"[" * most,
        "deep objects": b'{"a":' * (most // 5),
        "a long number": b'{"lat":1%s,"lon":4}' % (b"0" * (most - 20)),
        "a long fraction": b'{"lat":0.%s,"lon":4}' % (b"7" * (most - 20)),
        "an exponent": b'{"lat":1e999999999,"lon":4}',
        "a long postcode": b'{"postcode":"%s"}' % (b"a" * (most - 20)),
        "combining marks": json.dumps(
            {"postcode": "a" + chr(0x301) * (most // 3)}, ensure_ascii=False
        ).encode(),
        "5,000 members": json.dumps({f"m{number}": 1 for number in range(5_000)}).encode(),
    }
    for name, body in bodies.items():
        yield f"POST {name}", _with_body("/v1/nearest", body)
    for name, listed in origins.items():
        body = json.dumps({"places": listed}).encode()
        yield f"POST {name}", _with_body("/v1/nearest/batch", body)


def _headers() -> Iterator[tuple[str, Make]]:
    many = range(500)
    for name, value in {
        "Accept": ",".join(f"a{each}/b;q=0.{each % 10}" for each in many),
        "Accept_Language": ",".join(f"x{each}-y;q=0.{each % 10}" for each in many),
        "Accept_Encoding": ",".join(f"e{each};q=0.1" for each in many),
        "If_None_Match": ",".join(f'"{each}"' for each in many),
        "X_Forwarded_For": ",".join(f"10.0.{each % 256}.{each // 256}" for each in many),
        "Cookie": ";".join(f"a{each}=1" for each in many),
        "Authorization": "Bearer " + "a" * 7_000,
        "Range": "bytes=" + ",".join(f"{each}-{each}" for each in many),
    }.items():
        for path in ("/v1/nearest?lat=50.8&lon=4.{n}", "/v1/centres?limit={n}", "/?{n}"):
            yield f"GET {path.partition('?')[0]}, long {name}", _get(path, **{name: value})
    parameters = "&".join(f"p{each}=1" for each in many)
    yield "GET 500 parameters", _get(f"/v1/nearest?{parameters}&n={{n}}")
    languages = "&".join(["language=fr"] * 500)
    yield "GET 500 times language", _get(f"/v1/nearest?lat=50.8&lon=4.{{n}}&{languages}")
    yield "GET a path of 7,000 bytes", _get("/v1/" + "a/" * 3_500)
    yield "GET a path that is nearly one", _get("/v1/centers/pag-asaa")


def _post(path: str, members: Mapping[str, Any]) -> Request:
    return _with_body(path, json.dumps(members, ensure_ascii=False).encode())(0)


def _with_body(path: str, body: bytes) -> Make:
    return lambda _: Request(path, "POST", body, {"Content-Type": _JSON})


def _form(path: str, **members: str) -> Make:
    headers = {"Content-Type": _FORM, "Accept": "text/html"}
    return lambda _: Request(path, "POST", urlencode(members).encode(), headers)


@cache
def _names() -> list[tuple[str, str]]:
    """The postcodes of Belgium and their names, in no order."""
    with (shipped("data") / "countries/be/postcodes.csv").open(encoding="utf-8") as file:
        names = [(row["code"], row["place"]) for row in csv.DictReader(file)]
    random.Random(28).shuffle(names)
    return names


def _coordinates(count: int) -> list[dict[str, Any]]:
    return [
        {"lat": round(lat, 5), "lon": round(lon, 5)}
        for lat, lon in centres.coordinates(count, centres.BELGIUM)
    ]


def _letters(number: int, count: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    return "".join(random.Random(number).choices(alphabet, k=count))
