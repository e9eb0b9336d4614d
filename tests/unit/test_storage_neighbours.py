"""The tables of neighbouring countries: what is shipped, how it is made, and what is wrong with a
file.
"""

import csv
import shutil
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from geopy.distance import geodesic

from directory_api.files.country_tables import shipped_boundaries
from directory_api.files.neighbours import read_neighbours
from directory_api.left_out import left_out
from directory_api.place.gazetteer import NO_NEIGHBOURS, Gazetteer
from directory_api.place.geometry import Area, Point, chord_m
from directory_api.place.postcode import NamedPoint, Place, place_of
from directory_api.text.normalize import fold
from tests.support.amount import tried
from tests.support.frozen import DATA
from tools import neighbour_postcodes

SHIPPED = read_neighbours(DATA)
COUNTRIES = ("DE", "FR", "LU", "NL")


@pytest.fixture(scope="module")
def border() -> neighbour_postcodes.Border:
    """The boundary of Belgium."""
    return neighbour_postcodes.Border(Area.from_geojson(shipped_boundaries(DATA)["BE"]))


def test_the_shipped_tables_have_the_postcodes_around_belgium() -> None:
    """All of Luxembourg, and parts of the others."""
    assert (SHIPPED.country, SHIPPED.within_km, *SHIPPED.places) == ("BE", 60, *COUNTRIES)
    sizes = {country: len(SHIPPED.places[country].codes) for country in COUNTRIES}
    assert sizes == {"DE": 449, "FR": 542, "LU": 4330, "NL": 1425}
    assert "CC BY 4.0" in SHIPPED.attributions[0]["licence"]


@pytest.mark.parametrize("country", COUNTRIES)
def test_shipped_postcodes_are_near_the_border(
    country: str, border: neighbour_postcodes.Border
) -> None:
    """Of those that are tried; each code is there once, and no accuracy is implausible."""
    places = [*SHIPPED.places[country].codes.values()]
    assert len({place.code for place in places}) == len(places)
    for place in places[:: max(1, len(places) // tried(100))]:
        assert border.is_within(place.point, SHIPPED.within_km)
        assert 3000 <= place.accuracy_m < 100_000
    assert not any("CEDEX" in name.upper() for place in places for name in place.places)


@pytest.mark.parametrize(
    ("lat", "lon", "from_border", "to"),
    [
        # Nearly due north of the northernmost point of Belgium, 51.505 N 4.75 E or so.
        (51.9, 4.75, (51.49, 4.77), 47_000),
        # Amsterdam and Cologne.
        (52.37, 4.9, (51.49, 4.9), 100_000),
        (50.94, 6.96, (50.75, 6.1), 62_000),
    ],
)
def test_the_distance_from_the_border_is_that_of_the_geodesic(
    border: neighbour_postcodes.Border,
    lat: float,
    lon: float,
    from_border: tuple[float, float],
    to: int,
) -> None:
    """Where a point of the border is known to be nearly the nearest one."""
    metres = geodesic((lat, lon), from_border).meters
    assert metres == pytest.approx(to, rel=0.05)
    point = Point(lat, lon)
    nearest_km = bisect_left(range(300), True, key=lambda km: border.is_within(point, km))
    assert nearest_km * 1000 <= metres + 2000
    assert border.is_within(point, nearest_km)
    assert not border.is_within(point, nearest_km - 1)


def test_a_point_inside_is_near(border: neighbour_postcodes.Border) -> None:
    """Brussels is in Belgium."""
    assert border.is_within(Point(50.85, 4.35), 0)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    """A place with several names survives the file."""
    place = place_of(
        "FR",
        "62116",
        [NamedPoint("Bucquoy", Point(50.14, 2.7)), NamedPoint("Rœux, la “Petite”", Point(50.2, 3))],
    )
    folder = _empty(tmp_path)
    (folder / "fr.csv").write_text(neighbour_postcodes.as_csv([place]), encoding="utf-8")
    (folder / "names.csv").write_text(
        "country,place,name\nFR,Bucquoy,Bukwa\nNL,Bucquoy,Elsewhere\n", encoding="utf-8"
    )
    place = replace(place, aliases=(("Bukwa", "Bucquoy"),))
    assert [*read_neighbours(tmp_path).places["FR"].codes.values()] == [place]


def _empty(data: Path) -> Path:
    """Make a data folder without tables of neighbours; return where they will be."""
    for name in ("be/country.toml", "be/boundary.geojson", "fr/country.toml", "lu/country.toml"):
        copy = data / "countries" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / "countries" / name, copy)
    folder = data / "countries/be/neighbours"
    folder.mkdir()
    return folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder without tables of neighbours, to which the tool writes."""
    _empty(tmp_path)
    monkeypatch.setattr(neighbour_postcodes, "shipped", lambda _name: tmp_path)
    return tmp_path


def _write_table(
    data: Path,
    country: str,
    postcodes: Sequence[tuple[str, str, float, float]],
    towns: Sequence[tuple[str, str, str, float, float, int]] = (),
    inaccurate: Container[str] = (),
) -> dict[str, str]:
    """Run the tool with postcodes (code, place, lat, lon) and towns (country, name, other names,
    lat, lon, population). `inaccurate` are postcodes without an accuracy. Return the places by
    postcode, as they are written.
    """
    source, gazetteer = data / "postal.txt", data / "cities500.txt"
    source.write_text(
        "".join(
            f"{country}\t{code}\t{name}\t\t\t\t\t\t\t{lat}\t{lon}"
            f"\t{'' if code in inaccurate else 5}\n"
            for code, name, lat, lon in postcodes
        ),
        encoding="utf-8",
    )
    gazetteer.write_text(
        "".join(
            f"1\t{name}\t\t{others}\t{lat}\t{lon}\tP\tPPL\t{of}\t\t\t\t\t\t{population}\t\t\t\t\n"
            for of, name, others, lat, lon, population in towns
        ),
        encoding="utf-8",
    )
    neighbour_postcodes.main(str(source), country, str(gazetteer))
    table = data / "countries/be/neighbours" / f"{country.lower()}.csv"
    with table.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["places"] for row in csv.DictReader(file)}


@pytest.mark.needs("country_folders")
def test_the_tool_writes_the_table_of_a_country(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what is near the border and not known to be wrong, and it says what it skipped."""
    index = data / "countries/be/country.toml"
    index.write_text(index.read_text("utf-8").replace("wrong = {", 'wrong = { FR = ["59800"],'))
    places = _write_table(
        data,
        "FR",
        [
            ("59000", "Lille", 50.633, 3.059),
            ("59800", "Lille", 50.633, 3.06),
            ("75001", "Paris", 48.86, 2.34),
            ("59033", "Lille CEDEX", 50.633, 3.059),
        ],
    )
    assert places == {"59000": "Lille"}
    printed = capsys.readouterr().out
    assert "1 rows skipped: CEDEX" in printed
    assert "3 postcodes of FR, 1 of them" in printed


_VALENCIENNES = [
    ("59300", "Famars", 50.32, 3.52),
    ("59300", "Aulnoy", 50.33, 3.53),
    ("59300", "Valenciennes", 50.36, 3.52),
    # None of them is known to have inhabitants.
    ("59142", "Villers", 50.036, 3.3),
    ("59142", "Outréaux", 50.04, 3.3),
    ("59140", "Rosendaël", 51.03, 2.4),
    ("59140", "Dunkerque", 51.034, 2.377),
]
_TOWNS = [
    ("FR", "Aulnoy", "", 50.33, 3.53, 7_000),
    ("FR", "Valenciennes", "Valencijn,Aulnoy", 50.36, 3.52, 44_000),
    # In another country, and far away.
    ("BE", "Famars", "", 50.32, 3.52, 90_000),
    ("FR", "Famars", "", 48.0, 3.52, 90_000),
    # The table has its French name.
    ("FR", "Dunkirk", "Dunkerque,Duinkerke", 51.034, 2.377, 86_000),
]


@pytest.mark.needs("country_folders")
def test_a_postcode_of_several_communes_has_the_largest_one_first(data: Path) -> None:
    """The others keep their order."""
    assert _write_table(data, "FR", _VALENCIENNES, _TOWNS) == {
        "59140": "Dunkerque|Rosendaël",
        "59142": "Villers|Outréaux",
        "59300": "Valenciennes|Aulnoy|Famars",
    }


@pytest.mark.needs("country_folders")
def test_a_dutch_postcode_keeps_the_order_of_its_places(data: Path) -> None:
    """4389 is Ritthem, of which a part is in Vlissingen."""
    postcodes = [("4389", "Ritthem", 51.45, 3.62), ("4389", "Vlissingen", 51.45, 3.6)]
    towns = [("NL", "Vlissingen", "", 51.44, 3.57, 45_000)]
    assert _write_table(data, "NL", postcodes, towns) == {"4389": "Ritthem|Vlissingen"}


@pytest.mark.needs("country_folders")
def test_a_german_postcode_of_companies_has_the_name_of_the_nearest_town(data: Path) -> None:
    """GeoNames has their names as those of places, some with broken letters."""
    postcodes = [
        ("52062", "Aachen", 50.777, 6.09),
        ("52146", "Würselen", 50.82, 6.13),
        ("52099", "WerkstÃ¤tten GmbH", 50.78, 6.09),
    ]
    assert _write_table(data, "DE", postcodes, inaccurate=["52099"]) == {
        "52062": "Aachen",
        "52099": "Aachen",
        "52146": "Würselen",
    }


@pytest.mark.parametrize(
    ("country", "code", "name"),
    [
        ("FR", "59300", "Valenciennes"),
        ("FR", "02100", "Saint-Quentin"),
        ("FR", "08000", "Charleville-Mézières"),
        ("DE", "52525", "Heinsberg"),
        ("DE", "50926", "Köln"),
        ("LU", "1210", "Luxembourg"),
        ("NL", "4389", "Ritthem"),
    ],
)
def test_a_shipped_postcode_has_the_name_that_people_know(
    country: str, code: str, name: str
) -> None:
    """French postcodes are shared by up to 35 communes, which the source lists in no order."""
    assert SHIPPED.places[country].codes[code].name == name


@pytest.mark.parametrize(
    "content", ["code,lat\n1000,50\n", "code,lat,lon,accuracy_m,places\n1,x,y,z,w\n", "\xff"]
)
def test_a_table_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    """With the reason, and without its content; the others are used."""
    folder = _empty(tmp_path)
    (folder / "lu.csv").write_bytes(content.encode("latin-1"))
    (folder / "names.csv").write_text("country,place,name\n", encoding="utf-8")
    assert "LU" not in read_neighbours(tmp_path).places
    (folder / "names.csv").write_bytes(content.encode("latin-1"))
    assert "LU" not in read_neighbours(tmp_path).places
    for name in ("lu", "names"):
        (reason,) = (why for part, why in left_out().items() if part.endswith(f"/{name}.csv"))
        assert reason.startswith("not a table of postcodes or of names: ")


@pytest.mark.parametrize("content", ["{", '{"features": [{}]}', '{"features": 1}'])
def test_outlines_that_are_none_are_named(tmp_path: Path, content: str) -> None:
    """The tables are used without them."""
    folder = _empty(tmp_path)
    for name in ("lu.csv", "names.csv"):
        shutil.copy(DATA / "countries/be/neighbours" / name, folder / name)
    (folder / "outlines.geojson").write_text(content, encoding="utf-8")
    read = read_neighbours(tmp_path)
    assert ([*read.places], read.outlines) == (["LU"], ())
    assert any(part.startswith("outlines be/") for part in left_out())


@pytest.mark.parametrize(
    ("before", "after"),
    [("within_km = 60", ""), ("margin_m = 3000", 'margin_m = "far"')],
)
def test_neighbours_that_are_not_described_are_named(
    tmp_path: Path, before: str, after: str
) -> None:
    """In the file of their country; none of them is used."""
    folder = _empty(tmp_path)
    shutil.copy(DATA / "countries/be/neighbours/lu.csv", folder / "lu.csv")
    file = folder.parent / "country.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    assert read_neighbours(tmp_path) == NO_NEIGHBOURS
    assert "neighbours of BE" in left_out()


def test_each_further_name_is_that_of_one_town() -> None:
    """The names are those of places in the tables, in other languages, each once in a country. No
    postcode of the town is so far from the others that the name could be that of two.
    """
    path = DATA / "countries/be/neighbours" / "names.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert rows == sorted(rows, key=lambda row: (row["country"], row["place"], row["name"]))
    names = [(row["country"], fold(row["name"])) for row in rows]
    assert len({*names}) == len(names)
    for country in COUNTRIES:
        places = [*SHIPPED.places[country].codes.values()]
        listed = {fold(name) for place in places for name in place.places}
        for row in rows:
            if row["country"] == country:
                town = [place.point for place in places if row["place"] in place.places]
                assert town, row
                assert max(chord_m(town[0], point) for point in town) < 20_000, row
                assert fold(row["name"]) not in listed, row


def test_towns_that_are_much_larger_across_the_border_are_listed(gazetteer: Gazetteer) -> None:
    """They have at least three times as many postcodes there: who types Lille may be in either.
    Luxembourg has postcodes for streets.
    """

    def postcodes(places: Iterable[Place]) -> Counter[str]:
        return Counter(name for place in places for name in {place.name, *place.names.values()})

    here = postcodes(gazetteer.places("BE"))
    larger = {
        name
        for country, places in SHIPPED.places.items()
        if country != "LU"
        for name, count in postcodes(places.codes.values()).items()
        if name in here and count >= 3 * here[name]
    }
    assert set(map(fold, larger)) == SHIPPED.larger
