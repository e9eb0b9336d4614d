"""The checks of an edit against the centres that it does not touch, without reading all of them."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from directory_api.domain.changes.change import document
from directory_api.domain.errors import Fault
from directory_api.domain.model.records import Centre
from directory_api.domain.validation.limits import MOST_FAULTS
from directory_api.domain.validation.schemas import (
    Records,
    countries_with_emergency_number,
    faults_with_centre,
    listed_sources,
)
from directory_api.services.editions import LiveSnapshot
from directory_api.storage.base import Store, StoreState


class Excerpt:
    """The part of a store that an edit may change, and how the rest depends on it."""

    def __init__(self, store: Store, live: LiveSnapshot, state: StoreState) -> None:
        self._store = store
        self._live = live
        self._before = document(state.contents)
        self._ids = state.contents.get("centre", {}).keys()

    def faults(self, after: Mapping[str, Any]) -> tuple[Fault, ...]:
        """Return the faults of the other centres if the document becomes this one: they may need a
        source or an emergency number that is not in it any more.
        """
        lost = (
            countries_with_emergency_number(self._before) - countries_with_emergency_number(after)
        ) | (listed_sources(self._before) - listed_sources(after))
        return tuple(islice(self._faults(after, lost), MOST_FAULTS)) if lost else ()

    def _faults(self, after: Mapping[str, Any], lost: set[str]) -> Iterator[Fault]:
        for mention in self._store.mentioning("centre", lost):
            if mention.id not in self._ids:
                yield from faults_with_centre(after, mention.place, mention.record)

    def sharing_phones(self, records: Records) -> list[Centre]:
        """Return the other centres, by id, that have a phone of these records."""
        numbers = {phone.number for centre in records.centres for phone in centre.phones}
        if not numbers:
            return []
        # Reading the JSON of 100,000 centres takes seconds, and looking for a text in it 0.1 s.
        texts = (re.escape(f'"{number}"'.encode()) for number in numbers)
        pattern = re.compile(b"|".join(texts))
        candidates = (
            each.centre
            for each in self._live.snapshot.centres.published
            if each.id not in self._ids and pattern.search(each.json)
        )
        return [
            centre
            for centre in candidates
            if not numbers.isdisjoint(phone.number for phone in centre.phones)
        ]
