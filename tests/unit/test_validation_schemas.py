"""Raw records -> centres and helplines, or every fault in them at once with its JSON pointer."""

import copy
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import email_validator
import marshmallow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from directory_api.domain.errors import RecordsInvalid
from directory_api.domain.model import vocabulary
from directory_api.domain.model.records import Centre, Helpline
from directory_api.domain.validation import validators
from directory_api.domain.validation.directory import read_records
from directory_api.domain.validation.schemas import CentreSchema, DirectorySchema, faults
from directory_api.domain.validation.validators import fault_in_number, same_number
from directory_api.storage.files import read_json

LANGUAGES = st.sampled_from(["nl", "fr", "pt-BR", "zh-Hant", "ti"])
LINES = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp"]
    ),
    min_size=1,
    max_size=20,
)
LINE = LINES.map(lambda line: line.replace("<", "-")).filter(
    lambda line: not re.search(r";\s*[=+@-]", line)
)
TEXTS = st.dictionaries(LANGUAGES, LINE, min_size=1, max_size=3)
PHONES = st.fixed_dictionaries(
    {"number": st.just("+3225116464"), "kind": st.sampled_from(vocabulary.PHONE_KINDS)},
    optional={
        "display": st.sampled_from(["02 511 64 64", "+32 2 511 64 64"]),
        "languages": st.lists(LANGUAGES, min_size=1, max_size=2),
        "hours": st.sampled_from(["24/7", "Mo-Fr 09:00-17:00"]),
        "note": TEXTS,
    },
)
CENTRES = st.fixed_dictionaries(
    {
        "id": st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True),
        "name": LINE,
        "kind": st.sampled_from(vocabulary.KINDS),
        "status": st.sampled_from(vocabulary.STATUSES),
        "address": st.fixed_dictionaries(
            {"postal_code": st.just("1000"), "locality": TEXTS, "country": st.just("BE")},
            optional={
                "street": LINE,
                "street_translations": TEXTS,
                "subdivision": st.just("BE-BRU"),
            },
        ),
        "address_visibility": st.sampled_from(vocabulary.VISIBILITIES),
        "location": st.fixed_dictionaries(
            {
                "lat": st.floats(-90, 90),
                "lon": st.floats(-180, 180),
                "precision": st.sampled_from(vocabulary.PRECISIONS),
            }
        ),
    },
    optional={
        "name_translations": TEXTS,
        "description": TEXTS,
        "phones": st.lists(PHONES, min_size=1, max_size=3),
        "email": st.just("info@pag-asa.be"),
        "website": st.just("https://www.pag-asa.be/"),
        "languages": st.lists(
            st.fixed_dictionaries(
                {"code": LANGUAGES, "interpreter": st.booleans()},
                optional={"source": st.just("flyer")},
            ),
            min_size=1,
            max_size=2,
        ),
        "services": st.lists(st.sampled_from(sorted(vocabulary.SERVICES)), min_size=1),
        "audiences": st.lists(st.sampled_from(sorted(vocabulary.AUDIENCES)), min_size=1),
        "timezone": st.just("Europe/Brussels"),
        "coverage": st.just(["BE", "BE-BRU"]),
        "sources": st.builds(lambda: {"name": ["flyer"]}),
        "verified": st.fixed_dictionaries(
            {"on": st.dates().map(lambda on: on.isoformat()), "by": LINE, "how": LINE}
        ),
    },
)
HELPLINES = st.fixed_dictionaries(
    {
        "id": st.just("line"),
        "kind": st.sampled_from(vocabulary.HELPLINE_KINDS),
        "name": TEXTS,
        "countries": st.builds(lambda: ["BE", "LU"]),
    },
    optional={"hours": st.just("24/7"), "note": TEXTS, "sources": st.builds(lambda: ["flyer"])},
).flatmap(
    lambda line: st.sampled_from(
        [
            {**line, "number": "112"},
            {**line, "number": "+3278055800", "display": "078 055 800"},
            {
                **line,
                "url": "https://www.stophumantrafficking.be/",
                "url_translations": {"fr": "https://stoptraite.be/"},
            },
        ]
    )
)


@pytest.fixture(scope="module")
def shipped_records(data: Path) -> dict[str, Any]:
    """The shipped centres.json as parsed; copied by who changes it."""
    records: dict[str, Any] = json.loads((data / "centres.json").read_text(encoding="utf-8"))
    return records


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


def test_the_shipped_file_is_valid_and_comes_back_as_it_was(
    data: Path, shipped_records: dict[str, Any]
) -> None:
    """The shipped file is valid; its three centres and four helplines are written back
    unchanged.
    """
    read = read_records(read_json(data / "centres.json"))
    assert [line.to_record() for line in read.helplines] == shipped_records["helplines"]
    assert [centre.to_record() for centre in read.centres] == shipped_records["centres"]
    assert {**read.header} == {
        name: shipped_records[name] for name in ("publisher", "licence", "sources")
    }


@given(CENTRES, HELPLINES)
def test_records_survive_the_round_trip(
    shipped_records: dict[str, Any], centre: dict[str, Any], line: dict[str, Any]
) -> None:
    """Record to object to record is the identity, and so is object to record to object."""
    emergency = {**shipped_records["helplines"][0], "countries": [centre["address"]["country"]]}
    read = read_records({**shipped_records, "centres": [centre], "helplines": [emergency, line]})
    assert read.centres[0].to_record() == centre
    assert Centre.from_record(read.centres[0].to_record()) == read.centres[0]
    assert read.helplines[1].to_record() == line
    assert Helpline.from_record(line) == read.helplines[1]


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
SPOILT: list[tuple[str, Spoil]] = [
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
    ("/helplines/3/number", lambda raw: raw["helplines"][3].pop("url")),
    ("/helplines/2/display", lambda raw: raw["helplines"][2].update(display="078 055 801")),
    ("/helplines", lambda raw: raw.update(helplines=raw["helplines"][1:])),
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
        "/centres/0/address/postal_code",
        lambda raw: raw["centres"][0]["address"].update(postal_code="10000"),
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
    ("/sources/0/read_in", lambda raw: raw["sources"][0].update(read_in="2026")),
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


ACCEPTED_REFUSED: list[tuple[Callable[[str], None], list[str], list[str]]] = [
    (
        validators.plain_text,
        ["Sürya", "a b", "日本"],
        ["<", "a\n", "\x85", "\ud800", "", " ", " a", "a ", "a\x7f", "a\tb"],
    ),
    (
        validators.language,
        ["nl", "pt-BR", "zh-Hant", "yue", "es-419", "de-1996", "sl-rozaj"],
        [
            *("", "dutch", "n", "nl_BE", "xx", "nl-", "nl BE"),
            *("zh-yue", "ar-ary", "no-bok", "sgn-BE-FR", "en-GB-oed", "i-klingon"),
        ],
    ),
    (
        validators.email,
        ["info@pag-asa.be"],
        ["info", "a@b", "a@@b.be", "a b@c.be", "@c.be", "a@c..be"],
    ),
    (
        validators.web_address,
        ["https://www.pag-asa.be/", "https://example.org/a?b=c#d"],
        [
            *[
                "http://a.be",
                "https://",
                "a.be",
                "https://u:p@a.be/",
                "https://a.be:8443/",
                "https://A.be/",
                "ftp://a.be",
            ],
            *[
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://localhost/",
                "https://a.local/",
                "https://intern/",
            ],
            *[
                "https://[::1",
                "https://[kanarie]/",
                "https://a.be/ b",
                "javascript:alert(1)",
                "https://a.be/<",
                "//a.be",
            ],
            *["https://192.168.1.1/", "https://a.onion/", "https://-a.be/"],
        ],
    ),
    (
        validators.opening_hours,
        ["Mo-Fr 09:00-17:00; PH off", "24/7"],
        ["nine to five", "Mo-Fr 25:99", "", "<"],
    ),
    (validators.timezone, ["Europe/Brussels", "UTC"], ["CEST+2", "Brussels", "", "../etc/passwd"]),
    (
        validators.day,
        ["2026-02-28"],
        ["2026-02-30", "20260228", "2026-2-8", "2026-W01-1", "", "2026-02"],
    ),
    (validators.month, ["2026-11"], ["2026-13", "2026", "2026-11-01", "11-2026", ""]),
    (
        validators.international_number,
        ["+3225116464"],
        ["112", "025116464", "+32 2 511 64 64", "+321", "+999123456", "+3299999"],
    ),
    (
        validators.dialled_number,
        ["112", "116006", "+3278055800"],
        ["1", "1234567", "+32112", "١١٢", "+3200000000"],
    ),
]


@pytest.mark.parametrize(("rule", "accepted", "refused"), ACCEPTED_REFUSED)
def test_each_rule_accepts_and_refuses(
    rule: Callable[[str], None], accepted: list[str], refused: list[str]
) -> None:
    """A rule takes what is right, and says without an echo what is wrong with the rest."""
    for value in accepted:
        rule(value)
    for value in refused:
        with pytest.raises(ValidationError) as error:
            rule(value)
        assert "kanarie" not in str(error.value.messages)


@pytest.mark.parametrize("value", [50, -90, 90.0, Decimal("50.85"), 0])
def test_degrees_take_numbers(value: float | Decimal) -> None:
    """Numbers within the limit are degrees."""
    assert validators.Degrees(90).deserialize(value) == float(value)


_VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1.5, "", "<", "nl", "BE-BRU", "2026-11-02"]),
    lambda below: (
        st.lists(below, max_size=2) | st.dictionaries(st.sampled_from("abn"), below, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=50)
@given(CENTRES, st.data())
def test_reading_equals_what_marshmallow_loads(centre: dict[str, Any], data: st.DataObject) -> None:
    """Values and faults, with a member of the record, or one below it, that is another value,
    absent or unknown.
    """
    inside = [centre, *(part for part in centre.values() if isinstance(part, dict))]
    changed = data.draw(st.sampled_from(inside))
    member = data.draw(st.sampled_from([*changed, "x", *CentreSchema().fields]))
    if data.draw(st.booleans()):
        changed.pop(member, None)
    else:
        changed[member] = data.draw(_VALUES)
    ends = []
    for load in (CentreSchema().load, CentreSchema.read):
        try:
            ends.append(load(centre))
        except ValidationError as error:
            ends.append(error.messages)
    assert ends[0] == ends[1]


def test_records_without_faults_are_read_without_marshmallow(
    shipped_records: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes three times as long, which a large file shows."""

    def load(*_: object, **__: object) -> None:
        raise AssertionError("the slow way")

    monkeypatch.setattr(marshmallow.Schema, "load", load)
    raw = json.loads(json.dumps(shipped_records))
    assert DirectorySchema.read(raw) == raw


@pytest.mark.parametrize(
    "value", ["50.85", True, 90.1, -91, float("nan"), float("inf"), Decimal("1E+999999"), [1]]
)
def test_degrees_refuse_the_rest(value: object) -> None:
    """Text, booleans, what is out of range and what is no number are refused."""
    with pytest.raises(ValidationError):
        validators.Degrees(90).deserialize(value)


_PLAIN = re.compile(r"[a-z0-9._-]{1,12}@[a-z0-9.-]{1,12}\.[a-z]{1,6}", re.ASCII)


@given(st.from_regex(_PLAIN, fullmatch=True))
def test_plain_addresses_are_those_that_the_reference_accepts(address: str) -> None:
    """The usual form of an address, which is accepted sooner, is no other rule."""
    try:
        email_validator.validate_email(address, check_deliverability=False)
    except email_validator.EmailNotValidError:
        with pytest.raises(ValidationError):
            validators.email(address)
    else:
        validators.email(address)


@pytest.mark.parametrize(
    "host",
    [
        *(f"pag-asa.{name}" for name in email_validator.SPECIAL_USE_DOMAIN_NAMES),
        "ab--cd.be",
        f"{'a' * 64}.be",
    ],
)
def test_mail_to_no_public_host_is_refused(host: str) -> None:
    """Such as a name of a local network."""
    with pytest.raises(ValidationError):
        validators.email(f"info@{host}")


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("+999123456789", "country code that does not exist"),
        ("+32112", "international form"),
        ("+321234567", "No such number|too few"),
        ("+32251164641234", "too few or too many"),
    ],
)
def test_a_wrong_number_is_told_why(number: str, says: str) -> None:
    """The reason fits the number, and the number is not repeated."""
    fault = fault_in_number(number)
    assert fault
    assert any(part in fault for part in says.split("|"))
    assert number not in fault


@given(st.integers(10**7, 10**9 - 1), st.data())
def test_a_number_printed_with_other_signs_is_the_same(digits: int, data: st.DataObject) -> None:
    """Spaces and dots between digits change nothing; one other digit does."""
    number = f"+32{digits}"
    for printed in (f"+32{digits}", f"0{digits}"):
        display = "".join(
            letter + data.draw(st.sampled_from(["", " ", ".", "/"])) for letter in printed
        )
        assert same_number(number, display)
        at = data.draw(st.integers(printed.index(str(digits)), len(printed) - 1))
        other = str((int(printed[at]) + 1) % 10)
        assert not same_number(number, printed[:at] + other + printed[at + 1 :])


def test_a_short_number_is_itself() -> None:
    """112 is printed 112; a tail of a number is not the number."""
    assert same_number("112", "1 1 2")
    assert not same_number("+3225116464", "6464")


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


@pytest.mark.parametrize(
    ("display", "same"),
    [
        ("+32 2 511 64 64", True),
        ("0032 2 511 64 64", True),
        ("+32 (0)2 511 64 64", True),
        ("02/511.64.64", True),
        ("0 511 64 64", False),
        ("511 64 64", False),
        ("+32 2 511 64 65", False),
        ("02 511 64 6", False),
    ],
)
def test_a_printed_number_is_the_whole_number(display: str, same: bool) -> None:
    """The ways to print a number agree with it; a part of it, or another digit, does not."""
    assert same_number("+3225116464", display) is same


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


def test_a_value_that_passed_once_passes_again_only_as_it_was() -> None:
    """Codes are checked once for each value; what is kept is the value, never a part of it."""
    code = validators.Code(validate=[validators.plain_text])
    long = f"{'a' * 99} b"  # the first hundred letters end with a space, which is not allowed
    for _ in range(2):
        assert [code.deserialize(text) for text in ("24/7", long)] == ["24/7", long]
    for invalid in (long[:100], "24/7 ", 24, None):
        with pytest.raises(ValidationError):
            code.deserialize(invalid)


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


def test_a_file_with_very_many_codes_does_not_fill_the_memory() -> None:
    """Of different values the first thousand are kept, and the others are checked each time."""
    code = validators.Code(validate=[validators.plain_text])
    for number in range(1_001):
        code.deserialize(f"code {number}")
    assert len(code._passed) == 1_000
    with pytest.raises(ValidationError):
        code.deserialize("<")
