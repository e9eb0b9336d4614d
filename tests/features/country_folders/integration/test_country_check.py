"""The folder of a country is checked: every fault with its file and line."""

import shutil
from pathlib import Path

import pytest

from directory_api.countries.known import folders
from directory_api.features.country_folders.check import faults_in
from directory_api.files.country_tables import MOST_FAULTS_LISTED
from tests.support.frozen import DATA


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped folder of Belgium, to spoil."""
    return Path(shutil.copytree(DATA / "countries/be", tmp_path / "be"))


@pytest.mark.parametrize("folder", folders(DATA), ids=lambda each: each.name)
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
        ("country.toml", 'near = ["NL"', 'near = ["Germany"', "near has ISO 3166-1 codes"),
        ("country.toml", '"easter+1"', '"easter1"', "line 30: holidays.public has 'easter1'"),
        ("country.toml", '["BE", "B"]', '["BE", 1]', "prefixes must be a list of texts in quotes"),
        ("country.toml", '"1035"', '"103"', "line 20: postcode.institutions has '103'"),
        ("country.toml", '"nl", "fr", "de"]', '"nl", "xx"]', "languages has 'xx'"),
        ("country.toml", '["fr", "de", "nl"] }', '["fra1"] }', "languages_in has 'fra1'"),
        ("country.toml", '"BE-W"', '"FR-W"', "with which no code of ISO 3166-2 begins"),
        ("country.toml", '["NL", "LU"', '["NL", "UK"', "line 9: near has 'UK'"),
        ("country.toml", '["DE", "FR"', '["ZZ", "FR"', "countries has 'ZZ', which is the code"),
        ("country.toml", '"trust.free"', '"trust.gratis"', "about has 'trust.gratis': write a key"),
        ("country.toml", '"door.doubt"', '"door.sure"', "about has 'door.sure': write a key"),
        ("country.toml", '"trust.free"', '{ xx = "Free." }', "about has {'xx': 'Free.'}"),
        ("country.toml", 'source = "bipt"', "", "about.source is missing"),
        ("postcodes.csv", "code,place", "codes,place", "line 1: missing columns: code"),
        ("postcodes.csv", "1000,Bruxelles", "100,Bruxelles", "line 2: code is not what"),
        ("country.toml", "shape = '", "shape = 1 # '", "postcode.shape must be a text in quotes"),
        ("municipalities.csv", ",name_de", ",name_ger1", "line 1: name_ger1: write the code of"),
        ("municipalities.csv", ",name_de", ",name_xx", "line 1: name_xx: write the code of"),
        ("boundary.geojson", '"coordinates"', '"x"', "is no FeatureCollection of polygons"),
        ("regions.csv", "subdivision,name", "subdivision,names", "missing columns: name"),
    ],
)
def test_a_fault_is_named_with_its_place(
    folder: Path, file: str, before: str, after: str, fault: str
) -> None:
    """One sentence, which begins with the file. What reading a table and a boundary refuses has its
    rows in test_country_folders.py.
    """
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    found = [*faults_in(folder)]
    assert all(each.startswith(f"{path}: ") for each in found)
    assert any(fault in each for each in found), found


def test_latitude_and_longitude_are_compared_without_a_boundary_too(folder: Path) -> None:
    """With the other rows."""
    (folder / "boundary.geojson").unlink()
    path = folder / "postcodes.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("50.8504,4.3488", "4.3488,50.8504", 1), encoding="utf-8")
    assert [*faults_in(folder)] == [
        f"{path}: line 2: lat and lon are exchanged: the place is far from the country"
    ]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("municipalites.csv", "is no file of a country; did you mean municipalities.csv?"),
        ("about", "is no file of a country; there are country.toml, postcodes.csv, "),
        ("neighbours/NL.csv", "is no table of a neighbour; name it by its country, such as nl.csv"),
    ],
)
def test_a_file_with_another_name_is_a_fault(folder: Path, name: str, fault: str) -> None:
    """It would be left out in silence. Notes and hidden files are not."""
    (folder / name).write_text("", encoding="utf-8")
    (folder / ".directory").touch()
    (folder / "NOTES.md").touch()
    (found,) = faults_in(folder)
    assert found.startswith(f"{folder / name}: {fault}")


def test_a_folder_is_named_by_a_code_that_exists(folder: Path) -> None:
    """ISO 3166-1 has no ZZ."""
    other = folder.rename(folder.with_name("zz"))
    assert any("no country has the ISO 3166-1 code ZZ" in each for each in faults_in(other))


def test_a_table_without_rows_is_a_fault(folder: Path) -> None:
    """The country would have no postcodes."""
    path = folder / "postcodes.csv"
    path.write_text("code,place,lat,lon\n", encoding="utf-8")
    assert [*faults_in(folder)] == [f"{path}: line 1: no postcode with a place follows"]


def test_all_faults_are_found_at_once(folder: Path) -> None:
    """Those of several files, of several members, and of a name of a folder that is no code."""
    other = folder.rename(folder.with_name("belgium"))
    path = other / "country.toml"
    text = path.read_text(encoding="utf-8")
    for before, after in (
        ('name = "Belgium"', ""),
        ("?P<key>", ""),
        ('languages = ["nl"', 'languages = ["xx"'),
        ('near = ["NL"', 'near = ["Germany"'),
        ('"easter+1"', '"easter1"'),
    ):
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")
    path = other / "names.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("name", "nom"), encoding="utf-8")
    (other / "postcodes.csv").write_bytes(b"\xff")
    found = "\n".join(faults_in(other))
    for fault in (
        "belgium: name the folder by the country's ISO 3166-1 code",
        "name is missing",
        "postcode.shape needs one group",
        "languages has 'xx'",
        "near has ISO 3166-1 codes",
        "has 'easter1'",
        "names.csv: line 1: missing columns: name",
        "postcodes.csv: cannot be read as UTF-8",
    ):
        assert fault in found
    (other / "country.toml").unlink()
    # Perhaps it is the folder of all countries: what else is in it is not looked at.
    (fault,) = faults_in(other)
    assert "cannot be read (No such file or directory); name the folder of one country" in fault


def test_many_faults_of_a_file_are_counted(folder: Path) -> None:
    """The first hundred are listed."""
    path = folder / "postcodes.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("geonames-zip", "x").replace(",5", ",x5")
    )
    *listed, last = faults_in(folder)
    assert len(listed) == MOST_FAULTS_LISTED
    assert last.endswith(" others")
