"""What waits is in no answer with changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.maintainer_app import MaintainerApp
from tests.support.sync_client import Site, site

NEEDS = ("imports",)

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Site]:
    """A directory of the test's own."""
    with site(tmp_path, centres=3) as made:
        yield made


@pytest.fixture
def asked(served: Site) -> ApiClient:
    """A client that holds every answer against openapi.yaml."""
    return ApiClient(create_app(served.directory, now=served.clock))


def _changes(asked: ApiClient, since: int | str = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked.get(f"/v1/changes?since={since}").get_json()["changes"]
    return found


def _cursor(directory: Directory, revision: int) -> str:
    return directory.live.snapshot.links.version(revision)


def _entries(asked: ApiClient) -> list[tuple[str, str]]:
    feed = ElementTree.fromstring(asked.get("/v1/changes.atom").data)
    return [
        (entry.findtext(f"{ATOM}title", ""), entry.findtext(f"{ATOM}summary", ""))
        for entry in feed.findall(f"{ATOM}entry")
    ]


def test_what_waits_is_no_change(review_app: MaintainerApp) -> None:
    """A proposal appears when it is approved, and not before: neither number nor revision."""
    since = review_app.revision
    before = _entries(review_app.api)
    review_app.patch(phones=[{"number": "+3225116465", "kind": "main"}])
    assert int(review_app.revision) == int(since) + 1
    assert (
        _changes(review_app.api, _cursor(review_app.directory, int(since))),
        _entries(review_app.api),
    ) == ([], before)
    (waits,) = review_app.send("GET", "/v1/proposals", by="bert").get_json()["proposals"]
    review_app.send("POST", f"/v1/proposals/{waits['id']}/approve", by="bert")
    assert [
        change["id"]
        for change in _changes(review_app.api, _cursor(review_app.directory, int(since)))
    ] == ["pag-asa"]
    assert _entries(review_app.api)[0][0] == "PAG-ASA: phones changed"
