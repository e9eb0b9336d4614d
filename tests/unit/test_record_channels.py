"""Channels: what each may have, and the ways to reach a record that follow from them."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given

from directory_api.record import vocabulary
from directory_api.record.records import Centre, Helpline, contact_digest
from directory_api.record.schemas import CentreSchema, HelplineSchema, faults
from directory_api.record.ways import FACTS, WAYS, Way, ways
from tests.support.record_strategies import CENTRES, HELPLINES
from tests.support.records import made_up_centre

LINE = {
    "id": "line",
    "kind": "national_line",
    "number": "116000",
    "name": {"en": "Line"},
    "countries": ["BE"],
}
# What no source says of a way.
UNKNOWN = ("languages", "hours", "cost", "on_phone_bill", "needs_account", "audible", "eligibility")


def _pointers(schema: type[ma.Schema], record: Mapping[str, Any]) -> list[str]:
    try:
        schema().load(record)
    except ma.ValidationError as error:
        return [fault.pointer or "" for fault in faults(error.messages)]
    return []


def _centre(*channels: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {**made_up_centre(1, **changes), "channels": list(channels)}


def _line(*channels: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {**LINE, **changes, "channels": list(channels)}


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("call", "+3225116464", "02 511 64 64"),
        ("call", "1712", "17-12"),
        ("sms", "114", "https://example.org/"),
        ("chat", "https://www.pag-asa.be/chat", "116000"),
        ("app", "https://www.pag-asa.be/app", "http://www.pag-asa.be/"),
        ("chat", "https://www.pag-asa.be/", "HTTPS://www.pag-asa.be/"),
        ("form", "https://www.pag-asa.be/form", "info@pag-asa.be"),
        ("relay", "https://www.pag-asa.be/relay", "relay"),
        ("email", "info@pag-asa.be", "https://www.pag-asa.be/"),
    ],
)
def test_the_kind_of_a_channel_says_what_its_address_is(kind: str, right: str, wrong: str) -> None:
    """Of a helpline, whose number may be a short one."""
    assert not _pointers(HelplineSchema, _line({"kind": kind, "address": right}))
    found = _pointers(HelplineSchema, _line({"kind": kind, "address": wrong}))
    assert found == ["/channels/0/address"]


def test_a_number_of_a_centre_is_an_international_one() -> None:
    """As of its phones: a short number is one of a helpline."""
    found = _pointers(CentreSchema, _centre({"kind": "sms", "address": "1712"}))
    assert found == ["/channels/0/address"]


def test_people_come_to_the_address_of_the_centre() -> None:
    """A way in person has no address of its own, and a helpline has none."""
    assert not _pointers(CentreSchema, _centre({"kind": "in_person"}))
    elsewhere = {"kind": "in_person", "address": "https://www.pag-asa.be/"}
    assert _pointers(CentreSchema, _centre(elsewhere)) == ["/channels/0/address"]
    assert _pointers(HelplineSchema, _line({"kind": "in_person"})) == ["/channels/0/kind"]


@pytest.mark.parametrize("kind", vocabulary.CHANNEL_KINDS)
def test_a_channel_without_an_address_needs_one_of_the_record(kind: str) -> None:
    """Except one whose address may be unknown."""
    bare = {
        name: value
        for name, value in made_up_centre(1).items()
        if name not in ("phones", "email", "website")
    }
    fax = {"phones": [{"number": "+3225116464", "kind": "fax"}]}
    expected = ["/channels/0/address"] if kind in ("call", "sms", "form", "email") else []
    assert _pointers(CentreSchema, {**bare, **fax, "channels": [{"kind": kind}]}) == expected
    own = {
        "phones": [{"number": "+3225116464", "kind": "main"}],
        "email": "info@pag-asa.be",
        "website": "https://www.pag-asa.be/",
    }
    assert _pointers(CentreSchema, {**bare, **own, "channels": [{"kind": kind}]}) == []


@pytest.mark.parametrize(
    "fact",
    [{"cost": "free"}, {"on_phone_bill": False}, {"needs_account": False}, {"audible": False}],
)
def test_what_no_source_says_is_not_known(fact: dict[str, Any]) -> None:
    """Such as that a call is free: of a channel itself, not of the record."""
    assert FACTS.keys() >= fact.keys()
    centre = _centre({"kind": "chat", **fact}, sources={"phones": ["flyer"]})
    assert _pointers(CentreSchema, centre) == ["/channels/0/sources"]
    line = _line({"kind": "call", "sources": [], **fact}, sources=["flyer"])
    assert _pointers(HelplineSchema, line) == ["/channels/0/sources"]
    assert not _pointers(HelplineSchema, _line({"kind": "call", "sources": ["flyer"], **fact}))


@pytest.mark.parametrize(
    ("channel", "is_wrong"),
    [
        ({"kind": "call", "address": "113"}, True),
        ({"kind": "call", "address": "+3290012345"}, True),
        ({"kind": "call", "address": "112"}, False),
        ({"kind": "call"}, False),
        ({"kind": "sms", "address": "114"}, False),
    ],
)
def test_a_line_for_emergencies_calls_no_other_number(
    channel: dict[str, Any], is_wrong: bool
) -> None:
    """A channel beside 112 would stand below its name."""
    line = _line(channel, kind="emergency", number="112")
    expected = ["/channels/0/address"] if is_wrong else []
    assert _pointers(HelplineSchema, line) == expected


@pytest.mark.parametrize(
    ("member", "text"),
    [
        ("note", {"en": "Ring at Rue Cachée 7"}),
        ("eligibility", {"fr": "Les voisins de la Rue Cachée"}),
        ("address", "https://www.pag-asa.be/rue-cachee-7"),
    ],
)
def test_no_text_of_a_channel_names_a_hidden_street(member: str, text: Any) -> None:
    """Channels are published with a hidden address, too."""
    centre = _centre({"kind": "chat", member: text}, address_visibility="hidden")
    centre["address"] = {**centre["address"], "street": "Rue Cachée 7"}
    found = _pointers(CentreSchema, centre)
    assert [pointer.split("/")[1:4] for pointer in found] == [["channels", "0", member]]
    assert not _pointers(CentreSchema, {**centre, "address_visibility": "public"})


def test_hours_of_a_channel_need_the_time_zone_of_the_centre() -> None:
    """As its opening hours do."""
    channel = {"kind": "chat", "hours": "Mo-Fr 09:00-17:00"}
    centre = _centre(channel)
    assert not _pointers(CentreSchema, {**centre, "timezone": "Europe/Brussels"})
    centre.pop("timezone", None)
    centre.pop("opening_hours", None)
    assert _pointers(CentreSchema, centre) == ["/timezone"]


def test_a_changed_channel_ends_the_confirmation() -> None:
    """Its order, its texts and its sources do not."""
    first, second = {"kind": "sms", "address": "114"}, {"kind": "chat", "cost": "free"}

    def digest(*channels: Mapping[str, Any]) -> str:
        return contact_digest(Helpline.from_record(_line(*channels)))

    assert digest(first, second) == digest(second, first)
    assert digest(first) == digest({**first, "note": {"en": "x"}, "sources": ["flyer"]})
    for change in (
        {"on_phone_bill": False},
        {"on_phone_bill": True},
        {"audible": False},
        {"cost": "free"},
    ):
        assert digest(first) != digest({**first, **change})


def _found(record: Centre | Helpline) -> list[tuple[str, str | None]]:
    return [(way.kind, way.address) for way in ways(record)]


def test_what_has_no_channel_is_a_way_with_nothing_known() -> None:
    """A fax is none, and a hidden address is none."""
    record = made_up_centre(1, email="info@pag-asa.be", website="https://www.pag-asa.be/")
    record["phones"] = [
        {"number": "+3225116464", "kind": "main", "hours": "24/7", "languages": ["fr"]},
        {"number": "+3225116465", "kind": "fax"},
    ]
    centre = Centre.from_record(record)
    assert _found(centre) == [
        ("call", "+3225116464"),
        ("email", "info@pag-asa.be"),
        ("in_person", None),
        ("website", "https://www.pag-asa.be/"),
    ]
    call = ways(centre)[0]
    assert (call.hours, call.cost, call.on_phone_bill, call.audible) == ("24/7", None, None, None)
    assert [each.code for each in call.languages or ()] == ["fr"]
    hidden = Centre.from_record({**record, "address_visibility": "hidden"})
    assert "in_person" not in {way.kind for way in ways(hidden)}


def test_a_channel_without_an_address_is_about_each_number_of_the_centre() -> None:
    """One with an address is about that number, and the others remain."""
    record = made_up_centre(1)
    record["phones"] = [
        {"number": "+3225116464", "kind": "main"},
        {"number": "+3232011690", "kind": "duty", "hours": "24/7"},
    ]
    every = Centre.from_record({**record, "channels": [{"kind": "call", "cost": "free"}]})
    one = Centre.from_record(
        {**record, "channels": [{"kind": "call", "address": "+3232011690", "cost": "free"}]}
    )

    def costs(centre: Centre) -> dict[str | None, str | None]:
        return {way.address: way.cost for way in ways(centre) if way.kind == "call"}

    assert costs(every) == {"+3225116464": "free", "+3232011690": "free"}
    assert costs(one) == {"+3232011690": "free", "+3225116464": None}
    (duty,) = [way for way in ways(one) if way.cost]
    assert duty.hours == "24/7"


def test_a_number_for_text_messages_is_not_called() -> None:
    """The French 114 takes none; and its hours are not said to be those of the messages."""
    line = Helpline.from_record(_line({"kind": "sms"}, number="114", hours="24/7"))
    assert _found(line) == [("sms", "114")]
    assert ways(line)[0].hours is None
    both = Helpline.from_record(_line({"kind": "sms"}, {"kind": "call"}, hours="24/7"))
    assert [(way.kind, way.hours) for way in ways(both)] == [("call", "24/7"), ("sms", None)]


def test_a_site_is_a_form_only_if_a_source_says_so() -> None:
    """Else it is a web site."""
    site = {name: value for name, value in LINE.items() if name != "number"}
    site |= {"kind": "reporting_site", "url": "https://stoptraite.be/"}
    assert _found(Helpline.from_record(site)) == [("website", "https://stoptraite.be/")]
    with_form = Helpline.from_record({**site, "channels": [{"kind": "form"}]})
    assert _found(with_form) == [("form", "https://stoptraite.be/")]


def test_a_way_says_that_sources_disagree() -> None:
    """About its number, its address or its place; of a visit also about the hours."""
    for member, kind in (
        ("phones", "call"),
        ("address", "in_person"),
        ("opening_hours", "in_person"),
    ):
        phones = [{"number": "+3225116464", "kind": "main"}]
        claim = {"member": member, "sources": ["flyer"]}
        record = made_up_centre(1, phones=phones, contested=[claim])
        doubtful = [way for way in ways(Centre.from_record(record)) if way.contested]
        assert {way.kind for way in doubtful} == {kind}
        assert {each.member for way in doubtful for each in way.contested} == {member}


def _claims(way: Way) -> dict[str, Any]:
    return {name: value for name in UNKNOWN if (value := getattr(way, name)) is not None}


@given(CENTRES)
def test_a_way_of_a_centre_claims_nothing_that_the_record_does_not_say(
    record: dict[str, Any],
) -> None:
    """What is not known is None in every way."""
    _each_claim_is_one_of(record, Centre.from_record(record))


@given(HELPLINES)
def test_a_way_of_a_helpline_claims_nothing_that_the_record_does_not_say(
    record: dict[str, Any],
) -> None:
    """What is not known is None in every way."""
    _each_claim_is_one_of(record, Helpline.from_record(record))


def _each_claim_is_one_of(record: Mapping[str, Any], read: Centre | Helpline) -> None:
    channels = record.get("channels", ())
    for way in ways(read):
        assert way.kind in WAYS
        of_kind = [each for each in channels if each["kind"] == way.kind]
        for name, value in _claims(way).items():
            if name in ("languages", "hours"):  # phones and the record have them, too
                continue
            assert value in [each.get(name) for each in of_kind], name
    reached = {(way.kind, way.address) for way in ways(read)}
    for each in channels:
        if "address" in each:
            assert (each["kind"], each["address"]) in reached
