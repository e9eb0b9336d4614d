"""The order in which people find the languages of the pages."""

from functools import cache

from directory_api.countries.known import known
from directory_api.text.translations import ENGLISH, Language, languages


@cache
def listed_languages() -> tuple[Language, ...]:
    """Return the languages that a visitor can choose: those of the directory's own country and
    English, then the others by their own names.
    """
    own = next((country.languages for country in known().values()), ())
    first = dict.fromkeys((*own, ENGLISH))
    by_name = sorted(languages(), key=lambda language: language.name.casefold())
    order = dict.fromkeys((*first, *(language.tag for language in by_name)))
    by_tag = {language.tag: language for language in by_name}
    return tuple(by_tag[tag] for tag in order if tag in by_tag)
