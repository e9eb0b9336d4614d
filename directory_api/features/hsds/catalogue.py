"""The directory as HSDS 3.0 objects at one revision: lists, and one object by its id."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

from directory_api.features.hsds import objects, parts
from directory_api.features.hsds.errors import ObjectNotFound
from directory_api.features.hsds.objects import HelplineEntry, Object
from directory_api.record.records import Centre
from directory_api.search.snapshot import Snapshot

SERVICES, ORGANIZATIONS, AT_LOCATIONS = "services", "organizations", "service_at_locations"
TAXONOMIES, TERMS = "taxonomies", "taxonomy_terms"
KINDS = (SERVICES, ORGANIZATIONS, AT_LOCATIONS, TAXONOMIES, TERMS)
# How the object of a centre is made, in brief or whole; and how its id is.
_Make = Callable[[bool], Object]
_OF_CENTRE: Mapping[str, Callable[[Centre, datetime | None, bool], Object]] = {
    SERVICES: objects.service,
    ORGANIZATIONS: objects.organization,
    AT_LOCATIONS: objects.service_at_location,
}
_IDENTITIES: Mapping[str, Callable[[Centre], str]] = {
    SERVICES: objects.service_identity,
    ORGANIZATIONS: objects.organization_identity,
    AT_LOCATIONS: objects.service_at_location_identity,
}


class Catalogue:
    """The objects of a snapshot by kind. Immutable."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        name = snapshot.header["publisher"]
        lines = [
            HelplineEntry(line, name, self._changed("helpline", line.id))
            for line in snapshot.helplines
        ]
        # How each object is made that is not of a centre, by kind and id.
        self._others: Mapping[str, Mapping[str, _Make]] = {
            SERVICES: {
                objects.service_identity(line.helpline): partial(objects.helpline, line)
                for line in lines
            },
            ORGANIZATIONS: {
                objects.publisher_identity(name): partial(objects.publisher, name, lines)
            },
            AT_LOCATIONS: {},
            TAXONOMIES: {
                parts.taxonomy_identity(each): partial(_taxonomy, each) for each in parts.TAXONOMIES
            },
            TERMS: {parts.term_identity(*each): partial(_term, *each) for each in parts.TERMS},
        }
        self._centres: Mapping[str, Mapping[str, Centre]] = {
            kind: {identity(centre): centre for centre in snapshot.centres}
            for kind, identity in _IDENTITIES.items()
        }

    def identities(self, kind: str) -> Iterator[str]:
        """Yield the id of every object of a kind, including those that are not listed."""
        yield from self._centres.get(kind, ())
        yield from self._others[kind]

    def get(self, kind: str, identity: str) -> Object:
        """Return one whole object, also of a permanently closed centre. Raises
        ObjectNotFound.
        """
        if identity in self._others[kind]:
            return self._others[kind][identity](True)
        centre = self._centres.get(kind, {}).get(identity)
        if centre is None:
            raise ObjectNotFound(f"No object has this id. /hsds/{kind} lists the objects.")
        return self._of_centre(kind, centre, is_whole=True)

    def page(self, kind: str) -> Object:
        """Return all listed objects of a kind in brief, as the only page of their list."""
        listed = self._snapshot.listed if kind in _OF_CENTRE else ()
        return objects.page(
            [
                *(self._of_centre(kind, centre, is_whole=False) for centre in listed),
                *(make(False) for make in self._others[kind].values()),
            ]
        )

    def _of_centre(self, kind: str, centre: Centre, *, is_whole: bool) -> Object:
        return _OF_CENTRE[kind](centre, self._changed("centre", centre.id), is_whole)

    def _changed(self, kind: str, identity: str) -> datetime | None:
        """Return when a record was last changed, to the millisecond, as the answers show it."""
        changed = self._snapshot.changed_at(kind, identity)
        return changed and changed.replace(microsecond=changed.microsecond // 1000 * 1000)


def _taxonomy(name: str, _is_whole: bool) -> Object:
    return parts.taxonomy(name).to_record()


def _term(taxonomy: str, code: str, _is_whole: bool) -> Object:
    return parts.taxonomy_term(taxonomy, code).to_record()
