"""The one JSON reader: what it takes, what it refuses, and that it never repeats what it read."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.text import strict_json
from directory_api.text.errors import InputInvalid

CANARY = "kanarie"
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda parts: (
        st.lists(parts, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=999)), parts)
    ),
    max_leaves=15,
)


@given(PLAIN)
def test_what_json_writes_is_read_back(value: object) -> None:
    """Every plain value that Python's json writes comes back equal."""
    assert strict_json.parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=200))
def test_bytes_are_read_or_refused(raw: bytes) -> None:
    """No bytes raise anything but InputInvalid."""
    try:
        strict_json.parse(raw)
    except InputInvalid:
        return


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,5})\.[0-9]{1,30}", fullmatch=True))
def test_fractions_keep_their_digits(number: str) -> None:
    """A number with a fraction stays a Decimal with exactly the digits that were sent."""
    read = strict_json.parse(number.encode())
    assert isinstance(read, Decimal)
    assert str(read.as_tuple()) == str(Decimal(number).as_tuple())


def test_a_byte_order_mark_is_skipped() -> None:
    """A UTF-8 byte order mark before the text is allowed."""
    assert strict_json.parse(b"\xef\xbb\xbf[1]") == [1]


@pytest.mark.parametrize("open_close", [("[", "]"), ('{"a":', "}")])
def test_depth_is_bounded(open_close: tuple[str, str]) -> None:
    """A value at the twentieth level is read, one below it is refused."""
    start, end = open_close
    levels = strict_json.DEPTH - 1
    strict_json.parse((start * levels + "1" + end * levels).encode())
    with pytest.raises(InputInvalid, match="more than 20 levels"):
        strict_json.parse((start * (levels + 1) + "1" + end * (levels + 1)).encode())


def test_a_nesting_bomb_is_refused() -> None:
    """Depth beyond Python's own recursion limit is a refusal, not a crash."""
    with pytest.raises(InputInvalid, match="more than 20 levels"):
        strict_json.parse(b"[" * 60_000)


def test_size_is_bounded_to_the_byte() -> None:
    """A text of exactly the limit is read, one byte more is refused."""
    text = b'"' + b"a" * 98 + b'"'
    assert strict_json.parse(text, limit=100) == "a" * 98
    with pytest.raises(InputInvalid, match="longer than"):
        strict_json.parse(text + b" ", limit=100)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (f'{{"{CANARY}": 1, "{CANARY}": 2}}'.encode(), "same name twice"),
        (f'[{{"a": {{"{CANARY}": 1, "\\u006banarie": 2}}}}]'.encode(), "same name twice"),
        (b"[NaN]", "NaN and Infinity"),
        (b"[-Infinity]", "NaN and Infinity"),
        (b'["\\ud800"]', "surrogate"),
        (b'{"\\udfff": 1}', "surrogate"),
        (b"[" + b"9" * 5000 + b"]", "too many digits"),
        (b"[1e9999999999999999999]", "too many digits"),
        (f'"{CANARY}'.encode() + b"\xff", "not UTF-8 at byte 8"),
        (f'{{"a": 1,\n  {CANARY}: 2}}'.encode(), "line 2, column 3"),
        (b"", "line 1, column 1"),
        (b"[1] 2", "line 1, column 5"),
        ('"a"'.encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_refusal_says_what_and_never_repeats(raw: bytes, says: str) -> None:
    """Each fault has its sentence, with a place if there is one, and repeats no input."""
    with pytest.raises(InputInvalid) as refused:
        strict_json.parse(raw)
    assert says in refused.value.detail
    assert CANARY not in refused.value.detail


def test_a_surrogate_pair_is_one_character() -> None:
    """An escaped pair is the character that it means."""
    assert strict_json.parse(b'"\\ud83d\\ude00"') == "\U0001f600"
