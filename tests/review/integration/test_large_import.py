"""Files that are read record by record, and the proposals that they close."""

from pathlib import Path

from tests.support.line_files import lines_of
from tests.support.records import shipped_records
from tests.support.write_side import ANNA, create_write_side

NEEDS = ("desk",)


def test_an_open_proposal_is_closed_when_the_file_has_its_change(tmp_path: Path) -> None:
    """Approved by another person, it comes into force; others stay open."""
    write_side = create_write_side(tmp_path / "a.db", review_required=lambda: True)
    records = shipped_records()
    records["centres"][0]["name"] = "Another name"
    records["publisher"] = "Another publisher"
    records["helplines"][1]["note"] = {"en": "At night."}
    waiting = write_side.importer.bring_in(ANNA, lines_of(tmp_path, records), "a file").proposals
    assert len(waiting) == 3
    again = write_side.importer.bring_in(ANNA, lines_of(tmp_path, records), "a file")
    assert (again.proposals, again.revision) == (waiting, 2)
    del records["helplines"]
    write_side.importer.bring_in(ANNA, lines_of(tmp_path, records), "a file", approved_by="bert")
    still_open = [proposal.change.kind for proposal, _ in write_side.proposals.waiting()]
    assert still_open == ["helpline"]
