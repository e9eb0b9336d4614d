"""Edits of a server for real: several processes, a locked store, many writers at once."""

import json
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.support.forking import serving_forked
from tests.support.servers import (
    END_SECONDS,
    GUNICORN,
    SERVE,
    Reply,
    Served,
    eventually,
)

# Each test changes another centre, so that they can share the servers.
EDITED, CONTESTED, LOCKED = (f"/v1/centres/{name}" for name in ("surya", "payoke", "pag-asa"))
SERVERS = {"granian": (*SERVE, "--workers", "2"), "gunicorn": (*GUNICORN, "--workers", "2")}


@pytest.fixture(scope="module", params=SERVERS)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Each server with two worker processes over one store."""
    folder = tmp_path_factory.mktemp(request.param)
    with serving_forked(
        SERVERS[request.param], folder, rate_limit="", second_look="off"
    ) as running:
        yield running


def _database(served: Served) -> Path:
    return served.log.parent / "directory.db"


@pytest.fixture(scope="module")
def token(served: Served) -> str:
    """A token that is made while the server runs."""
    directory = open_directory(Settings(database_url=f"sqlite:///{_database(served)}"))
    return directory.tokens.create("anna", ["read-history", "edit"], 30)[0]


def _patch(served: Served, centre: str, token: str, etag: str, **members: Any) -> Reply:
    headers = {
        "Authorization": f"Bearer {token}",
        "If-Match": etag,
        "Content-Type": "application/merge-patch+json",
    }
    return served.ask(centre, "PATCH", json.dumps(members).encode(), headers)


def _rename(served: Served, centre: str, token: str, etag: str, name: str) -> Reply:
    return _patch(served, centre, token, etag, name=name)


def _served_by_all(served: Served, centre: str, name: str, seconds: float = END_SECONDS) -> None:
    """In time, twenty parallel connections, which all workers share, see this name."""

    def names() -> set[str]:
        with ThreadPoolExecutor(10) as pool:
            replies = pool.map(lambda _: served.ask(centre), range(20))
            return {reply.json()["name"] for reply in replies}

    eventually(seconds, lambda: names() == {name})


@pytest.mark.serial
def test_an_edit_is_served_by_every_worker(served: Served, token: str) -> None:
    """Within 2 seconds no worker serves the old record; the answer's ETag is that of GET."""
    reply = _patch(served, EDITED, token, served.ask(EDITED).headers["etag"], name="Renamed")
    assert reply.status == 200
    _served_by_all(served, EDITED, "Renamed", seconds=2.0)
    # The twenty connections may all be those of the worker that is not reading the store now.
    eventually(2.0, lambda: served.ask(EDITED).headers["etag"] == reply.headers["etag"])
    assert token not in served.logged()


def test_of_twenty_writers_one_wins(served: Served, token: str) -> None:
    """Twenty PATCHes at once with one ETag, through two processes: one 200, nineteen 412, and the
    winner's content is stored.
    """
    for round_ in range(3):
        etag = served.ask(
            f"{CONTESTED}/record", headers={"Authorization": f"Bearer {token}"}
        ).headers["etag"]
        names = [f"Name {round_} {number}" for number in range(20)]
        with ThreadPoolExecutor(20) as pool:
            replies = list(pool.map(partial(_rename, served, CONTESTED, token, etag), names))
        assert sorted(reply.status for reply in replies) == [200] + [412] * 19
        (winner,) = (reply for reply in replies if reply.status == 200)
        _served_by_all(served, CONTESTED, winner.json()["record"]["name"])
    entries = served.ask(
        f"{CONTESTED}/history", headers={"Authorization": f"Bearer {token}"}
    ).json()["entries"]
    assert len(entries) == 4


def test_a_locked_store_loses_nothing(served: Served, token: str) -> None:
    """While another process locks the store, a write is 503 with Retry-After and reads go on; later
    the same write succeeds, once.
    """
    etag = served.ask(LOCKED).headers["etag"]
    database = _database(served)
    with (
        closing(sqlite3.connect(database, isolation_level=None)) as other,
        ThreadPoolExecutor(2) as pool,
    ):
        other.execute("BEGIN EXCLUSIVE")
        writing = pool.submit(_patch, served, LOCKED, token, etag, name="Renamed")
        asked = 0
        while not writing.done():
            assert served.ask(LOCKED).json()["name"] == "PAG-ASA"
            asked += 1
            time.sleep(0.05)  # else the questions would take all of the processor
        refused = writing.result()
        other.execute("ROLLBACK")
    assert (refused.status, refused.json()["type"]) == (503, "/problems#store-unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert asked > 10
    assert _patch(served, LOCKED, token, etag, name="Renamed").status == 200
    _served_by_all(served, LOCKED, "Renamed")
    entries = served.ask(f"{LOCKED}/history", headers={"Authorization": f"Bearer {token}"}).json()[
        "entries"
    ]
    assert [entry["author"] for entry in entries] == ["anna", entries[-1]["author"]]
