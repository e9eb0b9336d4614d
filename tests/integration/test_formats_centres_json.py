"""The canonical centres.json: equal to the shipped file, the same for equal directories, a round
trip.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.answer.as_centres_json import as_file
from directory_api.change.change import Contents, diff
from directory_api.change.directory import Records, read_records
from directory_api.text import strict_json
from tests.support.amount import tried
from tests.support.record_strategies import CENTRES, HELPLINES
from tests.support.records import made_up_centre, shipped_records
from tests.support.sqlite_stores import sqlite_store
from tests.support.whole_store import read_whole


def _contents(records: Records) -> Contents:
    """What the store keeps of a file."""
    return {
        "directory": {"directory": records.header},
        "helpline": {line.id: line.to_record() for line in records.helplines},
        "centre": {centre.id: centre.to_record() for centre in records.centres},
    }


def _read(raw: bytes) -> Contents:
    return _contents(read_records(strict_json.parse(raw, limit=strict_json.IMPORT_BYTES)))


def test_the_shipped_file_comes_back_byte_for_byte(data: Path) -> None:
    """What is read from the shipped centres.json is written as the same bytes."""
    shipped = (data / "centres.json").read_bytes()
    assert as_file(_read(shipped)) == shipped


def test_a_store_gives_the_shipped_file_back(loaded_database: Path, data: Path) -> None:
    """The store keeps everything that the file needs."""
    assert (
        as_file(read_whole(sqlite_store(loaded_database)).contents)
        == (data / "centres.json").read_bytes()
    )


def _directory(centres: list[dict[str, Any]], helplines: list[dict[str, Any]]) -> dict[str, Any]:
    """The shipped directory with these centres, and with these helplines beside its own."""
    shipped = shipped_records()
    return {
        **shipped,
        "helplines": [*shipped["helplines"], *helplines],
        "centres": [{**centre, "id": f"centre-{place}"} for place, centre in enumerate(centres)],
    }


DIRECTORIES = st.builds(_directory, st.lists(CENTRES, max_size=2), st.lists(HELPLINES, max_size=1))


def _shuffled(draw: Callable[[Any], Any], held: Any) -> Any:
    """The same, with the members of every object in another order."""
    if isinstance(held, list):
        return [_shuffled(draw, item) for item in held]
    if not isinstance(held, dict):
        return held
    return {name: _shuffled(draw, held[name]) for name in draw(st.permutations(list(held)))}


@given(st.data(), DIRECTORIES)
@settings(max_examples=tried(80), deadline=None)
def test_equal_directories_give_equal_bytes_which_read_the_same(
    data: st.DataObject, raw: dict[str, Any]
) -> None:
    """The order of a directory does not change its file, and reading that file changes nothing."""
    contents = _contents(read_records(raw))
    written = as_file(contents)
    shuffled = _shuffled(data.draw, contents)
    assert shuffled == contents
    assert as_file(shuffled) == written
    assert diff(contents, _read(written)) == ()
    assert as_file(_read(written)) == written


def test_records_and_languages_stand_in_order() -> None:
    """Centres by id, helplines by their order; the languages of the interface first, others
    by tag.
    """
    raw = shipped_records()
    texts = {"uk": "f", "de": "d", "ar": "e", "fr": "c", "nl": "b", "en": "a"}
    raw["centres"] = [made_up_centre(2, description=texts), made_up_centre(1)]
    raw["helplines"].reverse()
    written = json.loads(as_file(_contents(read_records(raw))))
    assert [centre["id"] for centre in written["centres"]] == ["made-up-001", "made-up-002"]
    assert list(written["centres"][1]["description"]) == ["en", "nl", "fr", "de", "ar", "uk"]
    assert [line["id"] for line in written["helplines"]] == [
        line["id"] for line in shipped_records()["helplines"]
    ]


def test_without_a_header_there_is_no_file() -> None:
    """An empty store is no directory."""
    with pytest.raises(KeyError):
        as_file({})
