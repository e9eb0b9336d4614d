"""/v1/changes and its feed: what a device and a partner are told, and what they are not."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient, faults, problem
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.records import TERMINAL
from tests.support.sync_client import PLACES, Site, site

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


def test_the_bundle_leads_to_its_changes(api: ApiClient) -> None:
    """A bundle's link asks for what is new since itself: nothing; the next one is the same."""
    bundle = api.get("/v1/bundle").get_json()
    answer = api.get(bundle["changes"]).get_json()
    assert (answer["from"], answer["revision"], answer["store"]) == (
        bundle["revision"],
        bundle["revision"],
        bundle["store"],
    )
    assert (answer["changes"], answer["next"]) == ([], bundle["changes"])
    assert (answer["made"], answer["until"]) == (bundle["made"], bundle["until"])
    assert [line for line in answer["helplines"] if "BE" in line["countries"]] == (
        bundle["helplines"]
    )
    assert [line for line in answer["helplines"] if "BE" not in line["countries"]] == (
        bundle["helplines_abroad"]
    )
    assert answer["countries"] == bundle["coverage"]["countries"]


def test_without_a_revision_it_is_everything(api: ApiClient) -> None:
    """From 0 it has all records of the bundle, boundary and postcodes, by revision, kind and id."""
    bundle, answer = api.get("/v1/bundle").get_json(), api.get("/v1/changes").get_json()
    assert answer == api.get("/v1/changes?since=0").get_json()
    told = [(int(change["revision"]), change["kind"], change["id"]) for change in answer["changes"]]
    assert told == sorted(told)
    assert {kind for _, kind, _ in told} == {"boundary", "centre", "helpline", "postcodes"}
    records = [change["centre"] for change in answer["changes"] if change["kind"] == "centre"]
    assert records == bundle["centres"]
    assert {
        (change["kind"], change["href"]) for change in answer["changes"] if "href" in change
    } == {
        ("boundary", "/v1/bundle.json"),
        ("postcodes", "/v1/bundle/BE.json"),
    }
    ids = {line["id"] for line in (*bundle["helplines"], *bundle["helplines_abroad"])}
    assert {line["id"] for line in answer["helplines"]} == ids


def test_each_record_comes_once_as_it_is_now(served: Site, asked: ApiClient) -> None:
    """A record appears once, at its last revision, however often it changed; unchanged ones
    do not.
    """
    since = served.directory.live.snapshot.revision
    for name in ("One", "Two", "Three"):
        served.patch("made-up-001", name=name)
    served.patch("be-112", "helpline", note={"en": "New"})
    first, second = _changes(asked, _cursor(served.directory, since))
    assert (first["kind"], first["id"], first["centre"]["name"]) == (
        "centre",
        "made-up-001",
        "Three",
    )
    assert (second["kind"], second["id"], second["helpline"]["note"]) == (
        "helpline",
        "be-112",
        {"en": "New"},
    )
    assert [int(first["revision"]), int(second["revision"])] == [since + 3, since + 4]
    assert _changes(asked, _cursor(served.directory, since + 3)) == [second]
    assert _changes(asked, _cursor(served.directory, since + 4)) == []


def test_what_a_bundle_does_not_hold_is_gone(served: Site, asked: ApiClient) -> None:
    """A closed or removed centre is a tombstone, also a short-lived one; a reopened one is a
    record.
    """
    since = served.directory.live.snapshot.revision
    editor = served.directory.editor
    served.patch("made-up-000", status="closed")
    editor.remove(served.edit("centre", "made-up-001"))
    served.patch("made-up-002", status="temporarily_closed")
    came = {**served.file["centres"][0], "id": "came", "status": "active"}
    editor.create(served.edit("centre", "came"), came)
    editor.remove(served.edit("centre", "came"))
    told = {
        change["id"]: change.get("gone") or change["centre"]["status"]
        for change in _changes(asked, _cursor(served.directory, since))
    }
    assert told == {
        "made-up-000": True,
        "made-up-001": True,
        "made-up-002": "temporarily_closed",
        "came": True,
    }
    assert "centre" not in _changes(asked, _cursor(served.directory, since))[0]
    served.patch("made-up-000", status="active")
    assert _changes(asked, _cursor(served.directory, since))[-1]["centre"]["status"] == "active"


def test_new_postcodes_have_to_be_fetched(served: Site, asked: ApiClient) -> None:
    """A table that changed is told by the address of its bundle."""
    since = served.directory.live.snapshot.revision
    served.import_places(*PLACES, ("LU", "1111", "Luxembourg", 49.6, 6.1))
    assert _changes(asked, _cursor(served.directory, since)) == [
        {"kind": "postcodes", "id": "LU", "revision": str(since + 1), "href": "/v1/bundle/LU.json"}
    ]
    assert asked.get("/v1/bundle/LU").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "since=99",
        "since=1",
        "since=1.0123456789",
        "since=99.0123456789",
        "since=0&store=abc",
        "store=abc",
        "since=99.0123456789&store={}",
    ],
)
def test_a_revision_of_another_past_leads_to_the_bundle(
    served: Site, asked: ApiClient, path: str
) -> None:
    """A revision ahead of the server, or of another store: 410 with the bundles and a Link, not
    cached.
    """
    response = asked.get(f"/v1/changes?{path.format(served.directory.live.snapshot.store)}")
    body = problem(response, 410, "changes-unknown")
    assert [found["href"] for found in body["suggestions"]] == ["/v1/bundle/BE"]
    assert response.headers["Link"] == '</v1/bundle>; rel="alternate"'
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("since=-1", ["since"]),
        ("since=x&store=Z", ["since", "store"]),
        ("since=1&since=2", ["since"]),
        ("since=1.5", ["since"]),
        ("since=1.ABCDEF0123", ["since"]),
        ("since=1.0123456789a", ["since"]),
        ("since=1234567890", ["since"]),
        ("store=", ["store"]),
        ("store=12345678901234567", ["store"]),
        ("after=1", [""]),
    ],
)
def test_nonsense_is_told_where_it_is(api: ApiClient, query: str, where: list[str]) -> None:
    """All that is wrong with a request is told at once."""
    assert faults(problem(api.get(f"/v1/changes?{query}"), 400, "request-invalid")) == where


@pytest.mark.parametrize("path", ["/v1/changes", "/v1/changes.atom"])
def test_it_may_be_kept_for_a_minute_and_comes_compressed(client: FlaskClient, path: str) -> None:
    """Changes are cached like every directory answer, the feed only by its reader; both are
    compressed on request with an ETag of their own.
    """
    plain, zipped = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert plain.headers["Cache-Control"] == (
        "private, max-age=60"
        if path.endswith("atom")
        else "public, max-age=60, stale-if-error=604800"
    )
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


def test_the_feed_names_its_public_address(served: Site) -> None:
    """Whatever host was asked."""
    settings = replace(served.directory.settings, public_url="https://public.example.org/help")
    app = create_app(replace(served.directory, settings=settings), now=served.clock)
    feed = ElementTree.fromstring(app.test_client().get("/v1/changes.atom").data)
    (own,) = (link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self")
    assert own.get("href") == "https://public.example.org/help/v1/changes.atom"


def test_the_next_day_has_new_hours(served: Site, asked: ApiClient) -> None:
    """The answer is computed again for each day and each revision."""
    served.patch("made-up-001", opening_hours="Mo-Su 09:00-17:00", timezone="Europe/Brussels")
    before = _changes(asked)
    assert _changes(asked) == before
    served.clock.pass_by(timedelta(days=1))
    assert _changes(asked)[-1]["centre"]["open"] != before[-1]["centre"]["open"]


def test_a_new_database_says_that_it_is_not_ready(tmp_path: Path) -> None:
    """Before the first load both say so, with the helplines."""
    api = ApiClient(
        create_app(
            open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db", rate_limit=""))
        )
    )
    for path in ("/v1/changes", "/v1/changes.atom"):
        problem(api.get(path), 503, "not-ready")


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
    """Who changed something, who approved it and why are in no byte of either."""
    sheltering.write(
        "PATCH", "/v1/centres/pag-asa?reason=kanarie%20called", json={"name": "PAG-ASA vzw"}
    )
    told = sheltering.api.get("/v1/changes").text + sheltering.api.get("/v1/changes.atom").text
    assert not [mark for mark in ("anna", "kanarie") if mark in told]
    assert _entries(sheltering.api)[0] == (
        "PAG-ASA vzw: name changed",
        "Changed: name. The link leads to what holds now.",
    )
