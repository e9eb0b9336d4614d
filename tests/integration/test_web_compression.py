"""Compressed answers: the same bytes as the plain ones, with an ETag of their own."""

import gzip
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from directory_api.web.http import negotiation
from directory_api.web.http.negotiation import preferred_coding
from directory_api.web.http.responses import LEAST_BYTES, encode
from tests.support.maintainer_app import CENTRE, MaintainerApp
from tests.support.records import directory_of, made_up_centre

BROTLI = negotiation.BROTLI
DECOMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    **({"br": BROTLI.decompress} if BROTLI else {}),
}
CODINGS = sorted(DECOMPRESS)
BEST = "br" if BROTLI else "gzip"
# One of each kind: from memory, from Flask, a file, and a problem. test_operations.py asks for all.
ASKED: dict[str, str] = {
    "a stored answer": "/v1/nearest?postcode=1000",
    "one that is not stored": "/v1/nearest?postcode=1000&service=legal",
    "a script": "/static/page.js",
    "a problem": "/v1/nearest?postcode=9999",
}


@pytest.fixture
def app(directory: Directory) -> Flask:
    """With a clock that stops, because max-age is shorter just before a centre opens."""
    return create_app(directory, now=lambda: datetime(2026, 1, 11, 9, tzinfo=UTC))


def _ask(client: FlaskClient, name: str, coding: str, **headers: str) -> TestResponse:
    return client.get(ASKED[name], headers={"Accept-Encoding": coding, **headers})


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("name", ASKED)
def test_a_compressed_answer_has_the_bytes_of_the_plain_one(
    client: FlaskClient, name: str, coding: str
) -> None:
    """Twice, because the second may be stored; Vary says that both depend on Accept-Encoding."""
    for _ in range(2):
        plain, compressed = _ask(client, name, "identity"), _ask(client, name, coding)
        assert "Content-Encoding" not in plain.headers
        assert compressed.headers["Content-Encoding"] == coding
        assert DECOMPRESS[coding](compressed.data) == plain.data
        assert len(compressed.data) == int(compressed.headers["Content-Length"])
        assert len(compressed.data) < len(plain.data)
        for answer in (plain, compressed):
            (vary,) = answer.headers.get_all("Vary")
            assert "Accept-Encoding" in vary.split(", ")


@pytest.mark.parametrize("name", ASKED)
def test_each_coding_has_a_strong_etag_of_its_own(client: FlaskClient, name: str) -> None:
    """304 to the ETag of the coding that is asked for, stored or not; 200 to that of another."""
    answers = {coding: _ask(client, name, coding) for coding in ("identity", *CODINGS)}
    tags = {coding: answer.headers.get("ETag") for coding, answer in answers.items()}
    plain = tags.pop("identity")
    if plain is None:
        assert set(tags.values()) == {None}
        return
    assert tags == {coding: f'{plain[:-1]}-{coding}"' for coding in CODINGS}
    for coding, tag in {"identity": plain, **tags}.items():
        for other, etag in {"identity": plain, **tags}.items():
            again = _ask(client, name, coding, **{"If-None-Match": etag or ""})
            assert again.status_code == (304 if coding == other else 200)
        assert again.headers["Vary"] == answers[coding].headers["Vary"]
        assert _ask(client, name, coding, **{"If-None-Match": tag or ""}).headers["ETag"] == tag


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("deflate, zstd", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=0", ""),
        ("gzip; q=0.0, identity", ""),
        ("gzip;q=0.001", "gzip"),
        ("gzip;q=0.5, identity;q=0.6", ""),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("identity;q=0", ""),
        ("*", BEST),
        ("*;q=0", ""),
        ("gzip;q=0, *;q=0.5, identity;q=0", "br" if BROTLI else ""),
        ("br;q=0, *", "gzip"),
        ("br;q=0.9, gzip", "gzip"),
        ("gzip, deflate, br, zstd", BEST),
        ("gzip;q=none", ""),
        (",;=", ""),
    ],
)
def test_a_coding_is_that_which_is_preferred(accepted: str, coding: str) -> None:
    """As in RFC 9110, section 12.5.3; of equal ones the smallest, and none without the header."""
    assert preferred_coding(accepted) == coding


def test_an_image_is_not_compressed_again(app: Flask) -> None:
    """Nor does it say that it depends on Accept-Encoding."""
    with app.test_request_context(headers={"Accept-Encoding": "gzip"}):
        image = encode(Response(bytes(2 * LEAST_BYTES), mimetype="image/png"))
    assert not {"Content-Encoding", "Vary"} & set(image.headers.keys())


@pytest.mark.needs("response_cache")
def test_callers_who_prefer_the_same_coding_share_a_stored_answer(app: Flask) -> None:
    """Every browser writes the header in its own way."""
    came: list[None] = []
    app.before_request(lambda: came.append(None))
    client = app.test_client()
    texts = ("gzip", "gzip, deflate", "deflate;q=0.5, gzip;q=1.0", "br;q=0, *", "", "identity")
    for text in texts:
        client.get("/v1/nearest?postcode=2000", headers={"Accept-Encoding": text})
    assert len(came) == 2


def test_what_never_reaches_the_routes_is_compressed_too(tmp_path: Path) -> None:
    """429 comes from a layer before them, and has the helplines."""
    app = create_app(directory_of(tmp_path, [made_up_centre(1)], rate_limit="1/hour"))
    client = app.test_client()
    for path in ("/v1/nearest?postcode=1000", "/v1/nearest?lat=50.85&lon=4.35"):
        refused = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert (refused.status_code, refused.headers["Content-Encoding"]) == (429, "gzip")
    assert b'"112"' in gzip.decompress(refused.data)


@pytest.mark.needs("admin")
def test_the_pages_of_maintainers_are_never_compressed(client: FlaskClient) -> None:
    """Their forms have a secret beside what a request sent (BREACH)."""
    for path in ("/admin/", "/admin/sign-in", "/admin/unknown"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip, br"})
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("path", [CENTRE, f"{CENTRE}/record", "/v1/helplines/be-101"])
def test_the_etag_of_a_compressed_answer_is_a_version(
    maintainer_app: MaintainerApp, path: str, coding: str
) -> None:
    """A change takes it, and answers with the ETag of the plain record."""
    client = maintainer_app.app.test_client()
    secret = {"Authorization": f"Bearer {maintainer_app.secrets['anna']}"}
    seen = client.get(path, headers={**secret, "Accept-Encoding": coding})
    record = path.removesuffix("/record")
    is_centre = record == CENTRE
    written = client.patch(
        f"{record}?reason=test",
        json={"name": "New"} if is_centre else {"name": {"en": "New"}},
        headers={**secret, "If-Match": seen.headers["ETag"], "Accept-Encoding": coding},
    )
    assert seen.headers["ETag"].endswith(f'-{coding}"') is is_centre
    assert written.status_code == 200
    assert written.headers["ETag"] == client.get(record).headers["ETag"]
    coded = client.get(record, headers={"Accept-Encoding": coding})
    assert coded.headers["ETag"] != seen.headers["ETag"]


def test_a_batch_of_a_hundred_has_at_most_10_kb_compressed(
    client: FlaskClient, directory: Directory
) -> None:
    """For postcodes and for coordinates."""
    places = list(directory.live.snapshot.gazetteer.places("BE"))
    for seed in range(5):
        chosen = random.Random(seed).sample(places, 100)
        for origins in (
            [{"postcode": place.code} for place in chosen],
            [{"lat": place.point.lat, "lon": place.point.lon} for place in chosen],
        ):
            headers = {"Accept-Encoding": "gzip"}
            body = {"origins": origins}
            batch = client.post("/v1/nearest/batch", json=body, headers=headers)
            assert len(batch.data) <= 10 * 1024
            assert len(gzip.decompress(batch.data)) <= 70_000
