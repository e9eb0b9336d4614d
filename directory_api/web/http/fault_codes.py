"""The codes of the faults of a request, which stay the same if the words change.

docs/problems.md explains each.
"""

from enum import StrEnum
from typing import Self


class FaultCode(StrEnum):
    """What is wrong with a parameter or a member of a body."""

    MISSING = "missing"
    NULL = "null"
    TYPE_WRONG = "type-wrong"
    VALUE_INVALID = "value-invalid"
    NAME_UNKNOWN = "name-unknown"
    MEMBER_UNKNOWN = "member-unknown"
    LANGUAGE_UNKNOWN = "language-unknown"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    TOO_MANY = "too-many"
    COORDINATES_EXCHANGED = "coordinates-exchanged"


class Coded(str):
    """The text of a fault, with its code; a text without one is about an invalid value."""

    __slots__ = ("code",)
    code: FaultCode

    def __new__(cls, text: str, code: FaultCode) -> Self:
        """Return the text with the code."""
        coded = super().__new__(cls, text)
        coded.code = code
        return coded


def code_of(text: str) -> FaultCode:
    """Return the code of a text."""
    return text.code if isinstance(text, Coded) else FaultCode.VALUE_INVALID
