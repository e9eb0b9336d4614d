"""Changes that wait for a second pair of eyes."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import (
    THIRD,
    RunCommand,
    fails,
    other_phone,
    records,
    rows,
    sign_in,
    two_approvers,
)

CHANGED = "phone changed: +32 2 511 64 64 → +32 2 511 64 65"


@pytest.fixture
def proposed(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> RunCommand:
    """A store in which a phone number that `first` changed waits as 2-1."""
    two_approvers(run_command)
    sign_in(monkeypatch, "first")
    assert (
        "proposal 2-1"
        in run_command("import", records(tmp_path, other_phone), "--reason", "they called").stdout
    )
    return run_command


def test_a_proposal_is_listed_and_shown_with_everything_that_would_change(
    proposed: RunCommand,
) -> None:
    """The list has a line for it; `show` says who, why, until when, and each difference."""
    (line,) = rows(proposed("proposals", "list"))
    assert (line[0], line[1], line[3], line[4]) == (
        "2-1",
        "first",
        "needs review",
        f"pag-asa (PAG-ASA): {CHANGED}",
    )
    shown = rows(proposed("proposals", "show", "2-1"))
    assert [value for field, value in shown if field == "Change"] == [CHANGED]
    assert (
        dict(shown).items()
        >= {"Author": "first", "Reason": "they called", "Record": "centre pag-asa"}.items()
    )


def test_a_reviewer_reads_that_a_number_is_of_another_centre(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`show` has what the list would not say: the new number of PAG-ASA is the one of Payoke."""
    two_approvers(run_command)
    sign_in(monkeypatch, "first")

    def number_of_payoke(data: dict[str, Any]) -> None:
        data["centres"][0]["phones"] = data["centres"][1]["phones"]

    run_command("import", records(tmp_path, number_of_payoke), "--reason", "they called")
    shown = rows(run_command("proposals", "show", "2-1"))
    (warning,) = [value for field, value in shown if field == "Warning"]
    assert "payoke" in warning


def test_a_decision_says_what_it_did(
    proposed: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An approval what is in force, a rejection, which needs a reason, the id; the list and `show`
    say what is outdated by then.
    """
    again = records(tmp_path, lambda data: other_phone(data, THIRD))
    assert "proposal 3-1" in proposed("import", again).stdout
    sign_in(monkeypatch, "second")
    assert f"done: pag-asa (PAG-ASA): {CHANGED}\n" in proposed("proposals", "approve", "2-1").stdout
    assert rows(proposed("proposals", "list"))[0][3].startswith("outdated")
    assert dict(rows(proposed("proposals", "show", "3-1")))["State"].startswith("outdated")
    fails(proposed("proposals", "reject", "3-1"), 2, "--reason")
    assert "3-1" in proposed("proposals", "reject", "3-1", "--reason", "a mistake").stdout
    listed = proposed("proposals", "list")
    assert (rows(listed), bool(listed.stderr)) == ([], True)


def test_a_proposal_is_shown_with_whole_values(run_command: RunCommand, tmp_path: Path) -> None:
    """Also of texts of which the sentences show no value, or only the beginning."""
    two_approvers(run_command)
    end = "NEW NUMBER OF ALL CENTRES: +32 470 12 34 56"

    def change(data: dict[str, Any]) -> None:
        data["publisher"] = f"{'Directory of centres. ' * 3}{end}"
        data["centres"][0]["description"]["en"] = f"{'We have moved. ' * 50}{end}"

    ids = re.findall(
        "^proposal (.*?):", run_command("import", records(tmp_path, change)).stdout, re.M
    )
    shown: dict[str, str] = {}
    for each in ids:
        shown |= dict(rows(run_command("proposals", "show", each)))
    assert shown["publisher, before"] == "Directory of specialised centres"
    assert shown["publisher, after"].endswith(end)
    assert shown["description/en, after"].endswith(end)
    assert shown["description/en, before"].startswith("Specialised centre")


def test_who_approves_a_helpline_types_its_number(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --confirm-number, as who proposes it does."""
    two_approvers(run_command)
    sign_in(monkeypatch, "first")

    def change(data: dict[str, Any]) -> None:
        data["helplines"][0]["number"] = "100"

    typed = ("--confirm-number", "100")
    new = records(tmp_path, change)
    assert "proposal 2-1" in run_command("import", new, "--allow-removals", *typed).stdout
    sign_in(monkeypatch, "second")
    fails(run_command("proposals", "approve", "2-1"), 1, "--confirm-number")
    fails(
        run_command("proposals", "approve", "2-1", "--confirm-number", "112"),
        1,
        "danger in Belgium",
    )
    assert "done: be-112" in run_command("proposals", "approve", "2-1", *typed).stdout
