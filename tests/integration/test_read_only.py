"""A process that never writes to the directory (DIRECTORY_READ_ONLY), on every kind of store."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.store.stores import stores_at
from directory_api.text.errors import StoreMissing, StoreReadOnly
from directory_api.web.app import create_app
from tests.support.html_browser import COOKIE, ORIGIN, Browser
from tests.support.postgres import StoreUrl
from tests.support.records import TERMINAL

NEEDS = ("desk", "operations")


@dataclass(frozen=True)
class Replica:
    """A process that reads a directory which another one writes."""

    url: str
    writing: Directory
    reading: Directory
    client: FlaskClient
    token: str


@pytest.fixture
def replica(store_url: StoreUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Replica:
    """A directory with the shipped data, and a token that has never been used."""
    monkeypatch.chdir(tmp_path)
    url = store_url(tmp_path)
    settings = Settings(database_url=url, rate_limit="", review="off")
    writing = open_directory(settings)
    writing.prepare()
    token, _ = writing.tokens.create("anna", ["admin"], 30)
    reading = open_directory(
        Settings(
            database_url=url,
            rate_limit="",
            review="off",
            read_only="on",
            snapshot=str(tmp_path / "replica.json"),
        )
    )
    reading.prepare()
    return Replica(url, writing, reading, create_app(reading).test_client(), token)


def test_it_serves_and_follows_the_directory(replica: Replica) -> None:
    """A change by another process is in the next answer after a look."""
    assert replica.client.get("/v1/nearest?postcode=1000").status_code == 200
    edit = Edit(TERMINAL, "centre", "payoke", "why")
    replica.writing.editor.patch(edit, {"name": "Payoke vzw"})
    assert replica.reading.live.refresh()
    assert replica.client.get("/v1/centres/payoke").json["name"] == "Payoke vzw"  # type: ignore[index]
    metrics = replica.client.get("/metrics").text
    assert "directory_lag_seconds 0." in metrics
    # That nothing can be edited here is no fault.
    assert "\ndirectory_writes_available" not in metrics
    assert replica.client.get("/readyz").json["writes"] == "off"  # type: ignore[index]


def test_a_maintainer_reads_and_does_not_write(replica: Replica) -> None:
    """Nothing is stored, not even that the token was used; no answer says to try again later."""
    version = replica.writing.live.snapshot.revision
    credentials = {"Authorization": f"Bearer {replica.token}"}
    record = replica.client.get("/v1/records/centres/payoke", headers=credentials)
    assert record.status_code == 200
    refused = replica.client.patch(
        "/v1/records/centres/payoke",
        data=json.dumps({"name": "Other"}),
        headers={
            **credentials,
            "If-Match": record.headers["ETag"],
            "Content-Type": "application/merge-patch+json",
        },
    )
    assert (refused.status_code, refused.json["code"]) == (403, "read-only")  # type: ignore[index]
    assert refused.json["helplines"]  # type: ignore[index]
    assert "Retry-After" not in refused.headers
    response = Browser(create_app(replica.reading)).sign_in(replica.token)
    assert response.status == 403
    assert "takes no changes" in response.text
    stores = stores_at(replica.url)
    assert stores.access.tokens()[0].last_used is None
    assert stores.store.revision() == version


def test_a_maintainer_can_leave(replica: Replica) -> None:
    """The browser forgets a session that another server opened; the store cannot."""
    elsewhere = Browser(create_app(replica.writing))
    elsewhere.sign_in(replica.token)
    browser = Browser(create_app(replica.reading))
    host = urlsplit(ORIGIN).hostname or ""
    browser.client.set_cookie(COOKIE, elsewhere.session, domain=host, secure=True)
    page = browser.get("/")
    assert page.status == 200
    assert browser.send(page, "/sign-out").path == "/admin/sign-in"
    assert browser.session == ""


CHANGES: dict[str, Callable[[Directory, Path], object]] = {
    "edit": lambda directory, _: directory.editor.patch(
        Edit(TERMINAL, "centre", "pag-asa", "why"), {"name": "Other"}
    ),
    "restore": lambda directory, folder: maintenance_of(directory).restore(
        TERMINAL, folder / "b.db"
    ),
    "token": lambda directory, _: directory.tokens.create("bob", ["edit"], 9),
}


def test_no_service_writes(replica: Replica, tmp_path: Path) -> None:
    """A backup can be written, because it is another file."""
    maintenance_of(replica.reading).back_up(tmp_path / "b.db")
    edit = Edit(TERMINAL, "centre", "payoke", "why")
    replica.writing.editor.remove(edit)
    before = replica.writing.live.snapshot.revision
    for name, change in CHANGES.items():
        with pytest.raises(StoreReadOnly):
            change(replica.reading, tmp_path)
        assert stores_at(replica.url).store.revision() == before, name
    assert maintenance_of(replica.reading).check() == ()


def test_it_creates_nothing(store_url: StoreUrl, tmp_path: Path) -> None:
    """Without a directory it says so."""
    url = store_url(tmp_path / "nowhere")
    directory = open_directory(
        Settings(database_url=url, read_only="on", snapshot=str(tmp_path / "replica.json"))
    )
    with pytest.raises(StoreMissing):
        directory.prepare()
    assert not stores_at(url).store.exists()
    assert not (tmp_path / "nowhere").exists()
