"""Crashes and reads before the first load: problems with the helplines, logged without places."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

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
        raise RuntimeError(f"no way to {query.place} {MARK}")

    def page(
        self, filters: Filters, words: str | None, after: str | None, limit: int
    ) -> CentresPage:
        """Crash as well."""
        raise KeyError(MARK)


@pytest.fixture
def crashing(directory: Directory) -> Flask:
    """An app whose searches crash."""
    return create_app(with_bug(directory, CrashingSnapshot))


def _crash(capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The line of the log about a crash; no line has the text of the error."""
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert MARK not in str(lines)
    assert [line["status"] for line in lines if line["event"] == "request"] == [500]
    return next(line for line in lines if line["event"] == "crash")


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/v1/nearest?postcode=1000", "RuntimeError"),
        ("/v1/nearest?lat=50.5&lon=4.5&lang=nl", "RuntimeError"),
        ("/v1/centres", "KeyError"),
    ],
)
def test_a_crash_is_a_problem_and_logged_by_class_and_place_in_the_code_only(
    crashing: Flask, capfd: pytest.CaptureFixture[str], path: str, error: str
) -> None:
    """With the helplines and the security headers; the line has the route and the frames."""
    response = ApiClient(crashing).get(path)
    problem(response, 500, "internal-error")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    crash = _crash(capfd)
    assert (crash["error"], crash["route"]) == (error, path.partition("?")[0])
    assert crash["frames"][-1].startswith(f"{Path(__file__).name}:")


def test_a_crash_before_any_route_is_a_problem_as_well(
    directory: Directory, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is logged without a route."""
    app = create_app(directory)

    def bug() -> None:
        raise ZeroDivisionError(MARK)

    app.before_request_funcs.setdefault(None, []).append(bug)
    problem(ApiClient(app).get("/nowhere"), 500, "internal-error")
    assert _crash(capfd)["route"] == "unmatched"


def test_before_the_first_load_every_read_says_try_again(tmp_path: Path) -> None:
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
