"""Sentences for maintainers, written in English where they arise and shown in their language.

A Message is its English text, so every way to read it as text works. Where a page is in another
language, it is said with the texts of that language, which are found by the English pattern.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self


class Message(str):
    """A sentence in English that keeps the pattern and the values from which it was made.

    The pattern has the names of the values in braces, as for str.format. A value may be a Message.
    """

    __slots__ = ("pattern", "values")
    pattern: str
    values: Mapping[str, Any]

    def __new__(cls, pattern: str, **values: Any) -> Self:
        """Make the sentence. Raises KeyError: a value of the pattern is missing."""
        message = super().__new__(cls, pattern.format_map(values) if values else pattern)
        message.pattern, message.values = pattern, MappingProxyType(values)
        return message


def said(text: str, texts: Mapping[str, str]) -> str:
    """Return a text in the language of `texts`, which has its sentences by their English pattern;
    a text that it lacks stays as it is.
    """
    if not isinstance(text, Message):
        return texts.get(text, text)
    pattern = texts.get(text.pattern, text.pattern)
    if not text.values:
        return pattern
    return pattern.format_map(
        {
            name: said(value, texts) if isinstance(value, Message) else value
            for name, value in text.values.items()
        }
    )
