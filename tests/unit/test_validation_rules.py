"""The rules for single values: which text, number, address, day or code is accepted."""

from collections.abc import Callable
from decimal import Decimal

import email_validator
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from directory_api.record import validators
from directory_api.record.phone_numbers import fault_in_display, fault_in_number

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
            *("und", "zxx", "mul", "mis", "qaa", "QTZ", "und-Latn"),
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
        ["nine to five", "Mo-Fr 25:99", "", "<", "off", "24/7 closed", "Mo off; Tu-Su closed"],
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
    assert validators.DegreesField(90).deserialize(value) == float(value)


@pytest.mark.parametrize(
    "value", ["50.85", True, 90.1, -91, float("nan"), float("inf"), Decimal("1E+999999"), [1]]
)
def test_degrees_refuse_the_rest(value: object) -> None:
    """Text, booleans, what is out of range and what is no number are refused."""
    with pytest.raises(ValidationError):
        validators.DegreesField(90).deserialize(value)


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
        assert fault_in_display(number, display) is None
        at = data.draw(st.integers(printed.index(str(digits)), len(printed) - 1))
        other = str((int(printed[at]) + 1) % 10)
        assert fault_in_display(number, printed[:at] + other + printed[at + 1 :])


def test_a_short_number_is_itself() -> None:
    """112 is printed 112; a tail of a number is not the number."""
    assert fault_in_display("112", "1 1 2") is None
    assert fault_in_display("+3225116464", "6464")


@pytest.mark.parametrize(
    ("display", "same"),
    [
        ("+32 2 511 64 64", True),
        ("0032 2 511 64 64", True),
        ("+32 (0)2 511 64 64", True),
        ("02/511.64.64", True),
        ("0 511 64 64", False),
        ("511 64 64", False),
        ("2 511 64 64", False),
        ("+32 2 511 64 65", False),
        ("02 511 64 6", False),
    ],
)
def test_a_printed_number_is_the_whole_number(display: str, same: bool) -> None:
    """The ways to print a number agree with it; a part of it, or another digit, does not."""
    assert (fault_in_display("+3225116464", display) is None) is same
