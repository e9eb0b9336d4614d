"""The name of a country or of a region in a sentence."""

from dataclasses import dataclass

from directory_api.countries.known import known
from directory_api.text.message import Texts, Value
from directory_api.text.named import CountryName


@dataclass(frozen=True)
class AreaName(Value):
    """A country (ISO 3166-1) or a region (ISO 3166-2)."""

    code: str

    def translate(self, texts: Texts) -> str:
        """Return the name in the language; that of a region without one is its first name, else its
        code.
        """
        country = known().get(self.code.partition("-")[0])
        if country is None or self.code not in country.regions:
            return CountryName(self.code).translate(texts)
        names = country.region_names.get(self.code, {})
        return names.get(texts.tag, country.regions[self.code][0])
