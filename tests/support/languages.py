"""The languages in which a page is tried where each takes a third of a second of the processor."""

from directory_api.text.translations import Language, languages, words
from tests.support.amount import EVERY_CASE

# Outside of CI, the languages with the most text on a page.
_MOST = 3


def tried_languages() -> tuple[Language, ...]:
    """Return every language of the pages in CI, elsewhere those with the most text, one of them
    from right to left.
    """
    if EVERY_CASE:
        return languages()
    by_length = sorted(languages(), key=_length, reverse=True)
    leftwards = next(language for language in by_length if language.direction == "rtl")
    return (*by_length[:_MOST], leftwards)


def _length(language: Language) -> int:
    return sum(map(len, words(language.tag).texts.values()))
