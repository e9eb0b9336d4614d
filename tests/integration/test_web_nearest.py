"""/v1/nearest is answered before Flask; an edition keeps answers to places with a name, and never
one to a coordinate or a body.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import request
from werkzeug.test import TestResponse

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.live.editions import Edition
from directory_api.web.app import create_app
from directory_api.web.v1 import nearest
from directory_api.web.v1.nearest import NearestRoute
from tests.support.records import directory_of, made_up_centre

PATH = "/v1/nearest"
POSTCODE = f"{PATH}?postcode=1000"
COORDINATE = f"{PATH}?lat=50.85&lon=4.35"
MOMENT = datetime(2026, 1, 11, 9, tzinfo=UTC)


class Watched:
    """An app, the requests that came to Flask, and the answers that its edition keeps."""

    def __init__(self, directory: Directory, **settings: Any) -> None:
        directory = replace(directory, settings=replace(directory.settings, **settings))
        self.moment = MOMENT
        self.app = create_app(directory, now=lambda: self.moment)
        self.came: list[str] = []
        self.app.before_request(lambda: self.came.append(request.method))

    def send(self, path: str, method: str = "GET", **options: Any) -> TestResponse:
        """The answer to a request."""
        return self.app.test_client().open(path, method=method, **options)

    @property
    def kept(self) -> Mapping[Any, Any]:
        """The answers that are kept."""
        edition: Edition = self.app.extensions["directory"].editions.current()
        return edition.cached(NearestRoute, dict)

    def keeps(self, path: str, **options: Any) -> bool:
        """Whether an answer is kept that was not before; the second answer is that of the first."""
        before = len(self.kept)
        first, second = self.send(path, **options), self.send(path, **options)
        assert _seen(first) == _seen(second)
        return len(self.kept) > before


def _seen(response: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """All of an answer but how many requests are left."""
    headers = [header for header in response.headers if header[0] != "RateLimit"]
    return response.status, headers, response.data


@pytest.fixture
def watched(directory: Directory) -> Watched:
    """Without a rate limit."""
    return Watched(directory)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/", f"/{PATH}", f"{PATH}.json"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_question_is_answered_before_flask(watched: Watched, path: str, method: str) -> None:
    """In each spelling of the address that Flask would find; so is a refusal."""
    for query in ("postcode=1000", "lat=50.85&lon=4.35", "postcode=9999"):
        overrides = {"PATH_INFO": path}
        response = watched.send(f"{PATH}?{query}", method, environ_overrides=overrides)
        assert response.status_code == (404 if query == "postcode=9999" else 200)
        assert (response.text == "") == (method == "HEAD")
        assert int(response.headers["Content-Length"]) > 500
    assert watched.came == []


def test_get_and_post_have_the_same_answer(watched: Watched) -> None:
    """With the same headers, in JSON and in another format."""
    for place in ({"lat": 50.85, "lon": 4.35}, {"postcode": "1000"}, {"place": "Luik"}):
        for more in ({}, {"limit": 1}, {"format": "geojson"}):
            got = watched.send(PATH, query_string={**place, **more})
            assert got.status_code == 200
            assert _seen(watched.send(PATH, "POST", json={**place, **more})) == _seen(got)
    assert watched.came == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_those_of_flask(watched: Watched, method: str) -> None:
    """Allow names those that are answered."""
    response = watched.send(POSTCODE, method)
    assert response.status_code == (200 if method == "OPTIONS" else 405)
    assert {*response.headers["Allow"].split(", ")} == {"GET", "HEAD", "POST", "OPTIONS"}


@pytest.mark.parametrize(
    ("query", "is_kept"),
    [
        ("postcode=1000", True),
        ("country=BE&postcode=1000", True),
        ("postcode=1000&limit=1", True),
        ("postcode=1000&format=csv&lang=nl", True),
        ("place=1000", True),
        ("place=Gent", True),
        ("place=Bellem", True),
        # Written in another way than the gazetteer does, or with more characters than needed.
        ("place=gent", False),
        ("postcode=B-1000", False),
        ("postcode=%31000", False),
        ("postcode=1000&", False),
        (f"postcode=1000&limit={'0' * 90}3", False),
        # The position of a person.
        ("lat=50.85&lon=4.35", False),
        ("place=50.85,4.35", False),
        # Not an answer.
        ("postcode=9999", False),
        ("postcode=1000&lat=50.85&lon=4.35", False),
        ("", False),
        # What few people ask.
        ("postcode=1000&open_at=now", False),
        ("postcode=1000&service=legal", False),
    ],
)
def test_only_an_answer_to_a_place_with_a_name_is_kept(
    watched: Watched, query: str, is_kept: bool
) -> None:
    """Callers cannot make up keys."""
    assert watched.keeps(f"{PATH}?{query}") == is_kept


def test_no_answer_to_a_body_is_kept(watched: Watched) -> None:
    """Also of a body that is ignored."""
    assert not watched.keeps(PATH, method="POST", json={"postcode": "1000"})
    assert watched.keeps(POSTCODE)
    assert watched.send(PATH, "POST", json={"postcode": "2000"}).status_code == 200
    for method, path in (("GET", POSTCODE), ("POST", PATH)):
        coded = watched.send(path, method, data=b"abc", headers={"Content-Encoding": "gzip"})
        assert (coded.status_code, coded.headers["Accept-Encoding"]) == (415, "identity")


def test_an_answer_is_kept_for_what_it_depends_on(directory: Directory) -> None:
    """Format, language, coding and prefix; not for headers that mean the same."""
    watched = Watched(directory, url_prefix="forwarded")
    same: list[dict[str, str]] = [{}, {"Accept": "*/*"}, {"Accept-Language": "en-GB"}]
    others = [
        {"Accept": "text/csv"},
        {"Accept-Language": "nl"},
        {"Accept-Encoding": "gzip"},
        {"X-Forwarded-Prefix": "/aide"},
    ]
    for headers in same:
        watched.send(POSTCODE, headers=headers)
    assert len(watched.kept) == 1
    for headers in others:
        assert watched.keeps(POSTCODE, headers=headers), headers


def test_kept_answers_are_bounded(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """By number and by size."""
    monkeypatch.setattr(nearest, "_MOST_CACHED", 2)
    for code in (1000, 1020, 1030):
        assert watched.send(f"{PATH}?postcode={code}").status_code == 200
    assert len(watched.kept) == 1
    monkeypatch.setattr(nearest, "_LARGEST_CACHED", 1_000)
    assert not watched.keeps(f"{PATH}?postcode=2000")


def test_an_answer_ends_with_its_edition(watched: Watched) -> None:
    """A new day has another one."""
    assert watched.keeps(POSTCODE)
    watched.moment = datetime(2026, 1, 12, 9, tzinfo=UTC)
    assert watched.keeps(POSTCODE)


def test_answers_are_counted_logged_and_limited(
    directory: Directory, capfd: pytest.CaptureFixture[str]
) -> None:
    """As those of Flask; a refusal has its helplines."""
    watched = Watched(directory, rate_limit="4/hour")
    capfd.readouterr()
    paths = [POSTCODE, POSTCODE, COORDINATE, f"{PATH}?postcode=9999", POSTCODE]
    answers = [watched.send(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 429]
    left = [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers]
    assert left == [f'"default";r={number}' for number in (3, 2, 1, 0, 0)]
    assert answers[4].get_json()["helplines"]
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [(line["route"], line["status"]) for line in lines] == [
        *[(PATH, 200)] * 3,
        (PATH, 404),
        ("unmatched", 429),
    ]


def test_a_crash_is_logged_and_answered_with_helplines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The log has the route, and nothing of the place."""

    def crash(*_: object) -> None:
        raise RuntimeError("50.85")

    watched = Watched(directory_of(tmp_path, [made_up_centre(1)]))
    monkeypatch.setattr(Edition, "nearest", crash)
    capfd.readouterr()
    response = watched.send(COORDINATE)
    assert (response.status_code, response.get_json()["code"]) == (500, "internal-error")
    assert response.get_json()["helplines"]
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    assert [(line["event"], line["route"]) for line in lines] == [
        ("crash", PATH),
        ("request", PATH),
    ]
    assert "50.85" not in written


def test_before_anything_is_loaded_there_is_a_problem(tmp_path: Path) -> None:
    watched = Watched(open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db")))
    for path in (POSTCODE, COORDINATE):
        assert watched.send(path).status_code == 503
