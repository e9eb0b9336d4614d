"""The door for WSGI servers."""

import io
import logging
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from directory_api.web.wsgi import log
from tests.support.api_client import ApiClient
from tests.support.servers import eventually


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What the door sets up for its whole process is taken back."""
    gunicorn = logging.getLogger("gunicorn.error")
    filters, writer = [*gunicorn.filters], log._writer
    lines = writer._lines
    yield
    gunicorn.filters[:] = filters
    writer._lines = lines


def _logged(capfd: pytest.CaptureFixture[str]) -> str:
    """What has been logged, once it is written."""
    log.finish()
    return capfd.readouterr().err


def test_the_door_opens_a_directory_by_its_settings(
    loaded_database: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """wsgi.app is loaded from the database that the settings name, and answers."""
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{loaded_database}")
    app = runpy.run_module("directory_api.wsgi")["app"]
    assert ApiClient(app).get("/v1/nearest?postcode=1000").status_code == 200
    assert '"event": "store"' not in _logged(capfd)


def assert_for_nobody_but_operators(text: str, *, allowed: bool = False) -> None:
    """A visitor cannot set a variable, run a command, or wait for what an operator must do."""
    words = ("DIRECTORY_", "directory-api", "in a moment")
    assert any(word in text for word in words[:2]) == allowed
    assert words[2] not in text


@pytest.mark.needs("pages")
def test_a_process_that_starts_without_its_store_gives_the_helplines_and_says_so(
    tmp_path: Path,
    loaded_database: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It never loads the shipped records, which may be old; once the store is back it answers."""
    path = tmp_path / "directory.db"
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{path}")
    app = runpy.run_module("directory_api.wsgi")["app"]
    api = ApiClient(app)
    assert list(tmp_path.iterdir()) == []
    assert '"reason": "there is no directory there; look whether' in _logged(capfd)
    for address in ("/readyz", "/v1/nearest?postcode=1000", "/v1/centres"):
        response = api.get(address)
        assert response.status_code == 503
        body = response.get_json()
        expected = (
            "The directory is degraded: there is no directory there; look whether"
            if address == "/readyz"
            else "The directory is not available at the moment. The helplines are in this answer."
        )
        assert body["detail"].startswith(expected)
        assert_for_nobody_but_operators(response.text, allowed=address == "/readyz")
        assert [line.get("number") for line in body["helplines"]] == ["112", "+3278055800"]
    page = app.test_client().get("/").get_data(as_text=True)
    assert 'href="tel:112"' in page
    assert_for_nobody_but_operators(page)
    shutil.copy(loaded_database, path)
    eventually(30.0, lambda: api.get("/readyz").get_json().get("status") == "ready")
    assert api.get("/v1/nearest?postcode=1000").status_code == 200


def test_a_wrong_setting_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """An invalid setting is one line on standard error, with gunicorn's status for a failed app."""
    monkeypatch.setenv("DIRECTORY_TRUSTED_PROXIES", "-1")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("directory_api.wsgi")
    assert ended.value.code == 4
    # The log of an application of another test may be written meanwhile.
    told = [line for line in capfd.readouterr().err.splitlines() if not line.startswith("{")]
    assert told == ["DIRECTORY_TRUSTED_PROXIES: write a whole number from 0 to 8"]


def test_a_folder_in_the_place_of_the_database_does_not_end_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A worker that starts again gives the helplines, whatever has become of the database."""
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{tmp_path}")
    response = ApiClient(runpy.run_module("directory_api.wsgi")["app"]).get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["helplines"][0]["number"] == "112"
    assert '"reason": "the database cannot be used' in _logged(capfd)


def test_gunicorn_tells_nothing_of_a_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """gunicorn's warnings lose their text, put together or not; what it says of itself stays."""
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{tmp_path}/directory.db")
    runpy.run_module("directory_api.wsgi")
    gunicorn = logging.getLogger("gunicorn.error")
    with caplog.at_level(logging.INFO, "gunicorn.error"):
        gunicorn.warning("Invalid request from ip=203.0.113.7: 'GET /9881'")
        gunicorn.error("Error handling request %s", "/9881")
        gunicorn.info("Booting worker with pid: %s", 7)
    told = [each.getMessage() for each in caplog.records if each.name == "gunicorn.error"]
    assert told == ["a malformed request was refused"] * 2 + ["Booting worker with pid: 7"]


def test_an_answer_does_not_need_somebody_who_reads_the_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where standard error has gone away, who asks is still answered."""

    class Gone(io.TextIOBase):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr("sys.stderr", Gone())
    assert ApiClient(app).get("/v1/nearest?postcode=1000").status_code == 200


def test_a_server_that_reads_loads_only_what_reading_needs(
    loaded_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It imports nothing that only writing, another setting or the contract needs, and the garbage
    collector leaves alone what it has loaded.
    """
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{loaded_database}")
    unneeded = (
        "directory_api.features.hsds.routes",
        "directory_api.features.mcp.server",
        "directory_api.features.operations.maintenance.service",
        "directory_api.features.desk.sheets.reader",
        "directory_api.features.operations.maintenance.sqlite",
        "directory_api.features.desk.admin.routes",
        "apispec",
        "babel",
        "environs",
        "geopy",
        "phonenumbers",
        "sqlite_utils",
        "statistics",
        "xml.etree",  # coverage imports the rest
        "yaml",
    )
    script = (
        "import gc, sys; from directory_api.wsgi import app; from werkzeug.test import Client; "
        "print(Client(app).get('/v1/nearest?postcode=1000').status_code, "
        f"[name for name in {unneeded} if name in sys.modules], gc.get_freeze_count() > 10_000)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "200 [] True\n"
