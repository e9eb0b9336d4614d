"""Loading what comes with the product: once, all or nothing, and never over anybody's edits."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory_api.answer.as_centres_json import as_file
from directory_api.change.change import Change, Contents, Stamp
from directory_api.edit.seed import SYSTEM, Loaded, SeedData
from directory_api.text.errors import FileUnreadable, RecordsInvalid
from tests.support.added_postcodes import add_postcodes
from tests.support.whole_store import Whole, read_whole
from tests.support.write_side import ANNA, NOON, WriteSide, open_write_side

MAINTAINED = ("directory", "helpline", "centre")


@pytest.fixture
def folder(data: Path, tmp_path: Path) -> Path:
    """A copy of the shipped data folder, to change."""
    return Path(shutil.copytree(data, tmp_path / "data"))


@pytest.fixture
def write_side(folder: Path, tmp_path: Path) -> WriteSide:
    """The services for a copied data folder; the store does not exist yet."""
    return open_write_side(tmp_path / "var" / "directory.db", data=folder)


@pytest.fixture
def loaded(write_side: WriteSide) -> WriteSide:
    """The same after its first start."""
    write_side.seed_data.prepare()
    return write_side


def _rewrite(folder: Path, change: Callable[[Any], object], name: str = "centres.json") -> None:
    """Change a JSON file of the folder."""
    path = folder / name
    records = json.loads(path.read_text(encoding="utf-8"))
    change(records)
    path.write_text(json.dumps(records), encoding="utf-8")


def _swap(records: Any) -> None:
    """Latitude and longitude of the first centre."""
    records["centres"][0]["location"].update(lat=4.3, lon=50.8)


def _rename(name: str, index: int = 0) -> Callable[[Any], object]:
    def change(records: Any) -> None:
        records["centres"][index]["name"] = name
        records["centres"][index]["sources"].pop("name")

    return change


def _load(write_side: WriteSide) -> Loaded:
    return write_side.seed_data.load(ANNA, reason="the new data")


def _maintained(write_side: WriteSide) -> Contents:
    contents = write_side.store.records().contents
    return {kind: dict(contents[kind]) for kind in MAINTAINED}


def _plain(kept: Whole) -> tuple[int, Contents, object]:
    contents = {kind: dict(records) for kind, records in kept.contents.items()}
    return kept.revision, contents, kept.places


def test_the_first_load_brings_everything_in(write_side: WriteSide) -> None:
    """Centres, helplines, header, boundaries and postcodes have revision 1, with who, when
    and why.
    """
    done = _load(write_side)
    assert (done.outcome.revision, done.kept_edits, done.outcome.proposals) == (1, False, ())
    assert {change.action for change in done.outcome.applied} == {"added"}
    assert {change.kind for change in done.outcome.applied} == {
        "centre",
        "helpline",
        "directory",
        "boundary",
        "table",
    }
    (entry,) = write_side.store.history("centre", "surya")
    assert entry.stamp == Stamp("anna", NOON, "the new data")
    kept = read_whole(write_side.store)
    assert (len(kept.contents["centre"]), len(kept.places)) == (3, 1149)
    assert write_side.live.snapshot.revision == 1


def test_loading_again_writes_nothing(loaded: WriteSide) -> None:
    """Not a row in the database, however often."""
    before = loaded.everything()
    for _ in range(2):
        again = _load(loaded)
        assert (again.outcome.revision, again.outcome.changes, again.kept_edits) == (1, (), False)
    assert loaded.everything() == before


def test_preparing_loads_into_an_empty_store_only(write_side: WriteSide, folder: Path) -> None:
    """The first start loads in the product's own name; a later one leaves the store as it is."""
    write_side.seed_data.prepare()
    (entry,) = write_side.store.history("centre", "surya")
    assert (entry.stamp.author, entry.revision) == (SYSTEM.name, 1)
    before = write_side.everything()
    _rewrite(folder, _rename("Another"))
    write_side.seed_data.prepare()
    assert write_side.everything() == before


def test_a_changed_file_is_taken_when_nobody_has_edited_the_store(
    loaded: WriteSide, folder: Path
) -> None:
    """A changed and a removed record are two changes; then store and file are in step again."""

    def change(records: Any) -> None:
        records["centres"][0]["name"] = "PAG-ASA vzw"
        del records["centres"][2]

    _rewrite(folder, change)
    done = _load(loaded)
    assert [(change.action, change.id) for change in done.outcome.applied] == [
        ("changed", "pag-asa"),
        ("removed", "surya"),
    ]
    assert [len(loaded.store.history("centre", key)) for key in ("pag-asa", "payoke", "surya")] == [
        2,
        1,
        2,
    ]
    before = loaded.everything()
    assert not _load(loaded).kept_edits
    assert loaded.everything() == before


def test_an_edit_is_not_undone_by_the_file_it_was_made_upon(loaded: WriteSide) -> None:
    """The next start with the same file leaves an edited record as it is, without a message."""
    loaded.patch("payoke", name="Payoke vzw")
    loaded.editor.remove(loaded.edit("surya"))
    before = loaded.everything()
    done = _load(loaded)
    assert (done.outcome.changes, done.kept_edits) == ((), False)
    assert loaded.everything() == before


def test_where_both_have_changed_the_store_keeps_its_records(
    loaded: WriteSide, folder: Path
) -> None:
    """If file and store have both changed, the records stay, and each start reports it."""
    loaded.patch("payoke", name="Payoke vzw")
    _rewrite(folder, _rename("PAG-ASA vzw"))
    before = _maintained(loaded)
    for _ in range(2):
        done = _load(loaded)
        assert (done.outcome.changes, done.kept_edits) == ((), True)
        assert _maintained(loaded) == before


def test_tables_and_boundaries_are_loaded_beside_kept_edits(
    loaded: WriteSide, folder: Path
) -> None:
    """While records are kept, a new boundary and new postcodes come in."""
    loaded.patch("payoke", name="Payoke vzw")
    _rewrite(folder, _rename("PAG-ASA vzw"))
    countries = folder / "countries"
    shutil.copy(countries / "be/boundary.geojson", countries / "lu/boundary.geojson")
    with (countries / "be/country.toml").open("a") as described:
        described.write(
            '[[attributions]]\nname = "Another"\nlicence = "CC0"\nurl = "https://x.be"\n'
        )
    before = _maintained(loaded)
    done = _load(loaded)
    assert done.kept_edits
    assert [(change.kind, change.id) for change in done.outcome.applied] == [
        ("boundary", "LU"),
        ("table", "BE"),
    ]
    assert _maintained(loaded) == before


def test_an_export_to_the_file_brings_both_in_step_again(loaded: WriteSide, folder: Path) -> None:
    """After the store is exported to the file, loading changes nothing, and later files are loaded
    again.
    """
    loaded.patch("payoke", name="Payoke vzw")
    _rewrite(folder, _rename("PAG-ASA vzw"))
    assert _load(loaded).kept_edits
    (folder / "centres.json").write_bytes(as_file(read_whole(loaded.store).contents))
    before = _maintained(loaded)
    done = _load(loaded)
    assert (done.outcome.changes, done.kept_edits) == ((), False)
    assert _maintained(loaded) == before
    _rewrite(folder, _rename("PAG-ASA vzw"))
    done = _load(loaded)
    assert ([change.id for change in done.outcome.applied], done.kept_edits) == (["pag-asa"], False)


def test_the_same_edit_in_the_file_is_no_conflict(loaded: WriteSide, folder: Path) -> None:
    """Who makes the same change at both places is in step, and the next file is taken."""
    loaded.patch("pag-asa", name="PAG-ASA vzw")
    _rewrite(folder, _rename("PAG-ASA vzw"))
    assert not _load(loaded).kept_edits
    _rewrite(folder, _rename("Payoke vzw", 1))
    assert [change.id for change in _load(loaded).outcome.applied] == ["payoke"]


def test_how_the_file_is_written_does_not_matter(loaded: WriteSide, folder: Path) -> None:
    """Other white space and another order of the centres are no change of the file; edits stay."""
    loaded.patch("payoke", name="Payoke vzw")
    _rewrite(folder, lambda records: records["centres"].reverse())
    assert not _load(loaded).kept_edits


def test_a_store_of_an_earlier_version_is_not_overwritten(loaded: WriteSide) -> None:
    """If the loaded file was not noted, an edited store keeps its records; an unedited one is in
    step.
    """

    def forget() -> None:
        noted = [entry.change for entry in loaded.store.history("loaded", most=2)]
        back = [Change(change.kind, change.id, change.after, change.before) for change in noted]
        loaded.store.append(back, Stamp("x", NOON, ""), expected=loaded.store.revision())

    forget()
    assert not _load(loaded).kept_edits
    loaded.patch("payoke", name="Payoke vzw")
    forget()
    before = _maintained(loaded)
    assert _load(loaded).kept_edits
    assert _maintained(loaded) == before


def test_a_file_of_before_is_left_aside(folder: Path, tmp_path: Path) -> None:
    """An older file, or a restored copy of one, does not undo later changes."""
    write_side = open_write_side(tmp_path / "directory.db", data=folder)
    write_side.seed_data.prepare()
    old = (folder / "centres.json").read_bytes()
    write_side.patch("pag-asa", phones=[{"number": "+3225116465", "kind": "main"}])
    (folder / "centres.json").write_bytes(as_file(write_side.store.records().contents))
    assert not _load(write_side).kept_edits
    (folder / "centres.json").write_bytes(old)
    loaded = _load(write_side)
    assert (loaded.kept_edits, loaded.outcome.changes) == (True, ())
    assert write_side.record("pag-asa")["phones"][0]["number"] == "+3225116465"


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (
            lambda folder: (folder / "centres.json").write_text('{"centres": [{"id": "X"}]}'),
            RecordsInvalid,
        ),
        (lambda folder: (folder / "centres.json").write_text("{"), FileUnreadable),
        (lambda folder: (folder / "centres.json").unlink(), FileUnreadable),
        (lambda folder: (folder / "countries/be/country.toml").write_text("["), FileUnreadable),
        (lambda folder: (folder / "countries/be/boundary.geojson").write_text("x"), FileUnreadable),
        (
            lambda folder: _rewrite(folder, _swap),
            RecordsInvalid,
        ),
    ],
)
def test_a_faulty_folder_changes_nothing(
    loaded: WriteSide, folder: Path, spoil: Callable[[Path], object], error: type[Exception]
) -> None:
    """Whichever file is wrong, none is taken, and the database is as it was."""
    _rewrite(folder, _rename("Another", 1))
    spoil(folder)
    before = loaded.everything()
    with pytest.raises(error):
        _load(loaded)
    assert loaded.everything() == before


# Postcodes


def test_imported_tables_stay_after_a_load(loaded: WriteSide) -> None:
    """A load keeps the tables of countries that the folder lacks, and restores its own tables."""
    add_postcodes(loaded.writer, "LU", ("1111", "Lux", 49.6, 6.1))
    before = _plain(read_whole(loaded.store))
    assert _load(loaded).outcome.changes == ()
    assert _plain(read_whole(loaded.store)) == before
    add_postcodes(loaded.writer, "BE", ("1000", "Brussel", 50.85, 4.35))
    assert len(read_whole(loaded.store).places) == 2
    _load(loaded)
    assert len(read_whole(loaded.store).places) == 1150


@pytest.mark.parametrize("has_records", [False, True])
def test_a_country_whose_folder_is_removed_goes_out_of_the_store(
    write_side: WriteSide, folder: Path, has_records: bool
) -> None:
    """Its postcodes and its boundary, unless the store has records of it: then a setting may have
    been forgotten. Postcodes that were imported stay.
    """
    shutil.copy(folder / "countries/be/boundary.geojson", folder / "countries/nl")
    table = folder / "countries/nl/postcodes.csv"
    table.write_text("code,place,lat,lon\n1012,Amsterdam,52.37,4.9\n", encoding="utf-8")
    if not has_records:
        _rewrite(folder, _without_netherlands)
    _load(write_side)
    add_postcodes(write_side.writer, "AT", ("1010", "Wien", 48.2, 16.3))
    shutil.rmtree(folder / "countries/nl")
    done = _load(write_side)
    removed = [] if has_records else [("boundary", "NL", "removed"), ("table", "NL", "removed")]
    assert [(each.kind, each.id, each.action) for each in done.outcome.applied] == removed
    kept = read_whole(write_side.store)
    left = {"BE", "NL"} if has_records else {"BE"}
    assert {place.country for place in kept.places} == {"AT", *left}
    assert {*kept.contents["boundary"]} == left
    before = write_side.everything()
    assert _load(write_side).outcome.changes == ()
    assert write_side.everything() == before


def _without_netherlands(records: Any) -> None:
    records["helplines"] = [each for each in records["helplines"] if "NL" not in each["countries"]]


def test_a_boundary_that_the_folder_lacks_stays(loaded: WriteSide, folder: Path) -> None:
    """A file that is gone from the folder takes nothing out of the store."""
    (folder / "countries/be/boundary.geojson").unlink()
    before = loaded.everything()
    assert _load(loaded).outcome.changes == ()
    assert loaded.everything() == before


def test_a_folder_of_its_own_may_be_shipped(folder: Path, loaded: WriteSide) -> None:
    """Another folder over the same ledger is loaded like the first."""
    _rewrite(folder, _rename("Another"))
    outcome = SeedData(loaded.writer, folder).load(SYSTEM, reason="from elsewhere").outcome
    assert [change.id for change in outcome.applied] == ["pag-asa"]
