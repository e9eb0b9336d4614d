"""The data that a device needs to search without a server, and the changes to that data."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.domain.changes.change import ChangedRecord
from directory_api.domain.geo.geometry import Outline
from directory_api.domain.geo.postcode import Place
from directory_api.domain.hours import Timetable
from directory_api.domain.model.records import Centre, Helpline

# Opening hours are computed this many days ahead, so that a phone that is offline for a week still
# has the hours of the next one.
HOURS_DAYS = 14


@dataclass(frozen=True, slots=True)
class Bundle:
    """The directory at one revision and day, with the postcodes of one country.

    `centres` are all published centres except closed ones, from every country, because the nearest
    one may be across a border. `timetable` begins with the day (UTC). The keys of `outlines` are
    the covered countries. `sources` are those that can be linked, by id.
    """

    revision: int
    link: str
    store: str
    country: str
    centres: tuple[Centre, ...]
    timetable: Timetable
    fresh_days: int
    helplines: tuple[Helpline, ...]
    places: tuple[Place, ...]
    covered: tuple[str, ...]
    outlines: Mapping[str, Outline]
    attributions: tuple[Mapping[str, str], ...]
    sources: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Journal:
    """Every record that has ever existed, in its state at one revision and day.

    `centres` are those of a bundle, by id. A record in `touched` that is neither in `centres` nor
    in `helplines` has been removed. `timetable` and `fresh_days` are those of the day's bundle.
    `covered` are the countries with centres; `sources` are those of a bundle.
    """

    revision: int
    link: str
    store: str
    touched: tuple[ChangedRecord, ...]
    centres: Mapping[str, Centre]
    helplines: tuple[Helpline, ...]
    covered: tuple[str, ...]
    timetable: Timetable
    fresh_days: int
    sources: Mapping[str, Mapping[str, str]]
