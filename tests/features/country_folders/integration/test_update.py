"""The folder of a country is compared with newer files, and gets them after asking."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from directory_api.features.country_folders.making import around
from directory_api.features.country_folders.updating import update_of
from directory_api.place.geometry import Point
from directory_api.text.errors import FileUnreadable
from tests.features.country_folders.support import ROWS, postal_file
from tests.support.command_line import RunCommand
from tests.support.frozen import DATA

Update = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, run_without_store: RunCommand) -> Path:
    """That of Austria, with its four postcodes."""
    words = ("country", "new", "AT", "--postcodes", postal_file(tmp_path, "AT"))
    done = run_without_store(*words, "--emergency", "112", "--out", tmp_path / "data")
    assert done.exit_code == 0
    return tmp_path / "data/countries/at"


@pytest.fixture
def update(folder: Path, tmp_path: Path, run_without_store: RunCommand) -> Update:
    """Run the command with a postal file."""

    def run(file: Path, *words: object) -> Result:
        data = folder.parents[1]
        return run_without_store(
            *("country", "update", "AT", "--postcodes", file, "--out", data, *words)
        )

    return run


def _newer(folder: Path, *changes: tuple[str, str]) -> Path:
    """Austria's postal file with changes."""
    path = postal_file(folder, "AT")
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    return path


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


NEWER = (("8010\tKainbach", "8011\tKainbach"), ("47.7994", "47.8294"))


def test_the_difference_comes_first_and_nothing_is_written_without_a_yes(
    folder: Path, update: Update, tmp_path: Path
) -> None:
    """Postcodes that are added, removed and moved, with how far, and the boundary."""
    before = _content(folder)
    file = _newer(tmp_path, *NEWER)
    asked = update(file)
    assert asked.exit_code == 1
    assert _content(folder) == before
    for words in (
        "1 postcodes added: 8011 Kainbach\n",
        "1 postcodes removed: 8010 Kainbach\n",
        "1 postcodes moved by more than 1 km: 5020 Salzburg (3.3 km)\n",
    ):
        assert words in asked.stdout
    written = update(file, "--yes")
    assert written.exit_code == 0
    table = (folder / "postcodes.csv").read_text(encoding="utf-8")
    assert "8011,Kainbach" in table
    assert "8010" not in table
    again = update(file)
    assert (again.exit_code, "nothing was changed" in again.stdout) == (0, True)


def test_an_update_that_was_cut_off_is_repeated(
    folder: Path, update: Update, tmp_path: Path
) -> None:
    """Its files are whole, and the second time brings the others."""
    file = _newer(tmp_path, ("47.7994", "46.1"))
    found = update_of(folder, file, None, lambda _bytes: None)
    assert [*found.files] == ["boundary.geojson", "postcodes.csv"]
    (folder / "boundary.geojson").write_text(found.files["boundary.geojson"], encoding="utf-8")
    again = update(file, "--yes")
    assert "Written: postcodes.csv." in again.stdout
    assert {name: text.encode() for name, text in found.files.items()}.items() <= _content(
        folder
    ).items()


def test_what_a_person_has_edited_stays(folder: Path, update: Update, tmp_path: Path) -> None:
    """A corrected postcode, the description, municipalities, names, regions; rows of these that
    have lost their postcode or place are named with file and line.
    """
    table = folder / "postcodes.csv"
    text = table.read_text(encoding="utf-8")
    graz = "8020,Graz,47.0667,15.45,geonames-zip"
    assert graz in text
    table.write_text(text.replace(graz, "8020,Graz,47.1,15.4,own"), encoding="utf-8")
    edited = {
        "country.toml": (folder / "country.toml").read_text(encoding="utf-8") + "# ours\n",
        "municipalities.csv": (
            "code,municipality,subdivision,name_de\n"
            "8020,1,AT-6,Graz\n8010,2,AT-6,Kainbach\n5020,3,AT-5,Salzburg\n"
        ),
        "names.csv": "municipality,place,name\n1,Graz,Gratz\n2,Kainbach,Kaimbach\n",
        "regions.csv": "subdivision,name\nAT-6,Steiermark\n",
    }
    for name, content in edited.items():
        (folder / name).write_text(content, encoding="utf-8")
    done = update(_newer(tmp_path, *NEWER, ("47.0667", "46.9")), "--yes")
    assert done.exit_code == 0
    for name, content in edited.items():
        assert (folder / name).read_text(encoding="utf-8") == content
    assert "8020,Graz,47.1,15.4,own\n" in table.read_text(encoding="utf-8")
    assert "1 postcodes with rows of other sources stay as they are" in done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith("without effect")] == [
        f"without effect: {folder}/municipalities.csv: line 3: 8010 is no postcode any more",
        f"without effect: {folder}/names.csv: line 3: no postcode has Kainbach any more",
    ]


def test_a_boundary_replaces_the_approximate_one(
    folder: Path, update: Update, tmp_path: Path
) -> None:
    """And is not drawn again by a later update."""
    boundary = tmp_path / "austria.geojson"
    points = [Point(lat, lon) for _, _, lat, lon in ROWS["AT"]]
    drawn = {**json.loads(around(points)), "approximate": False}
    boundary.write_text(json.dumps(drawn), encoding="utf-8")
    done = update(postal_file(tmp_path, "AT"), "--boundary", boundary, "--yes")
    assert f"boundary.geojson is replaced by {boundary}" in done.stdout
    assert (folder / "boundary.geojson").read_bytes() == boundary.read_bytes()
    update(_newer(tmp_path, ("47.7994", "46.1")), "--yes")
    assert (folder / "boundary.geojson").read_bytes() == boundary.read_bytes()


def test_a_folder_without_postcodes_gets_them_with_their_source(
    folder: Path, update: Update, tmp_path: Path
) -> None:
    """GeoNames asks for it in every answer."""
    described = folder / "country.toml"
    text = described.read_text(encoding="utf-8")
    described.write_text(text.partition("[[attributions]]")[0], encoding="utf-8")
    (folder / "postcodes.csv").unlink()
    done = update(postal_file(tmp_path, "AT"), "--yes")
    assert "4 postcodes added" in done.stdout
    assert "country.toml gets the source of the postcodes" in done.stdout
    assert '[[attributions]]\nname = "GeoNames' in described.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "boundary", "fault"),
    [
        ("", None, "no usable row for AT in 0 lines"),
        ("BE\t1000\tBrussel\t\t\t\t\t\t\t50.8\t4.3\t4\n", None, "no usable row for AT"),
        ("AT\t1010\tWien\t\t\t\t\t\t\t48.2\t16.3\t4\n", None, "lacks 3 of the 4 postcodes of AT"),
        (None, "{}", "is no FeatureCollection"),
        (None, '{"features": []}', "has 0 of the 4 postcodes of AT in it"),
        (None, "belgium", "is it the boundary of another country?"),
    ],
)
def test_a_wrong_file_changes_nothing(
    folder: Path,
    update: Update,
    tmp_path: Path,
    file: str | None,
    boundary: str | None,
    fault: str,
) -> None:
    """And is named, with what is wrong."""
    before = _content(folder)
    postcodes, outline = postal_file(tmp_path, "AT"), tmp_path / "outline.geojson"
    words = ["--yes"]
    if file is not None:
        postcodes.write_text(file, encoding="utf-8")
    if boundary == "belgium":
        boundary = (DATA / "countries/be/boundary.geojson").read_text(encoding="utf-8")
    if boundary is not None:
        outline.write_text(boundary, encoding="utf-8")
        words += ["--boundary", str(outline)]
    done = update(postcodes, *words)
    assert done.exit_code == 1
    assert fault in done.stderr
    assert str(postcodes if file is not None else outline) in done.stderr
    assert _content(folder) == before


def test_a_folder_with_faults_is_refused(folder: Path, update: Update, tmp_path: Path) -> None:
    """With file and line; and one that is not there."""
    path = folder / "country.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("name =", "nam =", 1))
    done = update(postal_file(tmp_path, "AT"), "--yes")
    assert done.exit_code == 1
    assert f"{path}: line 1: nam is unknown" in done.stderr
    with pytest.raises(FileUnreadable, match=r"country\.toml: cannot be read"):
        update_of(tmp_path / "fr", postal_file(tmp_path, "FR"), None, lambda _bytes: None)


def test_the_shipped_folder_is_changed_only_by_name(
    tmp_path: Path, run_without_store: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --out it is that of the settings, and without these none."""
    file = postal_file(tmp_path, "AT")
    words = ("country", "update", "AT", "--postcodes", file)
    monkeypatch.delenv("DIRECTORY_DATA")
    done = run_without_store(*words)
    assert (done.exit_code, "Name the data folder" in done.stderr) == (2, True)
    (tmp_path / "data/countries").mkdir(parents=True)
    monkeypatch.setenv("DIRECTORY_DATA", str(tmp_path / "data"))
    assert f"{tmp_path}/data/countries/at/country.toml" in run_without_store(*words).stderr
