"""Texts for visitors: one file for each language in locale/, named by its tag (BCP 47).

A file has the language's own `name`, whether a speaker has `reviewed` it, the texts (`words`) by
key, and the keys that are `unsure`. Unsure texts are left out and shown in English, because a wrong
sentence can hurt. docs/translating.md explains how a speaker corrects a file. A file is read on
first use, so a worker that only answers JSON reads none.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from babel.core import get_global
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

ENGLISH = "en"
# The languages of Belgium, where the first centres are, and English come first in the list of
# languages. All their texts are present.
COMPLETE = (ENGLISH, "nl", "fr", "de")
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
    """All texts in one language; those whose keys are in `borrowed` are English."""

    language: Language
    texts: Mapping[str, str]
    borrowed: frozenset[str]

    def __getitem__(self, key: str) -> str:
        """Return the text of a key, with placeholders.

        Raises KeyError: a key that is not in en.json is a bug.
        """
        return self.texts[key]

    def spoken(self, key: str) -> Language:
        """Return the language that the text of a key is in, for `lang` and `dir` (WCAG 3.1.2)."""
        return words(ENGLISH).language if key in self.borrowed else self.language

    def say(self, key: str, **values: str) -> str:
        """Return the text of a key with its placeholders filled. Raises KeyError.

        Each value keeps its own writing direction.
        """
        if self.spoken(key).direction == "rtl":
            values = {name: _ISOLATED.format(value) for name, value in values.items()}
        return self.texts[key].format_map(values)

    def to_record(self) -> dict[str, Any]:
        """Return the JSON that the component reads."""
        return {
            "tag": self.language.tag,
            "direction": self.language.direction,
            "reviewed": self.language.reviewed,
            "borrowed": sorted(self.borrowed),
            "words": dict(self.texts),
        }


@cache
def languages() -> tuple[Language, ...]:
    """Return the languages that a visitor can choose: those of COMPLETE, then by tag.

    Caches their names, not their texts.
    """
    known = (
        _language(tag, _read(tag)) for tag in sorted(_tags(), key=lambda tag: (_place(tag), tag))
    )
    return tuple(language for language in known if language.offered)


def words(asked: str) -> Words:
    """Return the texts in a language or the nearest known one (nl for nl-BE), else in English."""
    return _words(_known(asked) or ENGLISH)


def choose(accept_language: str, asked: str | None = None) -> str:
    """Return the language tag for a visitor.

    That is `?lang=`, else the first offered one of Accept-Language, else English. `?lang=` also
    selects a language that is not offered, so that a speaker can review it.
    """
    named = _known(asked) if asked else None
    if named:
        return named
    offered = {language.tag for language in languages()}
    accepted = parse_accept_header(accept_language, LanguageAccept)
    found = (_known(tag) for tag, quality in accepted if quality > 0)
    return next((tag for tag in found if tag in offered), ENGLISH)


@cache
def _tags() -> tuple[str, ...]:
    names = (entry.name for entry in (files("directory_api") / "web/i18n/locale").iterdir())
    return tuple(name.removesuffix(".json") for name in names if name.endswith(".json"))


@cache
def _words(tag: str) -> Words:
    read = _read(tag)
    if tag == ENGLISH:
        return Words(_language(tag, read), MappingProxyType(read["words"]), frozenset())
    english = _words(ENGLISH).texts
    texts = {key: read["words"].get(key, text) for key, text in english.items()}
    return Words(
        _language(tag, read),
        MappingProxyType(texts),
        frozenset(english.keys() - read["words"].keys()),
    )


def _language(tag: str, read: Mapping[str, Any]) -> Language:
    return Language(
        tag, read["name"], read["reviewed"], all(key in read["words"] for key in URGENT)
    )


def _read(tag: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(
        (files("directory_api") / f"web/i18n/locale/{tag}.json").read_bytes()
    )
    return document


def _place(tag: str) -> int:
    return COMPLETE.index(tag) if tag in COMPLETE else len(COMPLETE)


def _known(asked: str) -> str | None:
    """Return the known tag for a language (RFC 4647, lookup), or None.

    For example sr-Latn for sr-RS, and fa for prs-AF.
    """
    # Only one script per language is available; fall back to it before English.
    known = {tag.partition("-")[0]: tag for tag in _tags()}
    primary = asked.strip().replace("_", "-").partition("-")[0].casefold()
    # CLDR maps Dari (prs) to Persian, and cmn to Chinese.
    return known.get(primary) or known.get(
        get_global("language_aliases").get(primary, "").partition("_")[0]
    )
