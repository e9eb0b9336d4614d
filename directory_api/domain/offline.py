"""What a device needs to find the closest centre by itself, and what changes such a bundle."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.domain.changes.public_history import Touched
from directory_api.domain.geo.postcode import Place
from directory_api.domain.geo.simplify import Outline
from directory_api.domain.hours.timetable import Timetable
from directory_api.domain.model.centre import Centre
from directory_api.domain.model.helpline import Helpline

# Hours are worked out this far ahead: a phone that is offline for a week still knows those of the next one.
HOURS_DAYS = 14


@dataclass(frozen=True, slots=True)
class Bundle:
    """The directory at one revision and day, for the postcodes of one country.

    `centres` are all that are not closed for good, as they are published, whatever their country: the closest one may
    lie behind a border. `timetable` begins with the day (UTC). `outlines` are by covered country.
    """

    revision: int
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


@dataclass(frozen=True, slots=True)
class Journal:
    """Every record that ever was, as it is at one revision and day.

    `centres` are those of a bundle, by id; what was `touched` and is not among them, or among `helplines`, is gone.
    `timetable` and `fresh_days` are those of the day's bundle. `covered` are the countries with centres.
    """

    revision: int
    store: str
    touched: tuple[Touched, ...]
    centres: Mapping[str, Centre]
    helplines: tuple[Helpline, ...]
    covered: tuple[str, ...]
    timetable: Timetable
    fresh_days: int
