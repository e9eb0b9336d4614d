"""What commands print about changes that wait."""

import pytest

from directory_api.change.change import Change
from directory_api.change.outcome import Outcome
from directory_api.change.proposal import Proposal
from directory_api.cli.output import print_outcome
from directory_api.text.errors import Fault
from tests.support.write_side import NOON


def test_a_large_outcome_is_counted_and_its_beginning_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Thousands of lines would push the first warning off the screen."""
    changes = tuple(Change("centre", f"c{number}", None, {"name": "C"}) for number in range(102))
    proposals = tuple(
        Proposal(f"2-{number}", changes[0], "a", "anna", NOON, "why", NOON) for number in range(102)
    )
    fault = Fault("Check it.")
    print_outcome(Outcome(2, changes, proposals, (fault,) * 101), "here")
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[99].startswith("done: c99 ")
    assert lines[100] == "and 2 more changes: 2 added"
    assert lines[201:] == [
        "and 2 more changes for review",
        "Revision 2, 102 changes in effect, 102 waiting for review.",
        "Directory: here",
    ]
    assert printed.err.splitlines()[100] == "warning: and 1 more warning"
