"""The texts of the page, in locale/. What the core has words for is not here."""

from functools import partial

from directory_api.text.translations import COMPLETE, ENGLISH, words_of_feature

LANGUAGES = COMPLETE
texts = partial(words_of_feature, __package__)


def language_of(tag: str) -> str:
    """Return the tag of LANGUAGES for another (nl for nl-BE), else English."""
    primary = tag.partition("-")[0]
    return primary if primary in LANGUAGES else ENGLISH
