"""Texts for people: one file for each language in locale/, named by its tag (BCP 47).

These files are the only source of the labels of services, audiences, kinds and statuses;
record/vocabulary.py has their codes. The names of languages and countries are those of Babel.

A file has the language's own `name`, whether a speaker has `reviewed` it, the texts (`words`) by
key, and the keys that are `unsure`. Unsure texts are left out and shown in English, because a wrong
sentence can hurt. docs/translating.md explains how a speaker corrects a file. A file is read on
first use. Babel is imported by the functions that need it: it takes 2 MB and 15 ms, and an answer
in JSON needs none of it.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from directory_api.left_out import Unusable, leave_out

if TYPE_CHECKING:
    from babel import Locale

ENGLISH = "en"
# English and the languages of Belgium, where the first centres are: all their texts are present.
COMPLETE = (ENGLISH, "nl", "fr", "de")
# The length of a code of ISO 639-1.
_ISO_639_1 = 2
# A constant, because Babel would load a whole locale for each. A test compares it with Babel.
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "ps", "ur"})
# A visitor who cannot read these texts cannot leave the page or call for help, so a language
# without all of them is not offered.
URGENT = (
    "exit.button",
    "helplines.heading",
    "call",
    "helpline.emergency",
    "helpline.police",
    "phone.main",
)
# FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9). Without them the groups of a phone
# number are shown in the wrong order in right-to-left text.
_ISOLATED = "\u2068{}\u2069"

# Names of CLDR that are not those of a country: unions, the world's rest, and two for tests.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})

# From this distance on, a postcode or a town is only accurate to whole kilometres.
# 9.96 km is 10 km, not 10.0 km.
_WHOLE_KM = 9_950


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface: tag (BCP 47), own name, and whether a speaker reviewed it."""

    tag: str
    name: str
    reviewed: bool
    offered: bool

    @property
    def direction(self) -> str:
        """Its writing direction, as in HTML's `dir`: ltr or rtl."""
        return "rtl" if self.tag.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Words:
    """All texts in one language; those whose keys are in `english_keys` are English."""

    language: Language
    texts: Mapping[str, str]
    english_keys: frozenset[str]

    def __getitem__(self, key: str) -> str:
        """Return the text of a key, with placeholders.

        Raises KeyError: a key that is not in en.json is a bug.
        """
        return self.texts[key]

    def language_of(self, key: str) -> Language:
        """Return the language that the text of a key is in, for `lang` and `dir` (WCAG 3.1.2)."""
        return words(ENGLISH).language if key in self.english_keys else self.language

    def say(self, key: str, **values: str) -> str:
        """Return the text of a key with its placeholders filled. Raises KeyError.

        Each value keeps its own writing direction.
        """
        if values and self.language_of(key).direction == "rtl":
            values = {name: _ISOLATED.format(value) for name, value in values.items()}
        return self.texts[key].format_map(values)

    def to_record(self) -> dict[str, Any]:
        """Return the JSON that the component reads."""
        return {
            "tag": self.language.tag,
            "direction": self.language.direction,
            "reviewed": self.language.reviewed,
            "borrowed": sorted(self.english_keys),
            "words": dict(self.texts),
        }


@cache
def languages() -> tuple[Language, ...]:
    """Return the languages that a visitor can choose, by tag.

    Caches their names, not their texts.
    """
    every = (_language(tag, file) for tag in sorted(_tags()) if (file := _read(tag)))
    return tuple(language for language in every if language.offered)


def words(tag: str) -> Words:
    """Return the texts in a language or the nearest one (nl for nl-BE), else in English."""
    return _words(match(tag) or ENGLISH)


@cache
def words_of_feature(package: str, tag: str) -> Mapping[str, str]:
    """Return the words that only a feature needs, by key, in a language of COMPLETE: a file in its
    folder `locale`. None of one that cannot be used, but in English. Raises Unusable.
    """
    return MappingProxyType(_parsed(package, tag, _are_texts) or {})


@cache
def labels(kind: str, tags: tuple[str, ...] = COMPLETE) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of the keys `kind.*` by code and language, such as ["legal"]["nl"].

    A language without a text is left out.
    """
    by_code: dict[str, dict[str, str]] = {}
    for tag in tags:
        for key, text in _read(tag).get("words", {}).items():
            prefix, _, code = key.partition(".")
            if prefix == kind:
                by_code.setdefault(code, {})[tag] = text
    return MappingProxyType({code: MappingProxyType(texts) for code, texts in by_code.items()})


def match(tag: str) -> str | None:
    """Return the tag of the nearest language that has a file (RFC 4647, lookup), or None.

    For example sr-Latn for sr-RS, and fa for prs-AF.
    """
    # Only one script per language is available; fall back to it before English.
    tags = {own.partition("-")[0]: own for own in _tags()}
    primary = tag.strip().replace("_", "-").partition("-")[0].casefold()
    if primary in tags:
        return tags[primary]
    from babel.core import get_global

    # CLDR maps Dari (prs) to Persian, and cmn to Chinese.
    return tags.get(get_global("language_aliases").get(primary, "").partition("_")[0])


def is_language(tag: str) -> bool:
    """Return whether the language of a tag (BCP 47) exists, as far as Unicode's CLDR knows.

    True for every code of three letters, since CLDR lacks some of them.
    """
    from babel.core import get_global

    primary = tag.partition("-")[0].casefold()
    known: tuple[Mapping[str, str], ...] = (
        get_global("likely_subtags"),
        get_global("language_aliases"),
    )
    return len(primary) != _ISO_639_1 or any(primary in codes for codes in known)


def official_languages(country: str) -> tuple[str, ...]:
    """Return the official languages of a country (ISO 3166-1), also in lower case; none for an
    unknown one.
    """
    from babel.languages import get_official_languages

    return get_official_languages(country.upper())


def locale_of(tag: str) -> "Locale":
    """Return Babel's locale for a tag (BCP 47). Raises UnknownLocaleError and ValueError."""
    from babel import Locale

    return Locale.parse(tag, sep="-")


def language_name(code: str, tag: str) -> str:
    """Return the name of a language (BCP 47) in the language of a tag.

    Unicode's CLDR lacks the name of some languages in themselves (Romani); then it is in English,
    else the code.
    """
    from babel import UnknownLocaleError

    try:
        locale = locale_of(tag)
        name = locale.languages.get(code)
        return str(name or locale_of(code).get_display_name(locale) or code)
    except (UnknownLocaleError, ValueError):
        return code if tag == ENGLISH else language_name(code, ENGLISH)


def is_country(code: str) -> bool:
    """Return whether a code of two capitals is that of a country (ISO 3166-1), as far as Unicode's
    CLDR knows.
    """
    return code in locale_of(ENGLISH).territories and code not in _NO_COUNTRIES


def country_names(countries: Iterable[str], tag: str) -> str:
    """Return the names of countries (ISO 3166-1) in a language, with commas."""
    names = locale_of(tag).territories
    return ", ".join(names.get(country, country) for country in countries)


def long_date(day: date, tag: str) -> str:
    """Return a date with the month as a word, such as 31 December 2026."""
    from babel.dates import format_date

    return format_date(day, "long", locale=locale_of(written_as(tag)))


def written_as(tag: str) -> str:
    """Return the language in which dates are written; English alone is American: December 31."""
    return "en-001" if tag == ENGLISH else tag


def km(metres: float, tag: str) -> str:
    """Return a distance in kilometres, as the language writes numbers; one decimal below ten."""
    from babel.numbers import format_decimal

    pattern = "#,##0" if metres >= _WHOLE_KM else "0.0"
    return str(format_decimal(metres / 1000, format=pattern, locale=locale_of(tag)))


@cache
def _tags() -> tuple[str, ...]:
    names = (entry.name for entry in (files(__package__) / "locale").iterdir())
    return tuple(name.removesuffix(".json") for name in names if name.endswith(".json"))


@cache
def _words(tag: str) -> Words:
    file = _read(tag)
    if not file:
        return _words(ENGLISH)
    if tag == ENGLISH:
        return Words(_language(tag, file), MappingProxyType(file["words"]), frozenset())
    english = _words(ENGLISH).texts
    texts = {key: file["words"].get(key, text) for key, text in english.items()}
    return Words(
        _language(tag, file),
        MappingProxyType(texts),
        frozenset(english.keys() - file["words"].keys()),
    )


def _language(tag: str, file: Mapping[str, Any]) -> Language:
    return Language(
        tag, file["name"], file["reviewed"], all(key in file["words"] for key in URGENT)
    )


def _read(tag: str) -> Mapping[str, Any]:
    """Return what the file of a language says; nothing of one that cannot be used, which is shown
    in English. Raises Unusable for English.
    """
    return _parsed(__package__, tag, _is_language_file) or {}


def _parsed(package: str, tag: str, is_usable: Callable[[Any], bool]) -> Mapping[str, Any] | None:
    name = f"{package.replace('.', '/')}/locale/{tag}.json"
    document: Any = None
    try:
        document = json.loads((files(package) / f"locale/{tag}.json").read_bytes())
        fault = "" if is_usable(document) else "it has not the members of such a file"
    except (OSError, ValueError) as error:
        fault = type(error).__name__
    if not fault:
        found: Mapping[str, Any] = document
        return found
    leave_out(f"language file {name}", fault)
    if tag == ENGLISH:
        raise Unusable(f"{name}: {fault}")
    return None


def _is_language_file(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and isinstance(document.get("name"), str)
        and isinstance(document.get("reviewed"), bool)
        and _are_texts(document.get("words"))
    )


def _are_texts(words: Any) -> bool:
    return isinstance(words, dict) and all(isinstance(text, str) for text in words.values())
