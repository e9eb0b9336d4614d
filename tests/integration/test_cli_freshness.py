"""Which records have to be confirmed again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from directory_api.record.records import Helpline
from tests.support.command_line import RunCommand, fails, records, rows
from tests.support.moments import TODAY

# One of the helplines with a number of their own.
LINE = "be-trafficking-line"
CENTRES = ("pag-asa", "payoke", "surya")
NAME = "Belgian line for victims of human trafficking, day and night"


def _confirmed(days: int) -> dict[str, Any]:
    """A confirmation so many days ago."""
    return {"on": _ago(days), "by": "a maintainer", "how": "called"}


def _ago(days: int) -> str:
    return (TODAY - timedelta(days)).isoformat()


def _confirm(*days: int | None) -> Any:
    def change(data: dict[str, Any]) -> None:
        for centre, ago in zip(data["centres"], days, strict=True):
            if ago is not None:
                centre["verified"] = _confirmed(ago)
        for line in data["helplines"]:
            if Helpline.from_record(line).needs_confirmation:
                line["verified"] = _confirmed(0)

    return change


@pytest.mark.needs("imports")
def test_freshness_lists_first_what_has_to_be_confirmed_first(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """Due date, freshness, last confirmation, id and name, by due date; exits with 1 if any is not
    fresh. Helplines with a number of their own are listed, too.
    """
    assert run_command("import", records(tmp_path, _confirm(181, None, 361))).exit_code == 0
    result = run_command("freshness")
    assert result.exit_code == 1
    assert [row for row in rows(result) if row[3] in (*CENTRES, LINE)] == [
        [_ago(180), "stale", _ago(361), "surya", "Sürya", ""],
        [_ago(0), "due", _ago(181), "pag-asa", "PAG-ASA", ""],
        [_ago(0), "unverified", "never", "payoke", "Payoke", ""],
        [_ago(-181), "fresh", _ago(0), LINE, NAME, ""],
    ]


@pytest.mark.needs("imports")
@pytest.mark.parametrize(
    ("days", "code"), [((0, 5, 10), 0), ((0, 5, 11), 1), ((0, 5, None), 1), ((0, 5, -1), 1)]
)
def test_freshness_ends_with_0_only_when_all_are_fresh(
    run_command: RunCommand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: tuple[int | None, ...],
    code: int,
) -> None:
    """One record that is due, unverified, or confirmed in the future is enough for 1."""
    monkeypatch.setenv("DIRECTORY_FRESH_DAYS", "10")
    assert run_command("import", records(tmp_path, _confirm(*days))).exit_code == 0
    assert run_command("freshness").exit_code == code


@pytest.mark.needs("imports")
def test_a_centre_that_is_closed_for_good_needs_no_confirmation(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """It is not listed."""

    def change(data: dict[str, Any]) -> None:
        _confirm(0, 0, None)(data)
        data["centres"][2]["status"] = "closed"

    assert run_command("import", records(tmp_path, change)).exit_code == 0
    result = run_command("freshness")
    listed = {row[3] for row in rows(result)}
    assert (result.exit_code, listed & {*CENTRES, LINE}) == (0, {LINE, "pag-asa", "payoke"})


def test_verify_makes_a_record_fresh(run_command: RunCommand) -> None:
    """After the last confirmation the weekly job is quiet."""
    assert run_command("freshness").exit_code == 1
    due = [row[3] for row in rows(run_command("freshness"))]
    assert {*CENTRES, LINE} <= {*due}
    for identity in due:
        assert run_command("verify", identity, "--how", "called").exit_code == 0
    assert run_command("freshness").exit_code == 0


def test_freshness_that_cannot_be_told_is_2(run_command: RunCommand, tmp_path: Path) -> None:
    """A job that runs every week tells a broken store from records that are due."""
    (tmp_path / "cli.db").write_bytes(b"this is no database" * 100)
    fails(run_command("freshness"), 2, "the database cannot be used")
