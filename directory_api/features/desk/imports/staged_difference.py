"""The changes that a file makes to a store, from the temporary database with the centres of both
(staging.py): 100,000 of them take more than a gigabyte as Python objects.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from directory_api.change.change import Change, Contents, Record, applied, diff
from directory_api.change.confirmation import with_confirmed_values
from directory_api.change.directory import (
    Records,
    contents_of,
    country_of_centre,
    named_sources,
)
from directory_api.edit.difference import by_record, without
from directory_api.features.desk.imports.staging import StagedCentres
from directory_api.features.desk.imports.stored_records import CENTRE, StoredRecords
from directory_api.record.hidden_address import hides_its_address


class StagedDifference:
    """A Difference whose centres are in a temporary database."""

    def __init__(
        self,
        staged: StagedCentres,
        stored: StoredRecords,
        records: Records,
        *,
        has_centres: bool,
    ) -> None:
        self._staged = staged
        self._before = stored.contents
        self._has_centres = has_centres
        after = {kind: new for kind, new in contents_of(records).items() if kind != CENTRE}
        self._others = tuple(with_confirmed_values(diff(stored.contents, after)))
        self._others_by_record = by_record(self._others)

    def changes(self) -> Iterator[Change]:
        """Yield the changes."""
        yield from self._others
        yield from self._centre_changes()

    def _centre_changes(self, identity: str | None = None) -> Iterator[Change]:
        if self._has_centres:
            for key, old, new in self._staged.changed(identity):
                yield from change_of_centre(key, old, new)

    def has(self, change: Change) -> bool:
        """Return whether a change is one of them."""
        if change.kind == CENTRE:
            return change in self._centre_changes(change.id)
        return self._others_by_record.get((change.kind, change.id)) == change

    def centres_before(self) -> Iterator[Record]:
        """Yield the centres before the changes."""
        for _, text in self._staged.texts(are_after=False):
            yield json.loads(text)

    def hidden_before(self) -> Iterator[Record]:
        """Yield the centres before the changes whose address is not public, with the address."""
        return filter(hides_its_address, self.centres_before())

    def after(self, for_review: Iterable[Change]) -> Contents:
        """Return the records after the changes except those for review: of the centres without such
        a change, one for each country and set of sources.
        """
        waiting = {change.id: change for change in for_review if change.kind == CENTRE}
        centres: dict[str, Record] = {
            identity: change.before for identity, change in waiting.items() if change.before
        }
        seen = set()
        for identity, text in self._staged.texts(are_after=self._has_centres):
            record: Mapping[str, Any] = json.loads(text)
            needs = (
                country_of_centre(record),
                frozenset(source for _, source in named_sources(record)),
            )
            if identity not in waiting and needs not in seen:
                seen.add(needs)
                centres[identity] = record
        return applied({**self._before, CENTRE: centres}, without(self._others, for_review))


def change_of_centre(identity: str, old: str | None, new: str | None) -> Iterator[Change]:
    """Yield the change between the JSON of a centre before and after, if more than the order of its
    members differs.
    """
    before, after = (json.loads(text) if text else None for text in (old, new))
    if before != after:
        yield from with_confirmed_values([Change(CENTRE, identity, before, after)])
