"""Each difference between two versions of a record is described as a maintainer would say it."""

from collections.abc import Callable
from typing import Any

import pytest

from directory_api.change.change import Change
from directory_api.change.sentences import in_one_line, sentences
from directory_api.record.record_value import Record
from tests.support.records import shipped_records

Edit = Callable[[dict[str, Any]], object]


def _shipped(kind: str) -> dict[str, Any]:
    """A record of each kind: PAG-ASA with a plain phone, the reporting site, the header."""
    records = shipped_records()
    if kind == "directory":
        return {name: records[name] for name in ("publisher", "licence", "sources")}
    if kind == "helpline":
        return _of_id(records["helplines"], "be-reporting-site")
    contested = [{"member": "opening_hours", "sources": ["fedasilinfo"], "note": {"nl": "A"}}]
    centre = {**records["centres"][0], "phones": [dict(PHONE)], "contested": contested}
    centre["sources"]["phones"] = ["agii", "flyer"]
    return centre


def _of_id(records: list[dict[str, Any]], identity: str) -> dict[str, Any]:
    (record,) = (record for record in records if record["id"] == identity)
    return record


def _changed(edit: Edit, kind: str = "centre") -> Change:
    after = _shipped(kind)
    edit(after)
    return Change(kind, after.get("id", kind), _shipped(kind), after)


def _told(edit: Edit, kind: str = "centre") -> list[str]:
    return [difference.text for difference in sentences(_changed(edit, kind))]


PHONE = {"number": "+3225116464", "display": "+32 2 511 64 64", "kind": "main"}
FAX = {"number": "+3225116465", "kind": "fax"}


def _phone(**members: Any) -> Edit:
    return lambda record: record["phones"][0].update(members)


def _address(**members: Any) -> Edit:
    return lambda record: record["address"].update(members)


CENTRE: list[tuple[Edit, list[str]]] = [
    (
        _phone(number="+3225116465", display="+32 2 511 64 65"),
        ["phone changed: +32 2 511 64 64 → +32 2 511 64 65"],
    ),
    (
        lambda record: record.update(phones=[{"number": "+3225116465", "kind": "main"}]),
        ["phone changed: +32 2 511 64 64 → +32 2 511 64 65"],
    ),
    (_phone(number="+3225116465"), ["phone changed: +3225116464 → +3225116465"]),
    (
        _phone(display="02 511 64 64"),
        ["printed form of the phone changed: +32 2 511 64 64 → 02 511 64 64"],
    ),
    (
        lambda record: record["phones"][0].pop("display"),
        ["printed form of the phone dropped: +32 2 511 64 64"],
    ),
    (_phone(kind="duty"), ["phone +32 2 511 64 64: kind changed: main → duty"]),
    (_phone(hours="24/7"), ["phone +32 2 511 64 64: hours added: Day and night"]),
    (_phone(note={"nl": "bel 0900"}), ["phone +32 2 511 64 64: note (Dutch) added: bel 0900"]),
    (
        _phone(number="+3225116465", display="+32 2 511 64 65", hours="24/7"),
        [
            "phone changed: +32 2 511 64 64 → +32 2 511 64 65",
            "phone +32 2 511 64 65: hours added: Day and night",
        ],
    ),
    (lambda record: record["phones"].append(FAX), ["phone added: +32 2 511 64 65"]),
    (lambda record: record["phones"].insert(0, FAX), ["phone added: +32 2 511 64 65"]),
    (lambda record: record.pop("phones"), ["phone dropped: +32 2 511 64 64"]),
    (
        lambda record: record.update(phones=[FAX]),
        ["phone dropped: +32 2 511 64 64", "phone added: +32 2 511 64 65"],
    ),
    (lambda record: record.update(email="a@b.be"), ["e-mail changed: info@pag-asa.be → a@b.be"]),
    (lambda record: record.pop("email"), ["e-mail dropped: info@pag-asa.be"]),
    (
        lambda record: record.update(website="https://example.org/"),
        ["domain of the web address changed: pag-asa.be → example.org"],
    ),
    (
        lambda record: record.update(website="https://pag-asa.be/nl"),
        ["web address changed: https://www.pag-asa.be/ → https://pag-asa.be/nl"],
    ),
    (lambda record: record.pop("website"), ["web address dropped: https://www.pag-asa.be/"]),
    (
        lambda record: record.update(address_visibility="hidden"),
        ["address visibility changed: public → hidden"],
    ),
    (
        lambda record: record.update(status="temporarily_closed"),
        ["status changed: active → temporarily closed"],
    ),
    (
        lambda record: record.update(
            status="temporarily_closed", closed_until="2027-03-01", closed_reason={"en": "A flood."}
        ),
        [
            "status changed: active → temporarily closed",
            "closed until added: 01/03/2027",
            "reason of the closure (English) added: A flood.",
        ],
    ),
    (
        lambda record: record["contested"][0]["note"].pop("nl"),
        ["contested opening hours: note (Dutch) dropped: A"],
    ),
    (
        lambda record: record["contested"].append({"member": "email", "sources": ["agii"]}),
        ["contested added: e-mail (agii)"],
    ),
    (
        lambda record: record["contested"][0].update(sources=["agii"]),
        [
            "contested opening hours: source dropped: fedasilinfo",
            "contested opening hours: source added: agii",
        ],
    ),
    (_address(street="Leguit 4"), ["street changed: Cellebroersstraat 16b → Leguit 4"]),
    (
        _address(street_translations={"fr": "Rue"}),
        ["street (French) changed: Rue des Alexiens 16b → Rue"],
    ),
    (
        _address(postcode="1050", subdivision="BE-VBR"),
        [
            "postcode changed: 1000 → 1050",
            "region changed: Brussels-Capital Region → Flemish Brabant",
        ],
    ),
    (
        lambda record: record["address"]["locality"].update(nl="Elsene"),
        ["town (Dutch) changed: Brussel → Elsene"],
    ),
    (_address(country="LU"), ["country changed: Belgium → Luxembourg"]),
    (
        lambda record: record["location"].update(precision="exact"),
        ["precision of the point changed: street → exact"],
    ),
    (lambda record: record.pop("location"), ["point dropped: 50.8428, 4.3497 (street)"]),
    # A record of another version may have other members and kinds of values.
    (lambda record: record["location"].update(zz="new"), ["point is written differently"]),
    (
        lambda record: record["languages"][0].update(interpreter="perhaps"),
        ["language French: through an interpreter changed: no → perhaps"],
    ),
    (
        lambda record: record.update(name="PAG-ASA, call 0470 12 34 56"),
        ["name changed: PAG-ASA → PAG-ASA, call 0470 12 34 56"],
    ),
    (
        lambda record: record["description"].update(nl="help@evil.example"),
        [
            "description (Dutch) changed: Gespecialiseerd centrum voor slachtoffers van "
            "mensenhandel, … → help@evil.example"
        ],
    ),
    (lambda record: record.update(name="Pag-Asa vzw"), ["name changed: PAG-ASA → Pag-Asa vzw"]),
    (lambda record: record.update(name_translations={"fr": "Pag"}), ["name (French) added: Pag"]),
    (
        lambda record: record.update(kind="reception_centre"),
        ["kind changed: specialised centre → reception centre"],
    ),
    (
        lambda record: record["description"].update(uk="c"),
        ["description (Ukrainian) added: c"],
    ),
    (lambda record: record["languages"].pop(), ["language dropped: English"]),
    (
        lambda record: record["languages"].append({"code": "uk", "interpreter": True}),
        ["language added: Ukrainian (through an interpreter)"],
    ),
    (
        lambda record: record["languages"][0].update(interpreter=True),
        ["language French: through an interpreter changed: no → yes"],
    ),
    (
        lambda record: record["languages"][0].pop("interpreter"),
        ["language French: through an interpreter dropped: no"],
    ),
    (
        lambda record: record["languages"][0].pop("source"),
        ["language French: source dropped: lesmarolles"],
    ),
    (lambda record: record["languages"].reverse(), ["order of languages changed"]),
    (lambda record: record["services"].remove("legal"), ["service dropped: Legal help"]),
    (lambda record: record["services"].reverse(), ["order of services changed"]),
    (
        lambda record: record["audiences"].append("children"),
        ["audience added: Victims who may be under 18"],
    ),
    (
        lambda record: record.update(coverage=["BE-BRU"]),
        ["area covered added: Brussels-Capital Region"],
    ),
    (
        lambda record: record.update(opening_hours="24/7"),
        [
            "opening hours changed: Monday\N{THIN SPACE}–\N{THIN SPACE}Friday: "
            "09:00\N{THIN SPACE}–\N{THIN SPACE}17:00 · Closed on public holidays → "
            "Day and night"
        ],
    ),
    (
        lambda record: record.update(timezone="Europe/Paris"),
        ["time zone changed: Europe/Brussels → Europe/Paris"],
    ),
    (
        lambda record: record["sources"]["phones"].append("general"),
        ["source of phones added: general"],
    ),
    (
        lambda record: record["sources"].pop("opening_hours"),
        ["source of opening hours dropped: lesmarolles"],
    ),
    (
        lambda record: record.update(verified={"on": "2026-11-24", "by": "anna", "how": "called"}),
        ["confirmation added: 24/11/2026 by anna (called)"],
    ),
    (
        _phone(languages=["fr", "nl"]),
        [f"phone +32 2 511 64 64: language added: {name}" for name in ("French", "Dutch")],
    ),
    (lambda record: record.update(shoe_size=43), ["shoe size added: 43"]),
    (lambda record: record.update(coverage=[]), ["area covered is written differently"]),
]


@pytest.mark.parametrize(("edit", "told"), CENTRE)
def test_a_change_of_a_centre_is_told(edit: Edit, told: list[str]) -> None:
    """Each difference is told as a maintainer would say it."""
    assert _told(edit) == told


def test_phones_that_change_places_are_no_other_phones() -> None:
    """Two phones in another order are told as that, also when both have one number."""
    for other in (FAX, {**PHONE, "kind": "fax"}):
        change = Change("centre", "a", {"phones": [PHONE, other]}, {"phones": [other, PHONE]})
        assert [difference.text for difference in sentences(change)] == ["order of phones changed"]


def test_a_confirmation_that_goes_is_told() -> None:
    """A record that was verified and is no more tells whose confirmation went."""
    verified = {"verified": {"on": "2026-11-24", "by": "anna", "how": "called"}}
    assert [one.text for one in sentences(Change("centre", "a", verified, {}))] == [
        "confirmation dropped: 24/11/2026 by anna (called)"
    ]
    public = {"verified": {"on": "2026-11-24"}}  # taken from the public form of a record
    assert [one.text for one in sentences(Change("centre", "a", public, {}))] == [
        "confirmation dropped: 24/11/2026"
    ]
    assert [one.text for one in sentences(Change("centre", "a", {}, public))] == [
        "confirmation added: 24/11/2026"
    ]


HELPLINE: list[tuple[Edit, list[str]]] = [
    (
        lambda record: record.update(url="https://example.org/"),
        ["domain of the web address changed: stophumantrafficking.be → example.org"],
    ),
    (
        lambda record: record["url_translations"].update(fr="https://example.org/"),
        ["domain of the web address (French) changed: stoptraite.be → example.org"],
    ),
    (
        lambda record: record.update(number="112"),
        ["number added: 112"],
    ),
    (
        lambda record: record.update(kind="national_line"),
        ["kind changed: reporting site → national line"],
    ),
    (lambda record: record["countries"].append("LU"), ["country added: Luxembourg"]),
    (
        lambda record: record.update(note={"en": "or call 0900"}),
        ["note (English) added: or call 0900"],
    ),
    (
        lambda record: record["name"].pop("de"),
        ["name (German) dropped: Vertraulich melden, ohne zuerst zur Polizei zu gehen, in 24 …"],
    ),
    (lambda record: record.update(hours="24/7"), ["hours added: Day and night"]),
    (lambda record: record["sources"].reverse(), ["order of sources changed"]),
    (lambda record: record["sources"].append("general"), ["source added: general"]),
]


@pytest.mark.parametrize(("edit", "told"), HELPLINE)
def test_a_helpline_is_told_likewise(edit: Edit, told: list[str]) -> None:
    """Each difference is told as a maintainer would say it."""
    assert _told(edit, "helpline") == told


@pytest.mark.parametrize("kind", ["centre", "helpline"])
def test_an_acknowledged_warning_is_told_with_its_reason(kind: str) -> None:
    """The same of a centre and of a helpline."""
    about = {"warning": "premium_rate", "value": "+319008844", "reason": "the only one"}
    (told,) = _told(lambda record: record.update(acknowledged=[about]), kind)
    assert told == "acknowledged warning added: premium_rate (the only one)"


def test_a_helpline_shows_its_number_as_it_is_printed() -> None:
    """Number and printed form are one sentence."""
    before = {"number": "+3278055800", "display": "078 055 800"}
    after = {"number": "+3278055801", "display": "078 055 801"}
    (one,) = sentences(Change("helpline", "a", before, after))
    assert (one.pointer, one.text) == ("/number", "number changed: 078 055 800 → 078 055 801")


DIRECTORY: list[tuple[Edit, list[str]]] = [
    (
        lambda header: header.update(publisher="A"),
        ["publisher changed: Directory of specialised centres → A"],
    ),
    (lambda header: header["licence"].update(name="CC0"), ["licence changed: CC BY 4.0 → CC0"]),
    (
        lambda header: header["licence"].pop("url"),
        ["address of the licence dropped: https://creativecommons.org/licenses/by/4.0/"],
    ),
    (
        lambda header: header["sources"].append({"id": "a", "title": "A book"}),
        ["source added: A book"],
    ),
    (
        lambda header: header["sources"].append(
            {"id": "a", "title": "A" * 80, "publisher": "B", "url": "https://example.org/c"}
        ),
        [f"source added: {'A' * 80}, B, https://example.org/c"],
    ),
    (
        lambda header: header["sources"].remove(_of_id(header["sources"], "flyer")),
        [
            "source dropped: Campaign flyer: three specialised centres, police 101, confidential "
            "reporting (United Nations #EndHumanTrafficking)"
        ],
    ),
    (
        lambda header: _of_id(header["sources"], "surya").update(accessed="2026-12"),
        ["source “Nos missions”: month in which it was read changed: 11/2026 → 12/2026"],
    ),
    (lambda header: header["sources"].reverse(), ["order of sources changed"]),
]


MOVED: dict[str, Any] = {
    "from": "2026-12-10",
    "until": "2027-01-10",
    "address": {
        "street": "Leguit 4",
        "postcode": "2000",
        "locality": {"nl": "Antwerpen", "en": "Antwerp"},
        "country": "BE",
        "subdivision": "BE-VAN",
    },
    "location": {"lat": 51.22, "lon": 4.404, "precision": "postcode"},
}
AT_LEGUIT = "from 10/12/2026 until 10/01/2027: Leguit 4, 2000 Antwerp"
POINT_ADDED = "temporary address: point added: 51.22, 4.404 (postcode)"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            None,
            MOVED,
            [f"{AT_LEGUIT}, instead of Cellebroersstraat 16b, 1000 Brussels", POINT_ADDED],
        ),
        (
            None,
            {"until": "2027-01-10", "phones": [PHONE, FAX], "opening_hours": "24/7"},
            [
                "until 10/01/2027: +32 2 511 64 64, +32 2 511 64 65, instead of +32 2 511 64 64",
                "until 10/01/2027: Day and night",
            ],
        ),
        (
            {"from": "2026-12-10", "until": "2027-01-10", "opening_hours": "24/7"},
            {**MOVED, "until": "2027-01-11", "opening_hours": "24/7"},
            [
                "from 10/12/2026 until 11/01/2027: Leguit 4, 2000 Antwerp, instead of "
                "Cellebroersstraat 16b, 1000 Brussels",
                "last day of the temporary values changed: 10/01/2027 → 11/01/2027",
                POINT_ADDED,
            ],
        ),
        (
            MOVED,
            {**MOVED, "address": {**MOVED["address"], "street": "Leguit 5"}},
            ["temporary address: street changed: Leguit 4 → Leguit 5"],
        ),
        (
            MOVED,
            None,
            [f"no longer {AT_LEGUIT}", POINT_ADDED.replace("added", "dropped")],
        ),
    ],
)
def test_what_holds_for_a_time_is_told_with_the_time_and_what_it_replaces(
    before: Record | None, after: Record | None, told: list[str]
) -> None:
    """In one sentence for each value, not one for each of its parts; in one for a part alone."""
    record = {name: each for name, each in _shipped("centre").items() if name != "opening_hours"}
    sides = [
        {**record, "temporary": each} if each is not None else record for each in (before, after)
    ]
    found = sentences(Change("centre", "pag-asa", *sides))
    assert [each.text for each in found] == told
    assert all(each.pointer.startswith("/temporary/") for each in found)


@pytest.mark.parametrize(("edit", "told"), DIRECTORY)
def test_the_header_is_told_by_its_sources(edit: Edit, told: list[str]) -> None:
    """Publisher, licence and sources are told."""
    assert _told(edit, "directory") == told


@pytest.mark.parametrize(
    ("kind", "record", "named", "line"),
    [
        ("centre", {"name": "Payoke"}, "Payoke", "x (Payoke)"),
        ("helpline", {"name": {"nl": "Lijn", "en": "Line"}}, "Line", "x (Line)"),
        ("helpline", {"name": {"nl": "Lijn"}}, "Lijn", "x (Lijn)"),
        ("helpline", {}, "x", "x"),
        ("directory", {"publisher": "A"}, "A", "the directory"),
        ("boundary", {}, "boundary of x", "boundary of x"),
        ("table", {}, "postcodes of x", "postcodes of x"),
        ("token", {}, "token x", "token x"),
    ],
)
def test_a_record_that_appears_or_goes_is_named(
    kind: str, record: Record, named: str, line: str
) -> None:
    """A new or removed record is named."""
    for change, verb in (
        (Change(kind, "x", None, record), "added"),
        (Change(kind, "x", record, None), "removed"),
    ):
        (one,) = sentences(change)
        assert (one.pointer, one.text) == ("", f"{verb}: {named}")
        assert in_one_line(change) == f"{line}: {verb}"


@pytest.mark.parametrize(
    ("kind", "subject"), [("boundary", "boundary of BE"), ("table", "postcodes of BE")]
)
def test_what_maintainers_do_not_write_is_one_sentence(kind: str, subject: str) -> None:
    """A boundary or postcode table is told as changed, and no more."""
    change = Change(kind, "BE", {"a": 1}, {"a": 2})
    assert [one.text for one in sentences(change)] == [f"{subject} changed"]
    assert in_one_line(change) == f"{subject}: changed"


def test_a_summary_is_one_line() -> None:
    """A summary begins with id and name, and joins the sentences."""

    def edit(record: dict[str, Any]) -> None:
        record["phones"][0].update(number="+3225116465", display="+32 2 511 64 65")
        record["location"].update(lat=50.8716)

    assert in_one_line(_changed(edit)) == (
        "pag-asa (PAG-ASA): point moved 3.2 km; phone changed: +32 2 511 64 64 → +32 2 511 64 65"
    )
    assert in_one_line(_changed(lambda _: None)) == "pag-asa (PAG-ASA): no change"


def test_what_people_act_on_is_never_shortened() -> None:
    """An attack may sit in the last letters of a long domain."""
    long = "pag-asa.be." + "a" * 60 + ".example"
    assert _told(lambda record: record.update(website=f"https://{long}.org/")) == [
        f"domain of the web address changed: pag-asa.be → {long}.org"
    ]
    assert _told(lambda record: record.update(email=f"info@{long}.org")) == [
        f"e-mail changed: info@pag-asa.be → info@{long}.org"
    ]
