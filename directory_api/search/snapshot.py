"""The whole directory at one revision, ready to be asked. Immutable: a new revision is a new snapshot."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from directory_api.domain.area import Area
from directory_api.domain.centre import Centre
from directory_api.domain.change import Contents
from directory_api.domain.helpline import Helpline, in_dialling_order
from directory_api.domain.parts import Location
from directory_api.domain.postcode import Place
from directory_api.domain.query import Filters, Hit, NearestAnswer, NearestQuery, Origin
from directory_api.search.gazetteer import Gazetteer
from directory_api.search.nearest import NearestIndex
from directory_api.search.text import TextIndex


class Snapshot:
    """Centres (published: hidden addresses are gone), helplines, postcodes and boundaries at one revision."""

    def __init__(
        self,
        revision: int,
        contents: Contents,
        places: Iterable[Place],
        written: Mapping[tuple[str, str], int] = MappingProxyType({}),
    ) -> None:
        self.revision = revision
        # By kind and id: the revision that wrote a record.
        self.written = written
        self.header: Mapping[str, Any] = contents["directory"]["directory"]
        self.gazetteer = Gazetteer(places)
        self.helplines = tuple(map(Helpline.from_record, in_dialling_order(contents.get("helpline", {}).values())))
        records = contents.get("centre", {})
        self.centres = tuple(self._publish(Centre.from_record(records[key])) for key in sorted(records))
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

    def search(self, filters: Filters, words: str | None = None) -> list[Centre]:
        """Centres that are not closed for good, by id, which pass the filters and match the words."""
        return [
            centre
            for centre in self.listed
            if filters.admit(centre) and (words is None or self._text.matches(centre, words))
        ]

    def nearest(self, query: NearestQuery, origin: Origin) -> NearestAnswer:
        """The closest open centres to the origin; with the first two where they could change places."""
        # A person within `accuracy_m` of the origin is by at most that much nearer to one centre and farther from the
        # other (triangle inequality), so a gap of more than twice the accuracy cannot close. Centres that far beyond
        # the maximum distance are looked at, too: one of them may be the closest.
        play = 2 * origin.accuracy_m
        most = query.max_distance_m
        reach = None if most is None else most + play
        found = self._nearest.nearest(origin.point, query.filters.admit, max(query.limit, 2), reach)
        certain = len(found) < 2 or found[1].distance_m - found[0].distance_m > play + _blur(found[0]) + _blur(found[1])
        within = found if most is None else [hit for hit in found if hit.distance_m <= most]
        left_out = query.filters.left_out()
        return NearestAnswer(
            revision=self.revision,
            origin=origin,
            certain=certain,
            outside_coverage=not self._covers(origin),
            hits=tuple(within[: query.limit if certain else max(query.limit, 2)]),
            responsible=tuple(
                centre for centre in self._open if _is_responsible(centre, origin) and query.filters.admit(centre)
            ),
            hours_unknown=sum(map(left_out.admit, self._open)) if left_out else None,
        )

    def _covers(self, origin: Origin) -> bool:
        if origin.place:
            return origin.place.country in self.covered
        return any(area.contains(origin.point) for area in self.areas.values())

    def _publish(self, centre: Centre) -> Centre:
        if centre.address_visibility == "public":
            return centre
        place = self.gazetteer.find(centre.address.country, centre.address.postal_code or "")
        if place is None:
            return centre.published(None)
        if centre.address_visibility == "locality":
            return centre.published(Location(place.point, "postcode"))
        # The postcode's own point would give the postcode away.
        return centre.published(Location(self.gazetteer.municipality(place), "municipality"))


def _blur(hit: Hit) -> float:
    """Within how many metres of its published point a centre lies."""
    return hit.centre.location.blur_m if hit.centre.location else 0.0


def _is_responsible(centre: Centre, origin: Origin) -> bool:
    place = origin.place
    return place is not None and bool({place.country, place.subdivision} & set(centre.coverage))
