"""Stored answers: those of the routes, to the byte, and never to a coordinate."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.response_cache import response_cache
from directory_api.web.app import create_app

POSTCODE = "/v1/nearest?postcode=1000"
MOMENT = datetime(2026, 1, 11, 9, tzinfo=UTC)


class Watched:
    """An app, and the requests that came to Flask."""

    def __init__(self, directory: Directory, **settings: Any) -> None:
        directory = replace(directory, settings=replace(directory.settings, **settings))
        self.directory = directory
        self.moment = MOMENT
        self.app = create_app(directory, now=lambda: self.moment)
        self.came: list[str] = []
        for part in self.app.every_part():
            part.before_request(lambda: self.came.append("came"))

    def get(self, path: str, **headers: str) -> TestResponse:
        """The answer to a GET."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.test_client().get(path, headers=named)

    def came_for(self, path: str, **headers: str) -> int:
        """How often Flask is asked when a request is sent twice."""
        before = len(self.came)
        first, second = self.get(path, **headers), self.get(path, **headers)
        assert _seen(first) == _seen(second)
        return len(self.came) - before


def _seen(response: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """All of an answer but how many requests are left, and its time, which the server adds."""
    headers = [
        (name, value) for name, value in response.headers if name not in ("RateLimit", "Date")
    ]
    return response.status, headers, response.data


@pytest.fixture
def watched(directory: Directory) -> Watched:
    """Without a rate limit."""
    return Watched(directory)


@pytest.mark.parametrize(
    "query",
    ["postcode=1000", "country=BE&postcode=1000", "postcode=1000&limit=1", "postcode=B-1000",
     "postcode=1000&format=text&lang=nl", "postcode=1000&fields=id&lang=nl", "postcode=Bellem"],
)  # fmt: skip
def test_a_postcode_is_answered_once_by_flask(watched: Watched, query: str) -> None:
    """The second answer is that of the first, with its headers in their order."""
    assert watched.came_for(f"/v1/nearest?{query}") == 1


@pytest.mark.parametrize(
    "query",
    ["lat=50.85&lon=4.35&lang=nl", "lat=50%2E85&lon=4.35", "LAT=50.85&lon=4.35",
     "lng=4.35&lat=50.85", "postcode=1000&lat=50.85&lon=4.35", "postcode=1000&lat=",
     "postcode=50.85,4.35",
     "postcode=1000&latitude=50.85", "postcode=9999", "postcode=1000&language=nl",
     "postcode=1000&open_at=now", "postcode=1000&max_distance_m=900000", "format=json", ""],
)  # fmt: skip
def test_nothing_else_is_stored(watched: Watched, query: str) -> None:
    """No coordinate, however it is written; no refusal; and no search that few people repeat."""
    assert watched.came_for(f"/v1/nearest?{query}") == 2


PUBLIC = ("/v1/", "/v1/centres", "/v1/centres.csv", "/v1/centres?language=nl",
          "/v1/centres/pag-asa", "/v1/bundle", "/v1/bundle/BE", "/v1/helplines",
          "/v1/helplines/be-112", "/v1/languages", "/v1/services",
          "/openapi.yaml", "/hsds/services", "/static/finder.css")  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_what_any_cache_may_store_is_stored(watched: Watched, path: str) -> None:
    """With each content coding, and the 304 of each has the headers of the route's."""
    for coding in ("identity", "gzip"):
        tag = watched.get(path, Accept_Encoding=coding).headers["ETag"]
        headers = {"Accept_Encoding": coding, "If_None_Match": tag}
        watched.came.clear()
        routed = create_app(watched.directory, now=lambda: watched.moment).test_client()
        not_modified = routed.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        assert not_modified.status_code == 304
        assert _seen(watched.get(path, **headers)) == _seen(not_modified)
        assert watched.came == []


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/centres?q=liege", 200), ("/v1/postcodes?prefix=40", 200), ("/", 200),
     ("/v1/changes.atom", 200), ("/livez", 200), ("/v1/centres/nowhere", 404),
     ("/v1/centres?limit=0", 400),
     ("/v1/centres?postcode=1000", 400)],
)  # fmt: skip
def test_what_no_cache_may_store_is_not_stored(watched: Watched, path: str, status: int) -> None:
    """Words that may be a town's name, pages of visitors, refusals."""
    assert watched.get(path).status_code == status
    assert watched.came_for(path) == 2


def test_other_conditions_are_those_of_the_route(watched: Watched) -> None:
    """Another ETag, several, a weak one, any, and one for writes."""
    tag = watched.get("/v1/centres").headers["ETag"]
    for header, status in (
        ('"other"', 200), (f'"other", {tag}', 304), (f"W/{tag}", 304), ("*", 304)
    ):  # fmt: skip
        watched.came.clear()
        assert watched.get("/v1/centres", If_None_Match=header).status_code == status
        assert len(watched.came) == 1
    watched.came.clear()
    both = watched.get("/v1/centres", If_None_Match=tag, If_Match='"other"')
    assert (both.status_code, len(watched.came)) == (200, 1)


def test_a_list_is_not_cached_until_after_a_centre_opens(watched: Watched) -> None:
    """In the last minute before that it is made each time, with a shorter max-age."""
    watched.moment = datetime(2026, 1, 12, 7, 58, tzinfo=UTC)  # PAG-ASA opens at 8:00
    assert watched.came_for("/v1/centres") == 1
    watched.moment = datetime(2026, 1, 12, 7, 59, 30, tzinfo=UTC)
    assert watched.came_for("/v1/centres") == 2
    assert "max-age=30," in watched.get("/v1/centres").headers["Cache-Control"]
    watched.moment = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
    assert watched.came_for("/v1/centres") == 1


def test_what_is_not_limited_is_stored_without_a_limit(directory: Directory) -> None:
    """The style sheet of the page that explains the limit."""
    watched = Watched(directory, rate_limit="1/hour")
    answers = [watched.get("/static/finder.css") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert "RateLimit" not in answers[2].headers
    assert len(watched.came) == 1
    assert [watched.get("/v1/").status_code for _ in range(2)] == [200, 429]


def test_other_methods_and_routes_are_not_stored(watched: Watched) -> None:
    """HEAD has an answer of its own; a POST with options is one."""
    client = watched.app.test_client()
    watched.get(POSTCODE)
    assert client.head(POSTCODE).data == b""
    body = {"postcode": "1000", "limit": 1}
    assert client.post("/v1/nearest", json=body).status_code == 200
    assert watched.came_for("/v1/centres?postcode=1000") == 2
    assert len(watched.came) == 5
    watched.get("/v1/centres")
    watched.came.clear()
    assert client.head("/v1/centres").data == b""
    assert len(watched.came) == 1


def test_an_answer_is_that_of_the_headers_of_its_request(watched: Watched) -> None:
    """Format and language follow the request, not who asked first."""
    asked: list[dict[str, str]] = [
        {},
        {"Accept": "text/plain"},
        {"Accept": "text/plain", "Accept_Language": "nl"},
        {"Accept": "text/csv"},
    ]
    fresh = [watched.get(f"{POSTCODE}&limit=2", **headers) for headers in asked]
    stored = [watched.get(f"{POSTCODE}&limit=2", **headers) for headers in asked]
    assert len({answer.data for answer in fresh}) == len(asked) == len(watched.came)
    assert [*map(_seen, stored)] == [*map(_seen, fresh)]
    assert watched.came_for("/v1/nearest.csv?postcode=1000") == 1


def test_links_have_the_prefix_of_the_request(directory: Directory) -> None:
    """A proxy may serve the directory below several paths."""
    watched = Watched(directory, url_prefix="forwarded")
    for prefix in ("/help", "/aide"):
        assert watched.came_for(POSTCODE, X_Forwarded_Prefix=prefix) == 1


def test_an_answer_ends_with_its_edition(watched: Watched) -> None:
    """A new day has another one."""
    assert watched.came_for(POSTCODE) == 1
    watched.moment = datetime(2026, 1, 12, 9, tzinfo=UTC)
    assert watched.came_for(POSTCODE) == 1


def test_an_answer_of_the_next_edition_is_not_stored_in_the_last_one(watched: Watched) -> None:
    """If the edition changes while Flask answers, it is not known whose the answer is."""

    def change() -> None:
        watched.moment = datetime(2026, 1, 12, 9, tzinfo=UTC)

    watched.app.before_request(change)
    assert watched.came_for(POSTCODE) == 2


def test_stored_answers_are_counted_logged_and_limited(
    directory: Directory, capfd: pytest.CaptureFixture[str]
) -> None:
    """As those of Flask; a refusal has its helplines."""
    watched = Watched(directory, rate_limit="3/hour")

    def counted() -> float:
        labels = re.escape('{method="GET",route="/v1/nearest",status="200"}')
        text = watched.get("/metrics").text
        return sum(map(float, re.findall(f"directory_requests_total{labels} (.+)", text)))

    before = counted()
    capfd.readouterr()
    watched.came.clear()
    answers = [watched.get(POSTCODE) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    left = [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers]
    assert left == [f'"default";r={number}' for number in (2, 1, 0, 0)]
    assert _seen(answers[0]) == _seen(answers[2])
    assert answers[3].get_json()["helplines"]
    assert len(watched.came) == 1
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [(line["route"], line["status"]) for line in lines] == [
        *[("/v1/nearest", 200)] * 3,
        ("unmatched", 429),
    ]
    assert counted() - before == 3


def test_the_oldest_answers_make_room(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """By number and by bytes."""
    monkeypatch.setattr(response_cache, "MOST_ANSWERS", 2)
    paths = [f"/v1/nearest?postcode={code}" for code in (1000, 1020, 1030)]
    assert [watched.came_for(path) for path in paths] == [1, 1, 1]
    assert [watched.came_for(path) for path in (paths[2], paths[1])] == [0, 0]
    assert watched.came_for(paths[0]) == 1
    monkeypatch.setattr(response_cache, "MOST_BYTES", 20_000)
    assert [watched.came_for(path) for path in paths] == [0, 1, 1]
    assert watched.came_for(paths[1]) == 1
    monkeypatch.setattr(response_cache, "MOST_BYTES", 1_000)
    assert watched.came_for(paths[0]) == 2


def test_a_caller_cannot_store_long_texts(watched: Watched) -> None:
    """Headers are part of the key."""
    assert watched.came_for(POSTCODE, Accept_Language="nl," * 300) == 1
    assert watched.came_for(POSTCODE, Accept_Language="nl," * 400) == 2


def test_after_a_crash_before_flask_the_route_answers(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The crash is logged with its route."""

    def crash(*_: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(
        "directory_api.features.response_cache.coordinates.CoordinateAnswers.answer", crash
    )
    answer = watched.get("/v1/nearest?lat=50.85&lon=4.35")
    assert (answer.status_code, len(watched.came)) == (200, 1)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [(line["event"], line["route"]) for line in lines] == [
        ("crash", "/v1/nearest"),
        ("request", "/v1/nearest"),
    ]


def test_before_anything_is_loaded_flask_answers(tmp_path: Path) -> None:
    """With a problem, which is not stored."""
    watched = Watched(open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db")))
    assert watched.came_for(POSTCODE) == 2
    assert watched.get(POSTCODE).status_code == 503


@pytest.mark.parametrize("path", [POSTCODE, "/v1/nearest?lat=50.85&lon=4.35", "/v1/languages"])
def test_a_request_with_a_body_has_the_same_answer_whatever_is_stored(
    watched: Watched, path: str
) -> None:
    """A content coding is refused, also where the answer is stored or quickly made. Another body
    is ignored.
    """
    client = watched.app.test_client()
    for _ in range(2):
        coded = client.get(path, data=b"abc", headers={"Content-Encoding": "gzip"})
        assert (coded.status_code, coded.headers["Accept-Encoding"]) == (415, "identity")
        assert client.get(path, data=b"abc").status_code == 200
        assert watched.get(path).status_code == 200
