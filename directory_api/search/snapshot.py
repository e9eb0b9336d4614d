"""The whole directory at one revision, in memory. Immutable; a new revision is a new snapshot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from orjson import loads

from directory_api.change.change import Contents
from directory_api.change.named_addresses import cited, hidden_sources, without_sources
from directory_api.change.public_history import (
    PublicChange,
    PublicHistory,
    RevisionLinks,
    news,
)
from directory_api.hours.timetable import HoursKey
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Area, Point, chord_m
from directory_api.place.outlines import outline_of
from directory_api.place.whereabouts import Whereabouts
from directory_api.record.published import PublishedCentre, published, publisher
from directory_api.record.records import Centre, Helpline, Record, in_dialling_order
from directory_api.search.centre_index import CentreIndex
from directory_api.search.query import (
    NEAREST_MOST,
    NO_FILTERS,
    CentresPage,
    Filters,
    Hit,
    NearestAnswer,
    NearestQuery,
    Origin,
    Preferred,
)
from directory_api.store.state import StoredDirectory
from directory_api.text.errors import CentreNotFound, Suggestion, in_lower_case

NO_PAST = PublicHistory()
NO_LINKS = RevisionLinks()
# The kinds of records that a snapshot has besides centres.
_OTHER_KINDS = frozenset({"directory", "helpline", "boundary", "table"})
# A point outside the coverage, but nearer to its swapped form than this, may be correct.
_FAR_M = 500_000
_MOST_LATITUDE = 90
# What a distance may differ from itself, measured in another way.
MILLIMETRE = 0.001


class Snapshot:
    """Redacted centres, helplines, postcodes and boundaries at one revision."""

    def __init__(
        self,
        revision: int,
        contents: Contents,
        gazetteer: Gazetteer,
        written: Mapping[tuple[str, str], int] = MappingProxyType({}),
        past: PublicHistory = NO_PAST,
        links: RevisionLinks = NO_LINKS,
        *,
        is_published: bool = False,
    ) -> None:
        centres = map(Centre.from_record, contents.get("centre", {}).values())
        self._hidden_sources = {} if is_published else _hidden_sources(contents)
        # Of the stored texts of centres, by id.
        self._digests: Mapping[str, str] = {}
        self._fill(
            revision,
            {kind: contents[kind] for kind in _OTHER_KINDS if kind in contents},
            gazetteer,
            written,
            past,
            links,
            CentreIndex(
                PublishedCentre(each if is_published else published(each, gazetteer))
                for each in centres
            ),
        )

    @classmethod
    def of_store(cls, stored: StoredDirectory, previous: "Snapshot | None" = None) -> Self:
        """Return the snapshot of what a store holds. It shares with a previous one the centres that
        have the same text and the same postcodes.
        """
        gazetteer = stored.postcodes.gazetteer
        # New postcodes may change what is public of any centre.
        base = previous if previous and previous.gazetteer is gazetteer else None
        small: dict[str, dict[str, Record]] = {}
        digests: dict[str, str] = {}
        hidden: dict[str, frozenset[str]] = {}
        centres: list[PublishedCentre] = []
        for kind, identity, text, digest, _ in stored.records:
            if kind in _OTHER_KINDS:
                small.setdefault(kind, {})[identity] = loads(text)
            if kind != "centre":
                continue
            digests[identity] = digest
            if base and base._digests.get(identity) == digest:
                sources = base._hidden_sources.get(identity)
                centres.append(base.index.by_id[identity])
            else:
                record = loads(text)
                sources = hidden_sources(record)
                centres.append(PublishedCentre(published(Centre.from_record(record), gazetteer)))
            if sources:
                hidden[identity] = sources
        snapshot = cls.__new__(cls)
        snapshot._hidden_sources = hidden
        snapshot._digests = digests
        snapshot._fill(
            stored.revision,
            small,
            gazetteer,
            {(each.kind, each.id): each.revision for each in stored.records},
            stored.past,
            stored.links,
            CentreIndex(centres),
            previous,
        )
        return snapshot

    def _fill(
        self,
        revision: int,
        small: Contents,
        gazetteer: Gazetteer,
        written: Mapping[tuple[str, str], int],
        past: PublicHistory,
        links: RevisionLinks,
        index: CentreIndex,
        previous: "Snapshot | None" = None,
    ) -> None:
        self.revision = revision
        self.links = links
        self.store = past.store
        # Without it the times of changes are not known.
        self.has_history = past.is_intact
        # The revision that last wrote each record, by kind and id.
        self.written = written
        # Every record that is no centre, by kind and id.
        self.small = small
        self.gazetteer = gazetteer
        self.helplines = tuple(
            Helpline.from_record(record).published()
            for record in in_dialling_order(small.get("helpline", {}).values())
        )
        self._use(index)
        # What is public of the header.
        self.header: Mapping[str, Any] = without_sources(
            small["directory"]["directory"], self._only_hidden()
        )
        # The sources that can be linked, by id.
        self.sources: Mapping[str, Mapping[str, str]] = {
            each["id"]: each for each in self.header.get("sources", ()) if "url" in each
        }
        attributions = (
            attribution
            for _, table in sorted(small.get("table", {}).items())
            for attribution in table["attributions"]
        )
        # Several tables may have the same source.
        self.attributions = tuple({tuple(each.items()): each for each in attributions}.values())
        self.areas: Mapping[str, Area] = {
            country: previous.areas[country]
            if previous and previous._has_boundary(country, record)
            else Area.from_geojson(record)
            for country, record in small.get("boundary", {}).items()
        }
        outlines = (outline_of(country, area) for country, area in sorted(self.areas.items()))
        # Exact ones decide where they certainly have a position.
        self.outlines = tuple(sorted(outlines, key=lambda outline: not outline.is_exact))
        self.whereabouts: Whereabouts = (
            previous.whereabouts
            if previous and previous.outlines == self.outlines
            else Whereabouts(self.outlines)
        )
        self.news: tuple[PublicChange, ...] = tuple(news(past, publisher(self.gazetteer)))
        # The last public change of each record, by kind and id.
        self.last = past.last

    def _only_hidden(self) -> frozenset[str]:
        """Return the sources that only what is not public of an address cites."""
        hidden = frozenset[str]().union(*self._hidden_sources.values())
        for line in self.helplines if hidden else ():
            hidden -= cited(line.to_record())
        # Few centres have one of these words; reading each would take half a second at 10,000.
        words = [f'"{source}"'.encode() for source in hidden]
        for each in self.index.all if hidden else ():
            if any(word in each.json for word in words):
                hidden -= cited(loads(each.json))
        return hidden

    def _use(self, index: CentreIndex) -> None:
        self.index = index
        self.centres = tuple(each.centre for each in index.all)
        self.listed = tuple(each.centre for each in index.listed)
        self.by_id: Mapping[str, Centre] = {each.id: each for each in self.centres}
        self.covered = index.covered

    def at(self, moment: datetime) -> "Snapshot":
        """Return the snapshot with the temporary values that hold at a moment (UTC) in the place
        of the permanent ones; itself if none hold.
        """
        centres = (each.centre.at(moment) for each in self.index.temporary)
        changed = {each.id: PublishedCentre(each) for each in centres if each.permanent}
        if not changed:
            return self
        snapshot = copy(self)
        snapshot._use(CentreIndex(changed.get(each.id, each) for each in self.index.all))
        return snapshot

    @property
    def switches(self) -> Iterator[datetime]:
        """Yield the moments (UTC) at which `at` returns another snapshot."""
        for each in self.index.temporary:
            yield from each.centre.switches

    def _has_boundary(self, country: str, record: Record) -> bool:
        """Return whether this is the boundary of a country. The next snapshot uses an equal one
        again, with what searches have prepared in it.
        """
        return country in self.areas and self.small["boundary"][country] == record

    def changed_at(self, kind: str, identity: str) -> datetime | None:
        """Return the time (UTC) of the last change of a record's public form, if it is known."""
        last = self.last.get((kind, identity))
        return last.at if last else None

    @property
    def link(self) -> str:
        """The public link of the revision."""
        return self.links.link(self.revision)

    def version(self, kind: str, identity: str) -> str:
        """Return the revision that last wrote a record, with its link."""
        return self.links.version(self.written[kind, identity])

    def all_hours(self) -> Iterator[HoursKey]:
        """Yield the opening hours of the active centres, each once."""
        return self.index.hours()

    def centre(self, identity: str) -> PublishedCentre:
        """Return one centre, also a closed one. Raises CentreNotFound."""
        try:
            return self.index.by_id[identity]
        except KeyError:
            meant = in_lower_case(identity, self.index.by_id, "/v1/centres/")
            raise CentreNotFound(
                "No centre has this id.",
                suggestions=[
                    *meant,
                    Suggestion("This address lists them all.", href="/v1/centres"),
                ],
            ) from None

    def page(
        self, filters: Filters, words: str | None, after: str | None, limit: int
    ) -> CentresPage:
        """Return one page of the centres that are not permanently closed, ordered by id."""
        total, page, has_more = self.index.page(filters, words, after, limit)
        unknown = filters.with_unknown_hours()
        return CentresPage(
            revision=self.revision,
            total=total,
            centres=tuple(page),
            after=page[-1].id if has_more else None,
            hours_unknown=len(self.index.search(unknown, words)) if unknown else None,
            open_at=filters.open_at,
        )

    def countries_without_emergency_number(self) -> list[str]:
        """Return the covered countries (ISO 3166-1) for which no emergency number is listed.

        A directory without centres needs at least one number, too.
        """
        answered = {
            country
            for line in self.helplines
            if line.kind == "emergency" and line.number
            for country in line.countries
        }
        lacking = sorted(self.covered - answered)
        return lacking if answered or lacking else ["any country"]

    def nearest(self, query: NearestQuery, origin: Origin) -> NearestAnswer:
        """Return the nearest active centres to the origin.

        Includes the first other centre that may be closer than the first one, whatever the limit.
        Names the closest centre, too, if the filters or the maximum distance leave it out, and the
        temporarily closed ones that would be among the nearest if they were open.
        """
        filters, limit, most = query.filters, query.limit, query.max_distance_m
        hits = self.index.nearest(origin.point, filters, max(limit, 2), most)
        rival = self._rival(hits, filters, origin) if hits else None
        certain = rival is None
        if rival is None:
            hits = hits[:limit]
        elif most is not None and rival.distance_m > most:
            rival = None
        elif rival not in hits:
            reach = rival.distance_m + MILLIMETRE
            hits = self.index.nearest(origin.point, filters, NEAREST_MOST, reach)
            rival = next((hit for hit in hits if hit.published is rival.published), None)
        outside = not self.covers(origin)
        filtered = self.index.filtered(filters)
        is_filtered = filtered.passing is not None
        shown = tuple(hits)
        return NearestAnswer(
            revision=self.revision,
            origin=origin,
            countries=self.countries_of(origin),
            certain=certain,
            rival=rival,
            outside_coverage=outside,
            hits=shown,
            responsible=tuple(self.index.covering(origin.codes, filters)) if origin.place else (),
            hours_unknown=filtered.hours_unknown,
            open_at=filters.open_at,
            swapped=outside and _could_be_swapped(origin, self.covers_near),
            left_out=MappingProxyType(filtered.left_out) if is_filtered else None,
            closest=self._closest(origin, shown) if is_filtered or not shown else None,
            preferred=self.preferred(query, origin, shown) if query.prefer_languages else None,
            temporarily_closed=self._closed(query, origin, shown),
        )

    def _rival(self, hits: Sequence[Hit], filters: Filters, origin: Origin) -> Hit | None:
        """Return the nearest centre that may be closer than the first of some hits, which are the
        nearest that pass the filters; None if that is certainly the closest.

        A person within `accuracy_m` of the origin is at most that much nearer to one centre and
        farther from the other (triangle inequality), so a gap of more than twice the accuracy and
        the blurs of both centres cannot close.
        """
        first = hits[0]
        gap = first.distance_m + 2 * origin.accuracy_m + first.published.blur_m
        for hit in hits[1:]:
            if hit.distance_m <= gap + hit.published.blur_m:
                return hit
        # Any other centre is at least as far as the last of them.
        least = hits[-1].distance_m - gap
        rivals = [
            hit
            for blur in self.index.blurs
            if blur >= least
            for hit in self.index.nearest(origin.point, filters, 2, gap + blur, blur_m=blur)
            if hit.published is not first.published
        ]
        return min(rivals, key=lambda hit: (hit.distance_m, hit.published.id), default=None)

    def _closed(
        self, query: NearestQuery, origin: Origin, hits: tuple[Hit, ...]
    ) -> tuple[Hit, ...]:
        """Return the temporarily closed centres that are no farther than the last hit; with fewer
        hits than the limit, those within the maximum distance.
        """
        is_full = len(hits) >= query.limit
        reach = hits[-1].distance_m + MILLIMETRE if is_full else query.max_distance_m
        return tuple(self.index.nearest_closed(origin.point, query.filters, query.limit, reach))

    def _closest(self, origin: Origin, hits: tuple[Hit, ...]) -> Hit | None:
        """Return the closest centre of all, unless it is the first hit."""
        closest = self.index.nearest(origin.point, NO_FILTERS, 1, None)
        is_first = [hit.published for hit in hits[:1]] == [hit.published for hit in closest]
        return None if is_first else closest[0]

    def preferred(
        self, query: NearestQuery, origin: Origin, hits: tuple[Hit, ...]
    ) -> Preferred | None:
        """Return the closest centre that passes the filters and speaks a preferred language.

        `hits` are the answer to the query.
        """
        wanted = query.prefer_languages
        speakers = self.index.speakers(wanted)

        def spoken(hit: Hit) -> str:
            """Return the first of the languages that a centre speaks; empty if it speaks none."""
            pairs = zip(wanted, speakers, strict=True)
            return next((tag for tag, centres in pairs if hit.published in centres), "")

        for rank, hit in enumerate(hits, 1):
            language = spoken(hit)
            if language:
                return Preferred(hit, language, rank)
        farther = self.index.nearest(
            origin.point, query.filters, 1, query.max_distance_m, speaking=wanted
        )
        for hit in farther:
            return Preferred(hit, spoken(hit), None)
        return None

    def covers(self, origin: Origin) -> bool:
        """Return whether a place may be in a covered country."""
        return not self.covered.isdisjoint(self.countries_of(origin))

    def countries_of(self, origin: Origin) -> tuple[str, ...]:
        """Return the country of a postcode, or the countries with a boundary in which a position
        may be.
        """
        if origin.place:
            return (origin.place.country,)
        return self.whereabouts.countries_at(origin.point, origin.accuracy_m)

    def covers_near(self, point: Point) -> bool:
        """Return whether a position may be in a covered country."""
        return not self.covered.isdisjoint(self.whereabouts.countries_at(point))


def _could_be_swapped(origin: Origin, covers: Callable[[Point], bool]) -> bool:
    """Whether the exchanged coordinates would be inside the coverage, and far from those sent."""
    point = origin.point
    if origin.place or abs(point.lon) > _MOST_LATITUDE:
        return False
    other = Point(point.lon, point.lat)
    return covers(other) and chord_m(point, other) > _FAR_M


def _hidden_sources(contents: Contents) -> dict[str, frozenset[str]]:
    """Return what `hidden_sources` returns of each centre that has any, by id."""
    found = {key: hidden_sources(each) for key, each in contents.get("centre", {}).items()}
    return {key: sources for key, sources in found.items() if sources}
