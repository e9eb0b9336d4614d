"""The server for real: as processes on a port of this machine."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import command
from tests.support.records import shipped_records
from tests.support.servers import (
    GUNICORN,
    SERVE,
    Served,
    create,
    environment,
    eventually,
    free_port,
    run_process,
    serving,
    serving_as_it_is,
)

SERVERS = {"granian": SERVE, "gunicorn": GUNICORN}
POSTCODE, LAT, PLACE, FORWARDED = "9881", "50.918273", "Canarydorp", "198.51.100.188"
MARKS = re.compile(
    rf"(?<![0-9.])(?:{POSTCODE}|{re.escape(LAT)}|{re.escape(FORWARDED)})(?![0-9])|{PLACE}|Bellem",
    re.IGNORECASE,
)


@pytest.fixture(scope="module", params=SERVERS)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Each server, started once for the tests that leave it as it is."""
    folder = tmp_path_factory.mktemp(request.param)
    with serving(SERVERS[request.param], folder, rate_limit="") as running:
        yield running


def test_it_answers_nearest(served: Served) -> None:
    """A started server finds the closest centre by GET and POST."""
    got = served.ask("/v1/nearest?postcode=4000")
    assert (got.status, got.json()["results"][0]["id"]) == (200, "surya")
    posted = served.ask(
        "/v1/nearest", "POST", b'{"postcode": "4000"}', {"Content-Type": "application/json"}
    )
    assert posted.body == got.body


def test_head_has_no_body(served: Served) -> None:
    """HEAD on the short way's address has the length of GET and no body."""
    head = served.ask("/v1/nearest?postcode=1000", "HEAD")
    assert (head.status, head.body) == (200, b"")


# The longest path and query that granian reads.
LONGEST_TARGET = 65_534


def test_granian_refuses_an_address_beyond_its_limit(tmp_path: Path) -> None:
    """Up to that limit the application answers, with the helplines; nginx answers beyond it.

    Without nginx it is the empty 414 of openapi.yaml.
    """
    path = "/v1/nearest?postcode="
    longest = path + "1" * (LONGEST_TARGET - len(path))
    with serving(SERVE, tmp_path) as served:
        refused, empty = served.ask(longest), served.ask(f"{longest}1")
    assert (refused.status, refused.json()["helplines"][0]["number"]) == (400, "112")
    assert (empty.status, empty.body) == (414, b"")


POST = "POST /v1/nearest HTTP/1.1\r\nHost: x\r\n"
MALFORMED = {
    "no method": f" /v1/nearest?postcode={POSTCODE} {PLACE}\r\n\r\n",
    "no version": f"GET /v1/nearest?postcode={POSTCODE}\r\n\r\n",
    "a wrong version": f"GET /{PLACE}?lat={LAT} HTTP/9.9\r\nHost: x\r\n\r\n",
    "a space in the address": (
        f"GET /v1/nearest?postcode={POSTCODE} {PLACE} HTTP/1.1\r\nHost: x\r\n\r\n"
    ),
    "no colon": f"GET / HTTP/1.1\r\nHost: x\r\n{PLACE} {POSTCODE}\r\n\r\n",
    "a control character": f"GET / HTTP/1.1\r\nHost: x\r\nX-{PLACE}: {LAT}\x00\x01\r\n\r\n",
    "two lengths": f"{POST}Content-Length: 3\r\nContent-Length: {POSTCODE}\r\n\r\n{PLACE}",
    "a wrong length": f"{POST}Content-Length: {PLACE}\r\n\r\n{POSTCODE}",
    "a wrong chunk": f"{POST}Transfer-Encoding: chunked\r\n\r\n{PLACE}\r\n{POSTCODE}\r\n",
    "a wrong encoding": f"{POST}Transfer-Encoding: {PLACE}\r\n\r\n{POSTCODE}",
    "an address without end": f"GET /{PLACE * 9000} HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header without end": f"GET / HTTP/1.1\r\nHost: x\r\nX-Place: {PLACE * 9000}\r\n\r\n",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + PLACE,
    "half a body": f"{POST}Content-Length: 99\r\n\r\n{PLACE} {POSTCODE}",
}  # fmt: skip


def test_nothing_of_a_person_is_written(served: Served) -> None:
    """Valid, refused and malformed requests leave no place and no address in the server's
    output.
    """
    headers = {
        "X-Forwarded-For": FORWARDED,
        "User-Agent": PLACE,
        "Content-Type": "application/json",
    }
    for path in (
        f"/v1/nearest?postcode={POSTCODE}",
        f"/v1/nearest?lat={LAT}",
        f"/{PLACE}",
        f"/v1/postcodes/BE/{POSTCODE}",
    ):
        served.ask(path, headers=headers)
    served.ask("/v1/nearest", "POST", f'{{"postcode": "{POSTCODE}"'.encode(), headers)
    for sent in MALFORMED.values():
        served.send_raw(sent.encode("latin-1"))
    assert served.ask("/v1/helplines").status == 200
    # The last line is written in the background.
    eventually(30.0, lambda: '"route": "/v1/helplines"' in served.logged())
    written = served.logged()
    assert '"route": "/v1/postcodes/<country>/<code>"' in written
    assert MARKS.findall(written) == []
    # The address to listen on is the server's own; a caller's has a port that is not.
    assert "127.0.0.1" not in written.replace(f"127.0.0.1:{served.port}", "")
    assert MARKS.findall(served.ask("/metrics").body.decode()) == []


def test_what_it_writes_of_requests_is_json(served: Served) -> None:
    """Each line about a request is one JSON object with route, status and milliseconds."""
    route = "/v1/postcodes/<country>/<code>"
    served.ask(f"/v1/postcodes/BE/{POSTCODE}")

    def last_line() -> dict[str, Any]:
        lines = [line for line in served.logged().splitlines() if line.startswith("{")]
        return dict(json.loads(lines[-1])) if lines else {}

    # It is written in the background.
    eventually(30.0, lambda: last_line().get("route") == route)
    line = last_line()
    assert (line["route"], line["status"]) == (route, 200)
    assert line["ms"] > 0


def _changed(folder: Path, name: str) -> Path:
    records = shipped_records()
    records["centres"][0]["name"] = name
    path = folder / "changed.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


def _import(file: Path, database: Path) -> None:
    result = command("import", file, database=database)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("server", SERVERS)
def test_an_import_is_served_without_a_restart(tmp_path: Path, server: str) -> None:
    """Another process's import is served; without the database reads go on,
    degraded.
    """
    with serving(SERVERS[server], tmp_path, rate_limit="") as served:
        asked = f"/v1/centres/{shipped_records()['centres'][0]['id']}"
        etag = served.ask(asked).headers["etag"]
        _import(_changed(tmp_path, "Renamed"), tmp_path / "directory.db")
        eventually(30.0, lambda: served.ask(asked).json()["name"] == "Renamed")
        assert served.ask(asked, headers={"If-None-Match": etag}).status == 200
        ready = served.ask("/readyz").json()
        assert (ready["status"], ready["revision"]) == ("ready", "2")
        for path in tmp_path.glob("directory.db*"):
            path.unlink()
        eventually(30.0, lambda: served.ask("/readyz").json()["status"] == "degraded")
        assert served.ask("/v1/nearest?postcode=1000").status == 200
        assert served.ask(asked).json()["name"] == "Renamed"
        assert served.stop() == 0


@pytest.fixture(scope="module")
def loaded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `load` creates: a database, and its last good snapshot."""
    folder = tmp_path_factory.mktemp("loaded")
    loading = run_process(["directory_api", "load"], environment(folder / "directory.db"))
    assert loading.returncode == 0, loading.stderr
    return folder


def _last_good(database: Path) -> Path:
    return database.with_name(f"{database.name}.last-good.json")


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_creates_no_directory_and_serves_one_as_soon_as_it_is_there(
    tmp_path: Path, server: str
) -> None:
    """On an empty disk, or after a mistake in the path, the shipped numbers could be older than
    those that are meant. It says what to do.
    """
    database = tmp_path / "directory.db"
    with serving_as_it_is(SERVERS[server], tmp_path, ("/readyz", 503), rate_limit="") as served:
        response = served.ask("/v1/nearest?postcode=1000")
        assert (response.status, response.json()["helplines"][0]["number"]) == (503, "112")
        told = served.ask("/readyz").json()["detail"]
        assert "DIRECTORY_DATABASE_URL" in told
        assert "`directory-api load`" in told
        eventually(30.0, lambda: "`directory-api load`" in served.logged())
        assert [*tmp_path.iterdir()] == [tmp_path / "server.log"]
        create(database)
        eventually(30.0, lambda: served.shows("/readyz", 200))
        assert served.ask("/v1/nearest?postcode=1000").status == 200


@pytest.mark.parametrize("has_snapshot", [True, False])
@pytest.mark.parametrize("server", SERVERS)
def test_a_damaged_database_is_served_as_degraded_from_the_start(
    loaded_folder: Path, tmp_path: Path, server: str, has_snapshot: bool
) -> None:
    """It is not replaced by the shipped records. The last good snapshot is served, or without it
    the helplines.
    """
    shutil.copytree(loaded_folder, tmp_path, dirs_exist_ok=True)
    database = tmp_path / "directory.db"
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("DELETE FROM records WHERE kind = 'helpline'")
    if not has_snapshot:
        _last_good(database).unlink()
    before = database.read_bytes()
    status = 200 if has_snapshot else 503
    with serving(SERVERS[server], tmp_path, ("/readyz", status), rate_limit="") as served:
        response = served.ask("/v1/nearest?postcode=1000")
        assert (response.status, response.json()["helplines"][0]["number"]) == (status, "112")
        why = served.ask("/readyz").json()
        assert "the database is damaged" in why["reason" if has_snapshot else "detail"]
        eventually(30.0, lambda: "the database is damaged" in served.logged())
    assert database.read_bytes() == before


@pytest.mark.parametrize("server", SERVERS)
def test_sigterm_ends_it_cleanly(tmp_path: Path, server: str) -> None:
    """SIGTERM ends the server with exit status 0, without a traceback, and frees the port."""
    with serving(SERVERS[server], tmp_path) as served:
        assert served.stop() == 0
        assert "Traceback" not in served.logged()
        with pytest.raises(OSError, match="refused"):
            served.ask("/livez")


WRONG_SETTINGS: dict[str, tuple[Callable[[Path], dict[str, str]], str]] = {
    "a wrong rate": (
        lambda folder: environment(folder / "d.db", rate_limit="often"),
        "DIRECTORY_RATE_LIMIT",
    ),
    "an unknown setting": (
        lambda folder: environment(folder / "d.db", rate_limt="1/hour"),
        "did you mean",
    ),
    "a database that is a folder": (environment, "DIRECTORY_DATABASE_URL"),
    "a directory of another country": (
        lambda folder: environment(create(folder / "d.db"), country="NL"),
        "has the postcodes of BE, and not of NL",
    ),
}


# A worker of gunicorn cannot know whether it starts again: it starts degraded where the database is
# a folder.
@pytest.mark.parametrize(
    ("server", "name"),
    [
        *[("granian", name) for name in ("a wrong rate", "a database that is a folder")],
        *[("gunicorn", name) for name in ("an unknown setting", "a directory of another country")],
    ],
)
def test_a_wrong_setting_is_told_in_one_line(tmp_path: Path, server: str, name: str) -> None:
    """A setting that does not fit ends the start with one clear line about it and no traceback."""
    environ, told = WRONG_SETTINGS[name]
    port = free_port()  # cases run at the same time
    arguments = [part.format(port=port) for part in SERVERS[server]]
    ended = run_process(arguments, environ(tmp_path))
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert len([line for line in ended.stderr.splitlines() if told in line]) == 1
    if server == "granian":
        assert len(ended.stderr.splitlines()) == 1
