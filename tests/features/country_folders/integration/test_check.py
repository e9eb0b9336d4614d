"""The folder of a country is checked: every fault with its file and line."""

import shutil
from pathlib import Path

import pytest

from directory_api.config import shipped
from directory_api.countries.known import folders
from directory_api.features.country_folders.checking import faults_in
from tests.support.command_line import RunCommand


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped folder of Belgium, to spoil."""
    return Path(shutil.copytree(shipped("data") / "countries/be", tmp_path / "be"))


@pytest.mark.parametrize("folder", folders(shipped("data")), ids=lambda each: each.name)
def test_what_is_shipped_has_no_faults(folder: Path) -> None:
    """Of each country."""
    assert [*faults_in(folder)] == []


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        ("country.toml", 'name = "Belgium"', "name = 1", "line 1: name must be a text in quotes"),
        ("country.toml", 'name = "Belgium"', "x = 1", "line 1: x is unknown"),
        ("country.toml", "[postcode]", "[postcode", "line 11, column 10"),
        ("country.toml", "0612)'", "0612'", "postcode.shape is no regular expression"),
        ("country.toml", "?P<key>", "", "postcode.shape needs one group, named key"),
        ("country.toml", 'example = "1000"', 'example = "x"', "is not written like postcode.shape"),
        ("country.toml", 'example = "1000"', "", "postcode.example is missing"),
        ("country.toml", '"easter+1"', '"easter1"', "has 'easter1', which is no day"),
        ("postcodes.csv", "code,place", "codes,place", "line 1: the columns code are missing"),
        ("postcodes.csv", "1000,Bruxelles", "100,Bruxelles", "line 2: code is not what"),
        ("postcodes.csv", "50.8504,", "950.8504,", "line 2: lat is no number of degrees"),
        ("postcodes.csv", "1000,Bruxelles,", "1000,,", "line 2: place is empty"),
        ("boundary.geojson", '"coordinates"', '"x"', "is no FeatureCollection of polygons"),
        ("boundary.geojson", "{", "[", "is no FeatureCollection of polygons"),
        ("regions.csv", "subdivision,name", "subdivision,names", "the columns name are missing"),
    ],
)
def test_a_fault_is_named_with_its_place(
    folder: Path, file: str, before: str, after: str, fault: str
) -> None:
    """One sentence, which begins with the file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    found = [*faults_in(folder)]
    assert all(each.startswith(f"{path}: ") for each in found)
    assert any(fault in each for each in found), found


def test_all_faults_are_found_at_once(folder: Path) -> None:
    """Those of several files, and of a name of a folder that is no code."""
    other = folder.rename(folder.with_name("belgium"))
    for file in ("country.toml", "names.csv"):
        path = other / file
        path.write_text(path.read_text(encoding="utf-8").replace("name", "nom"), encoding="utf-8")
    (other / "postcodes.csv").write_bytes(b"\xff")
    assert len([*faults_in(other)]) > 4
    (other / "country.toml").unlink()
    assert [*faults_in(other)][-1].endswith("cannot be read (No such file or directory)")


def test_the_command_prints_them(folder: Path, run_without_store: RunCommand) -> None:
    """And ends with 1; or says that there are none."""
    done = run_without_store("country", "check", folder)
    assert (done.exit_code, done.stdout) == (0, f"{folder}: no errors.\n")
    (folder / "country.toml").write_text("", encoding="utf-8")
    done = run_without_store("country", "check", folder)
    assert done.exit_code == 1
    assert "country.toml: line 0: name is missing: write a text in quotes" in done.stderr
