"""Every error, for each of the three audiences: programs, visitors and maintainers."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import NoReturn

import pytest
from flask import Flask
from werkzeug.exceptions import ServiceUnavailable, default_exceptions
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.pages.audience import Visitors
from directory_api.text import errors
from directory_api.web.app import create_app
from directory_api.web.http import addresses, problems
from tests.support.api_client import PROBLEM_JSON, error_renderer

NEEDS = ("pages",)

HTML = "text/html; charset=utf-8"
BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "nl"}
STATUSES = (400, 401, 403, 404, 405, 406, 409, 413, 415, 418, 429, 500, 501, 503)
# A path of each audience, what it accepts, and the content type that it gets.
AUDIENCES = {
    "program": ("/v1/", "*/*", PROBLEM_JSON),
    "visitor": ("/", "text/html", HTML),
    "visitor of a frame": ("/embed", "text/html", HTML),
    "maintainer": ("/admin/", "text/html", HTML),
}


def _leaves(cls: type[errors.DirectoryError]) -> Iterator[type[errors.DirectoryError]]:
    below = cls.__subclasses__()
    for each in below:
        yield from _leaves(each)
    if not below:
        yield cls


def _cases() -> dict[str, Exception]:
    raised: dict[str, Exception] = {
        cls.__name__: cls("It is so.") for cls in _leaves(errors.DirectoryError)
    }
    http = {str(status): default_exceptions[status]() for status in STATUSES}
    return {**raised, **http, "a bug": ZeroDivisionError("canary")}


CASES = _cases()


@pytest.fixture(scope="module")
def failing(directory: Directory) -> tuple[Flask, list[Exception]]:
    """An app that raises the last error of a list, before any route."""
    app, raised = create_app(directory, log_requests=False), list[Exception]()

    def fail() -> NoReturn:
        raise raised[-1]

    for part in app.every_part():
        part.before_request_funcs.setdefault(None, []).append(fail)
    return app, raised


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("name", CASES)
def test_every_error_reaches_every_audience(
    failing: tuple[Flask, list[Exception]], name: str, audience: str
) -> None:
    """Each error is rendered for each audience, with the helplines, its headers and those of its
    class.
    """
    app, raised = failing
    path, accept, content_type = AUDIENCES[audience]
    raised.append(CASES[name])
    response = app.test_client().get(path, headers={"Accept": accept})
    described = problems.problem_of(CASES[name])
    # A maintainer whose change met another one may repeat it, as when the store is away.
    retried = (
        audience == "maintainer"
        and isinstance(CASES[name], errors.ServiceUnavailable)
        and not isinstance(CASES[name], errors.StoreReadOnly)
    )
    _hold(response, 503 if retried else described.status, content_type, path)
    for header, value in described.headers.items():
        assert response.headers[header] == value
    assert "canary" not in response.text
    if content_type == PROBLEM_JSON:
        assert response.get_json()["detail"] == described.detail
    elif audience == "maintainer":
        assert described.sentence in response.get_data(as_text=True)


def _hold(response: TestResponse, status: int, content_type: str, path: str) -> None:
    assert (response.status_code, response.content_type) == (status, content_type)
    if content_type == HTML:
        assert 'href="tel:112"' in response.text
    else:
        assert "112" in [line.get("number") for line in response.get_json()["helplines"]]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    policy = addresses.row_of_path(path).headers["Content-Security-Policy"]
    assert response.headers["Content-Security-Policy"] == policy


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("status", [429, 503])
def test_middleware_refuses_in_the_way_of_the_audience(
    loaded_database: Path, status: int, audience: str
) -> None:
    """The rate limit and a busy server refuse like a route, and with Retry-After."""
    rate = "1/hour" if status == 429 else ""
    directory = open_directory(
        Settings(database_url=f"sqlite:///{loaded_database}", rate_limit=rate)
    )
    directory.prepare()
    app = create_app(directory, log_requests=False)
    if status == 503:
        busy = ServiceUnavailable(retry_after=5)
        app.wsgi_app = partial(error_renderer(app).refuse, busy)  # type: ignore[method-assign]
    path, accept, content_type = AUDIENCES[audience]
    client = app.test_client()
    for _ in range(2):
        response = client.post(path, data=b"x", headers={"Accept": accept})
    _hold(response, status, content_type, path)
    wait = response.headers["Retry-After"]
    assert int(wait) >= 1
    if audience == "maintainer":
        text = "Your browser sends what you typed again."
        assert response.text.count(text) == 1
        assert (f"Wait {wait} seconds" in response.text) == (status == 429)


def test_an_error_that_cannot_be_rendered_still_has_the_helplines(
    failing: tuple[Flask, list[Exception]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in the page for errors ends as problem details, which need no template and say what the
    error was.
    """
    app, raised = failing
    raised.append(errors.NotReady("not loaded"))
    monkeypatch.setattr(Visitors, "respond", None)
    response = app.test_client().get("/")
    _hold(response, 503, PROBLEM_JSON, "/")


@pytest.mark.parametrize(
    ("path", "audience"),
    [
        ("/nowhere", "visitor"),
        ("/embed/nowhere", "visitor of a frame"),
        ("/admin/centres/surya", "maintainer"),
        ("/v1/nowhere", "program"),
        ("/hsds/nowhere", "program"),
    ],
)
def test_a_browser_is_answered_by_the_address(app: Flask, path: str, audience: str) -> None:
    """Where no route is, a browser reads a page, except at the addresses of the API."""
    response = app.test_client().put(path, headers=BROWSER)
    expected = PROBLEM_JSON if audience == "program" else HTML
    assert (response.status_code in (404, 405), response.content_type) == (True, expected)


@pytest.mark.parametrize("path", ["//admin/9000", "///admin/9000", "//admin//9000", "//hsds/9000"])
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_slashes_before_a_path_lead_to_the_same_part(app: Flask, path: str, accept: str) -> None:
    """As Werkzeug's routes do; another part has no template for its errors."""
    request = EnvironBuilder(headers=[("Accept", accept)]).get_environ()
    request["PATH_INFO"] = path
    _, status, _ = run_wsgi_app(app, request)  # a client would clean the path
    assert status[:3] in ("303", "404")


def test_a_bug_in_the_rendering_of_an_error_is_logged_without_the_path(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """Flask would log the path, which a caller writes."""
    traceback = TracebackType(None, sys._getframe(), 0, 1)
    with app.test_request_context("/admin/9000?postcode=4000"):
        app.log_exception((ZeroDivisionError, ZeroDivisionError("canary"), traceback))
    line = capsys.readouterr().err
    assert "ZeroDivisionError" in line
    assert not any(text in line for text in ("9000", "4000", "canary"))
