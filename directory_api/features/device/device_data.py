"""What a device gets of the directory: a bundle, its postcodes, and names of places."""

from directory_api.features.device.errors import BundleNotFound
from directory_api.features.device.name_table import name_table
from directory_api.features.device.offline import HOURS_DAYS, Bundle, PlaceNames, PostcodeTable
from directory_api.hours.timetable import Timetable
from directory_api.live.editions import Edition
from directory_api.text.asks_for_help import WORDS
from directory_api.text.errors import Suggestion

_BUNDLE, _NAMES = "/v1/bundle/", "/v1/bundle/names/"


class DeviceData:
    """Bundles of editions, with opening hours that are computed once a day."""

    def __init__(self) -> None:
        self._ahead: Timetable | None = None

    def bundle(self, country: str, edition: Edition) -> Bundle:
        """Return the data that a device needs, beside the table of postcodes of the country, to
        find the closest centre offline. The content is constant for a revision and day (UTC).
        """
        snapshot = edition.snapshot
        return Bundle(
            revision=snapshot.revision,
            revision_hash=snapshot.revision_hash,
            country=country,
            centres=snapshot.listed,
            timetable=self._days_ahead(edition),
            fresh_days=edition.pieces.fresh_days,
            helplines=tuple(
                line
                for line in edition.helplines.of_country(country)
                if line.id not in edition.helplines.for_some
            ),
            helplines_abroad=tuple(
                line for line in edition.every_helpline if country not in line.countries
            ),
            neighbours=tuple(each.country for each in edition.places.abroad(country)),
            covered=tuple(sorted(snapshot.covered)),
            outlines=edition.whereabouts.outlines,
            attributions=snapshot.attributions,
            sources=snapshot.sources,
        )

    def _days_ahead(self, edition: Edition) -> Timetable:
        """Return the opening hours that devices get on the day of an edition."""
        midnight, ahead = edition.timetable.since, self._ahead
        if ahead is None or ahead.since != midnight:
            ahead = self._ahead = Timetable(midnight, HOURS_DAYS)
        return ahead


def bundle_table(country: str, edition: Edition) -> PostcodeTable:
    """Return the table of postcodes that belongs to the bundle of a country.

    Raises BundleNotFound for a country without postcodes.
    """
    snapshot = edition.snapshot
    places = snapshot.gazetteer.places(country)
    if not places:
        is_near = country in edition.places.neighbours.places
        own = _fetch("the bundle of {}.", _BUNDLE, *snapshot.gazetteer.sizes)
        raise BundleNotFound(
            "There is no bundle for this country, because the directory has "
            f"{'only its postcodes near the border' if is_near else 'no postcodes of it'}.",
            suggestions=[*_fetch("the postcodes of {}.", _NAMES, country), *own]
            if is_near
            else own,
        )
    return PostcodeTable(country, places, snapshot.attributions)


def place_names(country: str, edition: Edition) -> PlaceNames:
    """Return every name of a place in a country of the directory, or in a neighbour near the
    border. Raises BundleNotFound for another country.
    """
    gazetteer, neighbours = edition.snapshot.gazetteer, edition.places.neighbours
    if country not in {*gazetteer.sizes, *neighbours.places}:
        raise BundleNotFound(
            "There are no names of places of this country: it is neither one of the directory's "
            "countries nor a neighbour of one.",
            suggestions=_fetch("the names of {}.", _NAMES, *gazetteer.sizes, *neighbours.places),
        )
    meanings = name_table(edition.places, country)
    if country not in neighbours.places:
        words = tuple(sorted(WORDS))
        return PlaceNames(country, meanings, words, None, edition.snapshot.attributions)
    table = PostcodeTable(country, edition.places.places(country), neighbours.attributions)
    return PlaceNames(country, meanings, (), table, neighbours.attributions)


def _fetch(what: str, path: str, *countries: str) -> list[Suggestion]:
    """Suggest to fetch something of each country."""
    return [
        Suggestion(f"Fetch {what.format(country)}", country=country, href=f"{path}{country}")
        for country in countries
    ]
