"""Names that every language has without a text for maintainers, as texts of the form."""

from collections.abc import Iterable, Mapping

from directory_api.countries.area_name import AreaName
from directory_api.countries.known import known
from directory_api.text.message import Joined, Message, Texts, Value
from directory_api.text.named import CountryName, Label, LanguageName


def as_text(value: Value) -> Message:
    """Return a value as a text of its own."""
    return Message("{value}", value=value)


def labels(vocabulary: str, codes: Iterable[str]) -> Mapping[str, str]:
    """Return the labels of the codes of a vocabulary, as visitors read them."""
    return {code: as_text(Label(vocabulary, code)) for code in codes}


def language(code: str) -> Message:
    """Return the name of a language (BCP 47)."""
    return listed(LanguageName(code))


def listed(name: Value | str) -> Message:
    """Return a name in a list, where it begins with a capital: a language also in French."""
    return as_text(_Listed((name,)))


class _Listed(Joined):
    def translate(self, texts: Texts) -> str:
        name = super().translate(texts)
        return f"{name[:1].upper()}{name[1:]}"


def countries() -> Mapping[str, str]:
    """Return the names of the countries that the directory knows, by code (ISO 3166-1)."""
    return {code: as_text(CountryName(code)) for code in known()}


def regions() -> Mapping[str, str]:
    """Return the names of the regions that the directory knows, by code (ISO 3166-2)."""
    codes = (code for country in known().values() for code in country.regions)
    return {code: as_text(AreaName(code)) for code in codes}


def areas() -> Mapping[str, str]:
    """Return the names of the directory's own country, of other countries that have regions, and of
    the regions. Of other neighbours postcodes are known at most.
    """
    own = {
        code: as_text(CountryName(code))
        for number, (code, country) in enumerate(known().items())
        if country.regions or number == 0
    }
    return {**own, **regions()}
