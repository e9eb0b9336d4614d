"""The texts of the page, in the languages of locale/. What the core has words for is not here."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from directory_api.text.translations import COMPLETE, ENGLISH

LANGUAGES = COMPLETE


def language_of(tag: str) -> str:
    """Return the tag of LANGUAGES for another (nl for nl-BE), else English."""
    primary = tag.partition("-")[0]
    return primary if primary in LANGUAGES else ENGLISH


@cache
def texts(tag: str) -> Mapping[str, str]:
    """Return the texts in one of LANGUAGES by key."""
    words: Mapping[str, str] = json.loads((files(__package__) / f"locale/{tag}.json").read_bytes())
    return words
