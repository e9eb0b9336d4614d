"""What a form lets choose by name: languages, and the sources of the directory."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from types import MappingProxyType

from directory_api.features.desk.admin.form.new_sources import (
    is_call,
    named_source,
    names_new,
    new_fault,
)
from directory_api.features.desk.members.names import as_text
from directory_api.features.desk.members.source_fields import date_as_typed
from directory_api.features.desk.sheets import filled_in
from directory_api.record.cells import BETWEEN
from directory_api.record.record_value import Record
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
        # A part of an address is another address, and a call is one of another day.
        if not found and self.by_part and fold(typed) and not is_call(typed) and "/" not in typed:
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
        """Return a sentence for each text of a field that means no value, with the nearest names;
        none for a source that need not be known.
        """
        choices = self.of(column) or Choices()
        fault = _language_fault if choices is self.languages else source_fault
        found = (
            fault(word, choices, most_near=_MOST_NEAR if number < _MOST_EXPLAINED else 0)
            for number, word in enumerate(self.unknown(column, text))
        )
        return [each for each in found if each]

    def new_sources(
        self, cells: Cells, known: Mapping[str, Record], today: date, about: str
    ) -> dict[str, Record]:
        """Return the new sources that fields name, by what was typed; `known` are the others, by
        id. `about` is the id of the record.
        """
        named: dict[str, Record] = {}
        every = dict(known)
        for column, text in cells.items():
            if self.of(column) is self.sources:
                for word in self.unknown(column, text):
                    if names_new(word) and not new_fault(word):
                        named[word] = source = named_source(word, every, today, about)
                        every[source["id"]] = source
        return named

    def with_sources(self, named: Mapping[str, Record]) -> "Names":
        """Return these names, with sources by the texts that name them."""
        labels = {each["id"]: source_label(each) for each in named.values()}
        names = {fold(typed): frozenset((each["id"],)) for typed, each in named.items()}
        sources = self.sources
        return replace(
            self,
            sources=replace(
                sources, labels={**labels, **sources.labels}, names={**sources.names, **names}
            ),
        )


def source_fault(typed: str, choices: Choices, *, most_near: int = _MOST_NEAR) -> str | None:
    """Return what is wrong with the name of a source."""
    if choices.value_of(typed):
        return None
    if names_new(typed):
        return new_fault(typed)
    if near := _near(typed, choices.label, choices, most_near):
        return Message(
            "No single source is called “{typed}”. Do you mean {near}? A web address begins with "
            "https://, a call with “phone call with”.",
            typed=typed,
            near=near,
        )
    return Message(
        "No source is called “{typed}”. A web address begins with https://, a call with “phone "
        "call with”.",
        typed=typed,
    )


def _language_fault(typed: str, choices: Choices, *, most_near: int) -> str:
    if near := _near(typed, language_label, choices, most_near):
        return Message(
            "No language is called “{typed}”. Do you mean {near}?", typed=typed, near=near
        )
    return Message(
        "No language is called “{typed}”. Write its name in Dutch, French, German or English.",
        typed=typed,
    )


def _near(typed: str, label: Callable[[str], str], choices: Choices, most: int) -> Joined | None:
    found = choices.near(typed) if most else ()
    return Joined.of(map(label, found)) if found else None


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


def source_choices(sources: Sequence[Record]) -> Choices:
    """Return the sources of the directory, by publisher and title; retired ones are not listed."""
    titles = [source_label(each) for each in sources]
    labels = {
        each["id"]: f"{title} ({each['id']})" if titles.count(title) > 1 else title
        for each, title in zip(sources, titles, strict=True)
    }
    names: dict[str, set[str]] = {}
    for each in sources:
        # The title of a call alone means one of today.
        title = () if is_call(each["title"]) else (each["title"],)
        for name in (labels[each["id"]], *title, each["id"]):
            names.setdefault(fold(name), set()).add(each["id"])
    listed = tuple(each["id"] for each in sources if not each.get("retired"))
    found = {name: frozenset(ids) for name, ids in names.items()}
    return Choices(labels, found, listed, by_part=True)


def source_label(source: Record) -> str:
    """Return the publisher and the title of a source, and the day of a call, without the sign that
    is between several.
    """
    title, publisher = source["title"], source.get("publisher", "")
    label = title if not publisher or title.startswith(publisher) else f"{publisher}: {title}"
    if is_call(title) and "published" in source:
        label = f"{label}, {date_as_typed(source['published'])}"
    return str(label).replace(";", ",")
