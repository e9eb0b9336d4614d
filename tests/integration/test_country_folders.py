"""The folder of a country is loaded if what it gives the store can be read."""

import shutil
from pathlib import Path

import pytest

from directory_api.files.country_tables import shipped_boundaries, shipped_tables
from directory_api.text.errors import FileUnreadable
from tests.support.command_line import RunCommand
from tests.support.frozen import CENTRES, DATA
from tests.support.servers import free_port


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped folder of Belgium in a data folder, to spoil."""
    return Path(shutil.copytree(DATA / "countries/be", tmp_path / "data/countries/be"))


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        ("postcodes.csv", "code,place", "codes,place", "line 1: missing columns: code"),
        ("postcodes.csv", "1000,Bruxelles", "100,Bruxelles", "line 2: code is not what"),
        ("postcodes.csv", "50.8504,", "950.8504,", "line 2: lat is no number of degrees"),
        ("postcodes.csv", "1000,Bruxelles,", "1000,,", "line 2: empty: place"),
        ("postcodes.csv", "1000,Bruxelles", "1000,A,B", "line 2: more cells than columns"),
        ("postcodes.csv", "50.8504,4.3488", "4.3488,50.8504", "line 2: lat and lon are exchanged"),
        ("municipalities.csv", "code,", "codes,", "line 1: missing columns: code"),
        ("municipalities.csv", ",BE-BRU,", ",,", "line 2: empty: subdivision"),
        ("municipalities.csv", ",BE-BRU,", ",BRU,", "line 2: subdivision is no code of ISO 3166-2"),
        ("municipalities.csv", ",1019022", ",many", "line 2: population is no number"),
        ("names.csv", "municipality,", "x,", "line 1: missing columns: municipality"),
        ("boundary.geojson", '"features":[', '"features":[],"x":[', "has no polygon"),
        ("boundary.geojson", "{", "[", "is no FeatureCollection of polygons"),
    ],
)
def test_what_could_show_a_wrong_place_is_refused_with_its_line(
    folder: Path, file: str, before: str, after: str, fault: str
) -> None:
    """The rest of a folder is for `country check` to see."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FileUnreadable) as refused:
        shipped_tables(folder.parents[1])
    assert f"{path}: {fault}" in refused.value.detail


def test_a_broken_boundary_without_postcodes_is_refused_too(folder: Path) -> None:
    """A country can be known by its boundary alone."""
    (folder / "postcodes.csv").unlink()
    (folder / "boundary.geojson").write_text("{}", encoding="utf-8")
    with pytest.raises(FileUnreadable, match="is no FeatureCollection of polygons"):
        shipped_boundaries(folder.parents[1])


def test_a_table_from_a_spreadsheet_is_read(folder: Path) -> None:
    """With a byte order mark; and a code without a municipality is named by its places."""
    path = folder / "postcodes.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    path = folder / "municipalities.csv"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith("1000,")
    path.write_text("\n".join([head, *rest]) + "\n", encoding="utf-8")
    (table,) = shipped_tables(folder.parents[1])
    assert (len(table.places), table.places[0].name) == (1149, "Bruxelles")


def test_a_folder_with_faults_is_not_loaded(
    folder: Path, run_without_store: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command says the line, without a traceback; what serves goes on without the country."""
    path = folder / "country.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"easter+1"', '"13-06"'))
    monkeypatch.setenv("DIRECTORY_DATA", str(folder.parents[1]))
    done = run_without_store("load")
    assert done.exit_code == 1
    assert "country.toml: line 30: holidays.public has '13-06', which is no day" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_table_with_faults_is_not_loaded(
    folder: Path, run_without_store: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is anything else of the folder."""
    path = folder / "postcodes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("50.8504,", "x,", 1))
    monkeypatch.setenv("DIRECTORY_DATA", str(folder.parents[1]))
    done = run_without_store("load")
    assert done.exit_code == 1
    assert "postcodes.csv: line 2: lat is no number of degrees" in done.stderr
    assert "no directory" in run_without_store("show", "pag-asa").stderr


def test_a_directory_of_another_country_is_refused(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forgotten DIRECTORY_DATA neither adds a country nor answers with the wrong one."""
    folder = tmp_path / "data/countries/nl"
    shutil.copytree(DATA / "countries/nl", folder)
    (folder / "postcodes.csv").write_text("code,place,lat,lon\n1012,Amsterdam,52.37,4.9\n")
    shutil.copy(CENTRES, tmp_path / "data")
    monkeypatch.setenv("DIRECTORY_DATA", str(tmp_path / "data"))
    loaded = run_command("load")
    assert loaded.exit_code == 1
    assert "has the postcodes of NL, and the directory those of BE" in loaded.stderr
    monkeypatch.setenv("DIRECTORY_COUNTRY", "NL")
    served = run_command("serve", "--port", free_port())
    assert served.exit_code == 1
    assert "has the postcodes of BE, and not of NL" in served.stderr
