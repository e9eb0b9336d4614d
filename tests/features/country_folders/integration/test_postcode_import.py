"""Postcodes of a file that replace those of a country in the store."""

from pathlib import Path

import pytest

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.country_folders.postcode_import import import_postcodes
from directory_api.text.errors import FileUnreadable, NotReady
from tests.support.whole_store import read_whole
from tests.support.write_side import ANNA


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    """A directory with an empty store."""
    made = open_directory(Settings(database_url=f"sqlite:///{tmp_path}/directory.db"))
    made.writer.store.create()
    return made


@pytest.fixture
def loaded(directory: Directory) -> Directory:
    """The same after its first start."""
    directory.prepare()
    return directory


def _geonames(folder: Path, code: str = "L-1111", country: str = "LU") -> Path:
    path = folder / f"{country}.txt"
    path.write_text("\t".join([country, code, "Lux", *([""] * 6), "49.6", "6.1", ""]) + "\n")
    return path


def _bring_in(directory: Directory, path: Path, country: str = "LU") -> tuple[int, bool]:
    done = import_postcodes(directory, ANNA, path, country)
    return done.revision, done.changed


def test_importing_twice_writes_once(loaded: Directory, tmp_path: Path) -> None:
    """The same file again writes nothing; another one replaces the country's codes."""
    store = loaded.writer.store
    assert _bring_in(loaded, _geonames(tmp_path)) == (2, True)
    before = read_whole(store)
    assert _bring_in(loaded, _geonames(tmp_path)) == (2, False)
    assert read_whole(store) == before
    assert _bring_in(loaded, _geonames(tmp_path, "2222")) == (3, True)
    places = read_whole(store).places
    assert [place.code for place in places if place.country == "LU"] == ["2222"]
    entries = store.history("table", "LU")
    assert [(entry.revision, entry.stamp.author) for entry in entries] == [(3, "anna"), (2, "anna")]
    assert loaded.live.snapshot.gazetteer.find("LU", "2222")


def test_an_unusable_file_changes_nothing(loaded: Directory, tmp_path: Path) -> None:
    """A file of another country is refused and leaves the store as it was."""
    before = read_whole(loaded.writer.store)
    with pytest.raises(FileUnreadable):
        _bring_in(loaded, _geonames(tmp_path), "NL")
    assert read_whole(loaded.writer.store) == before


def test_an_import_before_the_first_load_is_refused(directory: Directory, tmp_path: Path) -> None:
    """Postcodes without records would be a directory without helplines: nothing is written."""
    with pytest.raises(NotReady):
        _bring_in(directory, _geonames(tmp_path))
    assert directory.writer.store.revision() == 0
