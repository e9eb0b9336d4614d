"""What waits for the approval of a second person, and when: records, and imports of files."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.proposal import PROPOSAL_LIFE, Proposal
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.record.token import Token
from directory_api.text.errors import RecordsInvalid
from tests.support.proposals import new_phone, numbers
from tests.support.records import shipped_records
from tests.support.sqlite_stores import sqlite_access
from tests.support.write_side import ANNA, BERT, CARL, NOON, WriteSide, incoming

NUMBER = [{"number": "+3225116465", "kind": "main"}]


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    """A directory as it is run, which decides by its tokens; its clock is the real one."""
    directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path / 'directory.db'}"))
    directory.prepare()
    return directory


def _waits(directory: Directory) -> bool:
    """Whether a new phone waits now."""
    edit = Edit(ANNA, "centre", "pag-asa", "a phone call")
    number = f"+32251164{len(directory.editor.history('centre', 'pag-asa')):02}"
    return bool(
        directory.editor.patch(edit, {"phones": [{"number": number, "kind": "main"}]}).proposals
    )


def test_two_people_look_once_two_tokens_may_approve(directory: Directory) -> None:
    """With no token or one, or with tokens that may only edit, nothing waits; with two it waits,
    also after one of them was revoked.
    """
    assert not _waits(directory)
    directory.tokens.create("anna", ["approve"], 9)
    directory.tokens.create("editor", ["edit", "read_history"], 9)
    assert not _waits(directory)
    _, second = directory.tokens.create("bert", ["admin"], 9)
    assert _waits(directory)
    directory.tokens.revoke(second.id)
    assert _waits(directory)


DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("name", "created", "expires", "revoked", "waits"),
    [
        ("bert", DAY, date(2026, 1, 2), None, True),
        ("bert", DAY, date(9999, 1, 1), DAY, True),
        ("bert", date(2026, 3, 31), date(9999, 1, 1), None, True),
        ("bert", date(2026, 4, 1), date(9999, 1, 1), None, False),
        ("bert", date(2025, 1, 1), date(2025, 12, 31), None, False),
        ("bert", date(2025, 1, 1), date(9999, 1, 1), date(2025, 12, 31), False),
        ("ＡＮＮＡ", DAY, date(9999, 1, 1), None, False),
    ],
)
def test_review_stays_on_after_a_token_has_ended(
    directory: Directory,
    name: str,
    created: date,
    expires: date,
    revoked: date | None,
    waits: bool,
) -> None:
    """Two tokens of two persons that may approve need one day in common; both have ended since."""
    assert directory.file
    access = sqlite_access(directory.file)
    tokens = [
        Token("a", "Anna", ("approve",), DAY, date(2026, 3, 31)),
        Token("b", name, ("admin",), created, expires, None, revoked),
    ]
    for token in tokens:
        access.add_token(token, f"digest of {token.id}")
        access.put_token(token)
    assert _waits(directory) is waits


@pytest.mark.parametrize(("setting", "tokens", "waits"), [("on", 0, True), ("off", 2, False)])
def test_the_setting_decides_without_counting(
    tmp_path: Path, setting: str, tokens: int, waits: bool
) -> None:
    """On waits without any token, off never waits."""
    url = f"sqlite:///{tmp_path / 'directory.db'}"
    directory = open_directory(Settings(database_url=url, review=setting))
    directory.prepare()
    for number in range(tokens):
        directory.tokens.create(f"n{number}", ["approve"], 9)
    assert _waits(directory) is waits


def test_a_proposal_tells_who_proposed_what_and_until_when(write_side: WriteSide) -> None:
    """It is found by its id, with the change, who, when, why and its expiry; the history is
    unchanged.
    """
    proposal = new_phone(write_side)
    assert write_side.proposals.get(proposal.id) == (proposal, False)
    assert replace(proposal, id="", change=proposal.change) == Proposal(
        "", proposal.change, "token:a", "anna", NOON, "they told me", NOON + PROPOSAL_LIFE
    )
    assert proposal.change.before == write_side.record("pag-asa")
    assert len(write_side.editor.history("centre", "pag-asa")) == 1
    (entry,) = write_side.store.history("proposal")
    assert (entry.change.action, entry.stamp.author, entry.stamp.reason) == (
        "added",
        "anna",
        "they told me",
    )


def _file(change: Callable[[dict[str, Any]], object]) -> bytes:
    records = shipped_records()
    change(records)
    return json.dumps(records).encode()


def _two_changes(records: dict[str, Any]) -> None:
    records["centres"][0]["phones"] = NUMBER
    records["centres"][1]["languages"].append({"code": "uk"})


def test_of_an_import_only_what_needs_review_waits(write_side: WriteSide) -> None:
    """A language takes effect, a phone waits, both of one revision; approved, the store equals the
    file.
    """
    file = incoming(_file(_two_changes))
    outcome = write_side.importer.bring_in(ANNA, file, "the new file")
    assert (
        [change.id for change in outcome.applied],
        [p.change.id for p in outcome.proposals],
    ) == (
        ["payoke"],
        ["pag-asa"],
    )
    assert {change.id for change in outcome.changes} == {"payoke", "pag-asa"}
    assert write_side.record("payoke")["languages"][-1] == {"code": "uk"}
    write_side.proposals.approve(BERT, outcome.proposals[0].id)
    assert not list(write_side.importer.compare(None, file))


def test_the_same_import_twice_proposes_once(write_side: WriteSide) -> None:
    """A waiting change is reported again and not written twice; after its expiry it is proposed
    again.
    """
    file = incoming(_file(_two_changes))
    first = write_side.importer.bring_in(ANNA, file, "the new file")
    before = write_side.everything()
    again = write_side.importer.bring_in(CARL, file, "the new file again")
    assert (again.applied, again.proposals, again.revision) == ((), first.proposals, first.revision)
    assert write_side.everything() == before
    write_side.clock.pass_by(PROPOSAL_LIFE)
    (anew,) = write_side.importer.bring_in(CARL, file, "and again").proposals
    assert (anew.author, anew.id != first.proposals[0].id) == ("carl", True)


def test_what_makes_no_sense_before_what_waits_is_refused(write_side: WriteSide) -> None:
    """A source that gets another id and the centre that names it cannot wait separately, because
    neither could be approved: nothing is stored, and the error says to import the new records
    first.
    """
    file = json.dumps(shipped_records()).replace('"surya"', '"surya-2"')
    file = file.replace('{"id": "surya-2", "name"', '{"id": "surya", "name"')
    before = write_side.everything()
    with pytest.raises(RecordsInvalid, match="First import what is new") as refused:
        write_side.importer.bring_in(ANNA, incoming(file.encode()), "another id")
    assert refused.value.faults
    assert write_side.everything() == before


def test_an_import_that_somebody_else_has_looked_at_does_not_wait(write_side: WriteSide) -> None:
    """With the name of who approved it, everything is in force, and the history has both names."""
    outcome = write_side.importer.bring_in(
        ANNA, incoming(_file(_two_changes)), "reviewed in git", approved_by="bert"
    )
    assert (len(outcome.applied), outcome.proposals) == (2, ())
    (entry, _) = write_side.editor.history("centre", "pag-asa")
    assert (entry.stamp.author, entry.stamp.approved_by) == ("anna", "bert")


def test_what_is_done_in_another_way_waits_no_longer(write_side: WriteSide) -> None:
    """A change that waits and is then imported as approved is not left behind as outdated."""
    wanted = new_phone(write_side).change.after
    others = [write_side.record(identity) for identity in ("payoke", "surya")]
    file = incoming(json.dumps({**shipped_records(), "centres": [wanted, *others]}).encode())
    write_side.importer.bring_in(BERT, file, "as anna says", approved_by="carl")
    assert numbers(write_side) == ["+3225116465"]
    assert write_side.proposals.waiting() == ()


def test_what_is_over_is_forgotten_with_the_next_change(write_side: WriteSide) -> None:
    """A proposal that was not approved in time does not stay in the store."""
    new_phone(write_side)
    write_side.clock.pass_by(PROPOSAL_LIFE)
    write_side.editor.verify(write_side.edit("payoke"), "called")
    assert not write_side.store.records().contents.get("proposal")


def test_a_dry_run_tells_what_would_wait_and_keeps_no_proposal(write_side: WriteSide) -> None:
    """The plan has the same proposal as the run that follows; before that, nothing waits."""
    file = incoming(_file(_two_changes))
    before = write_side.everything()
    plan = write_side.importer.bring_in(ANNA, file, "a try", dry_run=True)
    assert (write_side.everything(), write_side.proposals.waiting()) == (before, ())
    outcome = write_side.importer.bring_in(ANNA, file, "a try")
    assert (plan.applied, plan.proposals, plan.revision) == (
        outcome.applied,
        outcome.proposals,
        outcome.revision - 1,
    )
