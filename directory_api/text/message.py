"""Sentences for maintainers, written in English where they arise and shown in their language.

A Message is its English text, so every way to read it as text works. Where a page is in another
language, it is translated by gettext, which finds the translation by the English pattern.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import NullTranslations
from string import Formatter
from types import MappingProxyType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Texts:
    """A language (BCP 47), and the translations into it; without any, texts stay in English."""

    tag: str
    translations: NullTranslations = field(default_factory=NullTranslations)

    def translate(self, pattern: str, plural: str = "", count: int = 1) -> str:
        """Return a pattern in the language, with a plural in the form for the number."""
        if plural:
            return self.translations.ngettext(pattern, plural, count)
        # The translation of an empty text is the head of the catalogue.
        return self.translations.gettext(pattern) if pattern else ""


IN_ENGLISH = Texts("en")


class Value(ABC):
    """A value of a Message that each language writes in its own way, such as a date."""

    @abstractmethod
    def translate(self, texts: Texts) -> str:
        """Return the value in the language of the texts."""

    def __str__(self) -> str:
        return self.translate(IN_ENGLISH)


@dataclass(frozen=True)
class Joined(Value):
    """Several values, of which each is a Message, a Value or data, with a sign between them."""

    items: tuple[Any, ...]
    between: str = ", "

    @classmethod
    def of(cls, items: Iterable[Any], between: str = ", ") -> Self:
        """Return the values joined."""
        return cls(tuple(items), between)

    def translate(self, texts: Texts) -> str:
        """Return the translated items with the sign between them."""
        return self.between.join(str(_translate(item, texts)) for item in self.items)


class Message(str):
    """A sentence in English that keeps the pattern and the values from which it was made.

    The pattern has the names of the values in braces, as for str.format. A value may be a Message
    or a Value. A sentence with a plural, which `ngettext` makes, has the value `count`.
    """

    __slots__ = ("pattern", "plural", "values")
    pattern: str
    plural: str
    values: Mapping[str, Any]

    def __new__(cls, pattern: str, plural: str = "", /, **values: Any) -> Self:
        """Make the sentence. Raises KeyError: a value of the pattern is missing."""
        english = plural if plural and values["count"] != 1 else pattern
        message = super().__new__(cls, english.format_map(values) if values else english)
        message.pattern, message.plural = pattern, plural
        message.values = MappingProxyType(values)
        return message

    def __reduce__(self) -> tuple[Any, ...]:
        # For copies, as dataclasses.asdict makes them.
        return _make_message, (self.pattern, self.plural, dict(self.values))

    def format(self, *_: object, **values: Any) -> "Message":
        """Return the sentence with these values; those that the pattern does not name are left out.

        marshmallow calls it for the errors of its validators.
        """
        return Message(self.pattern, **{name: values[name] for name in _names(self.pattern)})


def ngettext(singular: str, plural: str, /, count: int, **values: Any) -> Message:
    """Return a sentence with a number, `{count}` in both patterns; each language has the forms that
    its plurals need.
    """
    return Message(singular, plural, count=count, **values)


def _make_message(pattern: str, plural: str, values: Mapping[str, Any]) -> Message:
    return Message(pattern, plural, **values)


@lru_cache(maxsize=256)
def _names(pattern: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(pattern) if name)


def to_json(value: Any) -> Any:
    """Return a text as JSON, a Message with its pattern and values, for `from_json`. A Value that
    is not Joined becomes English.
    """
    if isinstance(value, Message):
        values = {name: to_json(each) for name, each in value.values.items()}
        return {"pattern": value.pattern, "plural": value.plural, "values": values}
    if isinstance(value, Joined):
        return {"items": [*map(to_json, value.items)], "between": value.between}
    return value if isinstance(value, str | int | float) else str(value)


def from_json(record: Any) -> Any:
    """Return the text that `to_json` converted."""
    if not isinstance(record, Mapping):
        return record
    if "items" in record:
        return Joined.of(map(from_json, record["items"]), record["between"])
    values = {name: from_json(each) for name, each in record["values"].items()}
    return _make_message(record["pattern"], record["plural"], values)


def translate(text: str, texts: Texts) -> str:
    """Return a text in a language; a text that the language lacks stays as it is."""
    if not isinstance(text, Message):
        return texts.translate(text)
    pattern = texts.translate(text.pattern, text.plural, text.values.get("count", 1))
    if not text.values:
        return pattern
    return pattern.format_map(
        {name: _translate(value, texts) for name, value in text.values.items()}
    )


def _translate(value: Any, texts: Texts) -> Any:
    if isinstance(value, Value):
        return value.translate(texts)
    return translate(value, texts) if isinstance(value, Message) else value
