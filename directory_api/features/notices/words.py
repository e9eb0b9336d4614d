"""The words of notices, which are few and only for maintainers, in the languages of words.json."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "nl", "fr", "de")


@cache
def words(language: str) -> Mapping[str, str]:
    """Return the words of a language, by their keys."""
    text = (files(__package__) / "words.json").read_text(encoding="utf-8")
    found: Mapping[str, str] = json.loads(text)[language]
    return found
