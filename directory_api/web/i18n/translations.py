"""The words of what a visitor meets: in locale/ one file a language, named by its tag (BCP 47).

A file holds the language's `name` in itself, whether a speaker has `reviewed` it, the `words` by key, and the keys that
are `unsure`: left out, since a wrong sentence can hurt, and shown in English. docs/translating.md says how a speaker
mends a file. Nothing is read before it is asked for, so a worker that only answers JSON holds none of them.
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
# The languages of Belgium, where the first centres are, and English stand first in a choice; all their words are there.
COMPLETE = (ENGLISH, "nl", "fr", "de")
# Written out, since Babel would load a whole locale for each; a test holds them against Babel's.
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "ps", "ur"})
# Who cannot read these cannot leave or call for help: without all of them a language is not offered.
URGENT = ("exit.button", "helplines.heading", "call", "helpline.emergency", "helpline.police", "phone.main")
# FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9): without them a phone number of several groups is shown
# with its groups in the wrong order within a sentence that runs from right to left.
_ISOLATED = "\u2068{}\u2069"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface: its tag (BCP 47), its name in itself, and whether a speaker has reviewed it."""

    tag: str
    name: str
    reviewed: bool
    offered: bool

    @property
    def direction(self) -> str:
        """Which way it runs, as HTML's `dir` says it: ltr or rtl."""
        return "rtl" if self.tag.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Words:
    """All words in one language; those whose keys are in `borrowed` are English."""

    language: Language
    texts: Mapping[str, str]
    borrowed: frozenset[str]

    def __getitem__(self, key: str) -> str:
        """The words of a key, with their placeholders. Raises KeyError: a key that is not in en.json is a bug."""
        return self.texts[key]

    def spoken(self, key: str) -> Language:
        """The language that the words of a key are in, for `lang` and `dir` (WCAG 3.1.2)."""
        return words(ENGLISH).language if key in self.borrowed else self.language

    def say(self, key: str, **values: str) -> str:
        """The words of a key, each placeholder filled; values keep their own direction. Raises KeyError."""
        if self.spoken(key).direction == "rtl":
            values = {name: _ISOLATED.format(value) for name, value in values.items()}
        return self.texts[key].format_map(values)

    def to_record(self) -> dict[str, Any]:
        """What the component reads."""
        return {
            "tag": self.language.tag,
            "direction": self.language.direction,
            "reviewed": self.language.reviewed,
            "borrowed": sorted(self.borrowed),
            "words": dict(self.texts),
        }


@cache
def languages() -> tuple[Language, ...]:
    """The languages that a visitor can choose: those of COMPLETE, then by tag. Keeps their names, not their words."""
    known = (_language(tag, _read(tag)) for tag in sorted(_tags(), key=lambda tag: (_place(tag), tag)))
    return tuple(language for language in known if language.offered)


def words(asked: str) -> Words:
    """The words in a language, or the nearest that is known: nl for nl-BE, English for what is not known."""
    return _words(_known(asked) or ENGLISH)


def choose(accept_language: str, asked: str | None = None) -> str:
    """The tag for a visitor: what was asked for by `?lang=`, else the first offered of Accept-Language, else English.

    Asked for by name, a language that is not offered is shown, too: a speaker has to see it to review it.
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
    return Words(_language(tag, read), MappingProxyType(texts), frozenset(english.keys() - read["words"].keys()))


def _language(tag: str, read: Mapping[str, Any]) -> Language:
    return Language(tag, read["name"], read["reviewed"], all(key in read["words"] for key in URGENT))


def _read(tag: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads((files("directory_api") / f"web/i18n/locale/{tag}.json").read_bytes())
    return document


def _place(tag: str) -> int:
    return COMPLETE.index(tag) if tag in COMPLETE else len(COMPLETE)


def _known(asked: str) -> str | None:
    """The tag that serves a language (RFC 4647, lookup), or None: sr-Latn for sr-RS, fa for prs-AF."""
    # One script a language is written here; who reads the other one reads this sooner than English.
    known = {tag.partition("-")[0]: tag for tag in _tags()}
    primary = asked.strip().replace("_", "-").partition("-")[0].casefold()
    # CLDR knows that Dari, prs, is a Persian, and cmn Chinese.
    return known.get(primary) or known.get(get_global("language_aliases").get(primary, "").partition("_")[0])
