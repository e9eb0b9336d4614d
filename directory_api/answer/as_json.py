"""The directory's own JSON (RFC 8259, UTF-8, compact).

Answers with centres are in json_pieces.py.
"""

from collections.abc import Callable, Mapping, Sequence
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
from directory_api.text.translations import COMPLETE, country_names, words

# Returns a value as compact JSON. Finished parts of it are `orjson.Fragment`s.
dump: Callable[[Any], bytes] = orjson.dumps


def postcode(place: Place, language: str | None = None) -> dict[str, Any]:
    """Return one postcode, with its name in a language (BCP 47), if it has one in that."""
    members = {
        "country": place.country,
        "postcode": place.code,
        "name": place.names.get(language or "", place.name),
        "names": dict(place.names),
        "places": list(place.places),
        "lat": place.point.lat,
        "lon": place.point.lon,
        "accuracy_m": place.accuracy_m,
    }
    return {**members, "subdivision": place.subdivision} if place.subdivision else members


def suggestion(step: Suggestion, language: str, prefix: str = "") -> dict[str, Any]:
    """Return what may be meant: what to show, in a language (BCP 47) if it is a place or a country,
    what to send, and the address if it is another one. `prefix` is the path below which everything
    is.
    """
    step = step.in_language(language)
    label, send = step.detail.replace("/v1/", f"{prefix}/v1/"), dict[str, Any](step.values)
    if not (send or step.href):
        send = present(postcode=step.postcode, country=step.country)
        if step.postcode:
            label = f"{step.postcode} {step.place}"
        elif step.country:
            label = country_names([step.country], language)
    members = {"label": label, "send": send}
    return {**members, "href": f"{prefix}{step.href}"} if step.href else members


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


def outcome(edited: Outcome, record: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the outcome of an edit. `record` is the resulting record, for an edit of one
    record.
    """
    status = "applied" if edited.applied else "pending" if edited.proposals else "unchanged"
    return {
        "revision": str(edited.revision),
        "status": "partially_applied" if edited.applied and edited.proposals else status,
        "changes": [change(done) for done in edited.applied],
        "proposals": [proposal(waits) for waits in edited.proposals],
        "to_check": [proposal(in_force) for in_force in edited.to_check],
        "warnings": [fault(warning) for warning in edited.warnings],
        "record": record,
    }


def change(made: Change) -> dict[str, Any]:
    """Return a change, described in words."""
    return {
        "kind": made.kind,
        "id": made.id,
        "action": made.action,
        "differences": [sentence.text for sentence in sentences(made)],
    }


def proposal(
    waiting: Proposal, *, outdated: bool = False, new_sources: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return one open proposal; `outdated` if its record has changed since. One in force does not
    expire. `new_sources` are approved with it.
    """
    expires = waiting.expires.isoformat(timespec="seconds")
    return {
        "id": waiting.id,
        "in_force": waiting.is_in_force,
        "author": waiting.author,
        "at": waiting.at.isoformat(timespec="seconds"),
        "reason": waiting.reason,
        "expires": None if waiting.is_in_force else expires,
        "outdated": outdated,
        "warnings": list(waiting.warnings),
        "change": {
            **change(waiting.change),
            "before": waiting.change.before,
            "after": waiting.change.after,
        },
        **({"new_sources": [*new_sources]} if new_sources else {}),
    }


def fault(found: Fault) -> dict[str, Any]:
    """Return a fault or a warning, with its place."""
    return {name: value for name, value in asdict(found).items() if value is not None}
