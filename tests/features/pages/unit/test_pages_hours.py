"""Opening hours in a visitor's words."""

from datetime import date

import pytest

from directory_api.features.pages.presenters import PageTranslator
from directory_api.hours.in_words import day_names
from directory_api.text.translations import words

TODAY = date(2026, 12, 10)
# The last ones have no names of their own for a day that stands by itself, and Pashto was asked
# first.
MONDAYS = {
    "ps": "دونۍ",
    "ur": "پیر",
    "zh-Hans": "星期一",
    "nl": "maandag",
    "pt": "segunda-feira",
    "tr": "Pazartesi",
}


def test_one_language_leaves_nothing_in_another() -> None:
    """After a visitor who reads Pashto, each language still has days of its own."""
    assert {tag: day_names(tag)[0] for tag in MONDAYS} == MONDAYS


@pytest.mark.parametrize(
    ("expression", "tag", "said"),
    [
        ("24/7", "en", "Day and night"),
        ("Mo-Fr 09:00-17:00", "nl", "maandag – vrijdag: 09:00 – 17:00"),
        (
            "Mo-Fr 09:00-17:00; PH off",
            "nl",
            "maandag – vrijdag: 09:00 – 17:00<br>Gesloten op feestdagen",
        ),
        (
            "Mo-Fr 09:00-17:00;PH closed ",
            "ar",
            "الاثنين – الجمعة: 09:00 – 17:00<br>مغلق في أيام العطل الرسمية",
        ),
        ("Mo,Tu 09:00-12:00,13:00-17:00", "en", "Monday and Tuesday: 09:00 – 12:00, 13:00 – 17:00"),
        (
            "Mo,We-Fr 09:00-12:00; Sa 10:00-11:00",
            "fr",
            "lundi et mercredi – vendredi\N{NO-BREAK SPACE}: 09:00 – 12:00<br>"
            "samedi\N{NO-BREAK SPACE}: 10:00 – 11:00",
        ),
        ("09:00-17:00", "de", "Montag – Sonntag: 09:00 – 17:00"),
        (
            "Mo-Fr 09:00-17:00; Dec 25-Jan 02 off; PH off",
            "ar",
            "الاثنين – الجمعة: 09:00 – 17:00<br>مغلق في أيام العطل الرسمية<br>"
            "25\N{NO-BREAK SPACE}ديسمبر – 2\N{NO-BREAK SPACE}يناير: مغلق",
        ),
        (
            "Mo 09:00-17:00; PH off",
            "so",
            'Isniin: 09:00 – 17:00<br><span lang="en" dir="ltr">Closed on public holidays</span>',
        ),
    ],
)
def test_hours_are_said_in_words(expression: str, tag: str, said: str) -> None:
    """Days by name, three or more as a range; equal times on one line; holidays if closed."""
    hours = PageTranslator(words(tag), TODAY).hours(expression, "BE")
    assert hours is not None
    assert hours.replace("\N{THIN SPACE}", " ") == said


def test_hours_that_are_not_known_are_not_said() -> None:
    """The page says that they are not known, instead of OpenStreetMap's syntax."""
    assert PageTranslator(words("nl"), TODAY).hours("Mo-Fr 09:00+", "BE") is None


def test_comments_are_for_maintainers() -> None:
    """A comment in the hours is in one language only; each says to call first."""
    said = PageTranslator(words("nl"), TODAY).hours('Mo 09:00-17:00 "<b>"', "BE")
    assert said == "maandag: 09:00\N{THIN SPACE}–\N{THIN SPACE}17:00 (bel eerst)"
