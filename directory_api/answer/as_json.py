"""The directory's own JSON (RFC 8259, UTF-8, compact).

Answers with centres are in json_pieces.py.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import orjson

from directory_api.change.change import Change, HistoryEntry
from directory_api.change.outcome import Outcome
from directory_api.change.proposal import Proposal
from directory_api.change.sentences import sentences
from directory_api.place.postcode import Place
from directory_api.record.helplines import Helplines
from directory_api.record.records import Helpline
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.search.snapshot import Snapshot
from directory_api.text import translations
from directory_api.text.errors import Fault, Suggestion
from directory_api.text.translations import COMPLETE, ENGLISH, labels, language_name, words

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


def helplines(revision: int, country: str, lines: Sequence[Helpline]) -> dict[str, Any]:
    """Return the response of /v1/helplines; `country` is the one whose helplines are first."""
    return {
        "revision": str(revision),
        "country": country,
        "helplines": [line.to_record() for line in lines],
    }


def languages(revision: int, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return the response of /v1/languages; each language has its own name and its English name."""
    return {
        "revision": str(revision),
        "languages": [
            {
                "code": code,
                "name": language_name(code, code),
                "name_en": language_name(code, ENGLISH),
                "centres": count,
            }
            for code, count in sorted(counts.items())
        ],
    }


def services(revision: int, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return the response of /v1/services: the closed vocabularies with their labels."""
    tags = tuple(language.tag for language in translations.languages())
    return {
        "revision": str(revision),
        "services": [
            {
                "code": code,
                "labels": dict(labels("service", tags)[code]),
                "centres": counts.get(code, 0),
            }
            for code in SERVICES
        ],
        "audiences": [
            {"code": code, "labels": dict(labels("audience", tags)[code])} for code in AUDIENCES
        ],
    }


def about(
    snapshot: Snapshot, lines: Helplines, version: str, links: Mapping[str, str]
) -> dict[str, Any]:
    """Return the response of /v1/."""
    header = snapshot.header
    return {
        "name": header["publisher"],
        "about": "Specialised centres for victims of human trafficking, and the closest "
        "one to a place.",
        "version": version,
        "revision": str(snapshot.revision),
        "link": snapshot.link,
        "counts": {
            "centres": len(snapshot.listed),
            "helplines": len(snapshot.helplines),
            "postcodes": dict(snapshot.gazetteer.sizes),
        },
        "coverage": sorted(snapshot.covered),
        "licence": header["licence"],
        "sources": header["sources"],
        "attribution": list(snapshot.attributions),
        "helplines": [line.to_record() for line in lines.here.all],
        "links": dict(links),
    }


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


def moment(changed: datetime) -> str:
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


def history(kind: str, identity: str, entries: Iterable[HistoryEntry]) -> dict[str, Any]:
    """Return the changes of a record, newest first."""
    return {"kind": kind, "id": identity, "entries": [entry(each) for each in entries]}


def entry(entry: HistoryEntry) -> dict[str, Any]:
    """Return one change: author, time, reason, differences, the record before and after."""
    stamp = entry.stamp
    return {
        "revision": str(entry.revision),
        "author": stamp.author,
        "approved_by": stamp.approved_by,
        "at": stamp.at.isoformat(timespec="seconds"),
        "reason": stamp.reason,
        **change(entry.change),
        "before": entry.change.before,
        "after": entry.change.after,
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
