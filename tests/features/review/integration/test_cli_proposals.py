"""Changes that wait for a second pair of eyes."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import (
    OTHER,
    THIRD,
    RunCommand,
    fails,
    other_phone,
    records,
    rows,
    sign_in,
    two_approvers,
)
from tests.support.frozen import CENTRES
from tests.support.records import made_up_centre

CHANGED = "phone changed: +32 2 511 64 64 → +32 2 511 64 65"
SHIPPED = CENTRES


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


def test_without_proposals_the_list_says_so(run_command: RunCommand) -> None:
    """Nothing waits at first."""
    assert rows(run_command("proposals", "list")) == []
    assert "There are no proposals to review" in run_command("proposals", "list").stderr


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


def test_who_proposed_a_change_cannot_approve_it_and_another_can(
    proposed: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second user of the machine brings it into force; the history names both."""
    fails(proposed("proposals", "approve", "2-1"), 1, "Another maintainer must review")
    assert proposed("export").stdout_bytes == SHIPPED.read_bytes()
    sign_in(monkeypatch, "second")
    assert f"done: pag-asa (PAG-ASA): {CHANGED}\n" in proposed("proposals", "approve", "2-1").stdout
    assert OTHER in proposed("show", "pag-asa").stdout
    newest = rows(proposed("history", "pag-asa"))[0]
    assert newest[2:4] + newest[5:] == ["first", "second", "they called"]
    fails(proposed("proposals", "show", "2-1"), 1, "No proposal with this id is waiting")


def test_a_rejected_proposal_is_gone_and_changes_nothing(proposed: RunCommand) -> None:
    """The author of a proposal may withdraw it, with a reason."""
    fails(proposed("proposals", "reject", "2-1"), 2, "--reason")
    assert proposed("proposals", "reject", "2-1", "--reason", "a mistake").stdout.startswith(
        "Rejected: 2-1\n"
    )
    assert rows(proposed("proposals", "list")) == []
    assert proposed("export").stdout_bytes == SHIPPED.read_bytes()


def test_a_proposal_whose_record_has_changed_is_outdated(
    proposed: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and is not approved over what came between."""
    between = records(tmp_path, lambda data: other_phone(data, THIRD))
    assert proposed("import", between, "--approved-by", "second").exit_code == 0
    sign_in(monkeypatch, "second")
    assert rows(proposed("proposals", "list"))[0][3].startswith("outdated")
    assert dict(rows(proposed("proposals", "show", "2-1")))["State"].startswith("outdated")
    fails(proposed("proposals", "approve", "2-1"), 1, "has changed since")


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


def test_a_proposed_centre_is_shown_whole(run_command: RunCommand, tmp_path: Path) -> None:
    """Of a new record each value is news."""
    two_approvers(run_command)
    new = records(tmp_path, lambda data: data["centres"].append(made_up_centre(1)))
    assert "proposal 2-1" in run_command("import", new).stdout
    assert ["address/postal_code", "1000"] in rows(run_command("proposals", "show", "2-1"))
