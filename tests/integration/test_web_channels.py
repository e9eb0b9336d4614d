"""Channels in every format: what is known is said, and what is not known is no claim."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.record.vocabulary import CHANNEL_KINDS
from directory_api.record.ways import FACTS
from directory_api.web.app import create_app
from tests.support.hsds_lists import first
from tests.support.records import directory_of, made_up_centre

NOW = datetime(2026, 11, 3, 11, tzinfo=UTC)
# Each kind, with an address where it may have one.
BARE: list[dict[str, Any]] = [
    {"kind": "call"},
    {"kind": "sms", "address": "+32470123456"},
    {"kind": "chat", "address": "https://www.example.com/chat"},
    {"kind": "app", "address": "https://www.example.com/app"},
    {"kind": "form", "address": "https://www.example.com/form"},
    {"kind": "email", "address": "help@example.com"},
    {"kind": "relay", "address": "https://www.example.com/relay"},
    {"kind": "in_person"},
]
PHONES = [{"number": "+3225116464", "kind": "main"}]
KNOWN: dict[str, Any] = {
    "cost": "free",
    "on_bill": False,
    "needs_account": False,
    "makes_sound": False,
    "sources": ["pag-asa-english"],
}
ADDRESSES = [each["address"] for each in BARE if "address" in each]
# For the address of the whole service.
HSDS = "/hsds/services"
FORMATS = [
    "/v1/centres/{id}",
    *(
        pytest.param(f"/v1/centres?format={name}", marks=pytest.mark.needs("formats"))
        for name in ("csv", "geojson", "jsonld", "vcard")
    ),
    pytest.param(HSDS, marks=pytest.mark.needs("hsds")),
]


def _client(folder: Path, **facts: Any) -> FlaskClient:
    channels = [{**each, **facts} for each in BARE]
    centre = made_up_centre(1, channels=channels, phones=PHONES)
    return create_app(directory_of(folder, [centre]), now=lambda: NOW).test_client()


def _said(client: FlaskClient, path: str) -> str:
    """Return what a path says of the centre, without the helplines, of which more is known."""
    centre = client.get("/v1/centres").get_json()["centres"][0]
    identity, name = centre["id"], centre["name"]
    response = client.get(first(client) if path == HSDS else path.format(id=identity))
    assert response.status_code == 200
    if response.mimetype == "text/csv":
        lines = response.text.splitlines()
        return next(line for line in lines if line.startswith("centre,"))
    if response.mimetype == "text/vcard":
        return response.text.replace("\r\n ", "").split("BEGIN:VCARD")[-1]
    body = response.get_json()
    for member in ("contents", "features", "@graph"):
        if member in body:
            return str([each for each in body[member] if name in str(each)])
    return str({key: value for key, value in body.items() if key != "helplines"})


def test_each_kind_is_tried() -> None:
    """A new kind has to be added here."""
    assert [each["kind"] for each in BARE] == list(CHANNEL_KINDS)


@pytest.mark.parametrize("path", FORMATS)
def test_what_is_not_known_is_no_claim_in_any_format(tmp_path: Path, path: str) -> None:
    """Not one word of a fact is there."""
    said = _said(_client(tmp_path), path)
    claims = [
        "TollFree",
        *(str(word) for each in FACTS.values() for word in each.values()),
    ]
    assert [claim for claim in claims if claim in said] == []


@pytest.mark.parametrize("path", FORMATS)
def test_each_address_of_a_channel_is_in_every_format(tmp_path: Path, path: str) -> None:
    """So a person can use it, whatever the program that shows it."""
    said = _said(_client(tmp_path), path)
    assert [address for address in ADDRESSES if address not in said] == []


def test_a_false_is_a_fact(tmp_path: Path) -> None:
    """And not the same as an absent member."""
    client = _client(tmp_path, **KNOWN)
    (centre,) = client.get("/v1/centres").get_json()["centres"]
    for channel in centre["channels"]:
        assert {name: channel[name] for name in KNOWN} == KNOWN


@pytest.mark.needs("hsds")
def test_what_is_known_is_said_in_words(tmp_path: Path) -> None:
    """HSDS has no members for it, but a text."""
    said = _said(_client(tmp_path, **KNOWN), HSDS)
    for name, words in FACTS.items():
        assert str(words[KNOWN[name]]) in said


@pytest.mark.needs("formats")
def test_a_free_call_is_toll_free_in_linked_data(tmp_path: Path) -> None:
    """Only the calls: a text message has a price of its own."""
    said = _said(_client(tmp_path, **KNOWN), "/v1/centres?format=jsonld")
    assert said.count("TollFree") == 1


FOR_SOME = {"be-1712", "be-partner-violence", "be-tele-onthaal"}


@pytest.mark.parametrize(
    ("path", "has_them"),
    [
        ("/v1/helplines", True),
        ("/v1/nearest?postcode=1000", True),
        ("/v1/nearest?postcode=9999", False),
        ("/v1/centres/none", False),
        pytest.param("/v1/bundle", False, marks=pytest.mark.needs("device")),
    ],
)
def test_lines_for_some_people_are_in_answers_and_in_no_short_list(
    client: FlaskClient, path: str, has_them: bool
) -> None:
    """A person who reads a problem or opens a page in danger finds what is for every victim."""
    found = {line["id"] for line in client.get(path).get_json()["helplines"]}
    assert found & FOR_SOME == (FOR_SOME if has_them else set())
    assert {"be-112", "be-101", "be-trafficking-line", "be-reporting-site"} <= found
    assert "be-child-focus" in found


@pytest.mark.needs("pages")
def test_the_page_has_the_lines_for_every_victim_and_for_children(client: FlaskClient) -> None:
    """The others would crowd them out; of another country they are shown."""
    page = client.get("/?lang=en").text
    for number in ("tel:112", "tel:101", "tel:+3278055800", "tel:116000"):
        assert number in page
    page_of_france = client.post("/", data={"postcode": "59000", "country": "FR"}).text
    assert "tel:3919" in page_of_france
