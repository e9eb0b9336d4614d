"""Crashes, statuses without a row of their own, and reads before the first load."""

import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import ImATeapot

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.search.query import CentresPage, Filters, NearestAnswer, NearestQuery, Origin
from directory_api.search.snapshot import Snapshot
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient, problem
from tests.support.crashing import with_bug
from tests.support.refusals import MARK


class CrashingSnapshot(Snapshot):
    """A snapshot with a bug, whose text holds what was asked."""

    def nearest(self, query: NearestQuery, origin: Origin) -> NearestAnswer:
        """Crash."""
        raise RuntimeError(f"no way to {query.place}")

    def page(
        self, filters: Filters, words: str | None, after: str | None, limit: int
    ) -> CentresPage:
        """Crash as well."""
        raise KeyError(MARK)


@pytest.fixture
def crashing(directory: Directory) -> Flask:
    """An app whose searches crash."""
    return create_app(with_bug(directory, CrashingSnapshot))


@pytest.mark.parametrize(
    "query", ["postcode=1000", "lat=50.5&lon=4.5&lang=nl", "postcode=1000&limit=1"]
)
def test_a_crash_is_a_problem_too(crashing: Flask, query: str) -> None:
    """A bug in the search is a 500 problem with helplines and security headers, on both paths."""
    response = ApiClient(crashing).get(f"/v1/nearest?{query}")
    problem(response, 500, "internal-error")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def _logged(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def test_a_crash_is_logged_by_class_and_place_in_the_code_only(
    crashing: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    """The log line of a crash has the error's class, the route and frames, and not its text."""
    ApiClient(crashing).get("/v1/centres")
    lines = _logged(capfd)
    crash = next(line for line in lines if line["event"] == "crash")
    assert (crash["error"], crash["route"]) == ("KeyError", "/v1/centres")
    assert crash["frames"][-1].startswith("test_web_refusals_crashes.py:")
    assert MARK not in str(lines)
    assert [line["status"] for line in lines if line["event"] == "request"] == [500]


def test_a_crash_before_any_route_is_a_problem_as_well(
    directory: Directory, capfd: pytest.CaptureFixture[str]
) -> None:
    """A bug in what runs before the routes is a 500 problem, logged without a route."""
    app = create_app(directory)

    def bug() -> None:
        raise ZeroDivisionError

    app.before_request_funcs.setdefault(None, []).append(bug)
    problem(ApiClient(app).get("/nowhere"), 500, "internal-error")
    assert next(line for line in _logged(capfd) if line["event"] == "crash")["route"] is None


def test_a_status_without_a_row_of_its_own_is_still_a_problem(directory: Directory) -> None:
    """A status that the table does not know is a request-refused problem that keeps the status."""
    app = create_app(directory)

    def teapot() -> None:
        raise ImATeapot

    app.before_request_funcs.setdefault(None, []).append(teapot)
    problem(ApiClient(app).get("/v1/"), 418, "request-refused")


def test_before_the_first_load_every_read_says_try_again(tmp_path: Any) -> None:
    """Without a snapshot reads are 503 problems with Retry-After and shipped helplines; /livez
    answers.
    """
    api = ApiClient(
        create_app(open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db")))
    )
    for path in (
        "/v1/nearest?postcode=1000",
        "/v1/",
        "/v1/centres",
        "/readyz",
        "/v1/postcodes?prefix=1",
    ):
        response = api.get(path)
        problem(response, 503, "not-ready")
        assert response.headers["Retry-After"] == "5"
    assert api.get("/livez").status_code == 200
    problem(api.get("/nowhere"), 404, "not-found")
