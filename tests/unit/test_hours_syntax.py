"""OpenStreetMap's opening_hours syntax: what is read, as what, and what is refused."""

import re

import pytest

from directory_api.hours.rules import CLOSED, OPEN, UNKNOWN, HoursRule
from directory_api.hours.syntax import parse_hours

READ_ALIKE = [
    ("Mo-Fr 9:00-17:00", "Mo-Fr 09:00-17:00"),
    ("mo - fr  09:00 - 17:00 ; ph OFF", "Mo-Fr 09:00-17:00; PH off"),
    ("MO-FR 09:00-17:00 , sa 10:00-12:00", "Mo-Fr 09:00-17:00, Sa 10:00-12:00"),
    ("Mo-Fr 08:00-12:00, 13:00-17:00", "Mo-Fr 08:00-12:00,13:00-17:00"),
    ("Dec 24 - Jan 2 off", "Dec 24-Jan 02 off"),
    ("Dec 24-26,31 off", "Dec 24-Dec 26,Dec 31 off"),
    ("Jan 10 10:00-12:00", "Jan 10-10 10:00-12:00"),
    ("easter -2 days off", "Easter -2 day off"),
    ("Mo 22:00-02:00", "Mo 22:00-26:00"),
    ("Mo 10:00-10:00", "Mo 10:00-34:00"),
    ("24/7", "00:00-24:00"),
    ("Mo[1-3]", "Mo[1,2,3]"),
    ("2026 Jan", "2026-2026 Jan"),
    ("2026+ Mo", "2026/1 Mo"),
    ("week 5 Mo", "week 05-5 Mo"),
    ("closed", "off"),
    ("Apr-Oct: Mo: 10:00-12:00", "Apr-Oct Mo 10:00-12:00"),
    ('Mo "ring"', 'Mo open "call"'),
]
REFUSED = [
    *("", " ", "nine to five", "always", "<", "Mo-Fr 10-12", "Mo 25:00-26:00", "Mo 09:60-10:00"),
    *("Mo 24:00-25:00", "Mo 23:00-49:00", "10:00", "Mo-Fr 09:00-17:00;", "; Mo", "Mo || "),
    *("Feb 30 off", "Jan 0 off", "24 off", "week 54 Mo", "week 0 Mo", "week 10-5 Mo"),
    *("2027-2026 Mo", "Mo[6]", "Mo[0]", "10:00-12:00 Mo", 'Mo "ring', "٠٩:00-17:00"),
    *("Dec 24-2027 Jan 2 off", "2026-2027 Dec 24-2027 Jan 2 off", "2027 Dec 24-2026 Jan 2 off"),
    *("Dec 26-24 off", "Dec 24-26,31-5 off", "2026 Dec 26-24 off"),
    *("2026 Mar 1,Dec 24-2027 Jan 2 off", "2026 Mar,Dec 24-2027 Jan 2 off"),
]
# Each with a word of the reason.
UNCLEAR = [
    ("sunrise-sunset", "sun"),
    ("Mo (sunset-01:00)-24:00", "sun"),
    ("Mo 17:00+", "open end"),
    ("Mo 09:00-17:00+", "open end"),
    ("Jan 5+ 10:00-11:00", "open end"),
    ("Dec 25 -Su off", "weekday"),
    ("Jan 25 +Mo 10:00-11:00", "weekday"),
    ("Jan 6 +1 day off", "weekday"),
    ("Dec 25-Jan 1 +1 day off", "weekday"),
    ("Mar Su[-1]-Oct Su[-1] +1 day 10:00-12:00", "weekday"),
    ("2026 Dec 24-Jan 2 off", "year"),
    ("PH,SH Mo-Fr 10:00-12:00", "comma"),
    ("PH Mo,PH 10:00-12:00", "comma"),
    ("Mo We 10:00-12:00", "comma"),
    ("Mo-Fr 09:00-17:00; 10:00-12:00", "later rule without days"),
    ("09:00-17:00; 10:00-12:00 unknown", "later rule without days"),
]
CLEAR = [
    "09:00-12:00; 13:00-17:00",
    "Mo-Fr 09:00-17:00, 10:00-12:00",
    "Mo-Fr 09:00-17:00; 12:00-13:00 off",
    "Mo-Fr 09:00-17:00; off",
    "2026-2027 Dec 24-26 off",
    "easter +1 day off",
    "PH Mo-Fr 10:00-12:00",
    "Mo-Fr PH 10:00-12:00",
    "PH +1 day off",
]


@pytest.mark.parametrize(("expression", "other"), READ_ALIKE)
def test_spaces_letters_and_short_forms_have_no_meaning(expression: str, other: str) -> None:
    """Two ways to write the same hours give equal rules."""
    assert parse_hours(expression) == parse_hours(other)
    assert parse_hours(expression).unclear is None


@pytest.mark.parametrize("expression", REFUSED)
def test_what_is_not_the_syntax_is_refused(expression: str) -> None:
    """The error names the rule, and repeats nothing of it."""
    with pytest.raises(ValueError, match=r"^Rule [12] cannot be read\.$"):
        parse_hours(expression)


def test_the_rule_that_cannot_be_read_is_named() -> None:
    """Rules are counted from 1, however they are joined."""
    for number, expression in enumerate(("x", "Mo; x", "Mo; Tu 10:00-11:00, x", "Mo || Tu; x")):
        with pytest.raises(ValueError, match=f"^Rule {min(number + 1, 3)} "):
            parse_hours(expression)


@pytest.mark.parametrize(("expression", "reason"), UNCLEAR)
def test_what_depends_on_more_than_the_clock_is_unclear(expression: str, reason: str) -> None:
    """It belongs to the syntax, and a sentence says why it cannot be evaluated."""
    unclear = parse_hours(expression).unclear
    assert unclear is not None
    assert re.search(reason, unclear)


@pytest.mark.parametrize("expression", CLEAR)
def test_what_has_one_meaning_is_clear(expression: str) -> None:
    """No reason is given."""
    assert parse_hours(expression).unclear is None


def test_each_rule_has_a_state() -> None:
    """Open, unless a word or a comment says something else."""
    rules = parse_hours('Mo; Tu off; We closed "x"; Th unknown; Fr "x"; Sa open "x"').rules
    assert [rule.state for rule in rules] == [OPEN, CLOSED, CLOSED, UNKNOWN, UNKNOWN, UNKNOWN]
    assert [rule.is_conditional for rule in rules] == [False] * 4 + [True] * 2


def test_what_joins_a_rule_says_how_it_meets_earlier_ones() -> None:
    """After a comma it adds to them, after || it replaces unknown ones; with both, it does both."""
    rules = parse_hours(
        "Mo 09:00-10:00, Tu 09:00-10:00 || We 09:00-10:00, Th 09:00-10:00; Fr"
    ).rules
    assert [(rule.is_additional, rule.is_fallback, rule.replaces) for rule in rules] == [
        (False, False, True),
        (True, False, False),
        (False, True, False),
        (True, True, False),
        (False, False, True),
    ]
    assert rules[0] == HoursRule(rules[0].selectors, ((540, 600),), OPEN)
