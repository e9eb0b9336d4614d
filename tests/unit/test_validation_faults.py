"""Every fault in a directory is found at once, with its JSON pointer and what to write instead."""

import copy
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.directory import faults_between_records, read_records
from directory_api.record.schemas import faults
from directory_api.text.errors import RecordsInvalid


@pytest.fixture
def raw(shipped_records: dict[str, Any]) -> dict[str, Any]:
    """A copy of the shipped records, to spoil."""
    return copy.deepcopy(shipped_records)


def _refused(raw: Any) -> dict[str, str]:
    """The faults of records that must be refused: what is wrong by pointer."""
    with pytest.raises(RecordsInvalid) as refused:
        read_records(raw)
    assert f" {len(refused.value.faults)} error" in refused.value.detail
    return {str(fault.pointer): fault.detail for fault in refused.value.faults}


def test_ten_faults_are_ten_faults_each_at_its_place(raw: dict[str, Any]) -> None:
    """A record with ten different faults reports all ten, each once with its JSON pointer."""
    centre = raw["centres"][1]
    centre["name"] = "<b>"
    centre["kind"] = "shelter"
    centre["address"]["subdivision"] = "LU-X"
    centre["location"]["lat"] = 91
    centre["phones"][0]["number"] = "+3232011690123"
    centre["email"] = "nobody"
    centre["website"] = "http://www.payoke.be/"
    centre["languages"][0]["code"] = "nederlands"
    centre["phnes"] = []
    del centre["status"]
    assert sorted(_refused(raw)) == sorted(
        f"/centres/1/{place}"
        for place in (
            *(
                "name",
                "kind",
                "address/subdivision",
                "location/lat",
                "phones/0/number",
                "email",
                "website",
            ),
            *("languages/0/code", "phnes", "status"),
        )
    )
    with pytest.raises(RecordsInvalid, match=r"\AThere are 10 errors in the records\.\Z"):
        read_records(raw)


Spoil = Callable[[dict[str, Any]], object]
_POINT = {"lat": 50.84, "lon": 4.35, "precision": "street"}
_ELSEWHERE = {"postcode": "1000", "locality": {"nl": "Brussel"}, "country": "BE"}
SPOILT: list[tuple[str, Spoil]] = [
    (
        "/centres/2/acknowledged/0/value",
        lambda raw: raw["centres"][2]["acknowledged"][0].update(value="<"),
    ),
    ("/centres/0/value", lambda raw: raw["centres"][0].update(value="x")),
    ("/centres/0/closed_until", lambda raw: raw["centres"][0].update(closed_until="2027-03-01")),
    ("/centres/0/closed_reason", lambda raw: raw["centres"][0].update(closed_reason={"en": "x"})),
    (
        "/centres/0/closed_until",
        lambda raw: raw["centres"][0].update(status="temporarily_closed", closed_until="1 March"),
    ),
    (
        "/centres/0/contested/1/member",
        lambda raw: raw["centres"][0]["contested"].append(raw["centres"][0]["contested"][0]),
    ),
    (
        "/centres/0/contested/0/member",
        lambda raw: raw["centres"][0]["contested"][0].update(member="coverage"),
    ),
    *(
        (
            f"/centres/0{pointer}",
            lambda raw, given=given, others=others: raw["centres"][0].update(
                others, temporary=given
            ),
        )
        for pointer, given, others in (
            ("/temporary/until", {"opening_hours": "24/7"}, {}),
            ("/temporary/from", {"until": "2026-11-30"}, {}),
            (
                "/temporary/until",
                {"from": "2026-11-30", "until": "2026-11-29", "opening_hours": "24/7"},
                {},
            ),
            (
                "/temporary/from",
                {"from": "tomorrow", "until": "2026-11-30", "opening_hours": "24/7"},
                {},
            ),
            ("/temporary/until", {"from": "2026-11-28", "opening_hours": "24/7"}, {}),
            (
                "/temporary/phones/0/kind",
                {"until": "2026-11-30", "phones": [{"number": "+3232011690", "kind": "fax"}]},
                {},
            ),
            ("/temporary/location", {"until": "2026-11-30", "address": _ELSEWHERE}, {}),
            (
                "/temporary/address",
                {"until": "2026-11-30", "location": _POINT, "opening_hours": "24/7"},
                {},
            ),
            (
                "/temporary/address/postcode",
                {
                    "until": "2026-11-30",
                    "address": {**_ELSEWHERE, "postcode": "10000"},
                    "location": _POINT,
                },
                {},
            ),
            *(
                (
                    "/temporary/address/street",
                    {"until": "2026-11-30", "address": _ELSEWHERE, "location": _POINT},
                    {"address_visibility": visibility},
                )
                for visibility in ("locality", "hidden")
            ),
            (
                "/temporary/address/country",
                {
                    "until": "2026-11-30",
                    "address": {**_ELSEWHERE, "country": "LU", "postcode": "1111"},
                    "location": _POINT,
                },
                {},
            ),
            ("/permanent", {"until": "2026-11-30", "opening_hours": "24/7"}, {"permanent": {}}),
        )
    ),
    (
        "/centres/2/timezone",
        lambda raw: raw["centres"][2].update(
            timezone="", temporary={"until": "2026-11-30", "opening_hours": "24/7"}
        ),
    ),
    *(
        (
            "/centres/0/contested/0/value",
            lambda raw, member=member, value=value: raw["centres"][0]["contested"][0].update(
                member=member, value=value
            ),
        )
        for member, value in (
            ("opening_hours", "ma-vr 9-17"),
            ("phones", "03 201 16 90"),
            ("email", "payoke.be"),
            ("website", "payoke.be"),
            ("address", "<b>"),
            ("languages", "nl"),
        )
    ),
    (
        "/centres/0/contested/0/sources/0",
        lambda raw: raw["centres"][0]["contested"][0].update(sources=["rumour"]),
    ),
    (
        "/centres/0/contested/0/sources/0",
        lambda raw: raw["centres"][0]["contested"][0].update(sources=[5]),
    ),
    (
        "/centres/0/contested/0/sources",
        lambda raw: raw["centres"][0]["contested"][0].update(sources=[]),
    ),
    ("/centres/0/timezone", lambda raw: raw["centres"][0].pop("timezone")),
    (
        "/centres/0/sources/nam~1e",
        lambda raw: raw["centres"][0]["sources"].update({"nam/e": ["flyer"]}),
    ),
    (
        "/centres/0/sources/name/1",
        lambda raw: raw["centres"][0]["sources"].update(name=["flyer", "rumour"]),
    ),
    ("/centres/0/sources/name/0", lambda raw: raw["centres"][0]["sources"].update(name=[{}])),
    ("/centres/0/languages", lambda raw: raw["centres"][0].update(languages=5)),
    (
        "/centres/0/languages/0/source",
        lambda raw: raw["centres"][0]["languages"][0].update(source=[]),
    ),
    (
        "/centres/0/languages/1/source",
        lambda raw: raw["centres"][0]["languages"][1].update(source="rumour"),
    ),
    ("/helplines/1/sources/0", lambda raw: raw["helplines"][1].update(sources=["rumour"])),
    ("/sources/0/id", lambda raw: raw["sources"].append(raw["sources"][0])),
    ("/centres/2/id", lambda raw: raw["centres"][2].update(id="pag-asa")),
    ("/helplines/0/id", lambda raw: raw["helplines"][0].update(id="be-101")),
    ("/helplines/0/number", lambda raw: raw["helplines"][0].update(url="https://example.org/")),
    ("/helplines/22/number", lambda raw: raw["helplines"][22].pop("url")),
    ("/helplines/2/display", lambda raw: raw["helplines"][2].update(display="078 055 801")),
    ("/helplines", lambda raw: raw.update(helplines=raw["helplines"][-1:])),
    ("/centres/", lambda raw: raw["helplines"][0].update(countries=["FR"])),
    (
        "/centres/0/phones/0/display",
        lambda raw: raw["centres"][0]["phones"][0].update(display="\u202e46 46 115"),
    ),
    ("/centres/0/name", lambda raw: raw["centres"][0].update(name="PAG\u202eASA")),
    ("/centres/0/email", lambda raw: raw["centres"][0].update(email="inf\u043e@pag-asa.be")),
    ("/centres/0/email", lambda raw: raw["centres"][0].update(email="info@p\u0430g-asa.be")),
    (
        "/centres/0/phones/0/display",
        lambda raw: raw["centres"][0]["phones"][0].update(display="+32 2 511 64 46"),
    ),
    (
        "/centres/0/phones/0/display",
        lambda raw: raw["centres"][0]["phones"][0].update(display="+32 2 511 64 64 "),
    ),
    (
        "/centres/0/address/postcode",
        lambda raw: raw["centres"][0]["address"].update(postcode="10000"),
    ),
    ("/centres/0/address/locality", lambda raw: raw["centres"][0]["address"].update(locality={})),
    (
        "/centres/0/address/locality/nl",
        lambda raw: raw["centres"][0]["address"]["locality"].update(nl="a\nb"),
    ),
    (
        "/centres/0/address/locality/x_x",
        lambda raw: raw["centres"][0]["address"]["locality"].update(x_x="a"),
    ),
    ("/centres/0/email", lambda raw: raw["centres"][0].update(email=None)),
    (
        "/centres/0/languages/0/interpreter",
        lambda raw: raw["centres"][0]["languages"][0].update(interpreter="yes"),
    ),
    ("/centres/0/coverage/0", lambda raw: raw["centres"][0].update(coverage=["Brussels"])),
    (
        "/centres/0/verified/on",
        lambda raw: raw["centres"][0].update(verified={"on": "1 May", "by": "a", "how": "b"}),
    ),
    *(
        (
            "/sources/0/published",
            lambda raw, published=published: raw["sources"][0].update(published=published),
        )
        for published in ("26", "2026-13", "2026-11-31", "11/2026", "", "2026-1", "2026-11-2")
    ),
    ("/sources/0/accessed", lambda raw: raw["sources"][0].update(accessed="2026")),
    ("/licence/name", lambda raw: raw.update(licence={})),
    ("/publisher", lambda raw: raw.pop("publisher")),
    ("/centres", lambda raw: raw.update(centres={})),
    (
        "/helplines/2/number",
        lambda raw: raw["helplines"][2].update(number="+32780558", display="078 05 58"),
    ),
]


@pytest.mark.parametrize(("pointer", "spoil"), SPOILT)
def test_each_fault_has_its_pointer(raw: dict[str, Any], pointer: str, spoil: Spoil) -> None:
    """One spoilt member gives a fault exactly there."""
    spoil(raw)
    found = _refused(raw)
    assert any(other.startswith(pointer) for other in found)
    assert all(other.startswith(pointer) or other.endswith("/id") for other in found)


def test_a_faulty_number_is_one_fault(raw: dict[str, Any]) -> None:
    """A helpline whose number is wrong is not also told to give a number."""
    raw["helplines"][0]["number"] = "one-one-two"
    with pytest.raises(RecordsInvalid) as refused:
        read_records(raw)
    assert [fault.pointer for fault in refused.value.faults if fault.pointer != "/helplines"] == [
        "/helplines/0/number"
    ]


@pytest.mark.parametrize("raw_value", [None, [], "text", 5, {}])
def test_what_is_no_directory_is_refused(raw_value: object) -> None:
    """A file that holds something else than records is refused with its faults."""
    assert _refused(raw_value)


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        -1.5,
        Decimal("1E+999999"),
        "",
        "x",
        "é\x00",
        [],
        [1],
        [[]],
        {},
        {"a": {}},
        [None],
    ]
)


@given(st.data(), JUNK)
def test_no_junk_anywhere_is_more_than_a_fault(
    shipped_records: dict[str, Any], data: st.DataObject, junk: Any
) -> None:
    """Whatever replaces any member at any depth, the records are read or refused with pointers."""
    raw = copy.deepcopy(shipped_records)
    here: Any = raw
    while True:
        step = data.draw(
            st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here)))
        )
        if not isinstance(here[step], dict | list) or not here[step] or data.draw(st.booleans()):
            here[step] = junk
            break
        here = here[step]
    try:
        read_records(raw)
    except RecordsInvalid as refused:
        places = [fault.pointer for fault in refused.faults]
    else:
        places = ["/"]
    assert places
    assert all(place and place.startswith("/") for place in places)


@given(st.text(max_size=8))
def test_pointers_are_escaped_as_rfc_6901_says(name: str) -> None:
    """A member's name is found again from its pointer."""
    messages: Mapping[str, Any] = {"records": {name: {0: ["Unknown field."]}}}
    (fault,) = faults(messages)
    steps = str(fault.pointer).split("/")
    assert [step.replace("~1", "/").replace("~0", "~") for step in steps] == [
        "",
        "records",
        name,
        "0",
    ]
    assert fault.detail == "This field does not exist. Check the spelling."


def test_yes_is_no_boolean_in_json_and_the_fault_says_what_is(raw: dict[str, Any]) -> None:
    """Who writes JSON and who fills a cell each read how to write it."""
    raw["centres"][0]["languages"][0]["interpreter"] = "maybe"
    assert _refused(raw) == {
        "/centres/0/languages/0/interpreter": "Write true or false; "
        "in a spreadsheet, yes or no. (pag-asa)"
    }


def test_a_number_that_is_none_has_one_fault(raw: dict[str, Any]) -> None:
    """A number with an invalid country code is not also reported for its printed form."""
    raw["centres"][0]["phones"][0].update(number="+99925116464", display="02 511 64 64")
    assert list(_refused(raw)) == ["/centres/0/phones/0/number"]


def test_a_list_that_passed_once_passes_again_only_as_it_was(raw: dict[str, Any]) -> None:
    """Each edit has the sources and helplines of the directory; they are checked when one of them
    differs, also after a change in place.
    """
    first = read_records(raw)
    sources = first.header["sources"]
    before = copy.deepcopy(sources)
    sources[0]["title"] = "Changed by a caller"
    assert read_records(raw).header["sources"] == before
    raw["sources"][0]["title"] = "<"
    assert list(_refused(raw)) == ["/sources/0/title"]
    raw["sources"][0]["title"] = Decimal(1)
    assert list(_refused(raw)) == ["/sources/0/title"]
    raw["sources"][0]["title"] = "Annual report"
    assert read_records(raw).header["sources"][0]["title"] == "Annual report"
    raw["helplines"] = [line for line in raw["helplines"] if line["kind"] != "emergency"]
    assert "/helplines" in _refused(raw)


def test_several_emergency_numbers_of_a_country_cannot_all_be_removed(raw: dict[str, Any]) -> None:
    first = next(line for line in raw["helplines"] if line["kind"] == "emergency")
    before = [first, {**first, "id": "be-100", "number": "100"}]
    elsewhere = {**first, "id": "lu-112", "countries": ["LU"]}
    stored = {"helpline": {line["id"]: line for line in before}}
    (fault,) = faults_between_records({**raw, "helplines": [elsewhere]}, stored)
    assert fault.detail.startswith("112, 100 are the only emergency numbers of Belgium")
    assert fault.pointer == "/helplines"


def test_a_source_that_a_stored_centre_cites_cannot_be_removed(raw: dict[str, Any]) -> None:
    """What is stored was checked with the sources of its time."""
    stored = {
        "directory": {"directory": {"sources": raw["sources"]}},
        "centre": {centre["id"]: centre for centre in raw["centres"]},
    }
    assert [*faults_between_records(raw, stored)] == []
    others = [source for source in raw["sources"] if source["id"] != "flyer"]
    pointers = [
        fault.pointer for fault in faults_between_records({**raw, "sources": others}, stored)
    ]
    assert "/centres/0/sources/name/1" not in pointers
    assert "/centres/0/sources/email/1" in pointers
