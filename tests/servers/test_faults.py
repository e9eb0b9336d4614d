"""`make faults` causes what it says; its other rows take minutes."""

import pytest

from tools.faults.__main__ import main


@pytest.mark.parametrize("name", ["gone or replaced", "changed by SQL"])
def test_a_row_of_the_faults_is_caused_and_holds(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With some tries, none of which breaks the promise."""
    assert main(["--only", name]) == 0
    *_, row, blank, total = capsys.readouterr().out.splitlines()
    tries, broken = row.split("|")[3:5]
    assert int(tries) > 0
    assert (int(broken), blank, total) == (0, "", "1 of 1 rows hold.")
