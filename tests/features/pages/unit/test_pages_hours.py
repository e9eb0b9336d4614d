"""Opening hours in a visitor's words."""

import pytest

from directory_api.features.pages.presenters import PageTranslator
from directory_api.hours.weekly_in_words import day_names
from directory_api.text.translations import words

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
            "Mo 09:00-17:00; PH off",
            "so",
            'Isniin: 09:00 – 17:00<br><span lang="en" dir="ltr">Closed on public holidays</span>',
        ),
    ],
)
def test_hours_are_said_in_words(expression: str, tag: str, said: str) -> None:
    """Days by name, three or more as a range; equal times on one line; holidays if closed."""
    assert PageTranslator(words(tag)).hours(expression).replace("\N{THIN SPACE}", " ") == said


@pytest.mark.parametrize(
    "expression",
    [
        "Mo-Fr 22:00-06:00",
        "Jan-Mar Mo-Fr 09:00-17:00",
        "PH off; Mo-Fr 09:00-17:00",
        "Mo-Fr 09:00-17:00; PH 10:00-12:00",
        "Mo-Fr 09:00-17:00; PH off; Sa 10:00-12:00",
        "24/7; PH off",
        "Mo-Fr 09:00+",
    ],
)
def test_hours_that_a_week_cannot_say_stay_as_they_are(expression: str) -> None:
    """Nights, seasons, and holidays that more follows: half of them in words would be wrong."""
    assert PageTranslator(words("nl")).hours(expression) == f'<bdi dir="ltr">{expression}</bdi>'


def test_hours_are_no_markup() -> None:
    """A comment in the hours is text."""
    assert "&lt;b&gt;" in PageTranslator(words("nl")).hours('Mo 09:00-17:00 "<b>"')
