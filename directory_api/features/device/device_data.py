"""What a device gets of the directory: a bundle, a table of postcodes, the changes since."""

from datetime import UTC, datetime
from types import MappingProxyType

from directory_api.features.device.errors import BundleNotFound, CursorNotFound
from directory_api.features.device.offline import HOURS_DAYS, Bundle, Journal, PostcodeTable
from directory_api.hours.timetable import Timetable
from directory_api.live.finder import Finder
from directory_api.place.outlines import simplified
from directory_api.search.snapshot import Snapshot
from directory_api.text.errors import Suggestion

_BUNDLE, _POSTCODES = "/v1/bundle/", "/v1/bundle/postcodes/"


class DeviceData:
    """Reads of one finder for devices. Every method raises NotReady before the first load."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self._ahead: Timetable | None = None

    def postcode_table(self, country: str, snapshot: Snapshot | None = None) -> PostcodeTable:
        """Return the postcodes of a country with every name of a place: of a country of the
        directory, or of a neighbour near the border. Raises BundleNotFound for another country.
        """
        snapshot = snapshot or self.finder.snapshot
        gazetteer, neighbours = snapshot.gazetteer, self.finder.neighbours(snapshot)
        if country not in {*gazetteer.sizes, *neighbours}:
            raise BundleNotFound(
                "There are no postcodes of this country: it is neither one of the directory's "
                "countries nor a neighbour of one.",
                suggestions=_fetch(
                    "the postcodes of {}.", _POSTCODES, *gazetteer.sizes, *neighbours
                ),
            )
        known = self.finder.places_of(snapshot)
        return PostcodeTable(
            country,
            known.places(country),
            known.attributions if country in neighbours else snapshot.attributions,
        )

    def bundle(self, country: str, now: datetime, snapshot: Snapshot | None = None) -> Bundle:
        """Return the data that a device needs to find the closest centre to a postcode of a country
        offline. The content is constant for a revision and day (UTC).

        Raises BundleNotFound for a country without postcodes.
        """
        snapshot = snapshot or self.finder.snapshot
        places = snapshot.gazetteer.places(country)
        if not places:
            is_near = country in self.finder.neighbours(snapshot)
            own = _fetch("the bundle of {}.", _BUNDLE, *snapshot.gazetteer.sizes)
            raise BundleNotFound(
                "There is no bundle for this country, because the directory has "
                f"{'only its postcodes near the border' if is_near else 'no postcodes of it'}.",
                suggestions=[*_fetch("the postcodes of {}.", _POSTCODES, country), *own]
                if is_near
                else own,
            )
        return Bundle(
            revision=snapshot.revision,
            link=snapshot.link,
            store=snapshot.store,
            country=country,
            centres=snapshot.listed,
            timetable=self._days_ahead(now),
            fresh_days=self.finder.fresh_days,
            helplines=self.finder.helplines(country, snapshot),
            helplines_abroad=tuple(
                line
                for line in self.finder.helplines_everywhere(snapshot)
                if country not in line.countries
            ),
            places=places,
            neighbours=self.finder.places_of(snapshot).others(country),
            covered=tuple(sorted(snapshot.covered)),
            outlines=MappingProxyType(
                {each: simplified(area) for each, area in sorted(snapshot.areas.items())}
            ),
            attributions=snapshot.attributions,
            sources=snapshot.sources,
        )

    def journal(self, now: datetime, snapshot: Snapshot) -> Journal:
        """Return the last change of every record. The content is constant for a revision and day
        (UTC).
        """
        return Journal(
            revision=snapshot.revision,
            link=snapshot.link,
            store=snapshot.store,
            touched=snapshot.touched,
            centres=snapshot.index.by_id,
            helplines=self.finder.helplines_everywhere(snapshot),
            covered=tuple(sorted(snapshot.covered)),
            timetable=self._days_ahead(now),
            fresh_days=self.finder.fresh_days,
            sources=snapshot.sources,
        )

    def check_revision(
        self, revision: int, link: str, store: str | None, snapshot: Snapshot
    ) -> None:
        """Check that a client's revision and its link belong to the history of this store.

        The revision 0 has no link: it is the beginning of every history. Raises CursorNotFound.
        """
        if (
            store not in (None, snapshot.store)
            or not snapshot.has_history
            or not (revision == 0 or snapshot.links.includes(revision, link))
        ):
            raise CursorNotFound(
                "This directory does not know that revision: its database was created again, "
                "restored from a backup, or updated. Fetch the whole bundle again.",
                suggestions=_fetch(
                    "the whole bundle of {} again.", _BUNDLE, *snapshot.gazetteer.sizes
                ),
            )

    def _days_ahead(self, now: datetime) -> Timetable:
        """Return the opening hours that devices get on a day, which are computed once."""
        midnight, ahead = _midnight(now), self._ahead
        if ahead is None or ahead.since != midnight:
            ahead = self._ahead = Timetable(midnight, HOURS_DAYS)
        return ahead


def _midnight(moment: datetime) -> datetime:
    """The beginning of the day (UTC)."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _fetch(what: str, path: str, *countries: str) -> list[Suggestion]:
    """Suggest to fetch something of each country."""
    return [
        Suggestion(f"Fetch {what.format(country)}", country=country, href=f"{path}{country}")
        for country in countries
    ]
