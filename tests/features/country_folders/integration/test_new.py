"""The folder of a country is made from a postal file of GeoNames."""

import json
import re
import shutil
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from directory_api.config import shipped
from directory_api.countries import known
from directory_api.files.country_tables import shipped_tables
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Area, Point
from directory_api.place.outlines import outline_of
from directory_api.place.whereabouts import Whereabouts
from tests.features.country_folders.support import boundary_file, postal_file, towns_file
from tests.support.command_line import RunCommand
from tests.support.frozen import DATA
from tests.support.servers import ROOT

EMERGENCY = ("--emergency", "112")


def _rest(folder: Path, country: str) -> tuple[str | Path, ...]:
    """What a folder is made from, beside the postcodes."""
    return ("--boundary", boundary_file(folder, country), *EMERGENCY)


def test_a_folder_says_what_is_to_be_confirmed(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """Numbers, holidays, boundary and texts; and how it is served."""
    data = tmp_path / "data"
    file = postal_file(tmp_path, "AT")
    done = run_without_store(
        "country", "new", "at", "--postcodes", file, *_rest(tmp_path, "AT"), "--out", data
    )
    assert done.exit_code == 0
    for words in ("4 postcodes of AT", "[0-9]{4}", "Call, or ask the police", "public holidays"):
        assert words in done.stdout
    assert "export DIRECTORY_DATA=" in done.stdout
    described = (data / "countries/at/country.toml").read_text(encoding="utf-8")
    assert 'names = ["Österreich", "Austria", "Autriche", "Oostenrijk"]' in described
    (line,) = json.loads((data / "centres.json").read_text(encoding="utf-8"))["helplines"]
    assert (line["number"], line["sources"]) == ("112", ["first-records"])
    boundary = boundary_file(tmp_path, "AT")
    assert (data / "countries/at/boundary.geojson").read_bytes() == boundary.read_bytes()


def test_the_commands_of_the_page_make_folders(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """From files with the names that docs/countries.md gives them."""
    text = (ROOT / "docs/countries.md").read_text(encoding="utf-8").replace("\\\n", " ")
    commands = re.findall(r"directory-api (country new [A-Z]{2} --postcodes .*? --out \S+)", text)
    assert commands
    for number, command in enumerate(commands):
        country = command.split()[2]
        files = {
            f"{country}.txt": postal_file(tmp_path, country),
            f"{country}.geojson": boundary_file(tmp_path, country),
            "cities500.txt": towns_file(tmp_path),
        }
        *words, _ = (files.get(word, word) for word in command.split())
        done = run_without_store(*words, tmp_path / f"data-{number}")
        assert done.exit_code == 0, (command, done.stderr)


def test_what_is_shipped_of_a_country_is_taken_over(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """Its holidays and its postcodes; what skipped rows were is said."""
    data = tmp_path / "data"
    file = postal_file(tmp_path, "FR")
    done = run_without_store(
        "country", "new", "FR", "--postcodes", file, *_rest(tmp_path, "FR"), "--out", data
    )
    assert "1 rows skipped: CEDEX" in done.stdout
    assert "public holidays" not in done.stdout
    described = (data / "countries/fr/country.toml").read_text(encoding="utf-8")
    shipped_text = (DATA / "countries/fr/country.toml").read_text(encoding="utf-8")
    assert described.startswith(shipped_text)
    assert "[[attributions]]" in described


@pytest.mark.parametrize(
    ("code", "content", "boundary", "fault"),
    [
        ("Austria", "", None, "use an ISO 3166-1 code of two letters"),
        ("UK", "", None, "or GB (not UK)"),
        ("AT", "", None, "has no postcode of AT; is it an unpacked postal file of GeoNames?"),
        ("AT", "PK\x03\x04", None, "has no postcode of AT; is it an unpacked postal file"),
        ("AT", "AT\t80.10\tGraz\t\t\t\t\t\t\t47\t15\t4\n", None, "a postcode has letters and"),
        ("AT", "AT\t8010\tGraz\t\t\t\t\t\t\tx\ty\t4\n", None, "no usable row for AT"),
        ("AT", None, "{}", "is no FeatureCollection"),
    ],
)
def test_a_wrong_file_makes_nothing(
    tmp_path: Path,
    run_without_store: RunCommand,
    code: str,
    content: str | None,
    boundary: str | None,
    fault: str,
) -> None:
    """The refusal says what is wrong."""
    file = postal_file(tmp_path, "AT")
    if content is not None:
        file.write_text(content, encoding="utf-8")
    rest = _rest(tmp_path, "AT")
    if boundary is not None:
        (tmp_path / "AT.geojson").write_text(boundary)
    words = ("country", "new", code, "--postcodes", file, *rest, "--out", tmp_path / "data")
    done = run_without_store(*words)
    assert done.exit_code != 0
    assert fault in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_boundary_of_another_country_is_refused(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """Every place in the country would be outside."""
    boundary = DATA / "countries/be/boundary.geojson"
    words = ("country", "new", "AT", "--postcodes", postal_file(tmp_path, "AT"))
    done = run_without_store(*words, "--boundary", boundary, *EMERGENCY, "--out", tmp_path / "data")
    assert done.exit_code == 1
    assert f"{boundary}: has 0 of the 4 postcodes of AT in it" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_country_that_is_shipped_is_taken_as_it_is(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """With its records, and how the countries near it write their postcodes; these can be made
    whole later.
    """
    data, source = tmp_path / "data", shipped("data")
    done = run_without_store("country", "new", "BE", "--out", data)
    assert done.exit_code == 0
    assert "1,149 postcodes of BE" in done.stdout
    assert "Call each number in centres.json" in done.stdout
    files = [path.relative_to(source) for path in source.rglob("*.*") if path.suffix != ".md"]
    assert len(files) > 10
    for file in files:
        assert (data / file).read_bytes() == (source / file).read_bytes()
    file = postal_file(tmp_path, "NL")
    done = run_without_store(
        "country", "new", "NL", "--postcodes", file, *_rest(tmp_path, "NL"), "--out", data
    )
    words = " ".join(done.stdout.split())
    assert "4 postcodes of NL" in words
    assert "centres.json has 112" in words
    assert "The directory's own country is BE. Another one: DIRECTORY_COUNTRY=NL" in words
    assert "[[attributions]]" in (data / "countries/nl/country.toml").read_text(encoding="utf-8")


def test_a_shipped_country_is_added_to_others(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """The records that are there stay, and the command says where its own are."""
    data = tmp_path / "data"
    file = postal_file(tmp_path, "NL")
    run_without_store(
        "country", "new", "NL", "--postcodes", file, *_rest(tmp_path, "NL"), "--out", data
    )
    kept = {path: path.read_bytes() for path in data.rglob("*.*")}
    done = run_without_store("country", "new", "BE", "--out", data)
    assert "Add the helplines and the centres of BE to centres.json" in done.stdout
    assert {path: path.read_bytes() for path in kept} == kept
    assert (data / "countries/be/postcodes.csv").exists()


def test_a_country_that_was_cut_off_is_made_whole(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """Until its postcodes are there."""
    data = tmp_path / "data"
    assert run_without_store("country", "new", "BE", "--out", data).exit_code == 0
    (data / "countries/be/postcodes.csv").unlink()
    assert run_without_store("country", "new", "BE", "--out", data).exit_code == 0
    again = run_without_store("country", "new", "BE", "--out", data)
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("FR",), "the shipped data has no postcodes of FR"),
        (("BE", *EMERGENCY), "Name --postcodes, --boundary and --emergency"),
        (("BE", "--boundary", "b.geojson"), "Name --postcodes, --boundary and --emergency"),
    ],
)
def test_what_is_not_shipped_needs_files(
    tmp_path: Path, run_without_store: RunCommand, words: tuple[str, ...], fault: str
) -> None:
    """Nothing is made."""
    done = run_without_store("country", "new", *words, "--out", tmp_path / "data")
    assert done.exit_code != 0
    assert fault in done.stderr
    assert not (tmp_path / "data").exists()


def test_nothing_that_is_there_is_overwritten(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """A folder of the country is refused; the records of another country stay."""
    data = tmp_path / "data"
    at, fr = postal_file(tmp_path, "AT"), postal_file(tmp_path, "FR")
    assert (
        run_without_store(
            "country", "new", "AT", "--postcodes", at, *_rest(tmp_path, "AT"), "--out", data
        ).exit_code
        == 0
    )
    before = (data / "centres.json").read_bytes()
    again = run_without_store(
        "country", "new", "AT", "--postcodes", at, *_rest(tmp_path, "AT"), "--out", data
    )
    assert again.exit_code == 1
    assert "is there already; nothing was changed" in again.stderr
    assert (
        run_without_store(
            "country", "new", "FR", "--postcodes", fr, *_rest(tmp_path, "FR"), "--out", data
        ).exit_code
        == 0
    )
    assert (data / "centres.json").read_bytes() == before


def test_an_approximate_area_decides_nothing() -> None:
    """A point in it may be in the country; one far away is not."""
    ring = [[14, 46], [16, 46], [16, 48], [14, 48], [14, 46]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    area = Area.from_geojson(
        {"type": "FeatureCollection", "approximate": True, "features": [feature]}
    )
    outline = outline_of("AT", area)
    assert outline.is_exact is False
    places = [
        Whereabouts([outline]).countries_at(place) for place in (Point(47, 15), Point(50, 15))
    ]
    assert places == [("AT",), ()]


def test_a_large_town_has_its_name_and_its_parts(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """GeoNames lists Wien, Innere Stadt; people type Wien."""
    data = tmp_path / "data"
    run_without_store(
        *(
            "country",
            "new",
            "AT",
            "--postcodes",
            postal_file(tmp_path, "AT"),
            *_rest(tmp_path, "AT"),
            "--out",
            data,
        )
    )
    rows = (data / "countries/at/postcodes.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[1] for row in rows if row.startswith("1010,")] == [
        "Wien",
        "Innere Stadt",
    ]


def test_records_of_another_country_get_its_number_by_hand(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """The command says so."""
    data = tmp_path / "data"
    for country in ("AT", "FR"):
        done = run_without_store(
            *("country", "new", country, "--postcodes", postal_file(tmp_path, country)),
            *(*_rest(tmp_path, country), "--out", data),
        )
    words = " ".join(done.stdout.split())
    assert "Add 112 to centres.json as an emergency number of FR" in words


def test_the_command_checks_a_folder(tmp_path: Path, run_without_store: RunCommand) -> None:
    """It ends with 1 and the faults; or says that there are none."""
    folder = tmp_path / "be"
    shutil.copytree(DATA / "countries/be", folder)
    done = run_without_store("country", "check", folder)
    assert (done.exit_code, done.stdout) == (0, f"{folder}: no errors.\n")
    (folder / "country.toml").write_text("", encoding="utf-8")
    done = run_without_store("country", "check", folder)
    assert done.exit_code == 1
    assert "country.toml: line 1: name is missing: write a text in quotes" in done.stderr


def test_estimated_coordinates_are_to_be_confirmed(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """With the number of postcodes."""
    file = postal_file(tmp_path, "AT")
    lines = file.read_text(encoding="utf-8").splitlines()
    row = "AT\t8020\t{}\t\t\t\t\t\t\t47.2\t15.6\t3"
    rows = [line.removesuffix("4") + "1" if "\t1010\t" in line else line for line in lines]
    rows += [row.format("Eggenberg"), row.format("Gries")]
    file.write_text("\n".join(rows), encoding="utf-8")
    words = (
        "country",
        "new",
        "AT",
        "--postcodes",
        file,
        *_rest(tmp_path, "AT"),
        "--out",
        tmp_path / "data",
    )
    said = " ".join(run_without_store(*words).stdout.split())
    assert (
        "1 postcodes have only estimated coordinates, and 1 have them for most of their places, "
        "such as 8020"
    ) in said
    table = (tmp_path / "data/countries/at/postcodes.csv").read_text(encoding="utf-8")
    assert "8020,Gries,47.0667,15.45,geonames-zip,\n" in table
    # What is loaded is as inexact as the file says.
    assert "1010,Innere Stadt,48.2077,16.3705,geonames-zip,10000\n" in table
    (loaded,) = shipped_tables(tmp_path / "data")
    exact = {place.code: place.accuracy_m for place in loaded.places}
    assert (exact["1010"], exact["8020"]) == (10_000, 3000)
    path = tmp_path / "data/countries/at/postcodes.csv"
    path.write_text(table.replace(",10000", ",far", 1), encoding="utf-8")
    done = run_without_store("country", "check", path.parent)
    assert "postcodes.csv: line 2: accuracy_m is no whole number of metres" in done.stderr


def test_a_gazetteer_adds_the_towns_that_the_postal_file_lacks(
    tmp_path: Path, run_without_store: RunCommand
) -> None:
    """Innsbruck, of which it has districts, is found at the closest postcode; Vienna, which it has
    in German, at all of its postcodes.
    """
    data, file = tmp_path / "data", postal_file(tmp_path, "AT")
    with file.open("a", encoding="utf-8") as rows:
        for code, place, lat, lon in (
            ("1100", "Wien, Favoriten", 48.155, 16.378),
            ("6020", "Wilten", 47.26, 11.39),
            ("6080", "Igls", 47.231, 11.409),
        ):
            rows.write(f"AT\t{code}\t{place}\t\t\t\t\t\t\t{lat}\t{lon}\t4\n")
    words = ("country", "new", "AT", "--postcodes", file, *_rest(tmp_path, "AT"))
    places = ("--places", towns_file(tmp_path))
    assert run_without_store(*words, *places, "--out", data).exit_code == 0
    (table,) = shipped_tables(data)
    austria = Gazetteer(table.places).country("AT")
    for name, codes in (
        ("Innsbruck", {"6020"}),
        ("Vienna", {"1010", "1100"}),
        ("Wien", {"1010", "1100"}),
    ):
        town, *_ = austria.towns(name)
        assert (town.spelled, {place.code for place in town.places}) == (name, codes)
    assert [place.name for place in table.places if place.code == "1010"] == ["Wien"]
    # No postcode has a name twice.
    assert [place.places for place in table.places if place.code == "5020"] == [("Salzburg",)]
    wrong = run_without_store(*words, "--places", file, "--out", tmp_path / "other")
    assert "has no town of AT" in wrong.stderr


@pytest.mark.parametrize("is_installed", [True, False])
def test_days_that_may_be_holidays_come_from_a_package(
    tmp_path: Path,
    run_without_store: RunCommand,
    monkeypatch: pytest.MonkeyPatch,
    is_installed: bool,
) -> None:
    """Of ten years, and as days that nobody has confirmed. Without the package a person is told."""

    def days(country: str, years: range) -> dict[date, str]:
        return {date(year, 10, 26): country for year in years}

    package = SimpleNamespace(country_holidays=days) if is_installed else None
    monkeypatch.setitem(sys.modules, "holidays", package)
    words = ("country", "new", "AT", "--postcodes", postal_file(tmp_path, "AT"))
    out = tmp_path / "data"
    said = run_without_store(*words, *_rest(tmp_path, "AT"), "--out", out).stdout
    folder = out / "countries/at"
    described = known.read(folder)
    if is_installed:
        assert "Compare the holidays in" in said
        assert described.public_holidays == ()
        assert len(described.unclear_holidays) == 10
        assert described.unclear_holidays[0] == "2026-10-26"
        assert "\n# From the package holidays, until 2035; not confirmed." in (
            folder / "country.toml"
        ).read_text(encoding="utf-8")
    else:
        assert "install the package holidays" in " ".join(said.split())
        assert described.public_holidays is None
    assert run_without_store("country", "check", folder).exit_code == 0


@pytest.mark.parametrize("number", ["911", "0800", "1x2", ""])
def test_a_number_that_is_no_emergency_number_is_refused(
    tmp_path: Path, run_without_store: RunCommand, number: str
) -> None:
    """With those that are known. None is chosen without being asked for."""
    words = ("country", "new", "AT", "--postcodes", postal_file(tmp_path, "AT"))
    out = ("--boundary", boundary_file(tmp_path, "AT"), "--out", tmp_path / "data")
    done = run_without_store(*words, "--emergency", number, *out)
    assert done.exit_code == 1
    assert "no emergency number of AT; libphonenumber has 112, 122, 133, 144" in done.stderr
    assert run_without_store(*words, *out).exit_code == 2
    assert not (tmp_path / "data").exists()
