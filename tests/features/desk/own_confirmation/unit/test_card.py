"""The texts of the page, and a record as the centre reads it."""

from datetime import date
from typing import Any

import pytest

from directory_api.features.desk.own_confirmation.card import name_in, parts
from directory_api.features.desk.own_confirmation.texts import LANGUAGES, language_of, texts
from directory_api.record.records import Centre, Helpline

TODAY = date(2026, 12, 10)
CENTRE: dict[str, Any] = {
    "id": "one",
    "name": "One",
    "name_translations": {"fr": "Un"},
    "kind": "specialised_centre",
    "status": "temporarily_closed",
    "closed_until": "2026-12-31",
    "description": {"en": "A house.", "nl": "Een huis."},
    "address": {"locality": {"nl": "Gent", "fr": "Gand"}, "country": "BE"},
    "address_visibility": "hidden",
    "phones": [{"number": "+3232011690", "kind": "duty", "hours": "24/7"}],
    "languages": [{"code": "nl"}, {"code": "ar", "interpreter": True}],
    "services": ["legal"],
    "opening_hours": "Mo-We 09:00-17:00; PH off",
    "contested": [{"member": "opening_hours"}],
}


def test_each_language_has_every_text_with_the_same_placeholders() -> None:
    """And none is empty or the same as in English by mistake."""
    english = texts("en")
    for tag in LANGUAGES:
        # The other texts are those of the pages for maintainers, by their English pattern.
        own = {key: text for key, text in texts(tag).items() if key in english}
        assert [*own] == [*english]
        for key, text in own.items():
            assert [part in text for part in ("{name}", "{date}", "{part}", "{number}")] == [
                part in english[key] for part in ("{name}", "{date}", "{part}", "{number}")
            ], (tag, key)
            assert text.strip()
            assert tag == "en" or text != english[key], (tag, key)


@pytest.mark.parametrize(("tag", "chosen"), [("nl-BE", "nl"), ("fr", "fr"), ("uk", "en")])
def test_another_language_is_answered_in_the_nearest_or_in_english(tag: str, chosen: str) -> None:
    """The page has four."""
    assert language_of(tag) == chosen


def test_a_centre_reads_every_part() -> None:
    """Also those that have nothing yet, because each is asked about."""
    shown = {part.key: part.lines for part in parts(Centre.from_record(CENTRE), "nl", TODAY)}
    assert [*shown] == [
        *("name", "status", "phones", "email", "website", "address", "opening_hours"),
        *("languages", "services", "audiences", "contested"),
    ]
    assert shown["name"] == ("One", "Een huis.")
    assert shown["address"] == ("Gent", "Het adres is niet openbaar. Bel eerst.")
    assert (shown["email"], shown["audiences"]) == ((), ())


TEMPORARY: dict[str, Any] = {
    "until": "2026-12-31",
    "note": {"en": "Building works."},
    "address": {"street": "Kaai 2", "locality": {"nl": "Gent"}, "country": "BE"},
    "phones": [{"number": "+3225116464", "kind": "main"}],
    "opening_hours": "24/7",
}


@pytest.mark.parametrize(
    ("days", "tag", "first"),
    [
        ({"from": "2026-12-01"}, "en", "From 1 December 2026 until 31 December 2026, visitors"),
        ({}, "en", "Until 31 December 2026, visitors"),
        ({}, "nl", "Tot en met 31 december 2026 zien bezoekers"),
    ],
)
def test_temporary_values_are_a_part_with_their_days(
    days: dict[str, Any], tag: str, first: str
) -> None:
    """Beside the permanent ones, because an answer is about both."""
    temporary = {**TEMPORARY, **days}
    centre = Centre.from_record({**CENTRE, "address_visibility": "public", "temporary": temporary})
    by_key = {part.key: part for part in parts(centre, tag, TODAY)}
    assert by_key["phones"].lines[0].startswith("+3232011690")
    begins, *lines = by_key["temporary"].lines
    assert begins.startswith(first)
    assert lines[0] == "Building works."
    shown = " ".join(lines[1:])
    assert all(value in shown for value in ("+3225116464", "Kaai 2, Gent")), shown
    assert len(lines) == 4


def test_a_channel_is_a_line_with_all_that_is_known_of_it() -> None:
    """In the language of the page; what a source denies is said, too."""
    channel = {
        "kind": "chat",
        "address": "https://example.com/chat",
        "languages": [{"code": "fr", "interpreter": True}],
        "hours": "24/7",
        "cost": "free",
        "audible": False,
        "note": {"nl": "Zonder naam."},
    }
    centre = Centre.from_record({**CENTRE, "channels": [channel]})
    assert {part.key: part.lines for part in parts(centre, "nl", TODAY)}["channels"] == (
        "Chat; https://example.com/chat; gratis; maakt geen geluid; Dag en nacht; "
        "Frans, met een tolk; Zonder naam.",
    )


def test_a_helpline_is_read_with_its_countries() -> None:
    """Its number is the one that visitors read."""
    line = Helpline.from_record(
        {
            "id": "line",
            "kind": "national_line",
            "number": "+3278055800",
            "display": "078 055 800",
            "name": {"en": "Line", "de": "Linie"},
            "countries": ["BE"],
            "hours": "24/7",
        }
    )
    assert name_in(line, "nl") == "Line"
    assert {part.key: part.lines for part in parts(line, "de", TODAY)} == {
        "name": ("Linie",),
        "number": ("078 055 800",),
        "url": (),
        "hours": ("Tag und Nacht",),
        "countries": ("Belgien",),
    }
