"""The whole directory at one revision, in memory. Immutable; a new revision is a new snapshot."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from directory_api.domain.changes.change import (
    TOUCHED,
    ChangedRecord,
    Contents,
    PublicHistory,
    RevisionLinks,
    news,
)
from directory_api.domain.geo.geometry import Area, Point, chord_m
from directory_api.domain.model.records import Centre, Helpline, in_dialling_order
from directory_api.domain.query import Filters, Hit, NearestAnswer, NearestQuery, Origin
from directory_api.search.gazetteer import Gazetteer
from directory_api.search.indexes import NearestIndex, TextIndex
from directory_api.search.redaction import published, publisher

NO_PAST = PublicHistory()
NO_LINKS = RevisionLinks()
# A point outside the coverage, but nearer to its swapped form than this, may be correct.
_FAR_M = 500_000
_MOST_LATITUDE = 90


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
        self.revision = revision
        self.links = links
        self.store = past.store
        # Without it the changes since a revision are not known.
        self.has_history = past.is_intact
        # The revision that last wrote each record, by kind and id.
        self.written = written
        self.header: Mapping[str, Any] = contents["directory"]["directory"]
        # The sources that can be linked, by id.
        self.sources: Mapping[str, Mapping[str, str]] = {
            each["id"]: each for each in self.header.get("sources", ()) if "url" in each
        }
        self.gazetteer = gazetteer
        self.helplines = tuple(
            map(Helpline.from_record, in_dialling_order(contents.get("helpline", {}).values()))
        )
        records = contents.get("centre", {})
        self.centres = tuple(
            Centre.from_record(records[key])
            if is_published
            else published(Centre.from_record(records[key]), self.gazetteer)
            for key in sorted(records)
        )
        self.by_id = {centre.id: centre for centre in self.centres}
        self.listed = tuple(centre for centre in self.centres if centre.status != "closed")
        self.attributions = tuple(
            attribution
            for key in sorted(contents.get("table", {}))
            for attribution in contents["table"][key]["attributions"]
        )
        self.covered = frozenset(centre.address.country for centre in self.listed)
        self._open = tuple(centre for centre in self.listed if centre.status == "active")
        self._nearest = NearestIndex(self._open)
        self._text = TextIndex(self.listed)
        self.areas = {
            country: Area.from_geojson(record)
            for country, record in contents.get("boundary", {}).items()
            if country in self.covered
        }
        self.news = tuple(news(past, publisher(self.gazetteer)))
        # A record without history counts as changed at every revision, so that clients download it
        # too often rather than miss a change.
        seen = {
            **dict.fromkeys(written, revision),
            **{key: last.revision for key, last in past.last.items()},
        }
        self.touched = tuple(
            sorted(ChangedRecord(at, *key) for key, at in seen.items() if key[0] in TOUCHED)
        )
        # The time (UTC) of the last change of a record's public form, by kind and id, if known.
        self.changed = MappingProxyType(
            {key: last.at for key, last in past.last.items() if last.at}
        )

    @property
    def link(self) -> str:
        """The public link of the revision."""
        return self.links.link(self.revision)

    def version(self, kind: str, identity: str) -> str:
        """Return the revision that last wrote a record, with its link."""
        return self.links.version(self.written[kind, identity])

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

    def search(self, filters: Filters, words: str | None = None) -> list[Centre]:
        """Return the centres, without closed ones, that pass the filters and match the words.

        They are sorted by id.
        """
        return [
            centre
            for centre in self.listed
            if filters.admit(centre) and (words is None or self._text.matches(centre, words))
        ]

    def nearest(self, query: NearestQuery, origin: Origin) -> NearestAnswer:
        """Return the nearest active centres to the origin.

        Includes the first two, whatever the limit, if they could change places.
        """
        # A person within `accuracy_m` of the origin is at most that much nearer to one centre and
        # farther from the other (triangle inequality), so a gap of more than twice the accuracy
        # cannot close. Centres up to that distance beyond the maximum are searched, too, because
        # one of them may be the nearest.
        play = 2 * origin.accuracy_m
        most = query.max_distance_m
        reach = None if most is None else most + play
        nearest = self._nearest.nearest(
            origin.point, query.filters.admit, max(query.limit, 2), reach
        )
        certain = len(nearest) < 2 or nearest[1].distance_m - nearest[0].distance_m > play + _blur(
            nearest[0]
        ) + _blur(nearest[1])
        within = nearest if most is None else [hit for hit in nearest if hit.distance_m <= most]
        left_out = query.filters.left_out()
        outside = not self._covers(origin)
        return NearestAnswer(
            revision=self.revision,
            origin=origin,
            certain=certain,
            outside_coverage=outside,
            hits=tuple(within[: query.limit if certain else max(query.limit, 2)]),
            responsible=tuple(
                centre
                for centre in self._open
                if _is_responsible(centre, origin) and query.filters.admit(centre)
            ),
            hours_unknown=sum(map(left_out.admit, self._open)) if left_out else None,
            swapped=outside and _could_be_swapped(origin, self._covers),
        )

    def serving(
        self, origin: Origin, admit: Callable[[Centre], bool], limit: int, reach_m: float | None
    ) -> tuple[int, list[Hit]]:
        """Return how many admitted active centres serve a postcode's area, and the nearest of them.

        The list has at least `limit` centres if there are as many. With `reach_m` it has all
        centres within that many metres, and only those are counted. A centre with a known coverage
        serves no other area; a centre without a point is left out.
        """

        def serves(centre: Centre) -> bool:
            return (not centre.coverage or _is_responsible(centre, origin)) and admit(centre)

        if reach_m is not None:
            nearest = self._nearest.nearest(origin.point, serves, len(self._open), reach_m)
            return len(nearest), nearest
        total = sum(1 for centre in self._open if centre.location and serves(centre))
        return total, self._nearest.nearest(origin.point, serves, limit)

    def _covers(self, origin: Origin) -> bool:
        if origin.place:
            return origin.place.country in self.covered
        return any(area.contains(origin.point) for area in self.areas.values())


def _could_be_swapped(origin: Origin, covers: Callable[[Origin], bool]) -> bool:
    """Whether the exchanged coordinates would be inside the coverage, and far from those sent."""
    point = origin.point
    if origin.place or abs(point.lon) > _MOST_LATITUDE:
        return False
    other = Point(point.lon, point.lat)
    return chord_m(point, other) > _FAR_M and covers(Origin(other, origin.accuracy_m))


def _blur(hit: Hit) -> float:
    """Return the largest distance in metres between a centre and its published point."""
    return hit.centre.location.blur_m if hit.centre.location else 0.0


def _is_responsible(centre: Centre, origin: Origin) -> bool:
    place = origin.place
    return place is not None and bool({place.country, place.subdivision} & set(centre.coverage))
