"""JSON for maintainers: outcomes of edits, histories, proposals. Each change is also described in
words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from directory_api.domain.changes.change import Change, HistoryEntry, Outcome, Proposal
from directory_api.domain.changes.summary import differences
from directory_api.domain.errors import Fault


def outcome(found: Outcome, record: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the outcome of an edit. `record` is the resulting record, for an edit of one
    record.
    """
    result = "done" if found.done else "waiting" if found.waiting else "unchanged"
    return {
        "revision": str(found.revision),
        "result": "partly_waiting" if found.done and found.waiting else result,
        "changes": [change(done) for done in found.done],
        "proposals": [proposal(waits) for waits in found.waiting],
        "warnings": [fault(warning) for warning in found.warnings],
        "record": record,
    }


def change(made: Change) -> dict[str, Any]:
    """Return a change, described in words."""
    return {
        "kind": made.kind,
        "id": made.id,
        "deed": made.action,
        "differences": [difference.text for difference in differences(made)],
    }


def history(kind: str, identity: str, entries: Iterable[HistoryEntry]) -> dict[str, Any]:
    """Return the changes of a record, newest first."""
    return {"kind": kind, "id": identity, "entries": [entry(found) for found in entries]}


def entry(found: HistoryEntry) -> dict[str, Any]:
    """Return one change: author, time, reason, differences, the record before and after."""
    stamp = found.stamp
    return {
        "revision": str(found.revision),
        "author": stamp.author,
        "approved_by": stamp.approved_by,
        "at": stamp.at.isoformat(timespec="seconds"),
        "reason": stamp.reason,
        **change(found.change),
        "before": found.change.before,
        "after": found.change.after,
    }


def proposals(found: Iterable[tuple[Proposal, bool]]) -> dict[str, Any]:
    """Return the open proposals, oldest first."""
    return {"proposals": [proposal(waits, outdated=outdated) for waits, outdated in found]}


def proposal(found: Proposal, *, outdated: bool = False) -> dict[str, Any]:
    """Return one open proposal; `outdated` if its record has changed since."""
    return {
        "id": found.id,
        "author": found.author,
        "at": found.at.isoformat(timespec="seconds"),
        "reason": found.reason,
        "expires": found.expires.isoformat(timespec="seconds"),
        "outdated": outdated,
        "change": {
            **change(found.change),
            "before": found.change.before,
            "after": found.change.after,
        },
    }


def fault(found: Fault) -> dict[str, Any]:
    """Return a fault or a warning, with its place."""
    return {name: value for name, value in asdict(found).items() if value is not None}
