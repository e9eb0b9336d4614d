"""The JSON parser for all external input (RFC 8259, I-JSON RFC 7493).

Python's own parser accepts duplicate names, NaN, lone surrogates and any depth. Each of these can
hide a mistake or an attack, so this parser rejects them.
"""

import json
import re
from decimal import Decimal, DecimalException
from typing import Any

from directory_api.text.errors import InputInvalid
from directory_api.text.message import Message

BODY_BYTES = 64 * 1024
IMPORT_BYTES = 5 * 1024 * 1024
# The deepest record of this project has 5 levels.
DEPTH = 20

# UTF-8 has no surrogates, so a text can only have one as an escape.
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_CONTAINERS = (dict, list)


def parse(raw: bytes, *, limit: int = BODY_BYTES) -> Any:
    """Parse one JSON text.

    Numbers with a fraction become `Decimal`, so that their digits can be counted. Raises
    InputInvalid; its message gives the line and column and never repeats the input.
    """
    if len(raw) > limit:
        raise InputInvalid(
            Message(
                "The JSON text is longer than {most} KB. Send a shorter one.", most=limit // 1024
            )
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputInvalid(
            Message(
                "The JSON text is not UTF-8 at byte {byte}. Save it as UTF-8.", byte=error.start
            )
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
            Message(
                "This is not valid JSON at line {line}, column {column}: {problem}.",
                line=error.lineno,
                column=error.colno,
                problem=error.msg,
            )
        ) from None
    except RecursionError:
        raise InputInvalid(_TOO_DEEP) from None
    except (ValueError, DecimalException):  # over 4,300 digits, or 1e9999999999999999999
        raise InputInvalid(
            Message("A number in the JSON text has too many digits. Shorten it.")
        ) from None
    _check(value, has_surrogates=_ESCAPED_SURROGATE.search(text) is not None)
    return value


_TOO_DEEP = Message("The JSON text has more than {most} levels of lists and objects.", most=DEPTH)


def _refuse_constant(_name: str) -> Any:
    raise InputInvalid(
        Message("NaN and Infinity are not JSON numbers. Use a number, or leave the field out.")
    )


def _object_without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InputInvalid(Message("A JSON object has the same name twice. Keep one of the two."))
    return members


def _check(value: Any, *, has_surrogates: bool) -> None:
    """Reject excessive depth and lone surrogates, without recursion."""
    containers, depth = [value] if isinstance(value, _CONTAINERS) else [], 1
    while containers and depth < DEPTH:
        containers = [
            part
            for each in containers
            for part in (each.values() if isinstance(each, dict) else each)
            if isinstance(part, _CONTAINERS)
        ]
        depth += 1
    if any(containers):  # has parts, which are one level deeper
        raise InputInvalid(_TOO_DEEP)
    if has_surrogates:  # which may be pairs
        try:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise InputInvalid(
                Message(
                    "A text in the JSON has half of a character (a lone surrogate). Write the "
                    "whole character."
                )
            ) from None
