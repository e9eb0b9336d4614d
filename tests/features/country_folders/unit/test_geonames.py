"""Postal files of GeoNames with their oddities."""

from pathlib import Path

import pytest

from directory_api.features.country_folders.geonames import geonames_table
from directory_api.place.geometry import Point
from directory_api.text.errors import FileUnreadable


def _row(
    country: str, code: str, place: str, lat: str = "50.1", lon: str = "4.1", accuracy: str = ""
) -> str:
    return "\t".join([country, code, place, *([""] * 6), lat, lon, accuracy])


def _file(folder: Path, *rows: str | bytes) -> Path:
    path = folder / "table.txt"
    path.write_bytes(
        b"\n".join(row.encode() if isinstance(row, str) else row for row in rows) + b"\n"
    )
    return path


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("BE\t1000\tShort", "not 12 columns"),
        (_row("BE", "1000", "A") + "\t", "not 12 columns"),
        (_row("FR", "59000", "Lille"), "another country"),
        (
            _row("BE", "1000", "Brussel CEDEX 1"),
            "CEDEX: the code of a company's mail, not of a place",
        ),
        (
            _row("BE", "1000 Cedex", "Brussel"),
            "CEDEX: the code of a company's mail, not of a place",
        ),
        (_row("BE", "10000", "A"), "not written like a postcode of the country"),
        (_row("BE", "1000", "A", lat="91"), "no usable coordinate"),
        (_row("BE", "1000", "A", lat=""), "no usable coordinate"),
        (_row("BE", "1000", "A", lon="4,1"), "no usable coordinate"),
        (_row("BE", "9000", "Good"), "the same row twice"),
        (_row("BE", "1000", " "), "no plain place name"),
        (_row("BE", "1000", "<b>A"), "no plain place name"),
        (_row("BE", "1000", "A\x07"), "no plain place name"),
        (_row("BE", "1000", "Li").encode() + b"\xe9", "not UTF-8"),
        (_row("BE", "1000", "LiX").encode().replace(b"X", b"\xe9"), "not UTF-8"),
    ],
)
def test_an_unfit_row_is_left_out_with_its_reason(
    tmp_path: Path, bad: str | bytes, reason: str
) -> None:
    """A row that does not fit is counted under its reason, and the good one beside it is kept."""
    table = geonames_table(_file(tmp_path, _row("BE", "9000", "Good"), bad), "BE")
    assert [place.code for place in table.places] == ["9000"]
    assert (table.dropped, table.rows) == ({reason: 1}, 2)


@pytest.mark.parametrize(
    ("country", "written", "key"),
    [
        ("LU", "L-1111", "1111"),
        ("LU", "1111", "1111"),
        ("NL", "1012", "1012"),
        ("GB", "SW1A", "SW1A"),
        ("FR", "01000", "01000"),
    ],
)
def test_codes_are_kept_by_their_key(tmp_path: Path, country: str, written: str, key: str) -> None:
    """Each country's form of codes in GeoNames gives the keys that people's postcodes have."""
    table = geonames_table(_file(tmp_path, _row(country, written, "NA")), country)
    assert [(place.code, place.name, place.places) for place in table.places] == [
        (key, "NA", ("NA",))
    ]


def test_rows_500_km_apart_are_no_place(tmp_path: Path) -> None:
    """A code whose rows lie far apart is left out with all its rows; other codes stay."""
    rows = [_row("DE", "10115", "Berlin", "52.5", "13.4"), _row("DE", "99999", "A", "52.5", "13.4")]
    table = geonames_table(_file(tmp_path, *rows, _row("DE", "99999", "B", "48.1", "11.6")), "DE")
    assert [place.code for place in table.places] == ["10115"]
    assert table.dropped == {"codes whose rows lie more than 100 km apart": 2}


def test_several_rows_are_one_place_at_their_median(tmp_path: Path) -> None:
    """Rows of one code become one place: median point, all names, the first one's name."""
    rows = [
        _row("BE", "1000", name, lat) for name, lat in (("A", "50.1"), ("B", "50.2"), ("C", "50.9"))
    ]
    (place,) = geonames_table(_file(tmp_path, *rows), "BE").places
    assert (place.name, place.places, place.point) == ("A", ("A", "B", "C"), Point(50.2, 4.1))


@pytest.mark.parametrize("estimated", ["", "1", "3"])
def test_estimated_coordinates_yield_to_those_of_places(tmp_path: Path, estimated: str) -> None:
    """Their names stay; without others they count, and may be far off."""
    rows = (
        _row("BE", "1000", "Here", "50.1", "4.1", "4"),
        _row("BE", "1000", "There", "50.3", "4.3", "6"),
        *(_row("BE", "1000", f"Somewhere {n}", "50.9", "4.9", estimated) for n in range(3)),
        _row("BE", "2000", "Somewhere", "50.9", "4.9", estimated),
    )
    mixed, only = geonames_table(_file(tmp_path, *rows), "BE").places
    assert mixed.point == Point(50.2, 4.2)
    assert mixed.places == ("Here", "There", *(f"Somewhere {n}" for n in range(3)))
    assert (only.point, only.accuracy_m) == (Point(50.9, 4.9), 10_000)
    located = _row("BE", "1000", "Here", "50.1", "4.1", "4")
    (place,) = geonames_table(_file(tmp_path, located), "BE").places
    assert place.accuracy_m == 3000


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04", "BE\t1000".encode("utf-16")])
def test_a_file_without_a_usable_row_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty file, an archive or another encoding is FileUnreadable."""
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match="no usable row for BE"):
        geonames_table(path, "BE")


def test_a_byte_order_mark_is_not_part_of_the_first_row(tmp_path: Path) -> None:
    """A file saved with a byte order mark loses no row."""
    table = geonames_table(
        _file(tmp_path, b"\xef\xbb\xbf" + _row("BE", "1000", "A").encode()), "BE"
    )
    assert [place.code for place in table.places] == ["1000"]


def test_progress_adds_up_to_the_files_size(tmp_path: Path) -> None:
    """The bytes reported to `progress` are those of the file, in several steps for a long one."""
    path = _file(tmp_path, *(_row("BE", str(1000 + number), "A") for number in range(4500)))
    told: list[int] = []
    geonames_table(path, "BE", told.append)
    assert sum(told) == path.stat().st_size
    assert len(told) == 3


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    """A folder in its place, too."""
    for path in (tmp_path / "gone.txt", tmp_path):
        with pytest.raises(FileUnreadable, match="cannot be read"):
            geonames_table(path, "BE")
