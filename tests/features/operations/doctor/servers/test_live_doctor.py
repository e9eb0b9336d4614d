"""The doctor asks a server that runs: whether it is well, and serves what is stored."""

import json
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from directory_api.features.operations.doctor.server import Server, examine
from directory_api.store.stores import stores_at
from tests.support.command_line import command
from tests.support.servers import (
    Served,
    create,
    ending,
    environment,
    eventually,
    free_port,
    serving,
    start_in_session,
)
from tests.support.sqlite_stores import STAMP, sqlite_store

SERVE = ("directory_api", "serve", "--port", "{port}", "--workers", "2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server."""
    return tmp_path_factory.mktemp("doctor")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Served]:
    """A server of two workers that trusts no proxy."""
    with serving(SERVE, folder, rate_limit="10000/second") as served:
        yield served


def _said(port: int, database: Path) -> dict[str, str]:
    """What is said of the server, as `level text`, by what it is about."""
    result = command("doctor", "--port", port, "--json", database=database)
    return {
        each["about"]: f"{each['level']} {each['text']}"
        for each in json.loads(result.stdout)["findings"]
    }


def test_a_server_that_serves_what_is_stored_is_well(server: Served, folder: Path) -> None:
    """Its revision, its version and its emergency numbers are compared with the database."""
    said = _said(server.port, folder / "directory.db")
    assert said["server"] == "ok The server is ready, and serves revision 1."
    assert said["numbers"].startswith("ok ")
    assert said["numbers"].endswith(": 112.")
    assert said["versions"].startswith("ok ")


def test_a_proxy_that_is_not_trusted_is_told_by_a_count(server: Served, folder: Path) -> None:
    """Some worker has counted it; no address is kept, logged or printed."""
    assert _said(server.port, folder / "directory.db")["proxies"].startswith("ok ")
    server.ask("/v1/nearest?postcode=1000", headers={"X-Forwarded-For": "203.0.113.77"})
    # The window of this caller may have begun before the header came.
    eventually(
        120.0,
        lambda: (
            server.ask("/v1/helplines", headers={"X-Forwarded-For": "203.0.113.77"}).status == 200
            and "203.0.113.77" not in server.logged()
            and _said(server.port, folder / "directory.db")["proxies"].startswith("fault ")
        ),
    )
    assert (
        "DIRECTORY_TRUSTED_PROXIES is 0" in _said(server.port, folder / "directory.db")["proxies"]
    )


def test_a_server_of_another_database_is_named(server: Served, tmp_path: Path) -> None:
    """The command has other settings than the server."""
    other = tmp_path / "other.db"
    create(other)
    sqlite_store(other).append([], STAMP, expected=1)
    assert "or is another one" in _said(server.port, other)["server"]
    same_revision = tmp_path / "same-revision.db"
    assert command("init", database=same_revision).exit_code == 0
    said = _said(server.port, same_revision)["server"]
    assert "another directory than the database of this command" in said


def test_a_server_that_has_just_been_started_is_waited_for(tmp_path: Path) -> None:
    """It is started while the doctor looks."""
    database, port = tmp_path / "directory.db", free_port()
    create(database)
    run = [sys.executable, "-m", *(part.format(port=port) for part in SERVE)]
    with ThreadPoolExecutor(1) as thread, (tmp_path / "server.log").open("wb") as log:
        said = thread.submit(_said, port, database)
        with ending(start_in_session(run, environment(database), log)):
            assert said.result()["server"] == "ok The server is ready, and serves revision 1."


def test_a_server_that_does_not_answer_is_named(
    folder: Path, server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the address of the machine; so is something else that answers at its port."""
    monkeypatch.setattr("directory_api.features.operations.doctor.server._STARTS_WITHIN", 0.1)
    assert server.port
    port = free_port()
    result = command("doctor", "--port", port, database=folder / "directory.db")
    assert result.exit_code == 1
    assert f"The server at port {port}: nothing answers there." in result.stdout
    assert "127.0.0.1" not in result.stdout


def test_a_number_that_differs_is_named(server: Served, folder: Path) -> None:
    """What is served may differ from what is stored in a way that no revision tells."""
    store = stores_at(f"sqlite:///{folder}/directory.db").store
    stored = store.records()
    lines = stored.contents["helpline"]
    lines = {**lines, "be-112": {**lines["be-112"], "number": "113"}}
    stored = replace(stored, contents={**stored.contents, "helpline": lines})
    found = {each.about: each for each in examine(Server("127.0.0.1", server.port), stored)}
    assert "emergency number of be-112" in found["numbers"].text


def test_a_degraded_server_says_why(tmp_path: Path) -> None:
    """As /readyz does."""
    # One worker, which has seen it when it says so.
    with serving(SERVE[:4], tmp_path) as served:
        sqlite_store(tmp_path / "directory.db").append([], STAMP, expected=1)
        eventually(30.0, lambda: served.ask("/readyz").json()["revision"] == "2")
        shutil.copy(create(tmp_path / "old.db"), tmp_path / "directory.db")
        eventually(30.0, lambda: served.ask("/readyz").json()["status"] == "degraded")
        said = _said(served.port, tmp_path / "directory.db")
        assert said["server"].startswith("fault ")
