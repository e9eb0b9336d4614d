"""JSON Lines: one record on each line, and the line of each fault."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.directory import RECORD_BYTES
from directory_api.features.desk.imports.record_lines import is_record_lines, read_lines
from directory_api.features.desk.sheets.raw_records import FileDocument, Incoming
from directory_api.text.errors import Fault

DIRECTORY = {"type": "directory", "publisher": "A", "licence": {"name": "CC0"}}
SOURCE = {"type": "source", "id": "flyer", "title": "A flyer"}
CENTRE = {"type": "centre", "id": "one", "name": "One"}


def _file(folder: Path, *lines: Any, name: str = "new.jsonl") -> Path:
    texts = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    path = folder / name
    path.write_bytes(b"".join(text + b"\n" for text in texts))
    return path


def _read(path: Path) -> tuple[FileDocument, Sequence[str]]:
    """The document of a file, and the faults of its lines."""
    file = read_lines(Incoming.of(path))
    return file.document({}), list(map(str, file.faults))


def test_each_line_is_a_record_of_the_document(tmp_path: Path) -> None:
    """In any order; blank lines and a byte order mark are skipped."""
    path = _file(tmp_path, b"\xef\xbb\xbf", CENTRE, b"", DIRECTORY, SOURCE, {**CENTRE, "id": "two"})
    document, faults = _read(path)
    assert not faults
    assert document.raw == {
        "helplines": [],
        "publisher": "A",
        "licence": {"name": "CC0"},
        "sources": [{"id": "flyer", "title": "A flyer"}],
        "centres": [{"id": "one", "name": "One"}, {"id": "two", "name": "One"}],
    }


def test_a_fault_gets_its_line_and_its_place_in_the_record(tmp_path: Path) -> None:
    """What concerns the whole file, or a collection that it does not have, stays as it is."""
    lines, _ = _read(_file(tmp_path, DIRECTORY, b"", CENTRE, {**CENTRE, "id": "two"}))
    located = [
        str(lines.locate(Fault("wrong", pointer=pointer)))
        for pointer in (
            "/centres/1/phones/0/number",
            "/centres/0",
            "/publisher",
            "/centres",
            "/helplines/0/name",
            "/",
        )
    ]
    assert located == [
        "line 4, /phones/0/number: wrong",
        "line 3: wrong",
        "line 1, /publisher: wrong",
        "/centres: wrong",
        "/helplines/0/name: wrong",
        "/: wrong",
    ]
    assert lines.locate(Fault("wrong")) == Fault("wrong")


def test_every_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    """With the column where the JSON breaks off."""
    path = _file(
        tmp_path,
        DIRECTORY,
        b'{"type": "centre"',
        [],
        {"type": ["centre"]},
        {"type": "center"},
        {**DIRECTORY, "centres": []},
        b'{"type": "centre", "name": "' + b"a" * 3 * RECORD_BYTES + b'"}',
        b"\xff",
    )
    assert _read(path)[1] == [
        "line 2: This is not valid JSON at column 18: Expecting ',' delimiter.",
        *(
            f"line {number}, /type: A line is an object whose member type is one of: directory, "
            "source, helpline, centre."
            for number in (3, 4, 5)
        ),
        *(
            f"line 6, /{name}: Only one line of the type directory may have this field, and "
            "sources, helplines and centres have lines of their own."
            for name in ("publisher", "licence", "centres")
        ),
        "line 7: The JSON text is longer than 64 KB. Send a shorter one.",
        "line 8: The JSON text is not UTF-8 at byte 0. Save it as UTF-8.",
    ]


@pytest.mark.parametrize(
    ("name", "first", "expected"),
    [
        ("new.jsonl", b"", True),
        ("new.NDJSON", b"", True),
        ("new.json", DIRECTORY, True),
        ("new.json", {"publisher": "A"}, False),
        ("new.json", b"{", False),
        ("new.csv", b"type,id,name", False),
    ],
)
def test_the_name_or_the_first_line_tells_json_lines(
    tmp_path: Path, name: str, first: Any, expected: bool
) -> None:
    """A whole directory as JSON has no member `type`."""
    assert is_record_lines(Incoming.of(_file(tmp_path, first, name=name))) is expected
