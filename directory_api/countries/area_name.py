"""The name of a country or of a region in a sentence."""

from dataclasses import dataclass

from directory_api.countries.known import known
from directory_api.text.message import Texts, Value
from directory_api.text.named import CountryName


@dataclass(frozen=True)
class AreaName(Value):
    """A country (ISO 3166-1) or a region (ISO 3166-2)."""

    code: str

    def said(self, texts: Texts) -> str:
        """Return the name of a country in the language, and the first local name of a region; the
        code of a region without a name.
        """
        country = known().get(self.code.partition("-")[0])
        names = country.regions.get(self.code) if country else None
        return names[0] if names else CountryName(self.code).said(texts)
