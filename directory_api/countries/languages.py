"""The order in which people find the languages of the pages."""

from functools import cache

from directory_api.countries.known import known
from directory_api.text.translations import ENGLISH, Language, languages


def own_languages() -> tuple[str, ...]:
    """Return the languages of the directory's own country, and English."""
    own = next((country.languages for country in known().values()), ())
    return tuple(dict.fromkeys((*own, ENGLISH)))


@cache
def listed_languages() -> tuple[Language, ...]:
    """Return the languages that a visitor can choose: own_languages, then the others by their own
    names.
    """
    by_name = sorted(languages(), key=lambda language: language.name.casefold())
    order = dict.fromkeys((*own_languages(), *(language.tag for language in by_name)))
    by_tag = {language.tag: language for language in by_name}
    return tuple(by_tag[tag] for tag in order if tag in by_tag)
