"""All read operations: resolve the place, query the snapshot."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from directory_api.domain.errors import (
    BundleNotFound,
    CentreNotFound,
    CursorNotFound,
    HelplineNotFound,
    PlaceRefused,
    PostcodeMalformed,
    PostcodeUnknown,
    Suggestion,
)
from directory_api.domain.geo.outlines import simplified
from directory_api.domain.geo.postcode import Place, Town, rule_for
from directory_api.domain.hours.timetable import Timetable
from directory_api.domain.model.published import PublishedCentre
from directory_api.domain.model.records import Helpline, freshness
from directory_api.domain.model.vocabulary import FRESHNESS
from directory_api.domain.offline import HOURS_DAYS, Bundle, Journal, PostcodeTable
from directory_api.domain.query import (
    About,
    CentresPage,
    Coordinate,
    Filters,
    NearestAnswer,
    NearestQuery,
    Origin,
    Postcode,
    Serving,
)
from directory_api.search.gazetteer import Gazetteer
from directory_api.search.neighbours import Neighbours
from directory_api.search.refusals import name_of_country
from directory_api.search.snapshot import Snapshot
from directory_api.services.editions import LiveSnapshot
from directory_api.storage.files import read_json

# Answers to a search from a place.
Outcome = TypeVar("Outcome", NearestAnswer, Serving)
_NO_CODES: Mapping[str, Place] = MappingProxyType({})
_BUNDLE, _POSTCODES = "/v1/bundle/", "/v1/bundle/postcodes/"


class Finder:
    """Answers queries from the current snapshot. Every method except `always_helplines` raises
    NotReady before the first load.
    """

    def __init__(
        self,
        live: LiveSnapshot,
        neighbours: Neighbours,
        country: str,
        shipped_records: Path,
        fresh_days: int,
    ) -> None:
        self._live = live
        self._neighbours = neighbours
        self._shipped_records = shipped_records
        self.country = country
        self.fresh_days = fresh_days

    @property
    def ready(self) -> bool:
        """Whether a snapshot is loaded."""
        return self._live.ready

    @property
    def degraded(self) -> str | None:
        """Why the snapshot may differ from the store; None if it does not."""
        return self._live.degraded

    @property
    def is_replaced(self) -> bool:
        """Whether the store is not followed, because it is not the one that was served."""
        return self._live.is_replaced

    @property
    def takes_writes(self) -> bool:
        """Whether this process writes at all."""
        return self._live.takes_writes

    @property
    def writes_fault(self) -> str | None:
        """Why nothing can be written to the store; None while it can."""
        return self._live.writes_fault

    @property
    def lag_seconds(self) -> float | None:
        """The seconds since the store was read last; None if it never was."""
        return self._live.lag_seconds

    @property
    def snapshot(self) -> Snapshot:
        """The current snapshot. Use one snapshot for the whole of an answer."""
        return self._live.snapshot

    def nearest(self, query: NearestQuery, snapshot: Snapshot | None = None) -> NearestAnswer:
        """Return the closest centres to a place. Raises PlaceRefused for an invalid or unknown
        postcode.
        """
        snapshot = snapshot or self.snapshot
        if isinstance(query.place, Coordinate):
            return snapshot.nearest(query, Origin.of_coordinate(query.place))
        return self._from_text(query.place, snapshot.gazetteer, partial(snapshot.nearest, query))

    def serving(
        self,
        place: Postcode | Coordinate,
        admit: Callable[[str], bool],
        limit: int,
        reach_m: float | None,
        snapshot: Snapshot,
    ) -> Serving:
        """Return the centres that `admit` accepts by their ids and that serve a place, nearest
        first.

        At most `limit`; with `reach_m`, all within that many metres. Raises
        PlaceRefused.
        """

        def search(origin: Origin) -> Serving:
            total, hits = snapshot.serving(origin, admit, limit, reach_m)
            return Serving(origin, total, tuple(hits))

        if isinstance(place, Coordinate):
            return search(Origin.of_coordinate(place))
        return self._from_text(place, snapshot.gazetteer, search)

    def centres(
        self,
        filters: Filters,
        words: str | None,
        after: str | None,
        limit: int,
        snapshot: Snapshot | None = None,
    ) -> CentresPage:
        """Return one page of the centres that are not permanently closed, ordered by id."""
        snapshot = snapshot or self.snapshot
        total, page, has_more = snapshot.index.page(filters, words, after, limit)
        unknown = filters.with_unknown_hours()
        return CentresPage(
            revision=snapshot.revision,
            total=total,
            centres=tuple(page),
            after=page[-1].id if has_more else None,
            hours_unknown=snapshot.index.count(unknown, words) if unknown else None,
        )

    def centre(self, identity: str, snapshot: Snapshot | None = None) -> PublishedCentre:
        """Return one centre, also a closed one. Raises CentreNotFound."""
        try:
            return (snapshot or self.snapshot).index.by_id[identity]
        except KeyError:
            raise CentreNotFound(
                "No centre has this id.",
                suggestions=[Suggestion("This address lists them all.", href="/v1/centres")],
            ) from None

    def helpline(self, identity: str, snapshot: Snapshot | None = None) -> Helpline:
        """Return one helpline. Raises HelplineNotFound."""
        for line in (snapshot or self.snapshot).helplines:
            if line.id == identity:
                return line
        raise HelplineNotFound("No helpline has this id. /v1/helplines lists them all.")

    def place(self, typed: str, country: str) -> Place:
        """Return the place of a postcode. Raises PlaceRefused."""
        return self._neighbours.resolve(self.snapshot.gazetteer, typed, country)

    def places(
        self, prefix: str, country: str, limit: int, snapshot: Snapshot | None = None
    ) -> Sequence[Place]:
        """Return places whose code or name begins with the text. Raises CountryUnsupported."""
        gazetteer = (snapshot or self.snapshot).gazetteer
        return self._neighbours.begins_with(gazetteer, prefix, country, limit)

    def neighbours(self, snapshot: Snapshot | None = None) -> tuple[str, ...]:
        """Return the countries (ISO 3166-1) of which the directory knows the postcodes near the
        border.
        """
        return self._neighbours.countries((snapshot or self.snapshot).gazetteer)

    def written_abroad(self, typed: str, country: str) -> str:
        """Return what a refused text asks for in a neighbour; see Neighbours.written_abroad."""
        return self._neighbours.written_abroad(typed, country, self.country)

    def postcode_table(self, country: str, snapshot: Snapshot | None = None) -> PostcodeTable:
        """Return the postcodes of a country with every name of a place: of a country of the
        directory, or of a neighbour near the border. Raises BundleNotFound for another country.
        """
        snapshot = snapshot or self.snapshot
        gazetteer, neighbours = snapshot.gazetteer, self.neighbours(snapshot)
        if country not in {*gazetteer.sizes, *neighbours}:
            raise BundleNotFound(
                "There are no postcodes of this country: it is neither one of the directory's "
                "countries nor a neighbour of one.",
                suggestions=_fetch(
                    "the postcodes of {}.", _POSTCODES, *gazetteer.sizes, *neighbours
                ),
            )
        return PostcodeTable(
            country,
            self._neighbours.places(gazetteer, country),
            self._neighbours.attributions if country in neighbours else snapshot.attributions,
        )

    def helplines(
        self, country: str | None = None, snapshot: Snapshot | None = None
    ) -> tuple[Helpline, ...]:
        """Return the helplines, of one country if given, in the order to try them."""
        lines = (snapshot or self.snapshot).helplines
        return tuple(line for line in lines if country is None or country in line.countries)

    @property
    def always_helplines(self) -> tuple[Helpline, ...]:
        """The helplines; those of the seed data before the first load, since errors must contain
        them too.
        """
        return self.snapshot.helplines if self.ready else self._shipped_helplines

    def languages(self, snapshot: Snapshot | None = None) -> dict[str, int]:
        """Return how many centres speak each language (BCP 47)."""
        return dict(sorted((snapshot or self.snapshot).index.counts("language").items()))

    def services(self, snapshot: Snapshot | None = None) -> dict[str, int]:
        """Return how many centres offer each service."""
        return dict(sorted((snapshot or self.snapshot).index.counts("service").items()))

    def freshness(self, today: date) -> dict[str, int]:
        """Return how many centres that are not permanently closed are unverified, fresh, due or
        stale.
        """
        counts = dict.fromkeys(FRESHNESS, 0)
        for centre in self.snapshot.listed.published:
            counts[freshness(centre.verified, today, self.fresh_days)] += 1
        return counts

    def about(self) -> About:
        """Return a summary of the directory at this revision."""
        snapshot = self.snapshot
        return About(
            revision=snapshot.revision,
            link=snapshot.link,
            header=snapshot.header,
            centres=len(snapshot.listed),
            countries=tuple(sorted(snapshot.covered)),
            postcodes=snapshot.gazetteer.sizes,
            helplines=snapshot.helplines,
            attributions=snapshot.attributions,
        )

    def bundle(self, country: str, now: datetime, snapshot: Snapshot | None = None) -> Bundle:
        """Return the data that a device needs to find the closest centre to a postcode of a country
        offline. The content is constant for a revision and day (UTC).

        Raises BundleNotFound for a country without postcodes.
        """
        snapshot = snapshot or self.snapshot
        places = snapshot.gazetteer.places(country)
        if not places:
            is_near = country in self.neighbours(snapshot)
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
            timetable=Timetable(_midnight(now), HOURS_DAYS),
            fresh_days=self.fresh_days,
            # A country may have postcodes before it has helplines; it then gets all helplines, as
            # in a nearest answer.
            helplines=tuple(line for line in snapshot.helplines if country in line.countries)
            or snapshot.helplines,
            places=places,
            neighbours=self.neighbours(snapshot),
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
            helplines=snapshot.helplines,
            covered=tuple(sorted(snapshot.covered)),
            timetable=Timetable(_midnight(now), HOURS_DAYS),
            fresh_days=self.fresh_days,
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

    def _from_text(
        self, typed: Postcode, gazetteer: Gazetteer, search: Callable[[Origin], Outcome]
    ) -> Outcome:
        """Return the answer to a search from a postcode or from the name of a town.

        A town with several postcodes is answered as its middle if each of them has the same closest
        centre, and so have all places for which its name may be short; it is certain if it is so
        from each of its postcodes. Otherwise the postcodes are suggestions of the PlaceRefused that
        is raised.
        """
        text, country, neighbours = typed.text, typed.country, self._neighbours
        is_assumed = typed.is_country_assumed
        exact = gazetteer.codes.get(country, _NO_CODES).get(text)
        if exact is not None:
            writing = neighbours.writing(gazetteer, exact) if is_assumed else ()
            return search(Origin.of_place(exact, writing))
        place_alone = neighbours.without_country(gazetteer, text, country)
        if place_alone != text:
            # The user named the country after the place.
            text, is_assumed = place_alone, False
        try:
            place = neighbours.resolve(gazetteer, text, country)
        except (PostcodeMalformed, PostcodeUnknown) as refused:
            abroad = neighbours.also_called(gazetteer, text) if is_assumed else ()
            town = neighbours.town(gazetteer, text, country)
            outcome = self._from_town(town, abroad, search) if town else None
            if outcome is None:
                is_first = bool(abroad) and neighbours.is_only_abroad(gazetteer, text, country)
                raise _with_countries(refused, abroad, is_first=is_first) from None
            return outcome
        is_assumed = is_assumed and place.country == country
        also_in = neighbours.also_in(gazetteer, text, place) if is_assumed else ()
        return search(Origin.of_place(place, also_in))

    @staticmethod
    def _from_town(
        town: Town, also_in: tuple[str, ...], search: Callable[[Origin], Outcome]
    ) -> Outcome | None:
        """Return the answer for a town; None if its postcodes need different answers."""
        answers = {place.code: search(Origin.of_place(place)) for place in town.places}
        others = (search(Origin.of_place(place)) for place in town.namesakes)
        if len({each.first_outcome for each in chain(answers.values(), others)}) > 1:
            return None
        origin = Origin.of_town(town, also_in)
        if len({answer.outcome for answer in answers.values()}) == 1:
            return answers[town.middle.code]._replace(origin=origin)
        # Uncertain: a postcode from which it is uncertain is within the town's accuracy.
        return search(origin)

    @cached_property
    def _shipped_helplines(self) -> tuple[Helpline, ...]:
        return tuple(map(Helpline.from_record, read_json(self._shipped_records)["helplines"]))


def _fetch(what: str, path: str, *countries: str) -> list[Suggestion]:
    """Suggest to fetch something of each country."""
    return [
        Suggestion(f"Fetch {what.format(country)}", country=country, href=f"{path}{country}")
        for country in countries
    ]


def _with_countries(
    refused: PlaceRefused, countries: Iterable[str], *, is_first: bool
) -> PlaceRefused:
    """Return the refusal of a name with the countries that have such a place, too, before or after
    its suggestions.
    """
    hints = [name_of_country(rule_for(country)) for country in countries]
    own = refused.suggestions
    return type(refused)(refused.detail, suggestions=[*hints, *own] if is_first else [*own, *hints])


def _midnight(moment: datetime) -> datetime:
    """The beginning of the day (UTC)."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
