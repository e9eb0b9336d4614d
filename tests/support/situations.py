"""What maintainers have to do in tests: centres, changes that wait and tokens at a moment."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from directory_api.change.change import Change
from directory_api.change.proposal import PROPOSAL_LIFE, Proposal
from directory_api.edit.todo import Situation
from directory_api.record.records import Centre, Helpline
from directory_api.record.token import Token
from tests.support.records import made_up_centre

# A Wednesday.
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = NOW.date()


def waiting(identity: str, days: float, *, is_in_force: bool = False, **members: Any) -> Proposal:
    """A change of these members that waits for so many days already, of 14."""
    at = NOW - timedelta(days=days)
    before = made_up_centre(1)
    change = Change("centre", "made-up-001", before, {**before, **members})
    author = ("token:a", "Anna Secret")
    return Proposal(identity, change, *author, at, "they said so", at + PROPOSAL_LIFE, is_in_force)


def token(identity: str, expires: date, revoked: date | None = None) -> Token:
    """A token with its last day."""
    day = expires - timedelta(days=365)
    return Token(identity, "Anna Secret", ("edit",), day, expires, revoked=revoked)


def centre(number: int, confirmed: int | None = 0, **members: Any) -> dict[str, Any]:
    """A centre that was confirmed so many days ago, or never."""
    if confirmed is not None:
        on = TODAY - timedelta(days=confirmed)
        members["verified"] = {"on": on.isoformat(), "by": "Anna Secret", "how": "called"}
    return made_up_centre(number, **members)


def situation(
    *records: dict[str, Any], now: datetime = NOW, fresh_days: int = 180, **members: Any
) -> Situation:
    """The situation with these centres and helplines and nothing else."""
    typed = [(Helpline if "countries" in each else Centre).from_record(each) for each in records]
    return Situation(now, fresh_days, typed, **members)


def contested(number: int = 1, member: str = "phones", **members: Any) -> dict[str, Any]:
    """A centre about which sources disagree."""
    return centre(number, contested=[{"member": member, "sources": ["other"]}], **members)
