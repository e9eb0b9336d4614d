"""The directory as HSDS 3.0 objects at one revision: filters, lookup by id and by postcode."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from directory_api.answer import as_json, json_pieces
from directory_api.features.hsds import objects, parts
from directory_api.features.hsds.errors import ObjectNotFound
from directory_api.features.hsds.objects import DetailLevel, HelplineEntry, organization_identity
from directory_api.features.hsds.serving import Serving, serving, serving_at
from directory_api.live.editions import Edition
from directory_api.record.helplines import Helplines, PlaceHelplines
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre
from directory_api.search.query import Coordinate, Filters, Hit, Postcode, speaks
from directory_api.search.snapshot import Snapshot
from directory_api.text.normalize import begin, fold

SERVICES, ORGANIZATIONS, AT_LOCATIONS = "services", "organizations", "service_at_locations"
TAXONOMIES, TERMS = "taxonomies", "taxonomy_terms"
# The kinds of objects that centres have, as their ids name them.
_OBJECTS = {
    SERVICES: "service",
    ORGANIZATIONS: "organization",
    AT_LOCATIONS: "service_at_location",
}
# By id: a term, and the tags in the index of all terms of a taxonomy.
_TERMS = {parts.term_identity(*term): term for term in parts.TERMS}
_TAXONOMIES = {
    parts.taxonomy_identity(name): tuple(
        (name.removesuffix("s"), code) for taxonomy, code in parts.TERMS if taxonomy == name
    )
    for name in parts.TAXONOMIES
}
KINDS = (SERVICES, ORGANIZATIONS, AT_LOCATIONS, TAXONOMIES, TERMS)


@dataclass(frozen=True, slots=True)
class Entry:
    """An object that is made when it is asked for; and, if it is not that of a centre, with what it
    is found by: its folded words, the id of its organization, its taxonomies, its last change.
    """

    id: str
    make: Callable[[DetailLevel], dict[str, Any]]
    centre: Centre | None = None
    words: frozenset[str] = frozenset()
    organization_id: str | None = None
    taxonomies: frozenset[str] = frozenset()
    changed: datetime | None = None


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
        """Whether an entry that is not that of a centre matches all filters except the language and
        the search words.

        An entry without a known time of change matches `modified_after`.
        """
        return (
            self.taxonomy_term_id is None  # only centres have terms
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

    def __init__(self, snapshot: Snapshot, helplines: Helplines) -> None:
        self.snapshot = snapshot
        # Those of the directory's own country, for answers without a place.
        self.helplines = helplines.of(helplines.home)
        # How an object of a centre is made, when it is asked for; and those of all other records.
        self._makers: Mapping[str, Callable[[Centre], Entry]] = {
            SERVICES: self._service,
            ORGANIZATIONS: self._organization,
            AT_LOCATIONS: self._at_location,
        }
        self._others: Mapping[str, tuple[Entry, ...]] = {
            SERVICES: tuple(map(_helpline, self._lines())),
            ORGANIZATIONS: (self._publisher(),),
            AT_LOCATIONS: (),
            TAXONOMIES: tuple(map(_taxonomy, parts.TAXONOMIES)),
            TERMS: tuple(_term(*term) for term in parts.TERMS),
        }
        self._centre_ids: dict[str, Mapping[str, str]] = {}

    def entries(self, kind: str) -> Iterator[Entry]:
        """Yield every object of a kind, including those that are not listed."""
        if kind in self._makers:
            yield from map(self._makers[kind], self.snapshot.centres)
        yield from self._others[kind]

    def count(self, kind: str) -> int:
        """Return the number of objects of a kind, including those that are not listed."""
        return len(self._others[kind]) + len(self.snapshot.centres) * (kind in self._makers)

    def get(
        self, kind: str, identity: str, level: DetailLevel = DetailLevel.FULL
    ) -> dict[str, Any]:
        """Return one object, also of a centre that is closed for good. Raises ObjectNotFound."""
        entry = next((each for each in self._others[kind] if each.id == identity), None)
        centre = self.snapshot.by_id.get(self._centres_by_object(kind).get(identity, ""))
        if centre:
            entry = self._makers[kind](centre)
        if entry is None:
            raise ObjectNotFound(f"No object has this id. /hsds/{kind} lists the objects.")
        return entry.make(level)

    def page(
        self, kind: str, selection: Selection, level: DetailLevel, number: int, size: int | None
    ) -> dict[str, Any]:
        """Return one page of a kind's objects, all of them if `size` is None.

        The order is stable within a revision.
        """
        centres, others = self._centres(kind, selection), self._select_others(kind, selection)
        total = len(centres) + len(others)
        size = size or max(total, 1)
        start = (number - 1) * size
        entries = [self._makers[kind](each.centre) for each in centres[start : start + size]]
        entries += others[max(start - len(centres), 0) :][: size - len(entries)]
        return objects.page([entry.make(level) for entry in entries], total, number, size)

    def serving(
        self,
        edition: Edition,
        place: Postcode | Coordinate,
        reach_m: float | None,
        selection: Selection,
        level: DetailLevel,
        number: int,
        size: int,
        prefer_languages: Sequence[str] = (),
    ) -> tuple[dict[str, Any], PlaceHelplines]:
        """Return one page of the services at locations that serve a place, nearest first, and the
        helplines for the place; the edition is that of the catalogue.

        Each has its distance in metres. As in a nearest answer, temporarily closed centres are left
        out. If the selection and the reach leave out the closest of all, it is `closest`. The
        closest of those selected that speaks a preferred language (BCP 47) is `preferred`. Raises
        PlaceRefused.
        """
        ids = {each.id for each in self._centres(AT_LOCATIONS, selection)}
        near = serving(edition, place, ids.__contains__, number * size, reach_m)
        hits = near.hits[(number - 1) * size : number * size]
        contents = [self._with_distance(hit, level) for hit in hits]
        members = {
            **objects.page(contents, near.total, number, size),
            "origin": json_pieces.origin(near.origin),
            **self._outside(near),
            **self._closest(near, level),
            **self._preferred(near, ids, prefer_languages, reach_m, level),
        }
        beside = {hit.published.hours.country for hit in hits}
        return members, edition.helplines.at(
            edition.countries_of(near.origin),
            () if self.snapshot.covers(near.origin) else tuple(sorted(beside)),
        )

    def _with_distance(self, hit: Hit, level: DetailLevel) -> dict[str, Any]:
        service = self._at_location(hit.published.centre).make(level)
        return {**service, "distance_m": round(hit.distance_m)}

    def _outside(self, near: Serving) -> dict[str, Any]:
        """Return what an answer for a place outside the coverage says."""
        if self.snapshot.covers(near.origin):
            return {}
        return {"outside_coverage": True, "notice": dict(as_json.notice())}

    def _closest(self, near: Serving, level: DetailLevel) -> dict[str, Any]:
        """Return the closest service of all, as a member of the answer, if it is not the first."""
        hits = serving_at(self.snapshot, near.origin, lambda _: True, 1, None).hits
        if [hit.published for hit in hits] == [hit.published for hit in near.hits[:1]]:
            return {}
        return {"closest": self._with_distance(hits[0], level)}

    def _preferred(
        self,
        near: Serving,
        selected: AbstractSet[str],
        languages: Sequence[str],
        reach_m: float | None,
        level: DetailLevel,
    ) -> dict[str, Any]:
        """Return the closest selected service in one of some languages, as members of the answer,
        with the first of them that it has.
        """
        index = self.snapshot.index
        speakers = selected & {
            each.id for tag in languages for each in index.search(Filters(language=tag), None)
        }
        hits = serving_at(self.snapshot, near.origin, speakers.__contains__, 1, reach_m).hits
        if not hits:
            return {}
        spoken = [each.code for each in hits[0].centre.languages]
        language = next(tag for tag in languages if any(speaks(code, tag) for code in spoken))
        return {"preferred": self._with_distance(hits[0], level), "preferred_language": language}

    def _centres(self, kind: str, selection: Selection) -> Sequence[PublishedCentre]:
        """Return the listed centres whose objects of a kind match all filters, sorted by id."""
        if kind not in self._makers or selection.parent_id is not None:
            return ()
        has_terms = kind != ORGANIZATIONS
        if not has_terms and (
            selection.taxonomy_term_id or selection.taxonomy_id or selection.organization_id
        ):
            return ()
        filters = Filters(language=selection.language)
        if selection.taxonomy_term_id is not None:
            if selection.taxonomy_term_id not in _TERMS:
                return ()
            taxonomy, code = _TERMS[selection.taxonomy_term_id]
            filters = (
                replace(filters, service=code)
                if taxonomy == "services"
                else replace(filters, audience=code)
            )
        index = self.snapshot.index
        is_whole = filters == Filters() and selection.search is None
        matches: Sequence[PublishedCentre] = (
            index.listed.published if is_whole else index.search(filters, selection.search)
        )
        if selection.taxonomy_id is not None:
            tags = _TAXONOMIES.get(selection.taxonomy_id, ())
            tagged = {each for tag in tags for each in index.tagged(*tag)}
            matches = [each for each in matches if each in tagged]
        if selection.organization_id is not None:
            owner = self._centres_by_object(ORGANIZATIONS).get(selection.organization_id)
            matches = [each for each in matches if each.id == owner]
        after = selection.modified_after
        if has_terms and after is not None:
            changes = ((each, self._changed("centre", each.id)) for each in matches)
            matches = [each for each, changed in changes if changed is None or changed >= after]
        return matches

    def _select_others(self, kind: str, selection: Selection) -> list[Entry]:
        is_any = selection.search is None and selection.language is None
        return [
            entry
            for entry in self._others[kind]
            if selection.admit(entry) and (is_any or begin(entry.words, selection.search or ""))
        ]

    def _centres_by_object(self, kind: str) -> Mapping[str, str]:
        """Return the id of the centre by the id of its object of a kind."""
        if kind not in self._centre_ids:
            published = self.snapshot.centres.published if kind in self._makers else ()
            self._centre_ids[kind] = {
                parts.identity(_OBJECTS[kind], "centre", each.id): each.id for each in published
            }
        return self._centre_ids[kind]

    def _service(self, centre: Centre) -> Entry:
        make = partial(objects.service, centre, self._changed("centre", centre.id))
        return Entry(objects.service_identity(centre), make, centre)

    def _organization(self, centre: Centre) -> Entry:
        make = partial(objects.organization, centre, self._changed("centre", centre.id))
        return Entry(organization_identity(centre), make, centre)

    def _at_location(self, centre: Centre) -> Entry:
        make = partial(objects.service_at_location, centre, self._changed("centre", centre.id))
        return Entry(objects.service_at_location_identity(centre), make, centre)

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
