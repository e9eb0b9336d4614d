"""The data that a device needs to search without a server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory_api.features.device.name_table import Meaning
from directory_api.hours.timetable import Timetable
from directory_api.place.outlines import Outline
from directory_api.place.postcode import Place
from directory_api.record.records import Centre, Helpline
from directory_api.text.errors import DirectoryTooLarge, Suggestion

# Opening hours are computed this many days ahead, so that a phone that is offline for a week still
# has the hours of the next one.
HOURS_DAYS = 14
# What a telephone on a slow network can load, compressed: 2 MB take a minute at 300 kbit/s.
MOST_BYTES = 2 * 1024 * 1024


def check_size(compressed_bytes: int) -> None:
    """Raise DirectoryTooLarge if a device should not load so many bytes."""
    if compressed_bytes > MOST_BYTES:
        raise DirectoryTooLarge(
            f"This is more than a device should load: over {MOST_BYTES // 1024**2} MB compressed. "
            "Ask the server instead: POST /v1/nearest keeps the place out of the address, and "
            "/v1/centres has every centre, in pages.",
            suggestions=[
                Suggestion("Find the closest centre with POST /v1/nearest.", href="/v1/nearest"),
                Suggestion("List the centres in pages.", href="/v1/centres"),
            ],
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """The directory at one revision and day, for a device with the postcodes of one country.

    `centres` are all published centres except closed ones, from every country, because the nearest
    one may be across a border. `helplines` are those of the country, `helplines_abroad` all others,
    of every country in which a device finds a place. `neighbours` are the other countries of which
    there are PlaceNames with postcodes. `timetable` begins with the day (UTC). `covered` are the
    countries with centres, and `outlines` those by which the country of a position is found.
    `sources` are those that can be linked, by id.
    """

    revision: int
    revision_hash: str
    country: str
    centres: Sequence[Centre]
    timetable: Timetable
    fresh_days: int
    helplines: tuple[Helpline, ...]
    helplines_abroad: tuple[Helpline, ...]
    neighbours: tuple[str, ...]
    covered: tuple[str, ...]
    outlines: tuple[Outline, ...]
    attributions: tuple[Mapping[str, str], ...]
    sources: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class PostcodeTable:
    """The postcodes of one country, for a device that has a bundle: one of the directory's own
    countries, or a neighbour; of that, those near the border.
    """

    country: str
    places: tuple[Place, ...]
    attributions: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """Every name of the places of one country, in the order in which they are suggested.

    `words` are what people type who need a number and no place. `postcodes` are those of a
    neighbour; a device has those of the directory's own countries already.
    """

    country: str
    meanings: Mapping[str, Meaning]
    words: tuple[str, ...]
    postcodes: PostcodeTable | None
    attributions: tuple[Mapping[str, str], ...]
