"""`make trace`: the files that a request passes through."""

from collections.abc import Iterator

import pytest

from directory_api.place.geometry import parse_degrees
from directory_api.place.postcode import squash
from tools import trace

NEEDS = (
    "static_site",
    "device",
    "imports",
    "pages",
)

REQUESTS = (
    "GET nearest by postcode",
    "POST nearest by coordinate",
    "POST nearest by a name",
    "POST a refused postcode",
    "PATCH a phone number",
    "POST an import",
    "POST the finder's form",
    "GET the bundle",
    "publish one page",
)


def test_the_requests_are_printed_with_their_files(capsys: pytest.CaptureFixture[str]) -> None:
    """A table with a line for each request, then the files of each, as many as the table says."""
    trace.main()
    table, *lists = capsys.readouterr().out.rstrip().split("\n\n")
    header, *rows = table.split("\n")
    assert header.split() == ["request", "files", "moves", "returns", "calls"]
    assert tuple(row[:28].rstrip() for row in rows) == REQUESTS
    for row, name, listed in zip(rows, REQUESTS, lists, strict=True):
        files, moves, returns, calls = (int(part.replace(",", "")) for part in row[28:].split())
        first, *entered = listed.split("\n")
        assert (first, len(entered)) == (name, files)
        assert returns == moves - files + 1
        assert moves < calls
    by_name = dict(zip(REQUESTS, lists, strict=True))
    assert "web/v1/nearest.py" in by_name["GET nearest by postcode"]
    assert "store/sql/chain.py" in by_name["PATCH a phone number"]
    assert "features/static_site/folder.py" in by_name["publish one page"]


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ("", ""),
        ("aaa", "a"),
        ("abababa", "aba"),
        ("xabcabcabcy", "xabcy"),
        ("abaacbaac", "abac"),
        ("aabbaabbc", "abc"),
    ],
)
def test_a_sequence_that_repeats_is_kept_once(steps: str, kept: str) -> None:
    """However often a loop calls the same files in the same order."""
    assert "".join(trace.folded(steps)) == kept


def test_calls_are_recorded_with_the_file_of_the_package() -> None:
    """Functions of other packages are not, nor is what follows the block."""
    with trace.traced() as found:
        parse_degrees("50.85")
        squash("B-1000")
        parse_degrees("4.35")
    parse_degrees("4.35")
    assert found.files == ["place/geometry.py", "place/postcode.py"]
    assert (found.moves, found.returns) == (2, 1)


def test_a_generator_is_one_call() -> None:
    """However often it is resumed; a comprehension belongs to its function."""

    def numbers() -> Iterator[int]:
        yield from (number for number in range(3))

    with trace.traced(__file__.removesuffix("test_trace.py")) as found:
        assert [number for number in numbers()] == [0, 1, 2]  # noqa: C416
    assert found.calls == ["test_trace.py"]
