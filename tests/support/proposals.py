"""A proposal for a phone number, a wrong file, and the numbers that are stored."""

from typing import TYPE_CHECKING

from directory_api.change.guards import ALL_ALLOWED
from directory_api.change.outcome import Outcome
from directory_api.record.token import Actor
from tests.support.records import shipped_records
from tests.support.write_side import ANNA, WriteSide, incoming, json_bytes

RIGHT, WRONG, OTHER = "+3225116464", "+3225116465", "+3225116466"

if TYPE_CHECKING:  # the feature may have been deleted
    from directory_api.change.proposal import Proposal


def new_phone(
    write_side: WriteSide, number: str = "+3225116465", actor: Actor = ANNA
) -> "Proposal":
    """A new phone of PAG-ASA, which waits."""
    edit = write_side.edit("pag-asa", actor=actor, reason="they told me")
    (waiting,) = write_side.editor.patch(
        edit, {"phones": [{"number": number, "kind": "main", "hours": "24/7"}]}
    ).proposals
    proposal, _ = write_side.proposals.get(waiting.id)
    return proposal


def numbers(write_side: WriteSide) -> list[str]:
    """The stored phone numbers of PAG-ASA."""
    return [phone["number"] for phone in write_side.record("pag-asa")["phones"]]


def wrong_import(write_side: WriteSide, *, approved_by: str | None = None) -> Outcome:
    """Import a file with a wrong number of PAG-ASA and another name of Payoke, without Sürya."""
    file = shipped_records()
    file["centres"] = [each for each in file["centres"] if each["id"] != "surya"]
    by_id = {each["id"]: each for each in file["centres"]}
    by_id["pag-asa"]["phones"] = [{"number": WRONG, "kind": "main"}]
    by_id["payoke"]["name"] = "Payoke vzw"
    return write_side.importer.bring_in(
        ANNA, incoming(json_bytes(file)), "a file", allowed=ALL_ALLOWED, approved_by=approved_by
    )
