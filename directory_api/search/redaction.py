"""Redaction: the public form of records, without hidden addresses and their points, and without
notes for maintainers.
"""

from collections.abc import Iterable

from directory_api.domain.changes.change import Change, Publish, Record, is_seen
from directory_api.domain.model.records import Centre, Location
from directory_api.search.gazetteer import Gazetteer


def published(centre: Centre, gazetteer: Gazetteer) -> Centre:
    """Return the public form of a centre."""
    if centre.address_visibility == "public":
        return centre.published(centre.location)
    place = gazetteer.find(centre.address.country, centre.address.postal_code or "")
    if place is None:
        # A hidden centre that a repair restored from its public form has no postcode any more.
        is_public = centre.location and _is_municipality(centre, centre.location, gazetteer)
        return centre.published(centre.location if is_public else None)
    if centre.address_visibility == "locality":
        return centre.published(Location(place.point, "postcode"))
    # The point of the postcode would reveal the postcode, and so could the name of the place.
    return centre.published(Location(gazetteer.municipality(place), "municipality"), place.names)


def _is_municipality(centre: Centre, location: Location, gazetteer: Gazetteer) -> bool:
    """Return whether a location is the point of a municipality, from which nothing more follows."""
    places = gazetteer.places(centre.address.country)
    one_of_each = {place.municipality or place.name: place for place in places}
    return location.precision == "municipality" and any(
        gazetteer.municipality(place) == location.point for place in one_of_each.values()
    )


def publisher(gazetteer: Gazetteer) -> Publish:
    """Return a function that returns the public form of a record of a given kind."""

    def publish(kind: str, record: Record) -> Record:
        return (
            published(Centre.from_record(record), gazetteer).to_record()
            if kind == "centre"
            else record
        )

    return publish


def unseen(changes: Iterable[Change], gazetteer: Gazetteer) -> frozenset[tuple[str, str]]:
    """Return the changes that only maintainers can see, by kind and id."""
    publish = publisher(gazetteer)
    return frozenset((change.kind, change.id) for change in changes if not is_seen(change, publish))
