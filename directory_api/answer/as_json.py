"""The directory's own JSON (RFC 8259, UTF-8, compact).

Answers with centres are in json_pieces.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import orjson

from directory_api.change.change import Change
from directory_api.change.outcome import Outcome
from directory_api.change.proposal import Proposal
from directory_api.change.sentences import sentences
from directory_api.place.postcode import Place
from directory_api.text.errors import Fault, Suggestion
from directory_api.text.translations import COMPLETE, words

# Returns a value as compact JSON. Finished parts of it are `orjson.Fragment`s.
dump: Callable[[Any], bytes] = orjson.dumps


def place(place: Place, language: str | None = None) -> dict[str, Any]:
    """Return one postcode, with its name in a language (BCP 47), if it has one in that."""
    members = {
        "country": place.country,
        "postcode": place.code,
        "place": place.names.get(language or "", place.name),
        "names": dict(place.names),
        "places": list(place.places),
        "lat": place.point.lat,
        "lon": place.point.lon,
        "accuracy_m": place.accuracy_m,
    }
    return {**members, "subdivision": place.subdivision} if place.subdivision else members


def suggestion(step: Suggestion, prefix: str = "") -> dict[str, Any]:
    """Return a possible next step. `prefix` is the path below which everything is."""
    return present(
        detail=step.detail,
        country=step.country,
        postcode=step.postcode,
        place=step.place,
        href=f"{prefix}{step.href}" if step.href else None,
    )


def present(**members: str | int | None) -> dict[str, str | int]:
    """Return the members that are not None."""
    return {name: value for name, value in members.items() if value is not None}


def timestamp(changed: datetime) -> str:
    """Return a time in UTC to the millisecond (RFC 3339)."""
    return f"{changed.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


@cache
def notice(*, swapped: bool = False) -> Mapping[str, str]:
    """Return the notice for a place outside the coverage, by language.

    With `swapped` it asks whether latitude and longitude were exchanged.
    """
    keys = ("outside", "outside.dial", *(("outside.swapped",) if swapped else ()))
    return MappingProxyType({tag: " ".join(words(tag)[key] for key in keys) for tag in COMPLETE})


# Members that the response of /v1/centres/{id} adds to the record.
ADDED = ("freshness", "open_state", "next_change", "next_state", "helplines")


def outcome(outcome: Outcome, record: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the outcome of an edit. `record` is the resulting record, for an edit of one
    record.
    """
    result = "done" if outcome.done else "waiting" if outcome.waiting else "unchanged"
    return {
        "revision": str(outcome.revision),
        "result": "partly_waiting" if outcome.done and outcome.waiting else result,
        "changes": [change(done) for done in outcome.done],
        "proposals": [proposal(waits) for waits in outcome.waiting],
        "to_check": [proposal(in_force) for in_force in outcome.to_check],
        "warnings": [fault(warning) for warning in outcome.warnings],
        "record": record,
    }


def change(change: Change) -> dict[str, Any]:
    """Return a change, described in words."""
    return {
        "kind": change.kind,
        "id": change.id,
        "deed": change.action,
        "differences": [sentence.text for sentence in sentences(change)],
    }


def proposal(proposal: Proposal, *, outdated: bool = False) -> dict[str, Any]:
    """Return one open proposal; `outdated` if its record has changed since. One in force does not
    expire.
    """
    expires = proposal.expires.isoformat(timespec="seconds")
    return {
        "id": proposal.id,
        "in_force": proposal.is_in_force,
        "author": proposal.author,
        "at": proposal.at.isoformat(timespec="seconds"),
        "reason": proposal.reason,
        "expires": None if proposal.is_in_force else expires,
        "outdated": outdated,
        "warnings": list(proposal.warnings),
        "change": {
            **change(proposal.change),
            "before": proposal.change.before,
            "after": proposal.change.after,
        },
    }


def fault(fault: Fault) -> dict[str, Any]:
    """Return a fault or a warning, with its place."""
    return {name: value for name, value in asdict(fault).items() if value is not None}
