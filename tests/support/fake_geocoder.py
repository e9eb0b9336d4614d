"""A geocoding service on this machine that answers what a test tells it to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from directory_api.features.desk.geocoding.client import GeocodingService

# No log and no message may contain it.
CANARY = "Kanariestraat 7"
# Run a test with each of the services.
both = pytest.mark.parametrize("name", ["nominatim", "photon"])


@dataclass
class FakeService:
    """What it answers, and what it was asked."""

    port: int
    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)
    # Sent instead of all that, as it is.
    raw: bytes | None = None
    # After so many bytes of the body nothing more comes.
    stall_after: int | None = None
    asked: list[str] = field(default_factory=list)
    user_agents: list[str | None] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters of the last question."""
        return parse_qs(urlsplit(self.asked[-1]).query)

    def says(self, *hits: Any) -> None:
        """Answer with hits of Nominatim's or Photon's form."""
        photon = any("geometry" in hit for hit in hits)
        self.body = json.dumps(
            {"type": "FeatureCollection", "features": hits} if photon else hits
        ).encode()

    def service(self, name: str, **options: Any) -> GeocodingService:
        """A client of it without a delay between requests."""
        return GeocodingService(name, self.host, **{"timeout": 5.0, "min_delay": 0.0, **options})


@dataclass
class Pauses:
    """Stands in for the clock with which geopy keeps requests apart."""

    seconds: float = 0.0

    def clock(self) -> float:
        """The seconds that have been slept."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Take no time."""
        self.seconds += seconds


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        fake: FakeService = self.server.fake  # type: ignore[attr-defined]
        fake.asked.append(self.path)
        fake.user_agents.append(self.headers["User-Agent"])
        if fake.raw is not None:
            self.wfile.write(fake.raw)
            self._stall(fake)
            return
        self.send_response_only(fake.status)
        for name, value in {"Content-Length": str(len(fake.body)), **fake.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(fake.body[: fake.stall_after])
        self._stall(fake)

    def _stall(self, fake: FakeService) -> None:
        if fake.stall_after is not None:
            self.wfile.flush()
            fake.ended.wait(30)

    def do_CONNECT(self) -> None:
        self.server.fake.asked.append(f"CONNECT {self.path}")  # type: ignore[attr-defined]
        self.send_response_only(502)
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_words: Any) -> None:
        """A client that has heard enough hangs up; that is no error of the test."""


@contextmanager
def fake_service() -> Iterator[FakeService]:
    """A service on a free port until the block ends."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        fake = FakeService(server.server_address[1])
        server.fake = fake  # type: ignore[attr-defined]
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        thread.start()
        try:
            yield fake
        finally:
            fake.ended.set()
            server.shutdown()
            thread.join()


def nominatim_hit(
    lat: object, lon: object, kind: str = "house", label: str = "a place", **address: str
) -> Any:
    """A hit as Nominatim writes it, of a kind, with the parts of its address."""
    parts = {"country": "België / Belgique / Belgien", "country_code": "be", **address}
    return {
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "lat": str(lat),
        "lon": str(lon),
        "class": "place",
        "type": kind,
        "addresstype": kind,
        "display_name": label,
        "address": parts,
    }


def photon_hit(
    lat: object, lon: object, kind: str = "house", name: str = "a place", **properties: str
) -> Any:
    """A hit as Photon writes it, of a kind, with the parts of its address."""
    told = {
        "name": name,
        "type": kind,
        "osm_key": "place",
        "country": "België",
        "countrycode": "BE",
        **properties,
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": told,
    }
