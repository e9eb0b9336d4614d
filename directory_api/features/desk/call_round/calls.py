"""Which records to confirm next, and what became of the last call about each.

The last call that did not confirm a record is a record of the kind CALL, with the kind and the id
of the other one as its id. The store writes it in the transaction of the confirmation, and its
history has every attempt; a member of the centre would be public or need a rule for review.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from directory_api.change.change import COLLECTIONS, Record
from directory_api.change.confirmation import typed
from directory_api.features.desk.call_round.sheet import member_name
from directory_api.record.in_languages import in_languages
from directory_api.record.records import Centre, Helpline, confirmation, freshness
from directory_api.store.state import StoreState
from directory_api.text.message import Joined, Message
from directory_api.text.named import Day

CALL = "call"


def key_of(kind: str, identity: str) -> tuple[str, str]:
    """Return the kind and the id of the record with the last call about another."""
    return CALL, f"{kind}/{identity}"


class Due(NamedTuple):
    """A record to confirm: why, and the day of the last call without success (ISO 8601), if any."""

    collection: str
    id: str
    name: str
    reason: str
    tried: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that did not settle everything: what the centre said, by part, and what it did not
    confirm. Without answers, the call was not answered.
    """

    on: str
    by: str
    answers: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, state: StoreState, kind: str, identity: str) -> "Attempt | None":
        """Return the last attempt; None if there was none, or the record was changed and confirmed
        after it.
        """
        key = key_of(kind, identity)
        stored = state.contents.get(CALL, {}).get(key[1])
        record = state.contents.get(kind, {}).get(identity)
        if stored is None or record is None:
            return None
        is_newer = state.revisions[kind, identity] > state.revisions[key]
        if is_newer and record.get("verified", {}).get("on", "") >= stored["on"]:
            return None
        answers = tuple((label, text) for label, text in stored["answers"])
        return cls(stored["on"], stored["by"], answers, tuple(stored["missing"]))

    def to_record(self) -> Record:
        """Return the record for the store."""
        return {
            "on": self.on,
            "by": self.by,
            "answers": [[*each] for each in self.answers],
            "missing": [*self.missing],
        }


def to_call(state: StoreState, today: date, fresh_days: int) -> list[Due]:
    """Return the records to confirm, the most harmful first: those that sources disagree about,
    then those with values that were never confirmed, then stale and due ones.

    Among these, the helplines come first, because every page shows them, and the oldest. Those that
    were called today come last.
    """
    ranked = [
        (rank, since == today or tried == today.isoformat(), kind == "centre", since, each)
        for kind, collection in COLLECTIONS.items()
        for record in state.contents.get(kind, {}).values()
        for rank, since, reason in _reasons(typed(kind, record), today, fresh_days)
        for tried in [_tried(state, kind, record["id"])]
        for each in [Due(collection, record["id"], _name(record), reason, tried)]
    ]
    return [each for *_, each in sorted(ranked)]


def _tried(state: StoreState, kind: str, identity: str) -> str | None:
    attempt = Attempt.of(state, kind, identity)
    return attempt.on if attempt else None


def _reasons(
    record: Centre | Helpline, today: date, fresh_days: int
) -> Iterator[tuple[int, date, str]]:
    """Yield the rank, the day of the last confirmation and the reason, if there is one."""
    if not record.needs_confirmation:
        return
    verified = confirmation(record)
    since = verified.on if verified else date.min
    day = Day(since.isoformat())
    word = freshness(verified, today, fresh_days)
    contested = record.contested if isinstance(record, Centre) else ()
    if contested:
        members = Joined.of(member_name(each.member) for each in contested)
        yield 0, since, Message("sources disagree: {what}", what=members)
    elif verified is None or word == "unverified":
        yield 1, since, Message("never confirmed")
    elif verified.changed_since:
        yield (
            1,
            since,
            Message("changed since it was confirmed on {day}", day=day),
        )
    elif word == "stale":
        yield 2, since, Message("stale: confirmed on {day}", day=day)
    elif word == "due":
        yield 3, since, Message("due: confirmed on {day}", day=day)


def _name(record: Record) -> str:
    name, identity = record["name"], str(record["id"])
    return name if isinstance(name, str) else in_languages(name) or identity
