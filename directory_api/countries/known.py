"""The countries that this installation knows: how each writes its postcodes, what it and its
regions are called, and its public holidays.

They are looked up by code, as the time zones of zoneinfo are: facts of the world, the same for
every directory. docs/countries.md describes the folder of a country.
"""

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from directory_api.config import data_folder, shipped
from directory_api.left_out import leave_out, left_out
from directory_api.text.errors import FileUnreadable

COUNTRY_FILE = "country.toml"
POSTCODES = "postcodes.csv"
REGIONS = "regions.csv"


@dataclass(frozen=True, slots=True)
class PostcodeFormat:
    """How a country writes its postcodes.

    `shape`, a regular expression in capitals, matches a postcode; its group `key` is the part that
    postcode tables list. One of the `prefixes` may be before it. `institutions` are postcodes
    without a location. `with_name` matches what is between a postcode and the end of a text that no
    other country writes so.
    """

    prefixes: tuple[str, ...]
    shape: str
    example: str
    institutions: frozenset[str] = frozenset()
    with_name: str = ""


# A key of the interface's words, or a text by language.
SourceText = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """What a source (an id of the records) says: keys of the interface's words, or texts by
    language.

    `sentences` say what happens in a call, `line` is for below the national line, and `helpline`, a
    key, for a helpline with this source in the languages in which it has no name. `signs` are those
    of exploitation, `worried` is advice to people who are worried about another person, and `work`
    to people who help at work; `lines` are further helplines (ids) for the worried.
    """

    source: str
    sentences: tuple[SourceText, ...] = ()
    line: SourceText = ""
    helpline: str = ""
    signs: tuple[SourceText, ...] = ()
    worried: tuple[SourceText, ...] = ()
    work: tuple[SourceText, ...] = ()
    lines: tuple[str, ...] = ()


# A public holiday, as hours/holidays.py reads it: a text, or a table.
Holiday = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its code (ISO 3166-1). `name` is that in an English sentence, `names` what
    people write after a place. `languages` are those of names of places, the first one first;
    `languages_in` has others by the beginning of a subdivision's code (ISO 3166-2). `regions` has
    the names of each subdivision, and `region_names` the one to show, by language. `near` are the
    countries whose postcodes people here may type.
    """

    code: str
    name: str
    near: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    languages_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    postcode: PostcodeFormat | None = None
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    region_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    public_holidays: tuple[Holiday, ...] | None = None
    unclear_holidays: tuple[Holiday, ...] = ()
    about: tuple[About, ...] = ()

    def languages_of(self, subdivision: str | None) -> tuple[str, ...]:
        """Return the languages of names in a subdivision, the first one first."""
        begins = (subdivision or "").startswith
        others = (own for part, own in self.languages_in.items() if begins(part))
        return next(others, self.languages)


@cache
def known() -> Mapping[str, Country]:
    """Return the known countries by code: the directory's own, those that it says are near, the
    likeliest first, then the others. One whose file has faults is left out.
    """
    data = data_folder()
    listed = {each.code: each for each in _usable(data)}
    own = listed.get(home_of(data))
    first = (own.code, *own.near) if own else ()
    order = dict.fromkeys((*first, *listed))
    return MappingProxyType({code: listed[code] for code in order if code in listed})


@cache
def calendars() -> tuple[tuple[Holiday, ...], ...]:
    """Return the days that are holidays, or may be, in each country here and in the shipped data: a
    folder of one country alone has no other calendar.
    """
    here = ((*(each.public_holidays or ()), *each.unclear_holidays) for each in known().values())
    lists = (read_file(folder).get("holidays", {}) for folder in folders(shipped("data")))
    others = ((*each.get("public", ()), *each.get("unclear", ())) for each in lists)
    return (*here, *others)


def part(folder: Path) -> str:
    """Return what the country of a folder is called if it is left out."""
    return f"country {folder.name.upper()}"


def _usable(data: Path) -> Iterator[Country]:
    for folder in folders(data):
        try:
            if part(folder) not in left_out():
                yield read(folder)
        except FileUnreadable as error:
            leave_out(part(folder), error.detail)


def folders(data: Path) -> Sequence[Path]:
    """Return the folders of the countries in a data folder, by code. One with postcodes is a
    country's, even if the file that describes it is missing.
    """
    listed = (data / "countries").glob
    return sorted(
        {path.parent for name in (COUNTRY_FILE, POSTCODES) for path in listed(f"*/{name}")}
    )


def home_of(data: Path) -> str:
    """Return the first country (ISO 3166-1) of a data folder that has postcodes; else empty."""
    return next((each.name.upper() for each in folders(data) if (each / POSTCODES).exists()), "")


def read_file(folder: Path) -> dict[str, Any]:
    """Parse the file of a country. Raises FileUnreadable."""
    path = folder / COUNTRY_FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileUnreadable(f"{path}: {error}") from None


def read(folder: Path) -> Country:
    """Read the folder of a country. Raises FileUnreadable."""
    record = read_file(folder)
    postcode, holidays = record.get("postcode"), record.get("holidays", {})
    rows = _rows_of_regions(folder / REGIONS)
    try:
        return Country(
            code=folder.name.upper(),
            name=record["name"],
            near=tuple(record.get("near", ())),
            names=tuple(record.get("names", ())),
            languages=tuple(record.get("languages", ())),
            languages_in=MappingProxyType(
                {part: tuple(own) for part, own in record.get("languages_in", {}).items()}
            ),
            postcode=postcode_format(postcode) if postcode else None,
            regions=_regions(rows),
            region_names=_region_names(rows),
            public_holidays=tuple(holidays["public"]) if holidays else None,
            unclear_holidays=tuple(holidays.get("unclear", ())),
            about=tuple(map(_about, record.get("about", ()))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FileUnreadable(f"{folder}: {type(error).__name__}: {error}") from None


def key_of_helpline(sources: Iterable[str]) -> str | None:
    """Return the key of the words for what a helpline with these sources (ids) offers, in the
    languages in which it has no name; None without one.
    """
    keys = {each.source: each.helpline for country in known().values() for each in country.about}
    return next((keys[source] for source in sources if keys.get(source)), None)


def _about(record: Mapping[str, Any]) -> About:
    sentences, *others = (
        tuple(record.get(name, ())) for name in ("sentences", "signs", "worried", "work", "lines")
    )
    line, helpline = record.get("line", ""), record.get("helpline", "")
    return About(record["source"], sentences, line, helpline, *others)


def postcode_format(record: Mapping[str, Any]) -> PostcodeFormat:
    """Read the table `postcode` of a country's file. Raises KeyError and TypeError."""
    return PostcodeFormat(
        tuple(record["prefixes"]),
        record["shape"],
        record["example"],
        frozenset(record.get("institutions", ())),
        record.get("with_name", ""),
    )


def _rows_of_regions(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table; none of one that cannot be read, which is left out."""
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, csv.Error) as error:
        leave_out(f"table {path.parent.name}/{path.name}", type(error).__name__)
        return []
    if not all(row.get("subdivision") and row.get("name") for row in rows):
        leave_out(
            f"table {path.parent.name}/{path.name}", "a row lacks its subdivision or its name"
        )
        return []
    return rows


def _regions(rows: Iterable[Mapping[str, str]]) -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for row in rows:
        code = row["subdivision"]
        names[code] = (*names.get(code, ()), row["name"])
    return MappingProxyType(names)


def _region_names(rows: Iterable[Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for row in rows:
        for tag in (row.get("languages") or "").split():
            names.setdefault(row["subdivision"], {})[tag] = row["name"]
    return MappingProxyType({code: MappingProxyType(own) for code, own in names.items()})
