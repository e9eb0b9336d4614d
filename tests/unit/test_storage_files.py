"""The files that maintainers edit: JSON and shipped tables."""

from pathlib import Path

import pytest

from directory_api.files.country_tables import shipped_boundaries, shipped_tables
from directory_api.files.files import (
    read_json,
    write_atomically,
)
from directory_api.text.errors import FileUnreadable


@pytest.mark.parametrize(
    ("places", "described"),
    [
        (b"code,place,lat,lon,source\n1000,A,50,4,x\n2000,B,51,4,x\n", "attributions = 1"),
        (b"code,place\n1000,A\n", None),
        (b"code,place,lat,lon,source\n1000,A,50\n", None),
        (b"code,place,lat,lon,source\n1000,A,91,4,x\n", None),
        (b"\xff", None),
        (b"", "["),
    ],
)
def test_a_broken_table_of_a_data_folder_is_unreadable(
    tmp_path: Path, places: bytes, described: str | None
) -> None:
    """Whatever is wrong with a shipped table, the refusal names the list and no row."""
    folder = tmp_path / "countries" / "be"
    folder.mkdir(parents=True)
    (folder / "postcodes.csv").write_bytes(places)
    (folder / "municipalities.csv").write_text(
        "code,municipality,name_nl,name_fr,name_de,subdivision\n1000,1,A,A,,BE-BRU\n"
    )
    (folder / "country.toml").write_text(described or 'name = "Belgium"')
    with pytest.raises(FileUnreadable, match=r"countries/be"):
        shipped_tables(tmp_path)


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    """A file that is not there, or a folder in its place, is FileUnreadable with its name."""
    for path in (tmp_path / "gone.json", tmp_path):
        with pytest.raises(FileUnreadable, match=str(path)):
            read_json(path)


def test_broken_json_is_unreadable_with_its_place(tmp_path: Path) -> None:
    """A fault in a JSON file is told with the file's name, line and column."""
    path = tmp_path / "x.json"
    path.write_text('{"a": 1,\n "b" 2}')
    with pytest.raises(FileUnreadable, match=r"x\.json: .*line 2, column 6"):
        read_json(path)


def test_boundaries_hold_plain_numbers(data: Path) -> None:
    """Shipped boundaries are by country, and hold only what the store gives back unchanged."""

    def kinds(value: object) -> set[type]:
        parts = (
            list(value.values())
            if isinstance(value, dict)
            else value
            if isinstance(value, list)
            else []
        )
        return {type(value)}.union(*map(kinds, parts))

    boundaries = shipped_boundaries(data)
    assert list(boundaries) == ["BE"]
    assert kinds(boundaries) <= {dict, list, str, int, float, bool, type(None)}


def test_places_are_called_by_their_own_municipality(data: Path) -> None:
    """Where several municipalities share a code, the one that its rows name gives the name."""
    names = {place.code: place for place in shipped_tables(data)[0].places}
    assert names["1040"].name == "Etterbeek"
    assert names["4000"].name == "Liège"
    assert names["2000"].has_name("Anvers")
    assert names["2000"].subdivision == "BE-VAN"


def test_a_file_is_written_whole_keeps_its_permissions_and_leaves_nothing_beside_it(
    tmp_path: Path,
) -> None:
    """The content is new, the mode is the old one, a link stays a link; a name may have any
    length.
    """
    file, link = tmp_path / ("k" * 255), tmp_path / "link.json"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_atomically(link, [b"n", b"ew"])
    assert (file.read_bytes(), file.stat().st_mode & 0o777, link.is_symlink()) == (
        b"new",
        0o640,
        True,
    )
    assert sorted(tmp_path.iterdir()) == [file, link]


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    """A folder in its place, one that is missing, a file that stands for a folder."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    for path, says in (
        (tmp_path / "folder", "is no ordinary file"),
        (tmp_path / "none" / "x", "cannot be written (No such file or directory)"),
        (tmp_path / "file" / "x", "cannot be written (Not a directory)"),
    ):
        with pytest.raises(FileUnreadable) as refused:
            write_atomically(path, [b"new"])
        assert refused.value.detail.startswith(f"{path}: ")
        assert says in refused.value.detail
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
