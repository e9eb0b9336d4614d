"""`make trace`: the files that a request passes through."""

import pytest

from tools import trace

NEEDS = ("static_site", "device", "desk", "pages")


def test_the_requests_are_printed_with_their_files(capsys: pytest.CaptureFixture[str]) -> None:
    """A table with a line for each request, then the files of each, as many as the table says."""
    trace.main()
    table, *lists = capsys.readouterr().out.rstrip().split("\n\n")
    _, *rows = table.split("\n")
    for row, listed in zip(rows, lists, strict=True):
        name, *entered = listed.split("\n")
        assert row.startswith(name)
        assert row.removeprefix(name).split()[0] == str(len(entered))
    assert any("web/v1/nearest.py" in listed for listed in lists)


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
