"""Values of a Message that have a name in each language: what a record has as a code or a date."""

import re
from dataclasses import dataclass
from datetime import date

from directory_api.text.message import Texts, Value
from directory_api.text.translations import (
    country_names,
    language_name,
    locale_of,
    long_date,
    words,
)

_COUNTRY = re.compile("[A-Z]{2}", re.ASCII)
_MONTH = re.compile("([0-9]{4})-([0-9]{2})", re.ASCII)
_POINTS = frozenset({"de"})  # 28.11.2026


@dataclass(frozen=True)
class CountryName(Value):
    """A country (ISO 3166-1); anything else stays as it is."""

    code: str

    def translate(self, texts: Texts) -> str:
        """Return its name."""
        return country_names([self.code], texts.tag) if _COUNTRY.fullmatch(self.code) else self.code


@dataclass(frozen=True)
class LanguageName(Value):
    """A language (BCP 47)."""

    code: str

    def translate(self, texts: Texts) -> str:
        """Return its name; its tag if there is none."""
        return language_name(self.code, texts.tag)


@dataclass(frozen=True)
class Label(Value):
    """A word of a vocabulary, such as `service` and `legal`, as visitors read it."""

    vocabulary: str
    code: str

    def translate(self, texts: Texts) -> str:
        """Return its label; one of an unknown word is the word."""
        key = f"{self.vocabulary}.{self.code}"
        return words(texts.tag).texts.get(key, self.code.replace("_", " "))


@dataclass(frozen=True)
class Number(Value):
    """A number with so many decimals: 10,000 and 3.2 in English, 10.000 and 3,2 in Dutch."""

    value: float
    decimals: int = 0

    def translate(self, texts: Texts) -> str:
        """Return it as the language writes numbers."""
        from babel.numbers import format_decimal  # see translations.py

        pattern = "#,##0" + ("." + "0" * self.decimals if self.decimals else "")
        return str(format_decimal(self.value, format=pattern, locale=locale_of(texts.tag)))


@dataclass(frozen=True)
class Day(Value):
    """A date in the form YYYY-MM-DD, or a month as YYYY-MM; anything else stays as it is."""

    iso: str

    def translate(self, texts: Texts) -> str:
        """Return it as 28/11/2026, or as the language writes it; a month as 11/2026."""
        if month := _MONTH.fullmatch(self.iso):
            return f"{month[2]}/{month[1]}"
        try:
            day = date.fromisoformat(self.iso)
        except ValueError:
            return self.iso
        return f"{day:%d.%m.%Y}" if texts.tag in _POINTS else f"{day:%d/%m/%Y}"


@dataclass(frozen=True)
class VisitorsDay(Value):
    """A date in the form YYYY-MM-DD as visitors read it."""

    iso: str

    def translate(self, texts: Texts) -> str:
        """Return it with the month as a word."""
        return long_date(date.fromisoformat(self.iso), texts.tag)
