"""Undoing what one revision changed, and restoring all records of a revision."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.guards import ALL_ALLOWED, Allowed
from directory_api.text.errors import (
    ConfirmationRequired,
    RevisionNotFound,
)
from tests.support.proposals import numbers, wrong_import
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import (
    ANNA,
    WriteSide,
    create_write_side,
    incoming,
    json_bytes,
)


@pytest.mark.needs("desk")
def test_what_has_changed_again_since_an_import_stays(write_side: WriteSide) -> None:
    """With a warning that names the record; other members of a record go back."""
    wrong_import(write_side)
    write_side.patch("pag-asa", phones=[{"number": "+3225116466", "kind": "main"}])
    write_side.patch("payoke", email="hello@payoke.be")
    outcome = write_side.rollback.undo(ANNA, 2, "wrong columns")
    assert {change.id for change in outcome.applied} == {"payoke", "surya"}
    warning = outcome.warnings[0]
    assert warning.detail.startswith("PAG-ASA was changed again later")
    assert warning.code == "changed_since"
    assert numbers(write_side) == ["+3225116466"]
    payoke = write_side.record("payoke")
    assert (payoke["name"], payoke["email"]) == ("Payoke", "hello@payoke.be")


def test_only_a_revision_that_changed_records_is_undone(write_side: WriteSide) -> None:
    """RevisionNotFound for one that does not exist."""
    with pytest.raises(RevisionNotFound):
        write_side.rollback.undo(ANNA, 2, "nothing")


@pytest.mark.needs("desk")
def test_all_records_are_restored_as_they_were_at_a_revision(write_side: WriteSide) -> None:
    """Whatever was changed, added or removed since, several times too."""
    at = {1: write_side.store.records().contents}
    wrong_import(write_side)
    at[2] = write_side.store.records().contents
    for name in ("Second", "Third"):
        write_side.patch("payoke", name=name)
    for revision in (2, 1):
        write_side.rollback.restore_all(ANNA, revision, "as it was")
        assert write_side.store.records().contents["centre"] == at[revision]["centre"]
    outcome = write_side.rollback.restore_all(ANNA, 6, "as it is")
    assert (outcome.applied, write_side.store.revision()) == ((), 6)
    for revision in (0, 7):
        with pytest.raises(RevisionNotFound):
            write_side.rollback.restore_all(ANNA, revision, "never")


def _changed(write_side: WriteSide, **by_centre: Any) -> int:
    """Import the records with other members of centres, by id with `_` for `-`; the revision."""
    file = shipped_records()
    for centre in file["centres"]:
        centre.update(by_centre.get(centre["id"].replace("-", "_"), {}))
    return write_side.importer.bring_in(
        ANNA, incoming(json_bytes(file)), "a file", allowed=ALL_ALLOWED
    ).revision


_ALLOWED = Allowed.of([], removals=True)
_CENTRES = {each["id"]: each for each in shipped_records()["centres"]}
_PHONES = {each: {"phones": _CENTRES[each]["phones"]} for each in ("surya", "payoke")}
_MOVED = {
    each: {"address": {**_CENTRES[each]["address"], "street": "Example street 1"}}
    for each in ("surya", "payoke")
}


@pytest.mark.needs("desk")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (_MOVED, "address_changed"),
        ({"surya": _PHONES["payoke"], "payoke": _PHONES["surya"]}, "numbers_moved"),
    ],
)
def test_many_changes_at_once_are_undone_by_an_administrator(
    write_side: WriteSide, changed: dict[str, Any], code: str
) -> None:
    """As they are imported; also if all records of a revision are restored."""
    revision = _changed(write_side, **changed)
    rollback = write_side.rollback
    for undo in (
        partial(rollback.undo, ANNA, revision, "a mistake"),
        partial(rollback.restore_all, ANNA, revision - 1, "a mistake"),
    ):
        with pytest.raises(ConfirmationRequired) as refused:
            undo(dry_run=True)
        assert code in {fault.code for fault in refused.value.faults}
        assert len(undo(dry_run=True, allowed=_ALLOWED).applied) == 2
    assert len(rollback.undo(ANNA, revision, "a mistake", allowed=_ALLOWED).applied) == 2


@pytest.mark.needs("desk")
def test_few_changes_of_a_large_directory_are_undone_by_every_maintainer(tmp_path: Path) -> None:
    """Those that change are compared with all centres, not only with those that change."""
    centres = [made_up_centre(number, email=f"{number}@example.org") for number in range(12)]
    write_side = create_write_side(tmp_path / "directory.db", centres)
    file = {**shipped_records(), "centres": [dict(each) for each in centres]}
    for centre in file["centres"][:3]:
        centre["email"] = "info@example.org"
    imported = write_side.importer.bring_in(ANNA, incoming(json_bytes(file)), "a file")
    assert len(write_side.rollback.undo(ANNA, imported.revision, "a mistake").applied) == 3
