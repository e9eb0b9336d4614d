"""The whole directory at one revision, in memory. Immutable; a new revision is a new snapshot."""

import math
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from copy import copy
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any

from orjson import loads

from directory_api.change.change import Contents
from directory_api.change.named_addresses import cited, hidden_sources, without_sources
from directory_api.change.public_history import (
    PublicChange,
    PublicHistory,
    RevisionLinks,
    news,
)
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Area
from directory_api.place.outlines import outline_of
from directory_api.record.published import PublishedCentre, published, publisher
from directory_api.record.record_value import Record
from directory_api.record.records import Centre, Helpline, in_dialling_order
from directory_api.search.centre_index import CentreIndex
from directory_api.search.query import (
    CLOSEST,
    MAYBE_CLOSEST,
    NEAR,
    NEAREST_MOST,
    NO_FILTERS,
    RESPONSIBLE,
    SPEAKS,
    TEMPORARILY_CLOSED,
    CentresPage,
    Filters,
    NearestAnswer,
    NearestQuery,
    Origin,
    Result,
)
from directory_api.text.errors import CentreNotFound, Suggestion, in_lower_case

NO_HISTORY = PublicHistory()
NO_LINKS = RevisionLinks()
# The kinds of records that a snapshot has besides centres.
_OTHER_KINDS = frozenset({"directory", "helpline", "boundary", "table"})
# What a distance may differ from itself, measured in another way.
_MILLIMETRE = 0.001


class Snapshot:
    """Redacted centres, helplines, postcodes and boundaries at one revision."""

    def __init__(
        self,
        revision: int,
        contents: Contents,
        gazetteer: Gazetteer,
        written: Mapping[tuple[str, str], int] = MappingProxyType({}),
        history: PublicHistory = NO_HISTORY,
        links: RevisionLinks = NO_LINKS,
        *,
        digests: Mapping[tuple[str, str], str] = MappingProxyType({}),
        previous: "Snapshot | None" = None,
        is_published: bool = False,
    ) -> None:
        """`contents` are all records; with `is_published`, in their public form.

        The snapshot shares with a previous one what is the same. New postcodes may change what is
        public of any centre.
        """
        base = previous if previous and previous.gazetteer is gazetteer else None
        self.revision = revision
        self.links = links
        self.store = history.store
        # Without it the times of changes are not known.
        self.has_history = history.is_intact
        # The revision that last wrote each record, by kind and id.
        self.written = written
        # Every record that is no centre, by kind and id.
        small = {kind: contents[kind] for kind in _OTHER_KINDS if kind in contents}
        self.small: Contents = small
        self.gazetteer: Gazetteer = gazetteer
        lines = small.get("helpline", {})
        self.helplines: tuple[Helpline, ...] = (
            previous.helplines
            if previous and previous.small.get("helpline", {}) == lines
            else tuple(
                Helpline.from_record(record).published()
                for record in in_dialling_order(lines.values())
            )
        )
        # Of their records, by kind and id.
        self._digests = digests
        centres = []
        for identity, record in contents.get("centre", {}).items():
            digest = digests.get(("centre", identity))
            if base and digest and digest == base._digests.get(("centre", identity)):
                centres.append(base.index.by_id[identity])
            elif is_published:
                centres.append(PublishedCentre(Centre.from_record(record)))
            else:
                centre = published(Centre.from_record(record), gazetteer)
                centres.append(PublishedCentre(centre, hidden_sources(record)))
        self._use(CentreIndex(centres, previous.index if previous else None))
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
        self.news: tuple[PublicChange, ...] = tuple(
            news(history, publisher(gazetteer), base.news if base else ())
        )
        # The last public change of each record, by kind and id.
        self.last = history.last

    def _only_hidden(self) -> frozenset[str]:
        """Return the sources that only what is not public of an address cites."""
        hidden = frozenset[str]().union(*(each.hidden_sources for each in self.index.all))
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

    def effective_at(self, moment: datetime) -> "Snapshot":
        """Return the snapshot with the temporary values that hold at a moment (UTC) in the place
        of the permanent ones; itself if none hold.
        """
        centres = (each.centre.effective_at(moment) for each in self.index.temporary)
        changed = {each.id: PublishedCentre(each) for each in centres if each.permanent}
        if not changed:
            return self
        snapshot = copy(self)
        now = (changed.get(each.id, each) for each in self.index.all)
        snapshot._use(CentreIndex(now, self.index))
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
    def licence(self) -> str:
        """The name of the licence of the data; empty if the header has none."""
        return str(self.header.get("licence", {}).get("name", ""))

    @property
    def revision_hash(self) -> str:
        """The public hash of the revision."""
        return self.links.link(self.revision)

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
        with_number = {
            country
            for line in self.helplines
            if line.kind == "emergency" and line.number
            for country in line.countries
        }
        lacking = sorted(self.covered - with_number)
        return lacking if with_number or lacking else ["any country"]

    def nearest(self, query: NearestQuery, origin: Origin) -> NearestAnswer:
        """Return what has to be shown to a person at the origin."""
        index, filters, limit = self.index, query.filters, query.limit
        filtered = index.filtered(filters)
        near, closest = self._nearest(origin, NO_FILTERS, limit)
        reason = (CLOSEST,) if len(closest) == 1 else (MAYBE_CLOSEST,)
        found = {hit.published: hit for hit in closest}
        why: dict[PublishedCentre, tuple[str, ...]] = dict.fromkeys(found, reason)

        def show(hits: Iterable[Result], reason: str) -> None:
            for hit in hits:
                found.setdefault(hit.published, hit)
                why[hit.published] = (*why.get(hit.published, ()), reason)

        if filtered.passing is not None:
            near, first = self._nearest(origin, filters, limit)
            near += [each for each in first if each not in near]
        show([each for each in near if each.published not in why], NEAR)
        if origin.place and (responsible := index.covering(origin.codes)):
            if filtered.passing is not None:
                responsible &= filtered.passing
            # Nearly always these have been found.
            if len(responsible) <= NEAREST_MOST:
                show([found[each] for each in found if each in responsible], RESPONSIBLE)
                responsible -= found.keys()
            show(self._nearest_among(origin, responsible), RESPONSIBLE)
        if query.prefer_speaks:
            speakers = {tag: index.speakers(tag) for tag in query.prefer_speaks}
            speaking = frozenset[PublishedCentre]().union(*speakers.values())
            for hit in islice(index.nearest(origin.point, filters, speaking), 1):
                spoken = next(tag for tag, each in speakers.items() if hit.published in each)
                show([hit], SPEAKS + spoken)
        # Temporarily closed centres that would be among the nearest if they were open.
        reach = near[limit - 1].distance_m if len(near) >= limit else math.inf
        closed = islice(index.nearest_closed(origin.point, filters, reach), limit)
        return NearestAnswer(
            origin=origin,
            covered=not self.covered.isdisjoint(origin.countries),
            results=(
                *_with_reasons(found, why, filtered.passing_each),
                *(
                    Result(each, metres, is_tied, (TEMPORARILY_CLOSED,))
                    for each, metres, is_tied, *_ in closed
                ),
            ),
            left_out=None if filtered.passing is None else MappingProxyType(filtered.left_out),
            hours_unknown=filtered.hours_unknown,
            open_at=filters.open_at,
        )

    def _nearest(
        self, origin: Origin, filters: Filters, limit: int
    ) -> tuple[list[Result], list[Result]]:
        """Return the nearest centres that pass the filters, and all of which each may be the
        closest of these, at most NEAREST_MOST.

        A person within `accuracy_m` of the origin is at most that much nearer to one centre and
        farther from the other (triangle inequality), so a gap of more than twice the accuracy and
        the blurs of both centres cannot close.
        """
        near: list[Result] = []
        closest: list[Result] = []
        gap = most = math.inf
        for hit in self.index.nearest(origin.point, filters):
            centre, metres, *_ = hit
            if not near:
                # One that ties with it may be the closest, whichever formula has measured it.
                gap = metres + 2 * origin.accuracy_m + centre.blur_m + _MILLIMETRE
                most = gap + self.index.most_blur_m
            if len(near) < limit:
                near.append(hit)
            elif metres > most or len(closest) == NEAREST_MOST:
                break
            if metres <= gap + centre.blur_m and len(closest) < NEAREST_MOST:
                closest.append(hit)
        return near, closest

    def _nearest_among(
        self, origin: Origin, centres: AbstractSet[PublishedCentre]
    ) -> Iterator[Result]:
        """Yield the nearest of some centres, then those without a point."""
        if centres:
            found = self.index.nearest(origin.point, NO_FILTERS, centres)
            yield from islice(found, NEAREST_MOST)
        yield from (Result(each) for each in centres if each.point is None)


def _with_reasons(
    found: Mapping[PublishedCentre, Result],
    why: Mapping[PublishedCentre, tuple[str, ...]],
    passing_each: Mapping[str, AbstractSet[PublishedCentre]],
) -> Iterator[Result]:
    """Yield open centres by distance, each with the reasons why it is shown, and the filters that
    it does not pass.
    """
    # No two are at the same place in the order, since each has its id.
    ranked = sorted(
        [(round(each.distance_m, 3), each.published.id, each) for each in found.values()]
    )
    distances = [math.nan, *[metres for metres, *_ in ranked], math.nan]
    for number, (at, _, (centre, metres, is_marked, *_)) in enumerate(ranked):
        # Marked are those that tie with one that was searched with them; others may be as far.
        around = (distances[number], distances[number + 2])
        tied = is_marked or (metres < math.inf and at in around)
        unmatched = tuple([name for name in passing_each if centre not in passing_each[name]])
        yield Result(centre, metres, tied, why[centre], unmatched)
