"""Warnings about helplines, hidden addresses and centres that are all closed, in each way in."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.guards import ALL_ALLOWED
from directory_api.features.desk.admin.overview import Overview
from directory_api.text.errors import Fault, RecordsInvalid
from tests.support.line_files import lines_of
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import ANNA, WriteSide, create_write_side, incoming, json_bytes

NEEDS = ("desk",)

PREMIUM = {"number": "+3290012345", "display": "0900 12 345"}
LINE = "be-trafficking-line"


def _told(warnings: Iterable[Fault]) -> list[tuple[str | None, str | None]]:
    """The code and the pointer of each."""
    return [(warning.code, warning.pointer) for warning in warnings if warning.code in TOLD]


TOLD = ("premium_rate", "hidden_later", "none_active")


def _with_premium_rate() -> dict[str, Any]:
    records = shipped_records()
    next(line for line in records["helplines"] if line["id"] == LINE).update(PREMIUM)
    return records


def test_an_imported_helpline_has_its_warnings_once(tmp_path: Path, write_side: WriteSide) -> None:
    """In a document and in lines, if it differs from the one in the store."""
    records = _with_premium_rate()
    places = [each["id"] for each in records["helplines"]]
    expected = [("premium_rate", f"/helplines/{places.index(LINE)}/number")]
    importer = write_side.importer
    document = incoming(json_bytes(records))
    lines = lines_of(tmp_path, records)
    as_lines = importer.bring_in(ANNA, lines, "test", allowed=ALL_ALLOWED, dry_run=True)
    assert _told(as_lines.warnings) == [("premium_rate", "/number")]
    changed = importer.bring_in(ANNA, document, "test", allowed=ALL_ALLOWED)
    assert _told(changed.warnings) == expected
    assert _told(importer.bring_in(ANNA, document, "test").warnings) == []
    assert _told(importer.bring_in(ANNA, lines, "test").warnings) == []


def test_an_acknowledged_warning_about_a_helpline_is_not_repeated(
    tmp_path: Path, write_side: WriteSide
) -> None:
    """Neither in an edit, nor in a file that is imported or only checked."""
    records = _with_premium_rate()
    line = next(line for line in records["helplines"] if line["id"] == LINE)
    about = {"warning": "premium_rate", "value": PREMIUM["number"], "reason": "the only one"}
    line["acknowledged"] = [about]
    importer = write_side.importer
    for file in (incoming(json_bytes(records)), lines_of(tmp_path, records)):
        assert _told(importer.check(file).warnings) == []
        outcome = importer.bring_in(ANNA, file, "test", allowed=ALL_ALLOWED, dry_run=True)
        assert _told(outcome.warnings) == []
    edit = write_side.edit(LINE, kind="helpline", typed=(PREMIUM["number"],))
    edited = write_side.editor.patch(edit, {**PREMIUM, "acknowledged": [about]})
    assert _told(edited.warnings) == []


def test_a_file_that_is_only_checked_has_all_warnings(
    tmp_path: Path, write_side: WriteSide
) -> None:
    """Also about what is equal in the store."""
    records = _with_premium_rate()
    for centre in records["centres"]:
        centre["status"] = "closed"
    for file in (incoming(json_bytes(records)), lines_of(tmp_path, records)):
        codes = [code for code, _ in _told(write_side.importer.check(file).warnings)]
        assert codes == ["none_active", "premium_rate"]


def test_the_quality_report_has_warnings_about_helplines(tmp_path: Path) -> None:
    """After those about centres, with the id of the helpline."""
    write_side = create_write_side(tmp_path / "d.db")
    write_side.live.refresh()
    edit = write_side.edit(LINE, kind="helpline", typed=(PREMIUM["number"],))
    write_side.editor.patch(edit, PREMIUM)
    overview = Overview(write_side.writer)
    warnings = overview.warnings()
    told = _told(warning for warning, reason in warnings if reason is None)
    assert told == [("premium_rate", f"/helplines/{LINE}/number")]


def test_closing_the_last_active_centre_is_a_warning(tmp_path: Path) -> None:
    """As long as another centre is active there is none, whichever is edited."""
    write_side = create_write_side(tmp_path / "d.db", [made_up_centre(1), made_up_centre(2)])
    write_side.live.refresh()

    def close(identity: str, status: str) -> list[tuple[str | None, str | None]]:
        outcome = write_side.editor.patch(write_side.edit(identity), {"status": status})
        return _told(outcome.warnings)

    assert close("made-up-001", "closed") == []
    assert close("made-up-002", "temporarily_closed") == [("none_active", "/centres")]
    assert close("made-up-001", "active") == []
    line = write_side.edit(LINE, kind="helpline")
    assert _told(write_side.editor.patch(line, {"note": {"en": "A note"}}).warnings) == []


def test_an_address_is_hidden_and_named_by_no_edit(write_side: WriteSide) -> None:
    """The error is beside the field that names the street, and does not repeat it."""
    write_side.editor.patch(write_side.edit("payoke"), {"address_visibility": "hidden"})
    with pytest.raises(RecordsInvalid) as refused:
        write_side.editor.patch(write_side.edit("payoke"), {"description": {"en": "At Leguit 4"}})
    (fault,) = refused.value.faults
    assert fault.pointer == "/description/en"
    assert "eguit" not in f"{refused.value} {fault}"


@pytest.mark.parametrize("value", ["+3290012345", "+3290012346"])
def test_an_edit_acknowledges_only_a_warning_about_the_record(
    write_side: WriteSide, value: str
) -> None:
    """Such entries need no review, so one token could fill a record with them."""
    about = {"warning": "premium_rate", "value": value, "reason": "they have no other"}
    phones = [{"number": "+3290012345", "kind": "main"}]
    if value == phones[0]["number"]:
        write_side.patch("pag-asa", phones=phones, acknowledged=[about])
        write_side.patch("pag-asa", phones=[{"number": "+3225116464", "kind": "main"}])
        assert write_side.record("pag-asa")["acknowledged"] == [about]  # an old one may stay
        return
    with pytest.raises(RecordsInvalid) as refused:
        write_side.patch("pag-asa", phones=phones, acknowledged=[about])
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [
        (
            "/acknowledged/0",
            "The record has no such warning with this value. Copy both from the warning, or "
            "remove this entry.",
        )
    ]
