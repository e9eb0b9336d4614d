"""The name of the country in which a place is searched, as people write it after the place."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from directory_api.text.normalize import fold

_WORD = re.compile(r"[^\W_]+")

# In Dutch, French, German and English, as Unicode's CLDR has them. Babel's tables of these
# languages would take 11 MB of memory and 50 ms.
COUNTRY_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "BE": ("België", "Belgique", "Belgien", "Belgium"),
        "CA": ("Canada", "Canada", "Kanada", "Canada"),
        "DE": ("Duitsland", "Allemagne", "Deutschland", "Germany"),
        "FR": ("Frankrijk", "France", "Frankreich", "France"),
        "GB": ("Verenigd Koninkrijk", "Royaume-Uni", "Vereinigtes Königreich", "United Kingdom"),
        "IE": ("Ierland", "Irlande", "Irland", "Ireland"),
        "LU": ("Luxemburg", "Luxembourg", "Luxemburg", "Luxembourg"),
        "NL": ("Nederland", "Pays-Bas", "Niederlande", "Netherlands"),
    }
)
_FOLDED = {country: frozenset(map(fold, names)) for country, names in COUNTRY_NAMES.items()}


def without_country(text: str, country: str) -> str:
    """Return a normalised text without the name of a country (ISO 3166-1) at its end, in Dutch,
    French, German or English: `Gent` for `Gent, België`. A name alone stays.
    """
    names = _FOLDED.get(country, frozenset())
    for word in [*_WORD.finditer(text)][1:]:
        if fold(text[word.start() :]) in names:
            return text[: word.start()].rstrip(" ,(/-")
    return text
