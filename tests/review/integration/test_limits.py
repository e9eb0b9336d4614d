"""How many changes may wait."""

import json
from pathlib import Path

import pytest

from directory_api.change.change import Change
from directory_api.edit import proposals
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.text.errors import RecordsInvalid
from tests.support.calls import counting
from tests.support.line_files import lines_of
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import ANNA, CARL, create_write_side

NEEDS = ("desk",)


def test_too_many_proposals_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are too many for a review one by one; a person who has checked the file can be named."""
    monkeypatch.setattr(proposals, "MOST_RECORDS", 1)
    write_side = create_write_side(tmp_path / "a.db", review_required=lambda: True)
    centres = [*shipped_records()["centres"], made_up_centre(1), made_up_centre(2)]
    file = lines_of(tmp_path, {"centres": centres})
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.bring_in(ANNA, file, "many")
    assert "ask the operator" in refused.value.faults[0].detail
    outcome = write_side.importer.bring_in(ANNA, file, "many", approved_by="bert")
    assert len(outcome.applied) == 2


def test_an_import_compares_each_proposal_with_one_change(tmp_path: Path) -> None:
    """Two imports of 3,000 new centres each took 18 s, and nobody else could write meanwhile."""
    write_side = create_write_side(tmp_path / "a.db", review_required=lambda: True)
    count = 30
    for number in range(2):
        new = map(made_up_centre, range(number * count, (number + 1) * count))
        records = {**shipped_records(), "centres": [*shipped_records()["centres"], *new]}
        file = Incoming(json.dumps(records).encode(), "new.json")
        with counting(Change.__eq__) as calls:
            write_side.importer.bring_in(ANNA, file, "new")
        assert calls["Change.__eq__"] <= 2 * count
    assert len(write_side.proposals.waiting()) == 2 * count


def test_one_person_has_a_limit_of_open_proposals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every later import and edit reads them; another person can still propose."""
    monkeypatch.setattr(proposals, "MOST_PROPOSALS", 2)
    write_side = create_write_side(tmp_path / "a.db", review_required=lambda: True)
    for number in (1, 2):
        write_side.patch("pag-asa", email=f"new{number}@example.org")
    with pytest.raises(RecordsInvalid) as refused:
        write_side.patch("pag-asa", email="new3@example.org")
    assert [fault.detail for fault in refused.value.faults] == [
        "More than 2 of your changes would wait for review. Ask another maintainer to approve or "
        "reject those that wait, then try again."
    ]
    write_side.patch("pag-asa", email="new2@example.org")  # it waits already
    write_side.patch("pag-asa", actor=CARL, email="new3@example.org")
    assert len(write_side.proposals.waiting()) == 3
