"""The directory as HSDS 3.0 objects at one revision: filters, lookup by id and by postcode."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from directory_api.domain.errors import ObjectNotFound
from directory_api.domain.model.records import Centre
from directory_api.domain.query import Coordinate, Filters, Postcode, Serving
from directory_api.domain.text.normalize import begin, fold
from directory_api.formats import as_json
from directory_api.hsds import objects, parts
from directory_api.hsds.objects import (
    DetailLevel,
    HelplineEntry,
    organization_identity,
    service_at_location_identity,
)
from directory_api.search.snapshot import Snapshot
from directory_api.services.finder import Finder

SERVICES, ORGANIZATIONS, AT_LOCATIONS = "services", "organizations", "service_at_locations"
TAXONOMIES, TERMS = "taxonomies", "taxonomy_terms"
KINDS = (SERVICES, ORGANIZATIONS, AT_LOCATIONS, TAXONOMIES, TERMS)


@dataclass(frozen=True, slots=True)
class Entry:
    """An object with what it is found by.

    `make` returns the object. `words` are folded, and empty if those of the centre are searched. An
    object of a centre that is closed for good is not listed, but can still be read by its id.
    """

    id: str
    make: Callable[[DetailLevel], dict[str, Any]]
    centre: Centre | None = None
    words: frozenset[str] = frozenset()
    organization_id: str | None = None
    terms: frozenset[str] = frozenset()
    taxonomies: frozenset[str] = frozenset()
    changed: datetime | None = None

    @property
    def listed(self) -> bool:
        """Whether lists show it."""
        return self.centre is None or self.centre.status != "closed"


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters of a list; all that are set must match. `parent_id` is the id of a parent term.

    `language` (BCP 47) is for lists of objects that have a centre.
    """

    search: str | None = None
    taxonomy_term_id: str | None = None
    taxonomy_id: str | None = None
    organization_id: str | None = None
    modified_after: datetime | None = None
    parent_id: str | None = None
    language: str | None = None

    def admit(self, entry: Entry) -> bool:
        """Whether an entry matches all filters except the language and the search words.

        An entry without a known time of change matches `modified_after`.
        """
        return (
            (self.taxonomy_term_id is None or self.taxonomy_term_id in entry.terms)
            and (self.taxonomy_id is None or self.taxonomy_id in entry.taxonomies)
            and (self.organization_id is None or self.organization_id == entry.organization_id)
            and (
                self.modified_after is None
                or entry.changed is None
                or entry.changed >= self.modified_after
            )
            and self.parent_id is None  # our terms have no parents
        )


class Catalogue:
    """The objects of a snapshot by kind, and queries for them. Immutable."""

    def __init__(self, finder: Finder, snapshot: Snapshot) -> None:
        self._finder = finder
        self.snapshot = snapshot
        self._entries: Mapping[str, tuple[Entry, ...]] = MappingProxyType(
            {
                SERVICES: (*map(self._service, snapshot.centres), *map(_helpline, self._lines())),
                ORGANIZATIONS: (*map(self._organization, snapshot.centres), self._publisher()),
                AT_LOCATIONS: tuple(map(self._at_location, snapshot.centres)),
                TAXONOMIES: tuple(map(_taxonomy, parts.TAXONOMIES)),
                TERMS: tuple(_term(*term) for term in parts.TERMS),
            }
        )
        self._by_id = {
            kind: {entry.id: entry for entry in entries} for kind, entries in self._entries.items()
        }

    def entries(self, kind: str) -> tuple[Entry, ...]:
        """Return every object of a kind, including those that are not listed."""
        return self._entries[kind]

    def get(
        self, kind: str, identity: str, level: DetailLevel = DetailLevel.FULL
    ) -> dict[str, Any]:
        """Return one object, also of a centre that is closed for good. Raises ObjectNotFound."""
        try:
            entry = self._by_id[kind][identity]
        except KeyError:
            raise ObjectNotFound(
                f"No object has this id. /hsds/{kind} lists the objects."
            ) from None
        return entry.make(level)

    def page(
        self, kind: str, selection: Selection, level: DetailLevel, number: int, size: int | None
    ) -> dict[str, Any]:
        """Return one page of a kind's objects, all of them if `size` is None.

        The order is stable within a revision.
        """
        entries = self._select(kind, selection)
        size = size or max(len(entries), 1)
        page = entries[(number - 1) * size : number * size]
        return objects.page([entry.make(level) for entry in page], len(entries), number, size)

    def serving(
        self,
        place: Postcode | Coordinate,
        reach_m: float | None,
        selection: Selection,
        level: DetailLevel,
        number: int,
        size: int,
    ) -> dict[str, Any]:
        """Return one page of the services at locations that serve a place, nearest first.

        Each has its distance in metres. As in a nearest answer, temporarily closed centres are left
        out. If the selection and the reach leave out the closest of all, it is `closest`. Raises
        PlaceRefused.
        """
        entries = {
            entry.centre.id: entry
            for entry in self._select(AT_LOCATIONS, selection)
            if entry.centre
        }
        near = self._finder.serving(
            place, entries.__contains__, number * size, reach_m, self.snapshot
        )
        hits = near.hits[(number - 1) * size : number * size]
        contents = [
            {**entries[hit.published.id].make(level), "distance_m": round(hit.distance_m)}
            for hit in hits
        ]
        return {
            **objects.page(contents, near.total, number, size),
            "origin": as_json.origin(near.origin),
            **self._closest(near, level),
        }

    def _closest(self, near: Serving, level: DetailLevel) -> dict[str, Any]:
        """Return the closest service of all, as a member of the answer, if it is not the first."""
        _, hits = self.snapshot.serving(near.origin, lambda _: True, 1, None)
        if [hit.published for hit in hits] == [hit.published for hit in near.hits[:1]]:
            return {}
        (hit,) = hits
        service = self.get(AT_LOCATIONS, service_at_location_identity(hit.centre), level)
        return {"closest": {**service, "distance_m": round(hit.distance_m)}}

    def _select(self, kind: str, selection: Selection) -> list[Entry]:
        entries = [
            entry for entry in self._entries[kind] if entry.listed and selection.admit(entry)
        ]
        search, language = selection.search, selection.language
        if search is None and language is None:
            return entries
        matches = self.snapshot.index.search(Filters(language=language), search)
        ids = {centre.id for centre in matches}
        return [entry for entry in entries if _is_named(entry, search or "", ids)]

    def _service(self, centre: Centre) -> Entry:
        changed = self._changed("centre", centre.id)
        make = partial(objects.service, centre, changed)
        return _of_centre(objects.service_identity(centre), make, centre, changed)

    def _organization(self, centre: Centre) -> Entry:
        make = partial(objects.organization, centre, self._changed("centre", centre.id))
        return Entry(organization_identity(centre), make, centre)

    def _at_location(self, centre: Centre) -> Entry:
        changed = self._changed("centre", centre.id)
        make = partial(objects.service_at_location, centre, changed)
        return _of_centre(service_at_location_identity(centre), make, centre, changed)

    def _publisher(self) -> Entry:
        name = self.snapshot.header["publisher"]
        make = partial(objects.publisher, name, self._lines())
        return Entry(objects.publisher_identity(name), make, words=_words(name))

    def _lines(self) -> tuple[HelplineEntry, ...]:
        name = self.snapshot.header["publisher"]
        return tuple(
            HelplineEntry(line, name, self._changed("helpline", line.id))
            for line in self.snapshot.helplines
        )

    def _changed(self, kind: str, identity: str) -> datetime | None:
        """Return when a record was last changed, to the millisecond, as the answers show it."""
        changed = self.snapshot.changed_at(kind, identity)
        return changed and changed.replace(microsecond=changed.microsecond // 1000 * 1000)


def _of_centre(
    identity: str,
    make: Callable[[DetailLevel], dict[str, Any]],
    centre: Centre,
    changed: datetime | None,
) -> Entry:
    terms = objects.terms(centre)
    return Entry(
        identity,
        make,
        centre,
        organization_id=organization_identity(centre),
        terms=frozenset(parts.term_identity(*term) for term in terms),
        taxonomies=frozenset(parts.taxonomy_identity(taxonomy) for taxonomy, _ in terms),
        changed=changed,
    )


def _is_named(entry: Entry, words: str, centres: Collection[str]) -> bool:
    return entry.centre.id in centres if entry.centre else begin(entry.words, words)


def _helpline(line: HelplineEntry) -> Entry:
    helpline = line.helpline
    return Entry(
        objects.service_identity(helpline),
        partial(objects.helpline, line),
        words=_words(helpline.id, *helpline.name.values(), *helpline.note.values()),
        organization_id=objects.publisher_identity(line.publisher),
        changed=line.changed,
    )


def _taxonomy(name: str) -> Entry:
    taxonomy = parts.taxonomy(name)
    return Entry(
        taxonomy.id, lambda _: taxonomy.to_record(), words=_words(name, taxonomy.description)
    )


def _term(taxonomy: str, code: str) -> Entry:
    term = parts.taxonomy_term(taxonomy, code)
    return Entry(
        term.id,
        lambda _: term.to_record(),
        words=_words(*parts.term_texts(taxonomy, code)),
        taxonomies=frozenset({term.taxonomy_id}),
    )


def _words(*texts: str) -> frozenset[str]:
    return frozenset(fold(" ".join(texts)).split())
