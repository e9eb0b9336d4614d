"""A directory is read into centres and helplines, and is written back as the same records."""

from pathlib import Path
from typing import Any

from hypothesis import given

from directory_api.change.directory import read_records
from directory_api.files.files import read_json
from directory_api.record.records import Centre, Helpline
from tests.support.record_strategies import CENTRES, HELPLINES


def test_the_shipped_file_is_valid_and_comes_back_as_it_was(
    data: Path, shipped_records: dict[str, Any]
) -> None:
    """The shipped file is valid; its three centres and four helplines are written back
    unchanged.
    """
    read = read_records(read_json(data / "centres.json"))
    assert [line.to_record() for line in read.helplines] == shipped_records["helplines"]
    assert [centre.to_record() for centre in read.centres] == shipped_records["centres"]
    assert {**read.header} == {
        name: shipped_records[name] for name in ("publisher", "licence", "sources")
    }


@given(CENTRES, HELPLINES)
def test_records_survive_the_round_trip(
    shipped_records: dict[str, Any], centre: dict[str, Any], line: dict[str, Any]
) -> None:
    """Record to object to record is the identity, and so is object to record to object."""
    emergency = {**shipped_records["helplines"][0], "countries": [centre["address"]["country"]]}
    read = read_records({**shipped_records, "centres": [centre], "helplines": [emergency, line]})
    assert read.centres[0].to_record() == centre
    assert Centre.from_record(read.centres[0].to_record()) == read.centres[0]
    assert read.helplines[1].to_record() == line
    assert Helpline.from_record(line) == read.helplines[1]
