"""All read operations: resolve the place, query the snapshot."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import Generic, TypeVar

from directory_api.files.files import read_json
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.place.neighbours import Neighbours, Places
from directory_api.place.postcode import Place, Town, rule_for
from directory_api.place.refusals import name_of_country
from directory_api.record.helplines import Helplines, PlaceHelplines, country_of_emergency_line
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Helpline, freshness, in_dialling_order
from directory_api.record.vocabulary import FRESHNESS
from directory_api.search.query import (
    About,
    CentresPage,
    Coordinate,
    Filters,
    Hit,
    NearestAnswer,
    NearestQuery,
    Origin,
    Postcode,
    Serving,
)
from directory_api.search.snapshot import Snapshot
from directory_api.text.errors import (
    CentreNotFound,
    HelplineNotFound,
    PlaceRefused,
    PostcodeMalformed,
    PostcodeUnknown,
    Suggestion,
)

# Answers to a search from a place.
Outcome = TypeVar("Outcome", NearestAnswer, Serving)
_COUNTRY = re.compile("[A-Z]{2}", re.ASCII)


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
        self._kept_helplines: tuple[Snapshot, Helplines] | None = None

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
            answer = snapshot.nearest(query, Origin.of_coordinate(query.place))
            if answer.countries:
                return answer
            return answer._replace(countries=self.countries_of(answer.origin, snapshot))

        def closest(origin: Origin, reach_m: float | None) -> NearestAnswer:
            return snapshot.nearest(query._replace(limit=1, max_distance_m=reach_m), origin)

        search = _Search(partial(snapshot.nearest, query), closest, query.max_distance_m)
        with _refused_in(query.place.country):
            return self._from_text(query.place, self.places_of(snapshot), search)

    def countries_of(self, origin: Origin, snapshot: Snapshot) -> tuple[str, ...]:
        """Return the countries (ISO 3166-1) in which a place may be; none if that is not known.

        A point outside the boundaries of the covered countries may be in a neighbour with a
        postcode near it, and within their tolerance in the covered country, too.
        """
        country = snapshot.country_of(origin)
        if country is not None:
            return (country,)
        point = origin.point
        abroad = self.places_of(snapshot).countries_at(point)
        return (*snapshot.countries_near(point), *abroad)

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

        def search(origin: Origin, limit: int, reach_m: float | None) -> Serving:
            total, hits = snapshot.serving(origin, admit, limit, reach_m)
            return Serving(origin, total, tuple(hits))

        def every(origin: Origin) -> Serving:
            return search(origin, limit, reach_m)

        def closest(origin: Origin, reach_m: float | None) -> Serving:
            return search(origin, 1, reach_m)

        if isinstance(place, Coordinate):
            return every(Origin.of_coordinate(place))
        with _refused_in(place.country):
            return self._from_text(
                place, self.places_of(snapshot), _Search(every, closest, reach_m)
            )

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
        """Return one helpline, also the emergency number of a country that has no record of it.
        Raises HelplineNotFound.
        """
        helplines = self._helplines(snapshot or self.snapshot)
        country = country_of_emergency_line(identity)
        for line in helplines.lines if country is None else helplines.of(country)[:1]:
            if line.id == identity:
                return line
        raise HelplineNotFound("No helpline has this id. /v1/helplines lists them all.")

    def place(self, typed: str, country: str) -> Place:
        """Return the place of a postcode. Raises PlaceRefused."""
        with _refused_in(country):
            return self.places_of(self.snapshot).resolve(typed, country)

    def places(
        self, prefix: str, country: str, limit: int, snapshot: Snapshot | None = None
    ) -> Sequence[Place]:
        """Return places whose code or name begins with the text. Raises CountryUnsupported."""
        known = self.places_of(snapshot or self.snapshot)
        with _refused_in(country):
            return known.begins_with(prefix, country, limit)

    def neighbours(self, snapshot: Snapshot | None = None) -> tuple[str, ...]:
        """Return the countries (ISO 3166-1) of which the directory knows the postcodes near the
        border.
        """
        return self.places_of(snapshot or self.snapshot).countries()

    def written_abroad(self, typed: str, country: str) -> str:
        """Return what a refused text asks for in a neighbour; see Neighbours.written_abroad."""
        return self._neighbours.written_abroad(typed, country, self.country)

    def helplines(
        self, country: str | None = None, snapshot: Snapshot | None = None
    ) -> tuple[Helpline, ...]:
        """Return the helplines of a country, in the order to try them; without one, all, first
        those of the directory's own country. There is always an emergency number.
        """
        helplines = self._helplines(snapshot or self.snapshot)
        if country is not None:
            return helplines.of(country)
        own = helplines.of(self.country)
        listed = {line.id for line in own}
        return (*own, *(line for line in helplines.lines if line.id not in listed))

    def _helplines(self, snapshot: Snapshot) -> Helplines:
        kept = self._kept_helplines
        if kept is None or kept[0] is not snapshot:
            helplines = Helplines(snapshot.helplines, self.country, snapshot.covered)
            kept = self._kept_helplines = snapshot, helplines
        return kept[1]

    def helplines_of(
        self, origin: Origin, hits: Iterable[Hit], snapshot: Snapshot
    ) -> PlaceHelplines:
        """Return the helplines for a place whose answer has some centres."""
        beside = {hit.published.hours.country for hit in hits}
        return self._helplines(snapshot).at(
            self.countries_of(origin, snapshot),
            () if snapshot.covers(origin) else tuple(sorted(beside)),
        )

    def always_helplines(self, countries: tuple[str, ...] = ()) -> PlaceHelplines:
        """Return the helplines for a place in one of some countries; without any, those of the
        directory's own. Before the first load those of the seed data, since errors must contain
        them too: an operator in another country shows no number of this one.
        """
        helplines = self._helplines(self.snapshot) if self.ready else self._shipped_helplines
        if not countries:
            return helplines.here
        return helplines.at(countries, () if self.country in countries else (self.country,))

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
            helplines=self._helplines(snapshot).here.all,
            helpline_count=len(snapshot.helplines),
            attributions=snapshot.attributions,
        )

    def helplines_everywhere(self, snapshot: Snapshot) -> tuple[Helpline, ...]:
        """Return all helplines, with an emergency number of each country in which places are
        known: those that are covered, those with postcodes and their neighbours.
        """
        places = {*snapshot.gazetteer.sizes, *self.neighbours(snapshot)}
        return self._helplines(snapshot).every(snapshot.covered | places)

    def places_of(self, snapshot: Snapshot) -> Places:
        """Return the places that a snapshot knows: its own, and those of the neighbours."""
        return self._neighbours.beside(snapshot.gazetteer)

    def _from_text(self, typed: Postcode, places: Places, search: "_Search[Outcome]") -> Outcome:
        """Return the answer to a search from a postcode or from the name of a town.

        A town with several postcodes is answered as its middle if each of them has the same closest
        centre, and so have all places for which its name may be short; it is certain if it is so
        from each of its postcodes. Otherwise the postcodes are suggestions of the PlaceRefused that
        is raised.
        """
        text, country = typed.text, typed.country
        is_assumed = typed.is_country_assumed
        exact = places.exact(text, country)
        if exact is not None:
            writing = places.writing(exact) if is_assumed else ()
            return search.every(Origin.of_place(exact, writing))
        place_alone = places.without_country(text, country)
        if place_alone != text:
            # The user named the country after the place.
            text, is_assumed = place_alone, False

        def by_name() -> Outcome | None:
            town = places.town(text, country)
            return _from_town(town, abroad(), search) if town else None

        def abroad() -> tuple[str, ...]:
            return places.also_called(text, country) if is_assumed else ()

        # The refusal of a postcode has suggestions, which a name that is understood does not need.
        is_name = places.is_no_postcode(text, country)
        outcome = by_name() if is_name else None
        if outcome is not None:
            return outcome
        try:
            place = places.resolve(text, country)
        except (PostcodeMalformed, PostcodeUnknown) as refused:
            outcome = None if is_name else by_name()
            if outcome is None:
                others = abroad()
                is_first = bool(others) and places.is_only_abroad(text, country)
                raise _with_countries(refused, others, is_first=is_first) from None
            return outcome
        is_assumed = is_assumed and place.country == country
        also_in = places.also_in(text, place) if is_assumed else ()
        return search.every(Origin.of_place(place, also_in))

    @cached_property
    def _shipped_helplines(self) -> Helplines:
        records = in_dialling_order(read_json(self._shipped_records)["helplines"])
        lines = [Helpline.from_record(record).published() for record in records]
        return Helplines(lines, self.country)


@contextmanager
def _refused_in(country: str) -> Iterator[None]:
    """Add a country to the refusals of a place for which no other is known.

    What is no code of a country is not repeated in the answer: it may be anything.
    """
    try:
        yield
    except PlaceRefused as refused:
        if not refused.countries and _COUNTRY.fullmatch(country):
            refused.countries = (country,)
        raise


@dataclass(frozen=True, slots=True)
class _Search(Generic[Outcome]):
    """A search from any origin: for every centre, and for the closest one within some metres.

    `reach_m` is how far the centres are at most; None without a limit.
    """

    every: Callable[[Origin], Outcome]
    closest: Callable[[Origin, float | None], Outcome]
    reach_m: float | None


def _from_town(town: Town, also_in: tuple[str, ...], search: _Search[Outcome]) -> Outcome | None:
    """Return the answer for a town; None if people in it may need different answers."""
    origin, reach, answers = Origin.of_town(town, also_in), search.reach_m, list[Outcome]()
    # One after the other: most towns that need different answers show it soon.
    for place in chain(town.edge, town.edge_of_namesakes):
        answers.append(search.closest(Origin.of_place(place), reach))
        if answers[-1].outcome != answers[0].outcome:
            return None
    if reach is not None and len(town.places) > 1:
        # Whether a centre is within reach of the whole town does not follow from its edge.
        least, most = max(0.0, reach - town.accuracy_m), reach + town.accuracy_m
        if search.closest(origin, least).outcome != search.closest(origin, most).outcome:
            return None
    if all(answer.certain for answer in answers[: len(town.edge)]):
        return search.every(Origin.of_place(town.middle))._replace(origin=origin)
    # Uncertain: a postcode from which it is uncertain is within the town's accuracy.
    return search.every(origin)


def _with_countries(
    refused: PlaceRefused, countries: Iterable[str], *, is_first: bool
) -> PlaceRefused:
    """Return the refusal of a name with the countries that have such a place, too, before or after
    its suggestions.
    """
    hints = [name_of_country(rule_for(country)) for country in countries]
    own = refused.suggestions
    suggestions = [*hints, *own] if is_first else [*own, *hints]
    return type(refused)(refused.detail, suggestions=suggestions, countries=refused.countries)
