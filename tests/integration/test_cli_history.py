"""What was changed, and the way back: history, restore, verify."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import (
    RunCommand,
    fails,
    other_phone,
    records,
    rows,
    two_approvers,
)
from tests.support.frozen import CENTRES
from tests.support.moments import NOW, TODAY
from tests.support.records import shipped_records

SHIPPED = CENTRES
_WHOLE = shipped_records()
CENTRES_AND_LINES = (*_WHOLE["centres"], *_WHOLE["helplines"])


def _other_note(data: dict[str, Any]) -> None:
    data["helplines"][0]["note"] = {"en": "free of charge"}


@pytest.mark.needs("desk")
def test_history_of_a_record_is_newest_first_and_says_who_when_and_why(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """Each change is a line: revision, minute, author, approver, sentence, reason."""
    assert (
        run_command("import", records(tmp_path, other_phone), "--reason", "they moved").exit_code
        == 0
    )
    newest, first = rows(run_command("history", "pag-asa"))
    assert (newest[0], newest[3], newest[5]) == ("2", "", "they moved")
    assert newest[4].startswith("pag-asa (PAG-ASA): phone changed")
    assert (first[0], first[2], first[4]) == ("1", "directory-api", "pag-asa (PAG-ASA): added")
    assert newest[1] == f"{NOW:%Y-%m-%d %H:%M}"
    # Without an id of all records, and of the header; not of the postcodes.
    listed = rows(run_command("history"))
    assert listed[0] == newest
    assert len(listed) == 1 + len(CENTRES_AND_LINES) + 1


@pytest.mark.needs("desk")
def test_history_finds_out_what_an_id_is_of(run_command: RunCommand, tmp_path: Path) -> None:
    """A helpline's id works like a centre's, also when it is said to be a helpline's."""
    assert run_command("import", records(tmp_path, _other_note)).exit_code == 0
    for words in (("be-112",), ("be-112", "--helpline")):
        newest, _first = rows(run_command("history", *words))
        assert newest[4] == (
            "be-112 (European emergency number): note (English) added: free of charge; "
            "sources dropped with the old value: bipt, general"
        )
    assert rows(run_command("restore", "be-112", 1))[0] == ["Revision 3, 1 change in effect."]
    assert run_command("export").stdout_bytes == SHIPPED.read_bytes()
    # Where a centre has the same id, --helpline means the other one.
    both = records(tmp_path, lambda data: data["centres"][0].update(id="be-112"))
    assert run_command("import", both).exit_code == 0
    assert "PAG-ASA" in rows(run_command("history", "be-112"))[0][4]
    assert "European" in rows(run_command("history", "be-112", "--helpline"))[0][4]


def test_what_was_never_there_has_no_history(run_command: RunCommand) -> None:
    """An unknown id ends with where to find the ids."""
    for words in (
        ("history", "nobody"),
        ("history", "pag-asa", "--helpline"),
        ("restore", "nobody", 1),
        ("verify", "nobody", "--how", "called"),
    ):
        fails(
            run_command(*words),
            1,
            "No record has, or ever had, this id.",
            "directory-api export",
        )


@pytest.mark.needs("desk")
def test_restore_brings_a_removed_record_back_and_can_be_undone(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A centre that is gone has a history, and returns as it was; the history keeps all of it."""
    assert (
        run_command("import", records(tmp_path, lambda data: data["centres"].pop())).exit_code == 0
    )
    assert rows(run_command("history", "surya"))[0][4] == "surya (Sürya): removed"
    back = run_command("restore", "surya", 1, "--reason", "removed by mistake")
    assert "done: surya (Sürya): added\n" in back.stdout
    assert run_command("export").stdout_bytes == SHIPPED.read_bytes()
    assert [row[4] for row in rows(run_command("history", "surya"))] == [
        f"surya (Sürya): {deed}" for deed in ("added", "removed", "added")
    ]
    fails(run_command("restore", "surya", 2), 1, "did not exist at that revision")
    assert "Revision 3, no change.\n" in run_command("restore", "surya", 3).stdout


@pytest.mark.needs("desk")
def test_a_known_good_number_is_restored_at_once(run_command: RunCommand, tmp_path: Path) -> None:
    """With review on, too; the command says that another person is to look at it, and how."""
    assert run_command("import", records(tmp_path, other_phone)).exit_code == 0
    two_approvers(run_command)
    restored = run_command("restore", "pag-asa", 1)
    assert "done: pag-asa (PAG-ASA): phone changed" in restored.stdout
    assert "In force, to be looked at: 3-1" in restored.stderr
    # The number of the import was never seen by a second person.
    assert "proposal 4-1: pag-asa" in run_command("restore", "pag-asa", 2).stdout


@pytest.mark.needs("desk")
def test_to_restore_all_records_is_confirmed_like_an_import(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """If much changes, by --allow-removals; the number of each helpline is typed once more."""

    def spoil(data: dict[str, Any]) -> None:
        for centre in data["centres"]:
            centre["address"]["street"] = "Example street 1"
        data["helplines"][0]["hours"] = "24/7"

    words = ("--allow-removals", "--confirm-number", 112)
    assert run_command("import", records(tmp_path, spoil), *words).exit_code == 0
    fails(run_command("restore", 1), 1, "If this is intended, add --allow-removals.")
    fails(run_command("restore", 1, *words[:1]), 1, "add --confirm-number 112")
    assert "4 changes in effect." in run_command("restore", 1, *words).stdout


@pytest.mark.needs("desk")
def test_all_records_are_restored_by_a_revision_alone(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """After a wrong import: centres and helplines; with --dry-run nothing is written."""

    def spoil(data: dict[str, Any]) -> None:
        other_phone(data)
        _other_note(data)

    assert run_command("import", records(tmp_path, spoil)).exit_code == 0
    shown = run_command("restore", "--dry-run", 1)
    assert shown.stdout.count("would change: ") == 2
    assert "Revision 3, 2 changes in effect." in run_command("restore", 1).stdout
    assert run_command("export").stdout_bytes == SHIPPED.read_bytes()
    fails(run_command("restore", 9), 1, "There is no revision 9 yet")
    for words in ((), ("pag-asa",), ("pag-asa", 1, 2), ("pag-asa", 0)):
        assert run_command("restore", *words).exit_code == 2


@pytest.mark.needs("desk")
def test_verify_notes_who_confirmed_what_how(run_command: RunCommand) -> None:
    """The record carries today, the name of the user, and how, which is not published."""
    result = run_command("verify", "pag-asa", "--how", "called the main number")
    assert result.exit_code == 0
    today = TODAY
    assert f"done: pag-asa (PAG-ASA): confirmation added: {today:%d/%m/%Y} by " in result.stdout
    assert f"verified/on\t{today}\n" in run_command("show", "pag-asa").stdout
    assert "called the main number" not in run_command("show", "pag-asa").stdout
    assert '"how": "called the main number"' in run_command("export").stdout
    assert rows(run_command("history", "pag-asa"))[0][5] == "confirmed"
    fails(run_command("verify", "pag-asa", "--how", ""), 2, "must not be empty")
    fails(run_command("verify", "pag-asa"), 2, "--how")


def test_a_text_that_cannot_be_stored_is_refused_in_one_sentence(run_command: RunCommand) -> None:
    """Empty, of two lines, or too long."""
    refused = {
        "": "The text must not be empty",
        "a\nb": "Line breaks and",
        "a" * 201: "Use at most",
    }
    for text, said in refused.items():
        result = run_command("verify", "pag-asa", "--how", text)
        fails(result, 2, f"Invalid value for '--how': {said}")
