"""The names of provinces and regions, which people type where a town is asked for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from directory_api.text.normalize import fold


class Province(NamedTuple):
    """A province or region: its ISO 3166-2 code, and one of its names."""

    subdivision: str
    name: str


# The names alone in Dutch, French, German and English, then the official ones.
# fmt: off
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "BE-BRU": (
        "Brussels Hoofdstedelijk Gewest", "Région de Bruxelles-Capitale",
        "Region Brüssel-Hauptstadt", "Brussels-Capital Region", "Brussels Gewest",
        "Région bruxelloise", "Bruxelles-Capitale", "Region Brüssel", "Brussels Region",
    ),
    "BE-VAN": (
        "Antwerpen", "Anvers", "Antwerp",
        "Provincie Antwerpen", "Province d’Anvers", "Provinz Antwerpen", "Province of Antwerp",
    ),
    "BE-VBR": (
        "Vlaams-Brabant", "Brabant flamand", "Flämisch-Brabant", "Flemish Brabant",
        "Provincie Vlaams-Brabant", "Province du Brabant flamand", "Provinz Flämisch-Brabant",
        "Province of Flemish Brabant",
    ),
    "BE-VLI": (
        "Limburg", "Limbourg",
        "Provincie Limburg", "Province du Limbourg", "Provinz Limburg", "Province of Limburg",
    ),
    "BE-VOV": (
        "Oost-Vlaanderen", "Flandre orientale", "Ostflandern", "East Flanders",
        "Provincie Oost-Vlaanderen", "Province de Flandre orientale", "Provinz Ostflandern",
        "Province of East Flanders",
    ),
    "BE-VWV": (
        "West-Vlaanderen", "Flandre occidentale", "Westflandern", "West Flanders",
        "Provincie West-Vlaanderen", "Province de Flandre occidentale", "Provinz Westflandern",
        "Province of West Flanders",
    ),
    "BE-WBR": (
        "Waals-Brabant", "Brabant wallon", "Wallonisch-Brabant", "Walloon Brabant",
        "Provincie Waals-Brabant", "Province du Brabant wallon", "Provinz Wallonisch-Brabant",
        "Province of Walloon Brabant",
    ),
    "BE-WHT": (
        "Henegouwen", "Hainaut", "Hennegau",
        "Provincie Henegouwen", "Province du Hainaut", "Province de Hainaut", "Provinz Hennegau",
        "Province of Hainaut",
    ),
    "BE-WLG": (
        "Luik", "Liège", "Lüttich",
        "Provincie Luik", "Province de Liège", "Provinz Lüttich", "Province of Liège",
    ),
    "BE-WLX": (
        "Luxemburg", "Luxembourg",
        "Provincie Luxemburg", "Province du Luxembourg", "Province de Luxembourg",
        "Provinz Luxemburg", "Province of Luxembourg",
    ),
    "BE-WNA": (
        "Namen", "Namur",
        "Provincie Namen", "Province de Namur", "Provinz Namur", "Province of Namur",
    ),
})
# fmt: on

PROVINCES: Mapping[str, Province] = MappingProxyType(
    {
        fold(name): Province(subdivision, name)
        for subdivision, names in _NAMES.items()
        for name in names
    }
)
"""Every province by each of its names, folded."""


def is_province_of(name: str, subdivision: str | None) -> bool:
    """Return whether a name is that of a province or region (ISO 3166-2)."""
    province = PROVINCES.get(fold(name))
    return province is not None and province.subdivision == subdivision
