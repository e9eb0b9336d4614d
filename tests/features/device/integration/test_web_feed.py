"""The feed of changes: what its readers are told, and what they are not."""

import gzip
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient, problem
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.moments import EXAMPLES_AT
from tests.support.records import TERMINAL

ATOM = "{http://www.w3.org/2005/Atom}"


def _entries(asked: ApiClient) -> list[tuple[str, str]]:
    feed = ElementTree.fromstring(asked.get("/v1/changes.atom").data)
    return [
        (entry.findtext(f"{ATOM}title", ""), entry.findtext(f"{ATOM}summary", ""))
        for entry in feed.findall(f"{ATOM}entry")
    ]


def test_it_may_be_kept_for_a_minute_and_comes_compressed(client: FlaskClient) -> None:
    """Only by its reader; compressed on request, with an ETag of its own."""
    path = "/v1/changes.atom"
    plain, zipped = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert plain.headers["Cache-Control"] == "private, max-age=60"
    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304


def test_the_feed_names_its_own_address(client: FlaskClient) -> None:
    """RFC 4287, section 4.2.7.2: `self` is absolute, so that a saved feed can be read again."""
    response = client.get("/v1/changes.atom", base_url="https://help.example.org")
    feed = ElementTree.fromstring(response.data)
    addresses = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert addresses == {"self": "https://help.example.org/v1/changes.atom", "alternate": "/"}


def test_the_feed_names_its_public_address(directory: Directory) -> None:
    """Whatever host was asked."""
    settings = replace(directory.settings, public_url="https://public.example.org/help")
    app = create_app(replace(directory, settings=settings), now=lambda: EXAMPLES_AT)
    feed = ElementTree.fromstring(app.test_client().get("/v1/changes.atom").data)
    (own,) = (link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self")
    assert own.get("href") == "https://public.example.org/help/v1/changes.atom"


def test_a_new_database_says_that_it_is_not_ready(tmp_path: Path) -> None:
    """Before the first load."""
    api = ApiClient(
        create_app(
            open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db", rate_limit=""))
        )
    )
    problem(api.get("/v1/changes.atom"), 503, "not-ready")


# What is hidden


@pytest.fixture
def sheltering(tmp_path: Path) -> MaintainerApp:
    """An app with the shipped centres and one whose address is hidden."""
    return create_maintainer_app(tmp_path, more=[HIDDEN])


def _shelter(maintainer_app: MaintainerApp, **members: Any) -> None:
    maintainer_app.directory.editor.patch(Edit(TERMINAL, "centre", "sheltered", "why"), members)


def _address(**members: str) -> dict[str, Any]:
    return {**HIDDEN["address"], **members}


def test_the_feed_says_that_an_address_is_hidden_and_a_number_withdrawn(
    sheltering: MaintainerApp,
) -> None:
    """By the names of the members."""
    phone = [{"number": "+3293332211", "kind": "main"}]
    _shelter(sheltering, address_visibility="public", phones=phone, description={"nl": "Oud"})
    _shelter(sheltering, address_visibility="hidden", phones=None, description=None)
    title, summary = _entries(sheltering.api)[0]
    assert re.fullmatch(r"\w.*: .*address visibility.* changed", title)
    assert all(part in summary for part in ("address visibility", "phones", "description"))


def test_the_feed_names_no_maintainer_and_no_reason(sheltering: MaintainerApp) -> None:
    """Who changed something and why are in no byte of it."""
    sheltering.write(
        "PATCH", "/v1/records/centres/pag-asa?reason=kanarie%20called", json={"name": "PAG-ASA vzw"}
    )
    told = sheltering.api.get("/v1/changes.atom").text
    assert not [mark for mark in ("anna", "kanarie") if mark in told]
    assert _entries(sheltering.api)[0] == (
        "PAG-ASA vzw: name, sources changed",
        "Changed: name, sources. The link leads to what holds now.",
    )
