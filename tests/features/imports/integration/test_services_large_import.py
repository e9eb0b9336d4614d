"""A file that is read as a stream is imported as a whole document is, in bounded memory."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.change import Change, Stamp
from directory_api.change.directory import contents_of, read_records
from directory_api.change.guards import CONFIRMED
from directory_api.edit.writer import ATTEMPTS
from directory_api.features.formats.as_csv import as_csv
from directory_api.features.imports.importer import Incoming
from directory_api.text.errors import (
    FileUnreadable,
    RecordsInvalid,
    StoreConflict,
    StoreUnavailable,
)
from tests.support.ci import some
from tests.support.line_files import Records, lines_of, outcome_of
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import ANNA, NOON, create_write_side, incoming, open_write_side

NEEDS = ("formats", "sheets")

Edit = Callable[[Records], object]


def _without_lines(faults: Iterable[Any]) -> list[str]:
    return sorted(fault.detail for fault in faults)


def _share_phones(records: Records) -> None:
    records["centres"][0]["phones"] = records["centres"][1]["phones"]


def _share_phones_on_purpose(records: Records) -> None:
    _share_phones(records)
    first, second, *_ = records["centres"]
    # Which of them has the warning depends on the order of their ids.
    for centre, other in ((first, second), (second, first)):
        numbers = {phone["number"] for phone in centre["phones"]}
        centre["acknowledged"] = [
            {
                "warning": "shared-phone",
                "value": f"{number}, {other['id']}",
                "reason": "They share a switchboard.",
            }
            for number in sorted(numbers)
        ]


def _close_with_the_same_phone(records: Records) -> None:
    _share_phones(records)
    records["centres"][1]["status"] = "closed"


def _add(*centres: Records) -> Edit:
    return lambda records: records["centres"].extend(centres)


def _first(**members: Any) -> Edit:
    return lambda records: records["centres"][0].update(members)


def _close_all(records: Records) -> None:
    for centre in records["centres"]:
        centre["status"] = "closed"


def _new_source(records: Records) -> None:
    records["sources"].append({"id": "new", "title": "New"})
    records["centres"][0]["sources"]["name"] = ["new"]


def _other_order(records: Records) -> None:
    records["centres"][0] = dict(reversed(records["centres"][0].items()))
    records["centres"][0]["address"]["locality"] = dict(
        reversed(records["centres"][0]["address"]["locality"].items())
    )


EDITS: dict[str, Edit] = {
    "nothing": lambda _: None,
    "another order of the members": _other_order,
    "a name": _first(name="Another name"),
    "a confirmation": _first(verified={"on": "2026-11-20", "by": "anna", "how": "by phone"}),
    "a new centre": _add(made_up_centre(1)),
    "a removed centre": lambda records: records["centres"].pop(),
    "two removed centres": lambda records: records.update(centres=records["centres"][:1]),
    "one phone for two centres": _share_phones,
    "one phone for two centres, which is acknowledged": _share_phones_on_purpose,
    "one phone for an open and a closed centre": _close_with_the_same_phone,
    "a helpline": lambda records: records["helplines"][1].update(note={"en": "At night."}),
    "a helpline with a premium-rate number": lambda records: records["helplines"].append(
        {**records["helplines"][1], "id": "l", "kind": "national_line", "number": "+3290012345"}
    ),
    "another emergency number": lambda records: records["helplines"][0].update(number="113"),
    "every centre closed": _close_all,
    "a hidden street in a text": _first(address_visibility="hidden", name="Rue des Alexiens"),
    "a publisher": lambda records: records.update(publisher="Another"),
    "a new source with a centre that needs it": _new_source,
    "a hidden centre": _first(address_visibility="hidden"),
    "an unlisted source": _first(sources={"name": ["nowhere"]}),
    "a removed source": lambda records: records["sources"].pop(0),
    "a country without emergency number": _add(
        {**made_up_centre(1), "address": {**made_up_centre(1)["address"], "country": "FR"}}
    ),
    "no emergency number": lambda records: records.update(helplines=records["helplines"][-1:]),
    "faults of every kind": lambda records: (
        records["centres"][0].update(name="", phones=[{"number": "112", "kind": "main"}], x=1),
        records["helplines"][0].update(name={}),
        records["sources"][0].update(title=""),
    ),
    "a source that is no text": _first(sources={"name": [1]}),
    "an address that is no object": _first(address=[]),
}


@pytest.mark.parametrize("is_reviewed", [False, True])
@pytest.mark.parametrize("edit", some([*EDITS.values()], 2), ids=some([*EDITS], 2))
def test_lines_change_what_the_same_document_changes(
    tmp_path: Path, edit: Edit, is_reviewed: bool
) -> None:
    """Records, history, proposals, warnings and faults are equal, in whatever order the lines
    are.
    """
    records = shipped_records()
    edit(records)
    files: Sequence[Callable[[Path], Incoming]] = (
        lambda _: incoming(json.dumps(records).encode()),
        lambda folder: lines_of(folder, records),
        lambda folder: lines_of(folder, records, centres_first=True),
    )
    ends = []
    for number, file in enumerate(files):
        folder = tmp_path / str(number)
        folder.mkdir()
        write_side = create_write_side(folder / "a.db", review_required=lambda: is_reviewed)
        ended = outcome_of(write_side, file(folder))
        stored = write_side.store.records()
        history = [(each.change, each.stamp) for each in write_side.store.history()]
        if isinstance(ended, RecordsInvalid):
            told: Any = _without_lines(ended.faults)
        else:
            told = (
                ended.revision,
                ended.done,
                sorted(map(str, ended.waiting)),
                _without_lines(ended.warnings),
            )
        ends.append((told, stored.contents, stored.revision, sorted(history, key=str)))
    assert ends[1] == ends[0]
    assert ends[2] == ends[0]


def test_a_table_changes_what_the_same_document_changes(tmp_path: Path) -> None:
    """CSV has no publisher; everything else is there, in the order of its rows."""
    records = shipped_records()
    _share_phones(records)
    path = tmp_path / "new.csv"
    path.write_bytes(as_csv(contents_of(read_records(records))))
    ends = []
    for number, file in enumerate((incoming(json.dumps(records).encode()), Incoming.of(path))):
        write_side = create_write_side(tmp_path / f"{number}.db")
        outcome = write_side.importer.bring_in(ANNA, file, "a file", confirmed=CONFIRMED)
        ends.append((outcome.done, _without_lines(outcome.warnings), write_side.store.history()))
    assert ends[1] == ends[0]


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
    assert [(change.id, change.action) for change in added.done] == [("made-up-001", "added")]
    new = {"sources": [*sources, {"id": "new", "title": "New"}]}
    header = write_side.importer.bring_in(ANNA, lines_of(tmp_path, new), "a source")
    assert [change.kind for change in header.done] == ["directory"]


@pytest.mark.parametrize("name", ["new.jsonl", "new.csv"])
def test_a_file_without_records_changes_nothing(tmp_path: Path, name: str) -> None:
    """It must not remove everything."""
    path = tmp_path / name
    path.write_bytes(b"\n\n")
    with pytest.raises(FileUnreadable, match="has no record"):
        create_write_side(tmp_path / "a.db").importer.bring_in(ANNA, Incoming.of(path), "none")


def test_a_store_without_records_is_not_filled_by_a_stream(tmp_path: Path) -> None:
    """`load` does that."""
    write_side = open_write_side(tmp_path / "a.db")
    write_side.store.create()
    with pytest.raises(StoreUnavailable, match="no records yet"):
        write_side.importer.bring_in(ANNA, lines_of(tmp_path, shipped_records()), "first")


@pytest.mark.parametrize("times", [1, ATTEMPTS])
def test_a_stream_that_is_overtaken_is_compared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """The file is not read again; after some attempts it is given up, and nothing is changed."""
    write_side = create_write_side(tmp_path / "a.db")
    other = open_write_side(tmp_path / "a.db")
    file = lines_of(tmp_path, {"centres": [*shipped_records()["centres"], made_up_centre(1)]})
    append, names = write_side.store.append, [f"Name {number}" for number in range(times)]

    def overtaken(changes: Iterable[Change], *args: Any, **options: Any) -> int:
        if names:
            other.patch("surya", name=names.pop())
        return append(changes, *args, **options)

    monkeypatch.setattr(write_side.store, "append", overtaken)
    if times == ATTEMPTS:
        with pytest.raises(StoreConflict):
            write_side.importer.bring_in(ANNA, file, "a file")
        assert write_side.store.revision() == 1 + times
    else:
        outcome = write_side.importer.bring_in(ANNA, file, "a file")
        assert [(change.id, change.action) for change in outcome.done] == [
            ("made-up-001", "added"),
            ("surya", "changed"),
        ]


def test_a_change_of_a_confirmed_record_is_a_warning(tmp_path: Path) -> None:
    """As for a document; other kinds of records in the store stay."""
    confirmed = {"on": "2026-11-20", "by": "anna", "how": "by phone"}
    write_side = create_write_side(
        tmp_path / "a.db", [{**made_up_centre(1), "verified": confirmed}]
    )
    table = Change("table", "XX", None, {"codes": 0})
    write_side.store.append([table], Stamp("x", NOON, "a table"), expected=1)
    centre = {**made_up_centre(1), "verified": confirmed, "email": "help@example.org"}
    outcome = write_side.importer.bring_in(ANNA, lines_of(tmp_path, {"centres": [centre]}), "new")
    assert "Confirm it again. (made-up-001)" in str(outcome.warnings)
    assert "table" in write_side.store.records().contents


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_lines_are_checked_and_compared_as_the_same_document_is(tmp_path: Path, edit: Edit) -> None:
    """Faults, warnings and differences are equal, also to those of an import."""
    records = shipped_records()
    edit(records)
    write_side = create_write_side(tmp_path / "a.db")
    document = incoming(json.dumps(records).encode())
    shipped = incoming(json.dumps(shipped_records()).encode())
    ends = []
    for file in (document, lines_of(tmp_path, records)):
        try:
            checked = write_side.importer.check(file)
            told: Any = (
                checked.count,
                checked.contents,
                _without_lines(checked.warnings),
                list(write_side.importer.compare(None, file)),
                list(write_side.importer.compare(document, file)),
                list(write_side.importer.compare(file, shipped)),
            )
        except RecordsInvalid as refused:
            told = _without_lines(refused.faults)
        ends.append(told)
    assert ends[1] == ends[0]
    assert write_side.store.revision() == 1


def test_a_file_of_one_kind_is_checked_with_the_rest_of_the_directory(tmp_path: Path) -> None:
    """Of the store; the fault of a stored centre names it. Without a store it is the seed data."""
    sources = shipped_records()["sources"]
    for name in ("a.db", "none.db"):
        write_side = (create_write_side if name == "a.db" else open_write_side)(tmp_path / name)
        good = write_side.importer.check(lines_of(tmp_path, {"sources": sources}))
        assert (good.count, len(good.contents["helpline"])) == (3, 21)
        assert good.warnings == ()
        with pytest.raises(RecordsInvalid) as refused:
            write_side.importer.check(lines_of(tmp_path, {"sources": sources[1:]}))
        assert "No source in /sources has this id" in str(refused.value.faults[0])
        assert (refused.value.faults[0].pointer or "").startswith("/centres/")
