"""What an import compares, warns of and refuses, whatever the form of the file is."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.change import Change
from directory_api.change.directory import contents_of, read_records
from directory_api.change.guards import Allowed
from directory_api.features.desk.sheets.as_csv import as_csv
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.text.errors import (
    Fault,
    FileUnreadable,
    RecordsInvalid,
    StoreUnavailable,
)
from tests.support.line_files import Records, lines_of, outcome_of
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import (
    ANNA,
    WriteSide,
    create_write_side,
    incoming,
    json_bytes,
    open_write_side,
)

SURYA = "+3242324030"


def _without_lines(faults: Iterable[Fault]) -> list[str]:
    return sorted(fault.detail for fault in faults)


def _warned(write_side: WriteSide, records: Records) -> list[tuple[str | None, str | None]]:
    outcome = write_side.importer.bring_in(ANNA, incoming(json_bytes(records)), "a file")
    return [(warning.pointer, warning.code) for warning in outcome.warnings]


@pytest.mark.parametrize(
    ("kind", "members", "pointer"),
    [
        (
            "centres",
            {"temporary": {"until": "2026-12-31", "phones": [{"number": SURYA, "kind": "main"}]}},
            "/centres/0/temporary/phones/0/number",
        ),
        (
            "centres",
            {"channels": [{"kind": "sms", "address": SURYA}]},
            "/centres/0/channels/0/address",
        ),
        (
            "helplines",
            {"channels": [{"kind": "sms", "address": SURYA}]},
            "/helplines/0/channels/0/address",
        ),
    ],
)
def test_the_number_of_a_centre_is_a_warning_wherever_another_record_has_it(
    write_side: WriteSide, kind: str, members: dict[str, Any], pointer: str
) -> None:
    """At the record that has changed."""
    records = shipped_records()
    records[kind][0] |= members
    outcome = write_side.importer.bring_in(
        ANNA,
        incoming(json_bytes(records)),
        "a file",
        allowed=Allowed.of([SURYA], removals=False),
        dry_run=True,
    )
    found = [warning for warning in outcome.warnings if warning.code == "shared_phone"]
    assert [warning.pointer for warning in found] == [pointer]


def test_a_shared_phone_is_a_warning_at_the_phone_that_changes(write_side: WriteSide) -> None:
    """Not at the other one, nor if it was acknowledged, nor if one of the two is closed."""
    records = shipped_records()
    first, second, *_ = records["centres"]
    first["phones"] = second["phones"]
    assert ("/centres/0/phones/0/number", "shared_phone") in _warned(write_side, records)
    first["acknowledged"] = [
        {
            "warning": "shared_phone",
            "value": f"{phone['number']}, {second['id']}",
            "reason": "They share a switchboard.",
        }
        for phone in first["phones"]
    ]
    assert "shared_phone" not in dict(_warned(write_side, records)).values()
    del first["acknowledged"]
    second["status"] = "closed"
    assert "shared_phone" not in dict(_warned(write_side, records)).values()


def test_a_shared_phone_in_a_table_is_named_by_its_cell(write_side: WriteSide) -> None:
    """As every other warning and fault."""
    records = shipped_records()
    records["centres"][0]["phones"] = records["centres"][1]["phones"]
    table = incoming(as_csv(contents_of(read_records(records))), "new.csv")
    outcome = write_side.importer.bring_in(ANNA, table, "a file")
    (shared, *_) = [each for each in outcome.warnings if each.code == "shared_phone"]
    assert (shared.row, (shared.column or "").split(" ")[0]) == (2, "phones.1.number")


def test_a_directory_without_an_active_centre_is_a_warning(write_side: WriteSide) -> None:
    """Visitors find the helplines only."""
    records = shipped_records()
    for centre in records["centres"]:
        centre["status"] = "closed"
    assert ("/centres", "none_active") in _warned(write_side, records)


def test_each_record_with_the_same_id_is_named(write_side: WriteSide) -> None:
    """Also the first of them, each with its place."""
    table = as_csv(contents_of(read_records(shipped_records()))).decode()
    row = next(line for line in table.splitlines() if line.startswith("centre,pag-asa"))
    file = incoming((table + f"{row}\r\n" * 2).encode(), "new.csv")
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.bring_in(ANNA, file, "a file")
    assert [fault.pointer for fault in refused.value.faults] == [
        "/centres/0/id",
        "/centres/3/id",
        "/centres/4/id",
    ]
    assert all(fault.column == "id (B)" for fault in refused.value.faults)


def test_a_column_that_has_moved_is_told_before_other_faults(write_side: WriteSide) -> None:
    """Each single cell of it could be corrected, which would be wrong."""
    records = shipped_records()
    first, second, third = records["centres"]
    first["phones"], second["phones"], third["phones"] = (
        second["phones"],
        third["phones"],
        first["phones"],
    )
    third["email"] = "wrong"
    refused = outcome_of(write_side, incoming(json_bytes(records)))
    assert isinstance(refused, RecordsInvalid)
    assert [fault.code for fault in refused.faults] == ["numbers_moved", None]
    assert f"{first['name']} has " in refused.faults[0].detail


def test_a_centre_with_a_number_of_its_own_has_not_moved(write_side: WriteSide) -> None:
    """All may share one more number; a phone without a number, or none at all, hides nothing."""
    records = shipped_records()
    first, second, third = (centre["phones"] for centre in records["centres"])
    records["centres"][0]["phones"] = [*first, *second]
    records["centres"][1]["phones"] = [*second, *third]
    records["centres"][2]["phones"] = [*third, *first, {"kind": "main"}, {"number": 3}, None]
    refused = outcome_of(write_side, incoming(json_bytes(records)))
    assert isinstance(refused, RecordsInvalid)
    assert "numbers_moved" not in [fault.code for fault in refused.faults]
    records["centres"][0]["phones"] = second
    records["centres"][1]["phones"] = [{"kind": "main"}, *third]
    records["centres"][2]["phones"] = [None, {"number": 3}]
    refused = outcome_of(write_side, incoming(json_bytes(records)))
    assert isinstance(refused, RecordsInvalid)
    assert refused.faults[0].code == "numbers_moved"


def test_faults_with_postcodes_are_told_with_all_others(write_side: WriteSide) -> None:
    """Of the same file, at once."""
    records = shipped_records()
    records["centres"][0]["location"] = {"lat": 49.6, "lon": 5.8, "precision": "street"}
    records["centres"][1]["email"] = "wrong"
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.check(incoming(json_bytes(records)))
    assert [fault.pointer for fault in refused.value.faults] == [
        "/centres/0/location",
        "/centres/1/email",
    ]


def test_records_of_one_kind_are_checked_against_the_store(tmp_path: Path) -> None:
    """A source that a stored centre needs cannot be left out of a file of sources, and a centre
    can name a stored source.
    """
    write_side = create_write_side(tmp_path / "a.db")
    sources = shipped_records()["sources"]
    refused = outcome_of(write_side, lines_of(tmp_path, {"sources": sources[1:]}))
    assert isinstance(refused, RecordsInvalid)
    whole = {**shipped_records(), "sources": sources[1:]}
    as_document = outcome_of(write_side, incoming(json.dumps(whole).encode()))
    assert isinstance(as_document, RecordsInvalid)
    assert _without_lines(refused.faults) == _without_lines(as_document.faults)
    one_more = [*shipped_records()["centres"], made_up_centre(1)]
    added = write_side.importer.bring_in(ANNA, lines_of(tmp_path, {"centres": one_more}), "more")
    assert [(change.id, change.action) for change in added.applied] == [("made-up-001", "added")]
    new = {"sources": [*sources, {"id": "new", "title": "New"}]}
    header = write_side.importer.bring_in(ANNA, lines_of(tmp_path, new), "a source")
    assert [change.kind for change in header.applied] == ["directory"]


@pytest.mark.parametrize("name", ["new.jsonl", "new.csv"])
def test_a_file_without_records_changes_nothing(tmp_path: Path, name: str) -> None:
    """It must not remove everything."""
    path = tmp_path / name
    path.write_bytes(b"\n\n")
    with pytest.raises(FileUnreadable, match="has no record"):
        create_write_side(tmp_path / "a.db").importer.bring_in(ANNA, Incoming.of(path), "none")


def test_a_store_without_records_is_not_filled_by_an_import(tmp_path: Path) -> None:
    """`load` does that."""
    write_side = open_write_side(tmp_path / "a.db")
    write_side.store.create()
    with pytest.raises(StoreUnavailable, match="no records yet"):
        write_side.importer.bring_in(ANNA, lines_of(tmp_path, shipped_records()), "first")


def test_a_file_that_is_overtaken_is_compared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is stored then."""
    write_side = create_write_side(tmp_path / "a.db")
    other = open_write_side(tmp_path / "a.db")
    file = lines_of(tmp_path, {"centres": [*shipped_records()["centres"], made_up_centre(1)]})
    append, names = write_side.store.append, ["Another name"]

    def overtaken(changes: Iterable[Change], *args: Any, **options: Any) -> int:
        if names:
            other.patch("surya", name=names.pop())
        return append(changes, *args, **options)

    monkeypatch.setattr(write_side.store, "append", overtaken)
    outcome = write_side.importer.bring_in(ANNA, file, "a file")
    assert [(change.id, change.action) for change in outcome.applied] == [
        ("made-up-001", "added"),
        ("surya", "changed"),
    ]


def test_a_file_of_one_kind_is_checked_with_the_rest_of_the_directory(tmp_path: Path) -> None:
    """Of the store; the fault of a stored centre names it. Without a store it is the seed data."""
    sources = shipped_records()["sources"]
    fewer = [source for source in sources if source["id"] != "lesmarolles"]
    for name in ("a.db", "none.db"):
        write_side = (create_write_side if name == "a.db" else open_write_side)(tmp_path / name)
        good = write_side.importer.check(lines_of(tmp_path, {"sources": sources}))
        assert (len(good.records.centres), len(good.records.helplines)) == (3, 24)
        assert good.warnings == ()
        with pytest.raises(RecordsInvalid) as refused:
            write_side.importer.check(lines_of(tmp_path, {"sources": fewer}))
        assert "No source of the directory has this id" in str(refused.value.faults[0])
        assert (refused.value.faults[0].pointer or "").startswith("/centres/")
