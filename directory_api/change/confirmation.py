"""Which values a confirmation is about.

A confirmation is of the whole record, or of one part alone: its phones, the address, the hours, or
the e-mail and the web site. One of a part comes with a change and has the digest of its new values.

A confirmation of the whole has no digest as long as the record is as it was confirmed. A change of
a phone, the address, the hours, the e-mail or the web site adds the digest of the values before it,
so that the record is due until the new ones are confirmed, or the old ones come back. To hide an
address is no such change: its digest becomes that of what visitors still see.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from directory_api.change.change import COLLECTIONS, Change, without_digest
from directory_api.record.record_value import Record
from directory_api.record.records import (
    Centre,
    Helpline,
    confirmation,
    contact_digest,
    part_digests,
)
from directory_api.record.vocabulary import VISIBILITIES
from directory_api.text.errors import Fault
from directory_api.text.message import Message
from directory_api.text.named import Day

# The code of the warning that new values are to be confirmed.
UNCONFIRMED = "confirmed_before_change"
_TYPES: Mapping[str, type[Centre | Helpline]] = {"centre": Centre, "helpline": Helpline}


def parsed_record(kind: str, record: Record) -> Centre | Helpline:
    """Return the stored record of a centre or a helpline."""
    return _TYPES[kind].from_record(record)


def contact_changed(change: Change) -> bool:
    """Return whether a change adds a centre or a helpline, or changes a value by which people reach
    it.
    """
    if change.kind not in _TYPES or change.after is None:
        return False
    after = contact_digest(parsed_record(change.kind, change.after))
    return change.before is None or contact_digest(_before(change)) != after


def _before(change: Change) -> Centre | Helpline:
    """Return the record before a change, with its address as hidden as after it."""
    before, after = (
        parsed_record(change.kind, each or {}) for each in (change.before, change.after)
    )
    if not (isinstance(before, Centre) and isinstance(after, Centre)):
        return before
    was, is_now = (VISIBILITIES.index(each.address_visibility) for each in (before, after))
    if is_now <= was:
        return before
    temporary = before.temporary and replace(before.temporary, address=None, location=None)
    return replace(before, address_visibility=after.address_visibility, temporary=temporary)


def is_same(sent: Any, stored: Record | None) -> bool:
    """Return whether a confirmation is the stored one, or has parts of it, as the public one.

    What was confirmed is not compared: that of the stored confirmation is known.
    """
    if not isinstance(sent, Mapping) or not stored or sent.get("on") != stored.get("on"):
        return False
    derived = ("digest", "changed_since", "parts")
    members = {name: value for name, value in sent.items() if name not in derived}
    return all(stored.get(name) == value for name, value in members.items())


def with_stored_confirmation(record: Record, stored: Record) -> Record:
    """Return a record that was sent, with the stored confirmation if it has parts of it. One that
    is of parts of the record alone is in no form and no public record.
    """
    confirmed = stored.get("verified")
    is_hidden = "verified" not in record and confirmed and "on" not in confirmed
    if is_hidden or is_same(record.get("verified"), confirmed):
        return {**record, "verified": stored["verified"]}
    return record


def with_confirmed_values(
    changes: Iterable[Change],
    *,
    confirms: bool = False,
    of_new: Record | None = None,
    has_parts: bool = False,
) -> Iterator[Change]:
    """Yield the changes with the digest of what was confirmed, where a confirmation needs one; not
    those that only leave out the digest, as tables do.

    With `confirms` the changes themselves confirm the records, with the values after them. `of_new`
    says who confirms the parts with new values alone, how and when. With `has_parts` the changes
    have the confirmations of parts.
    """
    for change in changes:
        completed = _completed(change, confirms, of_new, has_parts)
        if completed.before != completed.after:
            yield completed


def _completed(change: Change, confirms: bool, of_new: Record | None, has_parts: bool) -> Change:
    before, after = change.before, change.after
    if change.kind not in _TYPES or after is None or not ("verified" in after or of_new):
        return change
    if confirms:
        return _with_confirmed(change, contact_digest(parsed_record(change.kind, after)), {})
    stored = (before or {}).get("verified", {})
    if before is None or not (of_new or is_same(after["verified"], stored)):
        return change
    shown, now = _before(change), part_digests(parsed_record(change.kind, after))
    was = part_digests(shown)
    # The digests of before, by those with the whole address.
    hidden = dict(
        zip(part_digests(parsed_record(change.kind, before)).values(), was.values(), strict=True)
    )
    digest = stored.get("digest")
    if digest:
        digest = "-".join(hidden.get(each, each) for each in digest.split("-"))
    elif "on" in stored and contact_changed(change):
        digest = contact_digest(shown)
    parts = {
        part: {**each, "digest": hidden.get(each["digest"], each["digest"])}
        for part, each in (after["verified"] if has_parts else stored).get("parts", {}).items()
    }
    if of_new:
        new = {part: {**of_new, "digest": now[part]} for part in now if now[part] != was[part]}
        parts.update(new)
    return _with_confirmed(change, digest, parts)


def _with_confirmed(change: Change, digest: str | None, parts: Record) -> Change:
    """Return a change with what was confirmed, and what was of single parts."""
    after = without_digest(change.after or {})
    confirmed = dict(after.get("verified", {}))
    if digest:
        confirmed["digest"] = digest
    if parts:
        confirmed["parts"] = parts
    return replace(change, after={**after, "verified": confirmed} if confirmed else after)


def unconfirmed(change: Change) -> Fault | None:
    """Return a warning if a change leaves a record with a confirmation of other values."""
    if not contact_changed(change) or change.after is None:
        return None
    record = parsed_record(change.kind, change.after)
    verified = confirmation(record)
    if not (verified and verified.on and verified.changed_since and record.needs_confirmation):
        return None
    return Fault(
        Message(
            "The record was confirmed on {day}, before this change. Confirm it again.",
            day=Day(verified.on.isoformat()),
        ),
        pointer=f"/{COLLECTIONS[change.kind]}/{change.id}/verified",
        code=UNCONFIRMED,
    )
