"""A proposal for a phone number, and the numbers that are stored."""

from typing import TYPE_CHECKING

from directory_api.record.token import Actor
from tests.support.write_side import ANNA, WriteSide

if TYPE_CHECKING:  # the feature may have been deleted
    from directory_api.features.review.proposal import Proposal


def new_phone(
    write_side: WriteSide, number: str = "+3225116465", actor: Actor = ANNA
) -> "Proposal":
    """A new phone of PAG-ASA, which waits."""
    edit = write_side.edit("pag-asa", actor=actor, reason="they told me")
    (waiting,) = write_side.editor.patch(
        edit, {"phones": [{"number": number, "kind": "main", "hours": "24/7"}]}
    ).waiting
    proposal, _ = write_side.proposals.get(waiting.id)
    return proposal


def numbers(write_side: WriteSide) -> list[str]:
    """The stored phone numbers of PAG-ASA."""
    return [phone["number"] for phone in write_side.record("pag-asa")["phones"]]
