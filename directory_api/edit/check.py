"""The check of a draft: its warnings, which changes take effect or wait, and what is written."""

from directory_api.change.change import COLLECTIONS, Change
from directory_api.change.directory import record_of
from directory_api.change.guards import ALL_ALLOWED, about_helplines, about_many, loses_contact
from directory_api.change.named_addresses import new_texts, now_hidden
from directory_api.change.outcome import Outcome
from directory_api.change.warnings import (
    change_warnings,
    every_warning,
    none_active,
    records_with,
    unfounded,
)
from directory_api.edit.draft import Draft
from directory_api.edit.proposals import changes_of_proposals, proposals_of_draft
from directory_api.record.hidden_address import HiddenAddresses
from directory_api.record.numbers import numbers_of
from directory_api.record.published import publisher
from directory_api.text.errors import ConfirmationRequired, Fault, RecordsInvalid
from directory_api.text.message import Message

NOT_CONFIRMED = Message("Nothing was changed: this must be confirmed first.")
# The kinds of the other changes of a request that an outcome reports; the rest are bookkeeping.
_REPORTED = frozenset({"boundary", "table"})


def check(draft: Draft) -> Outcome:
    """Return what takes effect when a draft is written, what waits, and the warnings.

    Raises RecordsInvalid if a new text names an address that is not public, if a changed record
    acknowledges a warning that it does not have, or if changes that wait could never be approved or
    are too many; ConfirmationRequired if an administrator must allow the changes.
    """
    allowed, changes = draft.context.allowed, draft.changes
    about_records = _about_records(draft)
    about_addresses = _about_addresses(draft)
    many: list[Fault] = []
    if allowed != ALL_ALLOWED:
        many += about_many(changes, draft.before.contents.get("centre", {}).values())
    if not allowed.removals:
        lost = about_helplines(filter(loses_contact, changes))
        if to_allow := draft.located([*lost, *many]):
            raise ConfirmationRequired(NOT_CONFIRMED, (*to_allow, *draft.missing_confirmations()))
    proposals = proposals_of_draft(draft, tuple(warning.detail for warning in many))
    waiting = tuple(each for each in proposals if not each.is_in_force)
    to_wait = {each.change.key for each in waiting}
    return Outcome(
        draft.before.revision + 1,
        (
            *(change for change in changes if change.key not in to_wait),
            *(change for change in draft.request.others if change.kind in _REPORTED),
        ),
        waiting,
        (
            *draft.request.warnings,
            *draft.located([*about_helplines(changes), *many]),
            *about_addresses,
            *about_records,
            *draft.located(warning for change in changes for warning in change_warnings(change)),
        ),
        tuple(each for each in proposals if each.is_in_force),
    )


def changes_to_write(draft: Draft, outcome: Outcome) -> tuple[Change, ...]:
    """Return every change of a record that is written; none if nothing else is to be done than to
    remove proposals that have expired.
    """
    others = draft.request.others
    to_wait = {each.change.key for each in outcome.proposals}
    in_force = [change for change in draft.changes if change.key not in to_wait]
    added, closed = changes_of_proposals(draft, (*outcome.proposals, *outcome.to_check), in_force)
    changes = (*in_force, *others, *added)
    # A request that approves or rejects a proposal closes it itself.
    by_request = {change.key for change in others}
    return (*changes, *(c for c in closed if c.key not in by_request)) if changes else ()


def _about_records(draft: Draft) -> list[Fault]:
    """Return the warnings about the records that the draft changes; the others had theirs earlier.

    Raises RecordsInvalid if a changed record acknowledges a warning that it does not have.
    """
    changes = {
        (COLLECTIONS[change.kind], change.id): change
        for change in draft.changes
        if change.kind in COLLECTIONS
    }
    if not changes:
        return []
    centres = [each for each in draft.records.centres if ("centres", each.id) in changes]
    helplines = [each for each in draft.records.helplines if ("helplines", each.id) in changes]
    numbers = frozenset[str]().union(
        *(numbers_of(change.after) for change in changes.values() if change.after)
    )
    beside = records_with(numbers, draft.after, {change.key for change in changes.values()})
    found: dict[tuple[str, str], list[Fault]] = {key: [] for key in changes}
    warnings = []
    today = draft.context.stamp.at.date()
    for warning, reason in every_warning(centres, helplines, draft.gazetteer.find, today, beside):
        found[record_of(warning)].append(warning)
        if reason is None:
            warnings.append(warning)
    if draft.request.checks_acknowledged:
        faults = [fault for key in changes for fault in unfounded(changes[key], found[key])]
        if faults:
            raise RecordsInvalid.of(draft.located(faults), Message("the records"))
    touches_centres = any(change.kind == "centre" for change in draft.changes)
    return draft.located([*(none_active(draft.after) if touches_centres else ()), *warnings])


def _about_addresses(draft: Draft) -> list[Fault]:
    """Return the warnings about texts that name an address that is not public.

    Raises RecordsInvalid if that is certain of a new text, unless all are new: the first data of a
    store may be a copy of one in which the address was hidden later.
    """
    publish = publisher(draft.gazetteer)
    hidden = HiddenAddresses(draft.after.get("centre", {}).values())
    refused: list[Fault] = []
    perhaps: list[Fault] = []
    for fault, is_certain in new_texts(draft.changes, hidden, publish):
        (refused if is_certain and draft.before.revision else perhaps).append(fault)
    if refused:
        raise RecordsInvalid.of(draft.located(refused), Message("the records"))
    return draft.located([*now_hidden(draft.changes, draft.after, publish), *perhaps])
