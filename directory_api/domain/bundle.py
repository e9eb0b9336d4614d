"""What a device needs to find the closest centre by itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.domain.centre import Centre
from directory_api.domain.helpline import Helpline
from directory_api.domain.outline import Outline
from directory_api.domain.postcode import Place
from directory_api.domain.timetable import Timetable

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
