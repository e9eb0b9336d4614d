"""A directory is read into centres and helplines, and is written back as the same records."""

import json
from pathlib import Path
from typing import Any

import marshmallow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from directory_api.change.directory import read_records
from directory_api.files.files import read_json
from directory_api.record.records import Centre, Helpline
from directory_api.record.schemas import CentreSchema, DirectorySchema
from tests.support.amount import tried
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


_VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1.5, "", "<", "nl", "BE-BRU", "2026-11-02"]),
    lambda below: (
        st.lists(below, max_size=2) | st.dictionaries(st.sampled_from("abn"), below, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=tried(60))
@given(CENTRES, st.data())
def test_reading_equals_what_marshmallow_loads(centre: dict[str, Any], data: st.DataObject) -> None:
    """Values and faults, with a member of the record, or one below it, that is another value,
    absent or unknown.
    """
    inside = [centre, *(part for part in centre.values() if isinstance(part, dict))]
    changed = data.draw(st.sampled_from(inside))
    member = data.draw(st.sampled_from([*changed, "x", *CentreSchema().fields]))
    if data.draw(st.booleans()):
        changed.pop(member, None)
    else:
        changed[member] = data.draw(_VALUES)
    ends = []
    for load in (CentreSchema().load, CentreSchema.read):
        try:
            ends.append(load(centre))
        except ValidationError as error:
            ends.append(error.messages)
    assert ends[0] == ends[1]


def test_records_without_faults_are_read_without_marshmallow(
    shipped_records: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes three times as long, which a large file shows."""

    def load(*_: object, **__: object) -> None:
        raise AssertionError("the slow way")

    monkeypatch.setattr(marshmallow.Schema, "load", load)
    raw = json.loads(json.dumps(shipped_records))
    assert DirectorySchema.read(raw) == raw
