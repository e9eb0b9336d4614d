"""Opening hours in a visitor's words."""

from directory_api.web import hours_said

# The last ones have no names of their own for a day that stands by itself, and Pashto was asked first.
MONDAYS = {"ps": "دونۍ", "ur": "پیر", "zh-Hans": "星期一", "nl": "maandag", "pt": "segunda-feira", "tr": "Pazartesi"}


def test_one_language_leaves_nothing_in_another() -> None:
    """After somebody who reads Pashto, each language still has days of its own."""
    assert {tag: hours_said.day_names(tag)[0] for tag in MONDAYS} == MONDAYS
