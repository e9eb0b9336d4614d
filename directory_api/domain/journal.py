"""What a device has to do to its bundle to equal the server's."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.domain.centre import Centre
from directory_api.domain.helpline import Helpline
from directory_api.domain.news import Touched
from directory_api.domain.timetable import Timetable


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
