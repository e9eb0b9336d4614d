"""The JSON parser for all external input (RFC 8259, I-JSON RFC 7493).

Python's own parser accepts duplicate names, NaN, lone surrogates and any depth. Each of these can
hide a mistake or an attack, so this parser rejects them.
"""

import json
import re
from decimal import Decimal, DecimalException
from itertools import chain
from typing import Any

from directory_api.domain.errors import InputInvalid

BODY_BYTES = 64 * 1024
IMPORT_BYTES = 5 * 1024 * 1024
# The deepest record of this project has 5 levels.
DEPTH = 20

_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(raw: bytes, *, limit: int = BODY_BYTES) -> Any:
    """Parse one JSON text.

    Numbers with a fraction become `Decimal`, so that their digits can be counted. Raises
    InputInvalid; its message gives the line and column and never repeats the input.
    """
    if len(raw) > limit:
        raise InputInvalid(f"The JSON text is longer than {limit // 1024} KB. Send a shorter one.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputInvalid(
            f"The JSON text is not UTF-8 at byte {error.start}. Save it as UTF-8."
        ) from None
    try:
        value = json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object_without_doubles,
        )
    except json.JSONDecodeError as error:
        raise InputInvalid(
            f"This is not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except RecursionError:
        raise InputInvalid(_TOO_DEEP) from None
    except (ValueError, DecimalException):  # over 4,300 digits, or 1e9999999999999999999
        raise InputInvalid("A number in the JSON text has too many digits. Shorten it.") from None
    _check(value, has_escapes="\\u" in text)
    return value


_TOO_DEEP = f"The JSON text has more than {DEPTH} levels of lists and objects."


def _refuse_constant(_name: str) -> Any:
    raise InputInvalid(
        "NaN and Infinity are not JSON numbers. Use a number, or leave the field out."
    )


def _object_without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InputInvalid("A JSON object has the same name twice. Keep one of the two.")
    return members


def _check(value: Any, *, has_escapes: bool) -> None:
    """Reject excessive depth and lone surrogates, without recursion.

    UTF-8 has no lone surrogates, so only a text with escapes can have them. Without escapes, texts
    are skipped: that halves the time.
    """
    waiting = [(value, 1)]
    while waiting:
        here, depth = waiting.pop()
        if depth > DEPTH:
            raise InputInvalid(_TOO_DEEP)
        if isinstance(here, str):
            if _SURROGATE.search(here):
                raise InputInvalid(
                    "A text in the JSON has half of a character (a lone surrogate). Write the "
                    "whole character."
                )
        elif isinstance(here, dict | list):
            parts = chain(here, here.values()) if isinstance(here, dict) else here
            waiting.extend(
                (part, depth + 1)
                for part in parts
                if has_escapes or depth == DEPTH or isinstance(part, dict | list)
            )
