"""A centre and a helpline in words, for whatever lays them out."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from directory_api.record.centre_in_words import Caveat, CentreInWords, describe_centre
from directory_api.record.helpline_in_words import describe_helpline
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.text.translations import words
from tests.support.records import made_up_centre

TODAY = date(2026, 12, 10)
ENGLISH, DUTCH = (Speaker(words(tag), TODAY) for tag in ("en", "nl"))
FRESH_DAYS = 180
NOON = datetime(2026, 12, 10, 12, tzinfo=UTC)
LATELY = {"on": "2026-12-01"}


def told(say: Speaker = ENGLISH, fresh_days: int | None = None, **members: Any) -> CentreInWords:
    """A centre in words."""
    return describe_centre(Centre.from_record(made_up_centre(1, **members)), say, fresh_days)


def plain(lines: tuple[str, ...] | None) -> list[str]:
    """Lines with ordinary spaces."""
    return [line.replace("\N{THIN SPACE}", " ") for line in lines or ()]


def test_its_own_words_are_in_the_language_or_in_another_one() -> None:
    """A name without a translation is the centre's own."""
    names: dict[str, Any] = {
        "name": "Huis",
        "name_translations": {"fr": "Maison"},
        "description": {"en": "House."},
    }
    french = told(Speaker(words("fr"), TODAY), **names)
    assert (french.name, french.description) == ("Maison", "House.")
    assert told(**names).name == "Huis"


@pytest.mark.parametrize(
    ("visibility", "address"),
    [("public", "Kaai 2, 9000 Gent"), ("locality", "9000 Gent"), ("hidden", "Gent")],
)
def test_an_address_has_what_the_public_may_see(visibility: str, address: str) -> None:
    """Also of a stored record, which has all of it; and so have the caveats."""
    place = {
        "street": "Kaai 2",
        "postcode": "9000",
        "locality": {"nl": "Gent"},
        "country": "BE",
    }
    contested = [{"member": "address", "note": {"en": "Another says Leguit 5."}}]
    shown = told(address=place, address_visibility=visibility, contested=contested)
    assert shown.address == address
    expected = {
        "public": "Call before you go: sources name two addresses.",
        "locality": "The address is not public. Please call first.",
    }
    (caveat,) = shown.about("address")
    assert caveat.text == expected.get(visibility, expected["locality"])
    assert ("Leguit" in str(caveat)) is (visibility == "public")


@pytest.mark.parametrize(
    ("phone", "services", "answered"),
    [
        ({"kind": "main", "hours": "24/7"}, [], "This number is answered day and night."),
        (
            {"kind": "main", "hours": "24/7"},
            ["emergency_duty"],
            "For emergencies this number is answered day and night.",
        ),
        (
            {"kind": "duty", "hours": "24/7"},
            [],
            "For emergencies this number is answered day and night.",
        ),
        (
            {"kind": "main", "hours": "Mo 09:00-17:00"},
            [],
            "Calls are answered: Monday: 09:00 – 17:00",
        ),
        ({"kind": "main"}, [], None),
        ({"kind": "main", "hours": "Mo 09:00+"}, [], None),
    ],
)
def test_a_number_says_when_calls_are_answered(
    phone: Mapping[str, str], services: list[str], answered: str | None
) -> None:
    """Nothing if that is not known, and nothing at a centre that is closed for good."""
    phones = [{"number": "+3225116464", "display": "02 511 64 64", **phone}]
    (number,) = told(phones=phones, services=services).numbers
    assert plain((number.hours or "",)) == [answered or ""]
    assert (number.number, number.display) == ("+3225116464", "02 511 64 64")
    (closed,) = told(phones=phones, services=services, status="closed").numbers
    assert closed.hours is None


def test_a_number_in_a_line_has_all_that_is_said_of_it() -> None:
    """Hours that nobody can understand, too: a maintainer has to learn of them."""
    main = {"number": "+3225116464", "kind": "main", "hours": "Mo 09:00+", "note": {"en": "Ask."}}
    fax = {"number": "+3225116466", "kind": "fax"}
    shown = told(phones=[main, fax])
    assert [each.line(ENGLISH) for each in shown.numbers] == [
        "+3225116464 (Phone); Opening hours not known; Ask.",
        "+3225116466 (Fax)",
    ]
    assert [each.number for each in shown.callable_numbers] == ["+3225116464"]


def test_hours_are_lines() -> None:
    """None, if the record has none; a sentence, if they cannot be understood."""
    shown = told(opening_hours="Mo-Fr 09:00-17:00; PH off; Dec 24 off", timezone="Europe/Brussels")
    lines = ["Monday – Friday: 09:00 – 17:00", "Closed on public holidays"]
    assert plain(shown.hours_lines)[:2] == lines
    assert "closed" in shown.hours_lines[2]
    assert told(opening_hours=None).hours_lines == ()
    unclear = told(opening_hours="Mo 09:00+", timezone="Europe/Brussels")
    assert (unclear.hours, unclear.hours_lines) == ((), ("Opening hours not known",))


def test_vocabularies_and_languages_are_said_by_their_names() -> None:
    """With an interpreter, if one is needed."""
    spoken = [{"code": "nl"}, {"code": "ar", "interpreter": True}]
    shown = told(DUTCH, languages=spoken, services=["legal"], audiences=["children"])
    assert shown.languages == ("Nederlands", "Arabisch, met een tolk")
    assert shown.services == (words("nl")["service.legal"],)
    assert shown.audiences == (words("nl")["audience.children"],)


CLOSED: Mapping[str, Any] = {"status": "temporarily_closed", "closed_reason": {"en": "Water."}}


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"closed_until": "2026-12-31"}, "Temporarily closed until 31 December 2026"),
        ({"closed_until": "2026-12-01"}, "Temporarily closed"),
        ({}, "Temporarily closed"),
        ({"status": "closed"}, "Permanently closed"),
    ],
)
def test_what_is_closed_says_until_when_and_why(members: dict[str, Any], text: str) -> None:
    """A day that has passed is not said: when it opens is not known then."""
    closed = told(**{**CLOSED, **members}).closure
    assert closed is not None
    assert (closed.text, closed.note) == (text, {"en": "Water."})
    assert told().closure is None


def test_a_temporary_value_says_its_last_day_while_it_is_shown() -> None:
    """Beside its member, and with its label where it is not beside that."""
    phones = [{"number": "+3232011690", "kind": "main"}]
    days = {"from": "2026-12-01", "until": "2026-12-31"}
    stored = told(temporary={**days, "phones": phones, "opening_hours": "24/7"})
    assert stored.about("phones") == ()
    assert stored.temporary
    assert (stored.temporary.first, stored.temporary.last) == (
        date(2026, 12, 1),
        date(2026, 12, 31),
    )
    assert stored.temporary.lines == (
        "Phone: +3232011690 (Phone)",
        "Opening hours: Day and night",
    )
    centre = Centre.from_record(
        made_up_centre(1, timezone="Europe/Brussels", temporary={**days, "phones": phones})
    )
    now = describe_centre(centre.effective_at(NOON), ENGLISH)
    assert [each.number for each in now.numbers] == ["+3232011690"]
    (caveat,) = now.about("phones", kind="temporary")
    assert (caveat.text, caveat.until) == ("Until 31 December 2026", date(2026, 12, 31))
    assert caveat.labelled(ENGLISH) == "Phone: Until 31 December 2026"


@pytest.mark.parametrize(
    ("verified", "key"),
    [
        (LATELY, None),
        ({"on": "2026-03-01"}, None),
        ({"on": "2025-03-01"}, "record.unconfirmed"),
        (None, "record.unconfirmed"),
        ({"on": "2027-01-01"}, "record.unconfirmed"),
        ({**LATELY, "changed_since": True}, "record.changed"),
        ({"on": "2025-03-01", "changed_since": True}, "record.unconfirmed"),
    ],
)
def test_what_is_not_confirmed_is_a_caveat(verified: Any, key: str | None) -> None:
    """For whoever says how long a confirmation lasts."""
    shown = told(fresh_days=FRESH_DAYS, verified=verified).unconfirmed
    assert (shown and shown.key) == key
    assert told(verified=verified).unconfirmed is None


def test_neutral_words_name_nothing_and_drop_no_caveat() -> None:
    """That an address is secret tells what a centre is for, and a note may name it."""
    contested = [{"member": "phones", "note": {"en": "Centre Énée says so."}}]
    phones = [{"number": "+3225116464", "kind": "main", "note": {"en": "Ask for Énée."}}]
    shown = told(
        fresh_days=FRESH_DAYS,
        address_visibility="hidden",
        phones=phones,
        contested=contested,
        email="enee@example.org",
        services=["legal"],
        **CLOSED,
    )
    neutral = shown.neutral
    said = (neutral.name, neutral.description, neutral.email, neutral.website, neutral.services)
    assert said == ("Office", None, None, None, ())
    assert [each.kind for each in neutral.caveats] == [each.kind for each in shown.caveats]
    assert neutral.about("address")[0].text == "Call before you go."
    assert "Énée" not in str((neutral.numbers, neutral.caveats))
    assert not any(each.note for each in neutral.caveats)


def test_a_caveat_is_found_by_what_it_is_about() -> None:
    """An output that shows a member shows what is contested about it."""
    contested = [{"member": member} for member in ("phones", "opening_hours", "services")]
    shown = told(contested=contested)

    def texts(*members: str) -> list[str]:
        return [each.text for each in shown.about(*members)]

    assert texts("phones") == texts("services") == [words("en")["contested.other"]]
    assert texts("opening_hours") == [words("en")["contested.opening_hours"]]
    assert len(texts("phones", "opening_hours")) == 2
    assert all(isinstance(each, Caveat) for each in shown.caveats)


LINE: Mapping[str, Any] = {
    "id": "line",
    "kind": "national_line",
    "number": "+3278055800",
    "display": "078 055 800",
    "name": {"en": "Belgian line, day and night"},
    "countries": ["BE"],
    "hours": "24/7",
}


@pytest.mark.parametrize(
    ("members", "name", "short"),
    [
        ({}, "Belgian line, day and night", "Line for victims of human trafficking"),
        # What it is in danger is said in each language in the same words.
        ({"kind": "police"}, "Police", "Police"),
        ({"kind": "other_line"}, "Belgian line, day and night", "Belgian line, day and night"),
        ({"name": {"nl": "Lijn"}}, "Line for victims of human trafficking", None),
    ],
)
def test_a_helpline_has_its_name_or_its_kind(
    members: dict[str, Any], name: str, short: str | None
) -> None:
    """The name says more, where it is in the language."""
    line = describe_helpline(Helpline.from_record({**LINE, **members}), ENGLISH)
    assert (line.name, line.short) == (name, short or name)
    assert line.is_kind is (name == words("en")[f"helpline.{line.helpline.kind}"])


def test_a_number_is_shown_as_it_is_dialled_there() -> None:
    """A short form of one country is no number in another, and a short number is named with it."""
    line = Helpline.from_record(LINE)
    assert describe_helpline(line, ENGLISH).display == "078 055 800"
    abroad = describe_helpline(line, ENGLISH, is_abroad=True)
    assert (abroad.display, abroad.country_names, abroad.href) == (
        "+3278055800",
        "Belgium",
        "tel:+3278055800",
    )
    police = Helpline.from_record({**LINE, "kind": "police", "number": "101", "display": None})
    assert describe_helpline(police, ENGLISH).country_names == "Belgium"


def test_a_site_is_that_of_the_language() -> None:
    """Its host is shown, without what nobody reads."""
    site = Helpline.from_record(
        {
            **LINE,
            "number": None,
            "display": None,
            "url": "https://www.stop.example/",
            "url_translations": {"nl": "https://www.stoppen.example/start"},
        }
    )
    assert describe_helpline(site, ENGLISH).display == "stop.example"
    dutch = describe_helpline(site, DUTCH)
    assert (dutch.display, dutch.href) == ("stoppen.example", "https://www.stoppen.example/start")
