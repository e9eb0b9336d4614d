"""What must hold for every output: only values that hold now, nothing contested as certain, and of
channels what is known.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.change.change import Change
from directory_api.change.sentences import sentences
from directory_api.record.vocabulary import CHANNEL_KINDS
from directory_api.record.ways import FACTS
from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support import outputs as support
from tests.support.outputs import CARDS, FOR_VISITORS, WHOLE, outputs
from tests.support.records import directory_of, made_up_centre

NEEDS = support.NEEDS

# In Brussels the days begin at 23:00 UTC.
BEGINS, ENDS = datetime(2026, 11, 27, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OWN: Mapping[str, Any] = {
    "address": {**made_up_centre(1)["address"], "street": "Kaai 2"},
    "phones": [{"number": "+3225116464", "kind": "main"}],
    "opening_hours": "Mo-Fr 09:00-17:00",
    "timezone": "Europe/Brussels",
}
DAYS = {"from": "2026-11-28", "until": "2026-11-30"}
OTHER: Mapping[str, Any] = {
    "address": {**OWN["address"], "street": "Italiëlei 98A"},
    "location": {"lat": 50.85, "lon": 4.35, "precision": "street"},
    "phones": [{"number": "+3232011690", "kind": "main"}],
    "opening_hours": "Mo-Su 10:00-11:00",
}


def _told(folder: Path, now: datetime, language: str = "en", **members: Any) -> Mapping[str, str]:
    """What each output says of a centre with these members."""
    centre = made_up_centre(1, **{**OWN, **members})
    return outputs(
        create_app(directory_of(folder, [centre]), now=lambda: now).test_client(), language
    )


def _has(text: str, value: str) -> bool:
    """Whether a text has a value, in whatever groups of digits."""
    return value.replace(" ", "") in text.replace(" ", "")


@pytest.mark.parametrize(
    ("now", "is_temporary"), [(BEGINS - SECOND, False), (BEGINS, True), (ENDS, False)]
)
def test_an_output_shows_the_value_that_holds_and_no_other(
    tmp_path: Path, now: datetime, *, is_temporary: bool
) -> None:
    """What holds at other times is below `temporary` or `permanent` only."""
    held, others = (OTHER, OWN) if is_temporary else (OWN, OTHER)
    for name, text in _told(tmp_path, now, temporary={**DAYS, **OTHER}).items():
        said = text
        if name in ("one", "centres", "nearest", "bundle"):
            centre = json.loads(text)
            said = json.dumps([centre["address"], centre["phones"]], ensure_ascii=False)
        values = [
            (each["address"]["street"], each["phones"][0]["number"][3:]) for each in (held, others)
        ]
        street, number = values[0]
        assert _has(said, number), name
        # A text message has no address.
        assert _has(said, street) or name == "text", name
        if name != "csv":
            assert not [each for each in values[1] if _has(said, each)], name


ADDRESS, PHONES, HOURS = "address", "phones", "opening_hours"
# How often each output for visitors says the last day: a number is in the card and among the ways.
LAST_DAYS: Mapping[str, tuple[str, ...]] = {
    "page": (PHONES, PHONES, HOURS, ADDRESS),
    "print": (PHONES, HOURS, ADDRESS),
    "neutral print": (PHONES, HOURS, ADDRESS),
    "contact": (PHONES, ADDRESS),
    "neutral contact": (PHONES, ADDRESS),
    "text": (PHONES,),
}


@pytest.mark.parametrize("only", [None, ADDRESS, PHONES, HOURS])
def test_visitors_read_until_when_a_temporary_value_holds(tmp_path: Path, only: str | None) -> None:
    """Beside each that is shown: paper and a saved contact are read after that day."""
    given = {only, "location"} if only == ADDRESS else {only}
    values = {name: value for name, value in OTHER.items() if only is None or name in given}
    told = _told(tmp_path, BEGINS, "nl", temporary={**DAYS, **values})
    for name, members in LAST_DAYS.items():
        expected = [member for member in members if only in (None, member)]
        assert told[name].count("ot en met 30 november 2026") == len(expected), name
    assert ("Only until 2026-11-30" in told["services"]) is True


NOTE = "Also named elsewhere."
# What each output writes of a value about which sources disagree, and what another source claims.
CONTESTED: Mapping[str, tuple[str, Any, str]] = {
    "address": ("Kaai 2", OWN["address"], "Steenweg 77"),
    "opening_hours": ("09:00", OWN["opening_hours"], "Sa 07:07-08:08"),
    "phones": ("25116464", OWN["phones"], "+3232011690"),
    "email": ("help@example.org", "help@example.org", "other@example.org"),
    "website": ("example.org/centre", "https://example.org/centre", "https://other.example.org/"),
}


@pytest.mark.parametrize("member", CONTESTED)
def test_no_output_shows_a_contested_value_as_certain(tmp_path: Path, member: str) -> None:
    """Where it is, what the sources say is beside it; what others claim is in the entry that says
    so, or nowhere. Paper has the sentence without the note, which on neutral paper could name the
    centre.
    """
    value, stored, claimed = CONTESTED[member]
    entry = {"member": member, "sources": ["flyer"], "note": {"en": NOTE}, "value": claimed}
    told = _told(tmp_path, BEGINS, **{member: stored, "contested": [entry]})
    sentence = words("en")[f"contested.{member if member in (ADDRESS, HOURS) else 'other'}"]
    shown = {name for name, text in told.items() if _has(text, value)}
    assert shown >= {"one", "centres", "nearest", "csv", "bundle", "page"}
    for name in shown:
        if name in FOR_VISITORS or name == "text":
            assert sentence in told[name], name
        if name == "csv":
            assert f",{member}," in told[name]
        # A text message and paper are short, and a table names the member.
        has_note = name not in ("text", "csv", "print") and not name.startswith("neutral")
        assert (NOTE in told[name]) is has_note, name
    assert {name for name, text in told.items() if _has(text, claimed)} <= {*WHOLE, *CARDS}
    in_one_language = {**entry, "note": NOTE}
    for name, listed in (
        ("one", entry),
        ("centres", in_one_language),
        ("nearest", in_one_language),
    ):
        centre = json.loads(told[name])
        assert centre.pop("contested") == [listed]
        assert claimed not in json.dumps(centre)
    without = {each: entry[each] for each in ("member", "note")}
    assert json.loads(told["bundle"])["contested"] == [without]


def test_every_output_says_that_a_centre_is_closed_for_a_time_and_until_when(
    tmp_path: Path,
) -> None:
    """And why, except on neutral paper: the reason could name the centre."""
    reason, until = "Water damage.", "2026-12-24"
    days: dict[str, Any] = {"closed_until": until, "closed_reason": {"en": reason}}
    told = _told(tmp_path, BEGINS, status="temporarily_closed", **days)
    sentence = words("en")["status.closed_until"].format(date="24 December 2026")
    for name in (*FOR_VISITORS, "text", "vcard"):
        assert sentence in told[name], name
    for name in (*WHOLE, "bundle", "services"):
        assert until in told[name], name
    for name in CARDS:
        assert sentence in told[name], name
    without_reason = {name for name, text in told.items() if reason not in text}
    assert without_reason == {"neutral print", "neutral contact", "text", "csv"}


# Each kind of channel, with an address where it may have one.
CHANNELS: list[dict[str, Any]] = [
    {"kind": "call"},
    {"kind": "sms", "address": "+32470123456"},
    {"kind": "chat", "address": "https://www.example.com/chat"},
    {"kind": "app", "address": "https://www.example.com/app"},
    {"kind": "form", "address": "https://www.example.com/form"},
    {"kind": "email", "address": "help@example.com"},
    {"kind": "relay", "address": "https://www.example.com/relay"},
    {"kind": "in_person"},
]
KNOWN: Mapping[str, Any] = {
    "cost": "free",
    "on_phone_bill": False,
    "needs_account": False,
    "audible": False,
    "sources": ["pag-asa-english"],
}
FOR_PROGRAMS = ("one", "centres", "nearest", "geojson", "vcard", "services")


def test_each_address_of_a_channel_is_in_every_format_and_nothing_that_is_not_known(
    tmp_path: Path,
) -> None:
    """So a person can use it, whatever program shows it; not one word of a fact is there."""
    assert [each["kind"] for each in CHANNELS] == list(CHANNEL_KINDS)
    told = _told(tmp_path, BEGINS, channels=CHANNELS)
    addresses = [each["address"] for each in CHANNELS if "address" in each]
    claims = [str(word) for each in FACTS.values() for word in each.values()]
    for name in FOR_PROGRAMS:
        assert [address for address in addresses if not _has(told[name], address)] == [], name
        assert [claim for claim in claims if claim in told[name]] == [], name


def test_what_is_known_of_a_channel_is_said(tmp_path: Path) -> None:
    """A false is a fact, and HSDS has a text for it."""
    told = _told(tmp_path, BEGINS, channels=[{**each, **KNOWN} for each in CHANNELS])
    for channel in json.loads(told["centres"])["channels"]:
        assert channel.items() >= KNOWN.items()
    for fact, said in FACTS.items():
        assert str(said[KNOWN[fact]]) in told["services"]


def test_a_card_says_what_a_number_is_for_when_the_office_is_closed(client: FlaskClient) -> None:
    """In the language of the answer; the note of the record stays."""
    (card,) = client.get("/v1/nearest?postcode=1000&limit=1&lang=nl").get_json()["results"]
    (phone,) = card["phones"]
    assert (card["id"], phone["hours"]) == ("pag-asa", "24/7")
    assert phone["note"] == words("nl")["phone.emergencies"]
    (card,) = client.get("/v1/nearest?postcode=4000&limit=1").get_json()["results"]
    assert "note" not in card["phones"][0]


def test_a_number_for_messages_says_that_it_cannot_be_called(client: FlaskClient) -> None:
    """Numbers that can be called have no such member."""
    query = {"postcode": "59000", "country": "FR", "include": "other_helplines"}
    body = client.get("/v1/nearest", query_string=query).get_json()
    lines = [*body["helplines"], *body.get("other_helplines", [])]
    by_message = {line["id"]: line["channels"] for line in lines if "channels" in line}
    assert by_message == {"fr-sms-114": ["sms", "chat", "app"]}


def test_a_number_without_a_printed_form_is_shown_in_its_usual_one(tmp_path: Path) -> None:
    """The others have it as a URI, or in E.164: tables, cards of contacts, text messages, HSDS."""
    temporary = {"phones": [{"number": "+3232011690", "kind": "main"}], **DAYS}
    for now, number in ((BEGINS - SECOND, "+32 2 511 64 64"), (BEGINS, "+32 3 201 16 90")):
        folder = tmp_path / f"{now:%H}"
        folder.mkdir()
        told = _told(folder, now, temporary=temporary)
        said = {name for name, text in told.items() if number in text}
        assert said == {*WHOLE, *CARDS, *FOR_VISITORS, "bundle"} - {"contact", "neutral contact"}


def test_a_change_of_a_number_is_told_in_the_printed_form() -> None:
    """Also if the record has none."""
    before = made_up_centre(1, phones=[{"number": "+3225116464", "kind": "main"}])
    after = {**before, "phones": [{"number": "+3232011690", "kind": "main"}]}
    (sentence,) = sentences(Change("centre", before["id"], before, after))
    assert sentence.text == "phone changed: +32 2 511 64 64 → +32 3 201 16 90"
