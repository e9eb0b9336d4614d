"""What a visitor with a browser reads when a request is refused before or beside the routes."""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.features.pages import headers
from directory_api.web.app import create_app

BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "nl",
}
PROBLEM_JSON = "application/problem+json"


def _limited(database: Path) -> Flask:
    directory = open_directory(Settings(database_url=f"sqlite:///{database}", rate_limit="1/hour"))
    directory.prepare()
    return create_app(directory)


def _is_page(text: str) -> bool:
    return "tel:112" in text and "data-exit" in text and '<html lang="nl"' in text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/print", 405),
        ("GET", "/contact", 405),
        ("GET", "/nowhere", 404),
        ("PUT", "/embed", 405),
    ],
)
def test_a_browser_gets_a_page_in_its_language(
    app: Flask, method: str, path: str, status: int
) -> None:
    """For an unknown URL a visitor gets a styled page with helplines and exit, which is not
    cached.
    """
    response = app.test_client().open(path, method=method, headers=BROWSER)
    assert response.status_code == status
    assert _is_page(response.text)
    expected = headers.EMBED if path == "/embed" else headers.FINDER
    assert response.headers["Content-Security-Policy"] == expected["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize("accept", [None, "*/*", "application/json, text/plain, */*"])
@pytest.mark.parametrize("path", ["/print", "/nowhere"])
def test_a_program_gets_problem_details(app: Flask, path: str, accept: str | None) -> None:
    """Who does not prefer HTML gets a problem, at the same addresses."""
    response = app.test_client().get(path, headers={"Accept": accept} if accept else {})
    assert response.mimetype == PROBLEM_JSON


@pytest.mark.parametrize(
    "path", ["/v1/nowhere", "/v1/nearest?postcode=9999", "/v1/centres/nobody", "/hsds/nowhere"]
)
def test_the_api_answers_a_browser_like_a_program(app: Flask, path: str) -> None:
    """At the addresses of the API everybody gets problem details."""
    assert app.test_client().get(path, headers=BROWSER).mimetype == PROBLEM_JSON


@pytest.mark.parametrize(
    ("path", "frames"), [("/", "frame-ancestors 'none'"), ("/embed", "frame-ancestors *")]
)
def test_who_asks_too_often_gets_the_helplines(
    loaded_database: Path, path: str, frames: str
) -> None:
    """Over the rate limit a visitor gets a page with helplines and the waiting time, also in a
    frame.
    """
    api = _limited(loaded_database).test_client()
    assert api.get(path, headers=BROWSER).status_code == 200
    response = api.get(path, headers=BROWSER)
    assert response.status_code == 429
    assert _is_page(response.text)
    assert int(response.headers["Retry-After"]) >= 1
    assert frames in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_a_refusal_does_not_wait_for_the_body(loaded_database: Path) -> None:
    """The page beyond the limit is made without reading what a slow sender still owes."""

    class Never:
        def read(self, *_: int) -> bytes:
            raise AssertionError

    api = _limited(loaded_database).test_client()
    api.get("/", headers=BROWSER)
    owed = {
        "wsgi.input": Never(),
        "CONTENT_LENGTH": "20",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
    }
    response = api.post("/", headers=BROWSER, environ_overrides=owed)
    assert (response.status_code, _is_page(response.text)) == (429, True)


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_a_page_comes_compressed(app: Flask, path: str) -> None:
    """As other answers do."""
    plain, zipped = (
        app.test_client().get(path, headers={"Accept-Encoding": taken})
        for taken in ("identity", "gzip")
    )
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data


@pytest.mark.parametrize("path", ["/admin", "/admin/nowhere", "/nowhere", "/"])
def test_a_host_that_is_no_name_is_refused_everywhere(app: Flask, path: str) -> None:
    """Without a host there are no links, which each page for maintainers has: it was a crash."""
    response = app.test_client().get(path, headers={**BROWSER, "Host": "x" * 300})
    assert response.status_code == 400
    assert "112" in response.text
