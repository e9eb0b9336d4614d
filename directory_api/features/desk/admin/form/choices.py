"""What a form lets choose by name: languages, and the sources of the directory."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from directory_api.features.desk.members.names import as_text
from directory_api.features.desk.sheets import filled_in
from directory_api.record.cells import BETWEEN
from directory_api.text.message import Joined, Message, Texts, Value
from directory_api.text.normalize import fold
from directory_api.text.translations import COMPLETE, ENGLISH, languages, locale_of

Cells = Mapping[str, str]
_MOST_NEAR = 5
# To find the names nearest to a text takes 5 ms, so that is done for few texts of a field.
_MOST_EXPLAINED = 5
_INSTEAD_OF = "="
# The length of a code of ISO 639-1: the list has these languages, and the rest are understood.
_LISTED = 2
# Names that CLDR lacks, although many speakers use them.
_ALSO: Mapping[str, str] = MappingProxyType({"Farsi": "fa", "Mandarin": "zh"})
# Codes of CLDR that name no language, which records may not have.
_NO_LANGUAGES = frozenset({"mul", "mis", "und", "zxx"})
_LANGUAGE = re.compile(
    r"(channels\.[0-9]+\.)?languages\.[0-9]+\.code|(temporary\.)?phones\.[0-9]+\.languages|new\.languages"
)
_SOURCE = re.compile(
    r"(channels\.[0-9]+\.)?languages\.[0-9]+\.source|((contested|channels)\.[0-9]+\.)?sources|sources\.[a-z_]+|new\.sources"
)


@dataclass(frozen=True, slots=True)
class Choices:
    """Values with their labels. `names` has the values of each folded name, and `listed` those that
    a list offers. With `by_part`, a text that is in one label only means its value.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    by_part: bool = False

    def label(self, value: str) -> str:
        """Return the label of a value; an unknown value itself."""
        return self.labels.get(value, value)

    def value_of(self, typed: str) -> str | None:
        """Return the value that a text means; None if that is none or one of several."""
        if typed in self.labels:
            return typed
        found = self.names.get(fold(typed), frozenset())
        if not found and self.by_part and fold(typed):
            found = frozenset(self._containing(fold(typed)))
        return next(iter(found)) if len(found) == 1 else None

    def near(self, typed: str) -> tuple[str, ...]:
        """Return the values of which a name is most like a text, at most five."""
        text = fold(typed)
        if not text:
            return ()
        exact = self.names.get(text, frozenset())
        begun = (name for name in self.names if name.startswith(text))
        similar = difflib.get_close_matches(text, self.names, n=_MOST_NEAR)
        values = (
            *sorted(exact),
            *self._containing(text),
            *(value for name in (*similar, *begun) for value in sorted(self.names[name])),
        )
        known = self.listed if self.by_part else self.labels
        offered = (value for value in dict.fromkeys(values) if value in known)
        return tuple(offered)[:_MOST_NEAR]

    def _containing(self, text: str) -> Iterator[str]:
        """Yield the listed values whose label has every word of a folded text."""
        if self.by_part:
            for value in self.listed:
                label = f" {fold(self.labels[value])}"
                if all(f" {word}" in label for word in text.split()):
                    yield value


@dataclass(frozen=True)
class _LanguageLabel(Value):
    """A language (BCP 47) as fields show it, so that what they show is understood again."""

    code: str

    def translate(self, texts: Texts) -> str:
        return language_choices(texts.tag).label(self.code)


def language_label(code: str) -> Message:
    """Return the label of a language (BCP 47) in the language of the page."""
    return as_text(_LanguageLabel(code))


def _in_english() -> Choices:
    return language_choices(ENGLISH)


def instead(value: str, typed: str) -> str:
    """Return what a tick box sends for a value that takes the place of an unknown text."""
    return f"{value}{_INSTEAD_OF}{typed}"


@dataclass(frozen=True, slots=True)
class Names:
    """The languages, and the sources, by name."""

    languages: Choices = field(default_factory=_in_english)
    sources: Choices = field(default_factory=Choices)

    def of(self, column: str) -> Choices | None:
        """Return what a field lets choose; None if that is anything."""
        if _LANGUAGE.fullmatch(column):
            return self.languages
        return self.sources if _SOURCE.fullmatch(column) else None

    def words(self, column: str, text: str) -> list[str]:
        """Return the texts of a field one by one; between languages there may be commas. A value
        that was ticked instead of an unknown text (`instead`) takes its place.
        """
        choices = self.of(column)
        if choices is None:
            return []
        words = filled_in.words(text.replace(",", ";") if choices is self.languages else text)
        ticked = {
            word: (value, replaced)
            for word in words
            for value, sign, replaced in (word.partition(_INSTEAD_OF),)
            if sign and value in choices.labels
        }
        replaced = {text for _, text in ticked.values()}
        return [
            ticked[word][0] if word in ticked else word for word in words if word not in replaced
        ]

    def resolved(self, cells: Cells) -> dict[str, str]:
        """Return the cells of a form with the value of each name; what is not known stays."""
        return {column: self._resolved(column, text) for column, text in cells.items()}

    def _resolved(self, column: str, text: str) -> str:
        choices = self.of(column)
        if choices is None:
            return text
        values: list[str] = []
        for word in self.words(column, text):
            value = choices.value_of(word) or word
            # What is ticked, and written once more by its name, is meant once.
            if value == word or value not in values:
                values.append(value)
        return BETWEEN.join(values)

    def unknown(self, column: str, text: str) -> list[str]:
        """Return the texts of a field that mean no value."""
        choices = self.of(column) or Choices()
        return [word for word in self.words(column, text) if choices.value_of(word) is None]

    def faults(self, column: str, text: str) -> list[str]:
        """Return a sentence for each text of a field that means no value, with the nearest
        names.
        """
        choices = self.of(column) or Choices()
        is_language, has_ticks = choices is self.languages, not column.endswith(".source")
        return [
            _fault(
                choices if number < _MOST_EXPLAINED else Choices(),
                word,
                is_language=is_language,
                has_ticks=has_ticks,
            )
            for number, word in enumerate(self.unknown(column, text))
        ]


def _fault(choices: Choices, typed: str, *, is_language: bool, has_ticks: bool) -> Message:
    label = language_label if is_language else choices.label
    found = choices.near(typed)
    near = Joined.of(map(label, found)) if found else None
    if is_language and near:
        return Message(
            "No language is called “{typed}”. Do you mean {near}?", typed=typed, near=near
        )
    if is_language:
        return Message(
            "No language is called “{typed}”. Write its name in Dutch, French, German or English.",
            typed=typed,
        )
    if near and has_ticks:
        return Message("No single source is called “{typed}”. Tick the right one.", typed=typed)
    if near:
        return Message(
            "No single source is called “{typed}”. Do you mean {near}?", typed=typed, near=near
        )
    return Message(
        "No source has “{typed}” in its title or publisher. The page “Sources” lists them all.",
        typed=typed,
    )


@cache
def language_choices(tag: str) -> Choices:
    """Return the languages with labels in the language of a tag.

    A language is also found by its tag, its name in each language of COMPLETE, and its own name if
    the pages for visitors are in it.
    """
    named = {code.replace("_", "-"): name for code, name in locale_of(tag).languages.items()}
    labels = {
        code: f"{name[:1].upper()}{name[1:]}"
        for code, name in named.items()
        if code not in _NO_LANGUAGES
    }
    names: dict[str, set[str]] = {}

    def add(name: str, code: str) -> None:
        if code in labels:
            names.setdefault(fold(name), set()).add(code)

    for code, label in labels.items():
        add(label, code)
    for other in COMPLETE:
        for code, name in locale_of(other).languages.items():
            add(name, code.replace("_", "-"))
    for language in languages():
        add(language.name, language.tag)
    for name, code in _ALSO.items():
        add(name, code)
    # A tag is always understood as itself: “ga” is Irish, although a language is called Ga.
    names |= {fold(code): {code} for code in labels}
    for code, label in labels.items():
        if names[fold(label)] != {code}:
            labels[code] = f"{label} ({code})"
            add(labels[code], code)
    listed = sorted((code for code in labels if len(code) == _LISTED), key=lambda code: named[code])
    return Choices(labels, {name: frozenset(found) for name, found in names.items()}, tuple(listed))


def source_choices(sources: Sequence[Mapping[str, Any]]) -> Choices:
    """Return the sources of the directory, by publisher and title; retired ones are not listed."""
    titles = [source_label(each) for each in sources]
    labels = {
        each["id"]: f"{title} ({each['id']})" if titles.count(title) > 1 else title
        for each, title in zip(sources, titles, strict=True)
    }
    names: dict[str, set[str]] = {}
    for each in sources:
        for name in (labels[each["id"]], each["title"], each["id"]):
            names.setdefault(fold(name), set()).add(each["id"])
    listed = tuple(each["id"] for each in sources if not each.get("retired"))
    found = {name: frozenset(ids) for name, ids in names.items()}
    return Choices(labels, found, listed, by_part=True)


def source_label(source: Mapping[str, Any]) -> str:
    """Return the publisher and the title of a source, without the sign that is between several."""
    title, publisher = source["title"], source.get("publisher", "")
    label = title if not publisher or title.startswith(publisher) else f"{publisher}: {title}"
    return str(label).replace(";", ",")
