"""Canaries: marked places, addresses and names in every part of a request, for every route.

The sender looks for the marks in everything that is written.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask

from directory_api.search.query import Coordinate, NearestAnswer, NearestQuery, Origin, TypedPlace
from directory_api.search.snapshot import Snapshot
from tests.support.rules import rules

# A real code, an unknown one, a point, a place, an id, and callers; no other number or word of ours
# looks like them.
POSTCODE, UNKNOWN, CRASH, LAT, LON, CRASH_LAT = (
    "9881",
    "9379",
    "9688",
    "50.918273",
    "4.647382",
    "50.13579",
)
PLACE, METHOD = "Canarydorp", "CANARYVERB"
ADDRESS, FORWARDED, AGENT = "203.0.113.199", "198.51.100.188", "CanaryAgent"
# A sender over a socket of this machine may have any address of 127.0.0.0/8.
LOOPBACK = "127.99.88.77"
# The records and postcodes of the directory contain none of these.
UNUSED = [CRASH_LAT, LAT, LON, PLACE, METHOD, ADDRESS, FORWARDED, LOOPBACK, AGENT, "918273"]
MARKS = [POSTCODE, UNKNOWN, CRASH, "Bellem", *UNUSED]
_PLACES: list[dict[str, Any]] = [
    {"postcode": POSTCODE},
    {"postcode": UNKNOWN},
    {"postcode": PLACE},
    {"postcode": POSTCODE, "limit": 3},
    {"lat": LAT, "lon": LON},
    {"lat": LAT, "lon": LON, "limit": 3},
    {"lat": LAT, "lon": f"{LON}x"},
    {"lat": LAT},
    {"postcode": POSTCODE, "lat": LAT},
    {"postcode": POSTCODE, "country": PLACE},
    {"postcode": POSTCODE, PLACE: LAT},
    {"postcode": POSTCODE, LAT: PLACE},
    {"lat": CRASH_LAT, "lon": LON},
    {"lat": CRASH_LAT, "lon": LON, "limit": 1},
]
# The routes in which a canary crashes.
CRASHING = frozenset({"/", "/embed", "/v1/nearest", "/v1/nearest/batch"})
_HEADERS = {
    "X-Forwarded-For": FORWARDED,
    "User-Agent": AGENT,
    "Referer": f"https://{PLACE}.example/{POSTCODE}",
    "X-Request-Id": POSTCODE,
    "Cookie": f"place={PLACE}",
}
_FORM = "application/x-www-form-urlencoded"


def _pattern(marks: Iterable[str]) -> re.Pattern[str]:
    """A mark within a longer number, such as a time of day, is not a mark."""
    parts = (rf"(?<![0-9]){re.escape(mark)}(?![0-9])" for mark in marks)
    return re.compile("|".join(parts), re.IGNORECASE)


MARKED, MARKED_IN_DATA = _pattern(MARKS), _pattern(UNUSED)


class CanarySnapshot(Snapshot):
    """A snapshot that crashes at one latitude and one postcode, with the place in the error's
    text.
    """

    def nearest(self, query: NearestQuery, origin: Origin) -> NearestAnswer:
        """Crash at one latitude and one postcode."""
        if isinstance(query.place, TypedPlace) and query.place.text == CRASH:
            raise RuntimeError(f"{query.place.text} {PLACE}")
        if isinstance(query.place, Coordinate) and str(query.place.lat) == CRASH_LAT:
            raise RuntimeError(f"{query.place.lat} {query.place.lon} {PLACE}")
        return super().nearest(query, origin)


@dataclass(frozen=True, slots=True)
class Canary:
    """A request with marks; the target is a path with its query."""

    method: str
    target: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: _HEADERS)


def routes_of(app: Flask) -> list[str]:
    """The templates of all routes, in order."""
    return sorted({rule.rule for rule in rules(app)})


def canaries(routes: Iterable[str]) -> Iterator[Canary]:
    """Requests with marks in path, query, body, headers and method of each route."""
    for route in routes:
        yield from _to_a_route(route)
    for place in _PLACES:
        yield Canary("GET", f"/v1/nearest?{urlencode(place)}")
        yield _json("/v1/nearest", place)
        yield _json("/v1/nearest/batch", {"places": [place]})
    for base in ("/", "/embed"):
        yield from _to_a_page(base)
    for target in (
        f"/oembed?url=https://{PLACE}.example/{POSTCODE}&format={PLACE}&maxwidth={POSTCODE}",
        f"/partners?lang={PLACE}",
        f"/v1/postcodes?prefix={PLACE}",
        f"/v1/postcodes?prefix={POSTCODE}",
        f"/v1/centres?q={PLACE}&cursor={PLACE}",
        f"/{PLACE}/{POSTCODE}",
    ):
        yield Canary("GET", target)
    for text in (
        f'{{"postcode": "{POSTCODE}"',
        f'"{PLACE}"',
        f'{{"{PLACE}": {LAT}}}',
        PLACE * 9000,
    ):
        yield _sent("/v1/nearest", text, "application/json")
    yield _sent("/v1/nearest", f"postcode={POSTCODE}", f"text/{PLACE}")
    yield Canary("GET", "/v1/centres", headers={**_HEADERS, "If-None-Match": f'"{PLACE}"'})


def _to_a_route(route: str) -> Iterator[Canary]:
    texts = (POSTCODE, UNKNOWN, PLACE, f"{LAT},{LON}", quote("\x1b[31m" + PLACE))
    for mark in (*texts, "%ED%A0%80" + PLACE):
        path = re.sub("<[^>]*>", mark, route)
        for method in ("GET", "POST", METHOD):
            target = f"{path}?postcode={mark}&{PLACE}={POSTCODE}"
            yield _json(target, {"postcode": mark}, method)
    yield Canary("HEAD", f"{quote(route)}?q={PLACE}")
    headers = {**_HEADERS, "Origin": f"https://{PLACE}.example"}
    yield Canary("OPTIONS", f"{quote(route)}?q={PLACE}", headers=headers)


def _to_a_page(base: str) -> Iterator[Canary]:
    for typed in (POSTCODE, UNKNOWN, PLACE, CRASH, ""):
        yield _form(base, postcode=typed, country="BE", lang=PLACE)
    yield _form(base, postcode=POSTCODE, service=PLACE, **{PLACE: POSTCODE})
    yield _form(base, postcode=PLACE * 900)
    yield Canary("GET", f"{base}?postcode={POSTCODE}&lang={PLACE}&service={PLACE}")
    for path in ("/print", "/contact"):
        target = f"{base.rstrip('/')}{path}"
        yield _form(target, centre=PLACE, contact=PLACE, postcode=POSTCODE)
        yield _form(target, helpline=PLACE, postcode=POSTCODE)


def _json(target: str, body: Any, method: str = "POST") -> Canary:
    return _sent(target, json.dumps(body), "application/json", method)


def _form(target: str, **values: str) -> Canary:
    return _sent(target, urlencode(values), _FORM)


def _sent(target: str, text: str, media: str, method: str = "POST") -> Canary:
    return Canary(method, target, text.encode(), {**_HEADERS, "Content-Type": media})
