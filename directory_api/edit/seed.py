"""Loads the seed data into the store without overwriting edits."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory_api.answer.as_centres_json import as_file
from directory_api.change.change import Contents, diff, document
from directory_api.change.directory import contents_of, read_records, records_of_country
from directory_api.change.guards import ALL_ALLOWED
from directory_api.change.outcome import Outcome
from directory_api.countries.known import folders
from directory_api.edit.draft import ChangeRequest
from directory_api.edit.writer import Writer
from directory_api.files import files
from directory_api.files.country_file import refuse_faults
from directory_api.files.country_tables import shipped_boundaries, shipped_tables
from directory_api.place.gazetteer import Gazetteer
from directory_api.record.token import SCOPES, Actor
from directory_api.store.state import StoreState
from directory_api.text.errors import FileUnreadable, StoreMissing
from directory_api.text.message import Message

SYSTEM = Actor("local:directory-api", "directory-api", SCOPES)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of a load. A repeated load changes nothing.

    `kept_edits` is True if the store kept its records instead of those of the file, and `created`
    if it had no records before.
    """

    outcome: Outcome
    kept_edits: bool
    created: bool


class SeedData:
    """Loads the seed data from a data folder: centres.json, boundaries, postcodes."""

    def __init__(self, writer: Writer, data: Path) -> None:
        self._writer = writer
        self._data = data

    def prepare(self) -> bool:
        """Create the store if it is missing, and load the seed data if it has never had records.
        Returns whether it had none.
        """
        self._create()
        is_new = self._writer.store.revision() == 0
        if is_new:
            self.load(SYSTEM, reason=str(Message("first start")))
        return is_new

    def _create(self) -> None:
        """Create the store, or migrate it. Raises StoreMissing if there was one, which is gone or
        was emptied: its numbers may be newer than the shipped ones.
        """
        last_good = self._writer.live.last_good
        store = self._writer.store
        if last_good.exists() and not (store.exists() and store.revision()):
            raise StoreMissing(
                "the database has disappeared, and is not created again: put a copy back "
                f"(`directory-api restore-backup`). {last_good.path} has the numbers that were "
                "served last, and the shipped ones may be older. To begin with those instead, move "
                "this file to another place first and keep it, run this command again, then "
                "`directory-api adopt` for the servers that run"
            )
        store.create()

    def load(self, actor: Actor, *, reason: str) -> Loaded:
        """Load the data folder into the store, in full or not at all.

        The postcodes and the boundary of a country that a load brought are removed once its folder
        and its records are; those of other countries that are not in the folder stay. The records
        are loaded if the file has changed since the last load. They are not loaded if the stored
        records have been edited as well, or if the file is an older version; the store then keeps
        its records and a maintainer has to merge the two. A folder with faults is refused, and one
        of other countries than the store is. Changes that need review wait as proposals, as for
        every other way to change records. Raises FileUnreadable, RecordsInvalid, StoreConflict,
        StoreUnavailable.
        """
        refuse_faults(self._data)
        tables = shipped_tables(self._data)
        boundaries = shipped_boundaries(self._data)
        raw = files.read_json(self._data / "centres.json")
        digest = _digest(contents_of(read_records(raw)))
        self._create()
        stored_places = [*self._writer.store.postcodes().gazetteer.all_places()]
        _refuse_other_country(
            self._data,
            {place.country for place in stored_places},
            [table.country for table in tables if table.places],
        )
        table_records = {table.country: table.to_record() for table in tables}
        brought = sorted({*table_records, *boundaries})
        there = {folder.name.upper() for folder in folders(self._data)}

        def request_for(state: StoreState) -> ChangeRequest:
            noted = state.contents.get("loaded", {})
            loaded = noted.get(_FILE, {})
            last, older = loaded.get("sha256"), loaded.get("older", [])
            unedited = not state.revision or _digest(state.contents) in (last, digest)
            # A file version from before the last load comes from a checkout or a restored copy, not
            # from an edit.
            is_taken = digest != last and unedited and digest not in older
            now_older = [*older, *([last] if last else [])][-_MOST_OLDER:]
            records = raw if is_taken else document(state.contents)
            absent = {*noted.get(_COUNTRIES, {}).get("codes", ())} - there
            gone = {each for each in absent if not any(records_of_country(records, each))}
            places = (place for place in stored_places if place.country not in gone)
            others = {
                "boundary": {**_stored(state, "boundary", gone), **boundaries},
                "table": {**_stored(state, "table", gone), **table_records},
                "loaded": {
                    **noted,
                    # One that is kept for its records is gone with them at a later load.
                    _COUNTRIES: {"codes": sorted({*brought, *absent} - gone)},
                    **({_FILE: {"sha256": digest, "older": now_older}} if is_taken else {}),
                },
            }
            return ChangeRequest(
                document=records,
                others=diff(state.contents, others),
                tables={
                    **dict.fromkeys(gone, ()),
                    **{table.country: table.places for table in tables},
                },
                checks_all=True,
                keeps_sources=True,
                gazetteer=Gazetteer(
                    [*places, *(each for table in tables for each in table.places)]
                ),
            )

        is_new = self._writer.store.revision() == 0
        outcome = self._writer.write(actor, reason, request_for, allowed=ALL_ALLOWED)
        noted = self._writer.store.records().contents.get("loaded", {})
        kept_edits = noted.get(_FILE, {}).get("sha256") != digest
        return Loaded(outcome, kept_edits, created=is_new)


def _refuse_other_country(data: Path, stored: Collection[str], own: Sequence[str]) -> None:
    """Raise FileUnreadable if the store is of other countries than the data folder."""
    if stored and own and not set(own) & set(stored):
        raise FileUnreadable(
            f"{data}: has the postcodes of {', '.join(own)}, and the directory those of "
            f"{', '.join(sorted(stored))}. Set DIRECTORY_DATA to the folder that it was loaded "
            "from, or DIRECTORY_DATABASE_URL to another directory"
        )


# The ids of what is noted of a load: the digest of the file and of those before it, and the
# countries of which it had postcodes or a boundary.
_FILE, _COUNTRIES = "centres.json", "countries"
_MOST_OLDER = 200


def _stored(state: StoreState, kind: str, gone: Collection[str]) -> dict[str, Any]:
    """Return the stored records of a kind by country, without those of some countries."""
    stored = state.contents.get(kind, {})
    return {country: record for country, record in stored.items() if country not in gone}


def _digest(contents: Contents) -> str:
    return hashlib.sha256(as_file(contents)).hexdigest()
