"""Loading and importing: all or nothing, once, by name, and nothing else is touched."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory_api.actions.current import Current
from directory_api.actions.edit import Editor
from directory_api.domain.errors import FileUnreadable, NotReady, RecordsInvalid
from directory_api.storage.sqlite import SqliteStore
from directory_api.storage.store import Kept, Store

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that nothing has been made of yet."""
    return SqliteStore(tmp_path / "store.db")


@pytest.fixture
def editor(store: Store) -> Editor:
    """An editor of the store, at a fixed moment."""
    return Editor(store, Current(store), lambda: AT)


def _plain(kept: Kept) -> tuple[int, dict[str, dict[str, object]], object]:
    return kept.revision, {kind: dict(records) for kind, records in kept.contents.items()}, kept.places


def _luxembourg(folder: Path, code: str = "L-1111") -> Path:
    path = folder / "LU.txt"
    path.write_text("\t".join(["LU", code, "Lux", *([""] * 6), "49.6", "6.1", ""]) + "\n")
    return path


def test_loading_twice_writes_once(editor: Editor, store: Store, data: Path) -> None:
    """The first load writes revision 1, the second changes nothing."""
    first = editor.load(data / "centres.json", data, author="anna", reason="start")
    before = _plain(store.read())
    again = editor.load(data / "centres.json", data, author="bert", reason="again")
    assert (first.revision, again.revision, again.changes) == (1, 1, ())
    assert {change.deed for change in first.changes} == {"added"}
    assert _plain(store.read()) == before
    (entry,) = store.history("centre", "surya")
    assert (entry.author, entry.at, entry.reason) == ("anna", AT, "start")


def test_preparing_loads_into_an_empty_store_only(editor: Editor, store: Store, data: Path) -> None:
    """A store that holds something is left as it is."""
    editor.prepare(data)
    before = _plain(store.read())
    editor.prepare(data)
    assert _plain(store.read()) == before
    assert before[0] == 1


def test_what_differs_is_written_and_nothing_else(editor: Editor, store: Store, data: Path, tmp_path: Path) -> None:
    """A changed and a removed record are two changes; the rest keeps its history of one entry."""
    editor.prepare(data)
    records = json.loads((data / "centres.json").read_text(encoding="utf-8"))
    records["centres"][0]["name"] = "PAG-ASA vzw"
    del records["centres"][2]
    path = tmp_path / "new.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    loaded = editor.load(path, data, author="anna", reason="news")
    assert [(change.deed, change.id) for change in loaded.changes] == [("changed", "pag-asa"), ("removed", "surya")]
    assert [len(store.history("centre", key)) for key in ("pag-asa", "payoke", "surya")] == [2, 1, 2]


def test_a_faulty_file_changes_nothing(editor: Editor, store: Store, data: Path, tmp_path: Path) -> None:
    """A file with faults is refused by check and load with the same faults, and the store stays as it was."""
    editor.prepare(data)
    before = _plain(store.read())
    path = tmp_path / "bad.json"
    path.write_text('{"centres": [{"id": "X"}]}')
    with pytest.raises(RecordsInvalid) as loading:
        editor.load(path, data, author="a", reason="b")
    with pytest.raises(RecordsInvalid) as checking:
        editor.check(path, data)
    assert loading.value.faults == checking.value.faults
    with pytest.raises(FileUnreadable):
        editor.load(tmp_path / "gone.json", data, author="a", reason="b")
    assert _plain(store.read()) == before


def test_checking_needs_no_store(editor: Editor, data: Path, tmp_path: Path) -> None:
    """A check of the shipped file warns of Sürya's two domains, and makes no file."""
    checked = editor.check(data / "centres.json", data)
    assert [warning.pointer for warning in checked.warnings] == ["/centres/surya/email"]
    assert list(tmp_path.iterdir()) == []


def test_importing_twice_writes_once(editor: Editor, store: Store, data: Path, tmp_path: Path) -> None:
    """The same GeoNames file again writes nothing; another one replaces the country's codes."""
    editor.prepare(data)
    first = editor.import_postcodes(_luxembourg(tmp_path), "LU", author="anna")
    again = editor.import_postcodes(_luxembourg(tmp_path), "LU", author="anna")
    assert [(done.revision, done.changed) for done in (first, again)] == [(2, True), (2, False)]
    other = editor.import_postcodes(_luxembourg(tmp_path, "2222"), "LU", author="anna")
    assert (other.revision, other.changed) == (3, True)
    assert [place.code for place in store.read().places if place.country == "LU"] == ["2222"]
    assert [entry.revision for entry in store.history("table", "LU")] == [3, 2]


def test_imported_tables_stay_after_a_load(editor: Editor, store: Store, data: Path, tmp_path: Path) -> None:
    """Loading the shipped data again keeps the tables of countries that it lacks, and undoes a replaced own one."""
    editor.prepare(data)
    editor.import_postcodes(_luxembourg(tmp_path), "LU", author="anna")
    before = _plain(store.read())
    assert editor.load(data / "centres.json", data, author="a", reason="b").changes == ()
    assert _plain(store.read()) == before
    belgian = tmp_path / "BE.txt"
    belgian.write_text(_luxembourg(tmp_path, "1000").read_text().replace("LU\t", "BE\t"))
    editor.import_postcodes(belgian, "BE", author="anna")
    assert len(store.read().places) == 2
    editor.load(data / "centres.json", data, author="a", reason="b")
    assert len(store.read().places) == 1150


def test_an_unusable_import_changes_nothing(editor: Editor, store: Store, data: Path, tmp_path: Path) -> None:
    """A file of another country is refused and leaves the store as it was."""
    editor.prepare(data)
    before = _plain(store.read())
    with pytest.raises(FileUnreadable):
        editor.import_postcodes(_luxembourg(tmp_path), "NL", author="anna")
    assert _plain(store.read()) == before


def test_an_import_before_the_first_load_is_refused(editor: Editor, store: Store, tmp_path: Path) -> None:
    """Postcodes without records would be a directory without helplines: NotReady, and nothing is written."""
    store.migrate()
    with pytest.raises(NotReady):
        editor.import_postcodes(_luxembourg(tmp_path), "LU", author="anna")
    assert store.revision() == 0
