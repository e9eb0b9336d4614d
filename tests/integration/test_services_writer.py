"""A change is written completely or not at all, and a request with the same key once."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from directory_api.change.change import document
from directory_api.change.guards import ALL_ALLOWED, Allowed
from directory_api.change.outcome import Outcome
from directory_api.edit.draft import ChangeRequest
from directory_api.store.state import RECEIPT_LIFE, StoreState
from directory_api.text.errors import (
    NotReady,
    RecordsInvalid,
    StoreUnavailable,
)
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import ANNA, WriteSide, incoming, once, open_write_side


def _unchanged(kept: StoreState) -> ChangeRequest:
    return ChangeRequest(document(kept.contents))


def test_what_is_as_it_should_be_is_not_written(write_side: WriteSide) -> None:
    """A draft of what is kept gives no revision, and not a row in the database."""
    before = write_side.everything()
    assert write_side.writer.write(ANNA, "nothing new", _unchanged) == Outcome(1)
    assert write_side.everything() == before


def test_a_draft_with_faults_changes_nothing_and_tells_all_of_them(write_side: WriteSide) -> None:
    """One good change beside two bad ones: every fault is told, and nothing is written."""

    def draft(kept: StoreState) -> ChangeRequest:
        wanted = json.loads(json.dumps(document(kept.contents)))
        wanted["centres"][0]["name"] = "A better name"
        wanted["centres"][1]["email"] = "nobody"
        wanted["centres"][2]["phones"] = [{"number": "12", "kind": "main"}]
        return ChangeRequest(wanted)

    before = write_side.everything()
    with pytest.raises(RecordsInvalid, match="2 errors") as refused:
        write_side.writer.write(ANNA, "a try", draft)
    assert [fault.pointer for fault in refused.value.faults] == [
        "/centres/1/email",
        "/centres/2/phones/0/number",
    ]
    assert write_side.everything() == before


@pytest.mark.needs("desk")
@pytest.mark.sqlite_file
def test_an_import_that_fails_at_row_900_changes_nothing(write_side: WriteSide) -> None:
    """Records 900 and 1,000 of a thousand are invalid: both are reported, and the database is
    unchanged.
    """
    centres = [made_up_centre(number) for number in range(1000)]
    centres[899]["location"] = {"lat": 1234, "lon": 4.3, "precision": "street"}
    centres[999]["status"] = "perhaps"
    raw = json.dumps({**shipped_records(), "centres": centres}).encode()
    before, file = write_side.everything(), write_side.path.read_bytes()
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.bring_in(ANNA, incoming(raw), "a big file", allowed=ALL_ALLOWED)
    assert [fault.pointer for fault in refused.value.faults] == [
        "/centres/899/location/lat",
        "/centres/999/status",
    ]
    assert (write_side.everything(), write_side.path.read_bytes()) == (before, file)


def test_a_dry_run_tells_everything_and_changes_nothing(write_side: WriteSide) -> None:
    """It reports the changes and warnings of the run that follows, and the revision it compared
    with.
    """

    def draft(kept: StoreState) -> ChangeRequest:
        wanted = json.loads(json.dumps(document(kept.contents)))
        wanted["centres"][0]["email"] = "info@elsewhere.example"
        return ChangeRequest(wanted)

    before = write_side.everything()
    dry = write_side.writer.write(ANNA, "a try", draft, dry_run=True, idempotency_key=once("k"))
    assert write_side.everything() == before
    wet = write_side.writer.write(ANNA, "meant", draft)
    assert (dry.revision, wet.revision) == (1, 2)
    assert (dry.applied, dry.warnings) == (wet.applied, wet.warnings)
    assert [warning.pointer for warning in wet.warnings] == [
        "/centres/0/address/postcode",
        "/centres/0/email",
    ]


def test_only_of_what_changes_is_warned(write_side: WriteSide) -> None:
    """What looks odd in records that stay as they are has been looked at before."""
    write_side.patch("payoke", name="Payoke vzw")
    outcome = write_side.editor.patch(write_side.edit("payoke"), {"name": "Payoke"})
    assert {warning.pointer for warning in outcome.warnings} == {"/address/postcode"}


def test_nothing_is_written_before_the_first_load(tmp_path: Path) -> None:
    """Without records and postcodes nothing can be checked: NotReady, and the store stays empty."""
    write_side = open_write_side(tmp_path / "directory.db")
    write_side.store.create()
    with pytest.raises(NotReady):
        write_side.writer.write(ANNA, "too early", lambda _: ChangeRequest(shipped_records()))
    assert write_side.store.revision() == 0


@pytest.mark.needs("desk")
@pytest.mark.sqlite_file
def test_nothing_is_written_to_an_empty_store_in_the_place_of_another(
    write_side: WriteSide,
) -> None:
    """It would begin at revision 1 without the records that are in force."""
    write_side.live.refresh()
    write_side.path.unlink()
    write_side.store.create()
    with pytest.raises(StoreUnavailable, match="empty, and another one was in force"):
        write_side.importer.bring_in(
            ANNA, incoming(json.dumps(shipped_records()).encode()), "all of them again"
        )
    assert write_side.store.revision() == 0


def test_what_is_written_is_served_at_once(write_side: WriteSide) -> None:
    """The writing process has the snapshot of the new revision as soon as the write returns."""
    write_side.patch("payoke", name="Payoke vzw")
    assert write_side.live.snapshot.revision == 2
    assert write_side.live.snapshot.by_id["payoke"].name == "Payoke vzw"
    assert write_side.live.snapshot.written["centre", "payoke"] == 2
    assert write_side.live.snapshot.written["centre", "surya"] == 1


def test_a_key_is_forgotten_after_a_day(write_side: WriteSide) -> None:
    """The result is replayed for a day; after that, the same request with the same key is a new
    one.
    """
    edit = write_side.edit("payoke", idempotency_key=once("k"))
    write_side.editor.patch(edit, {"name": "Payoke vzw"})
    write_side.patch("payoke", name="Payoke")
    write_side.clock.pass_by(RECEIPT_LIFE)
    assert write_side.editor.patch(edit, {"name": "Payoke vzw"}).revision == 2
    assert write_side.record("payoke")["name"] == "Payoke"
    write_side.clock.pass_by(timedelta(microseconds=1))
    assert write_side.editor.patch(edit, {"name": "Payoke vzw"}).revision == 4
    assert write_side.record("payoke")["name"] == "Payoke vzw"


def test_what_an_administrator_allowed_is_still_said(write_side: WriteSide) -> None:
    """Others read afterwards that a column may have moved; not of what two people have checked."""

    def swapped(stored: StoreState) -> ChangeRequest:
        wanted = json.loads(json.dumps(document(stored.contents)))
        one, other = wanted["centres"][:2]
        one["phones"], other["phones"] = other["phones"], one["phones"]
        return ChangeRequest(wanted)

    for allowed, is_said in ((Allowed(removals=True), True), (ALL_ALLOWED, False)):
        outcome = write_side.writer.write(ANNA, "a try", swapped, allowed=allowed, dry_run=True)
        assert ("numbers_moved" in {warning.code for warning in outcome.warnings}) is is_said
