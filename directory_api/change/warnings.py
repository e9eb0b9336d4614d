"""Warnings: what a maintainer should check in records, and because of a change."""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from directory_api.change.change import COLLECTIONS, Change, Contents
from directory_api.change.confirmation import parsed_record, unconfirmed
from directory_api.record.helplines import EUROPEAN
from directory_api.record.numbers import ShownNumber, numbers_of, shown_numbers
from directory_api.record.plausibility import FindPlace, centre_warnings, helpline_warnings
from directory_api.record.records import Centre, Helpline
from directory_api.record.texts import in_languages
from directory_api.record.vocabulary import VISIBILITIES
from directory_api.text.errors import Fault
from directory_api.text.message import Message
from directory_api.text.named import VisitorsDay


def record_warnings(
    centres: Iterable[Centre],
    helplines: Iterable[Helpline],
    find: FindPlace,
    today: date,
) -> Iterator[Fault]:
    """Yield what `every_warning` yields, without what was acknowledged."""
    for warning, reason in every_warning(centres, helplines, find, today):
        if reason is None:
            yield warning


def every_warning(
    centres: Iterable[Centre],
    helplines: Iterable[Helpline],
    find: FindPlace,
    today: date,
    beside: Iterable[Centre | Helpline] = (),
) -> Iterator[tuple[Fault, str | None]]:
    """Yield what a maintainer should check in centres and helplines, each with the reason for which
    it was acknowledged, or None.

    `find(country, code)` returns a postcode's place or None. The numbers are also compared with
    those of the records `beside`, about which nothing is said.
    """
    centres, helplines = tuple(centres), tuple(helplines)
    for centre in centres:
        for warning in centre_warnings(centre, find, today):
            yield warning, acknowledgement(centre, warning)
    for line in helplines:
        for warning in helpline_warnings(line, today):
            yield warning, acknowledgement(line, warning)
    for record, warning in _shared_numbers((*centres, *helplines), beside):
        yield warning, acknowledgement(record, warning)


def acknowledgement(record: Centre | Helpline, warning: Fault) -> str | None:
    """Return the reason for which a warning was acknowledged; None if it was not, or if a value has
    changed since.
    """
    about = (warning.code, warning.value)
    reasons = (each.reason for each in record.acknowledged if (each.warning, each.value) == about)
    return next(reasons, None)


def unfounded(change: Change, warnings: Iterable[Fault]) -> Iterator[Fault]:
    """Yield a fault for each entry that a change adds to `acknowledged` and that is about none of
    these warnings, which are all those about the record after the change.
    """
    if change.after is None:
        return
    known = {(warning.code, warning.value) for warning in warnings}
    before = (change.before or {}).get("acknowledged", ())
    for index, entry in enumerate(change.after.get("acknowledged", ())):
        if entry not in before and (entry["warning"], entry["value"]) not in known:
            yield replace(
                UNFOUNDED,
                pointer=f"/{COLLECTIONS[change.kind]}/{change.id}/acknowledged/{index}",
            )


UNFOUNDED = Fault(
    Message(
        "The record has no such warning with this value. Copy both from the warning, or remove "
        "this entry."
    )
)


def change_warnings(change: Change) -> Iterator[Fault]:
    """Yield what a maintainer should do because of a change."""
    yield from filter(
        None,
        (
            closing(change),
            unconfirmed(change),
            hidden_now(change),
            shown_now(change),
            no_longer_112(change),
        ),
    )


def no_longer_112(change: Change) -> Fault | None:
    """Return a warning if the change replaces 112 by a number that only some countries have."""
    before, after = change.before, change.after
    if change.kind != "helpline" or before is None or after is None:
        return None
    if before.get("number") != EUROPEAN or after.get("number") == EUROPEAN:
        return None
    now = after.get("number", after.get("url"))
    return Fault(
        Message(
            "{european} works in every country of the European Union; {now} does not. Check that "
            "this record is meant. Another number can have a record of its own beside {european}.",
            european=EUROPEAN,
            now=now,
        ),
        pointer=f"/helplines/{change.id}/number",
        code="no_longer_112",
    )


def closing(change: Change) -> Fault | None:
    """Return a warning about what visitors will see if the change closes a centre for a time, else
    None.
    """
    before, after = change.before, change.after
    if change.kind != "centre" or after is None or after["status"] != "temporarily_closed":
        return None
    if before is not None and before["status"] == "temporarily_closed":
        return None
    if "closed_until" in after:
        detail = Message(
            "Visitors will see “Temporarily closed until {day}”. Searches name the centre with its "
            "phone, but after the centres that are open, and never as the closest.",
            day=VisitorsDay(after["closed_until"]),
        )
    else:
        detail = Message(
            "Visitors will see “Temporarily closed”. Searches name the centre with its phone, but "
            "after the centres that are open, and never as the closest."
        )
    return Fault(
        detail,
        pointer=f"/centres/{change.id}/status",
        code="closed_for_a_time",
    )


def _hides_more(change: Change) -> int:
    """Return how much more of an address a change hides; a negative number if it shows more."""
    before, after = change.before, change.after
    if change.kind != "centre" or before is None or after is None:
        return 0
    was, is_now = (VISIBILITIES.index(each["address_visibility"]) for each in (before, after))
    return is_now - was


def shown_now(change: Change) -> Fault | None:
    """Return a warning if the change shows more of an address."""
    if _hides_more(change) >= 0:
        return None
    return Fault(
        Message(
            "Visitors will see more of this address than until now. First ask the centre whether "
            "that is safe."
        ),
        pointer=f"/centres/{change.id}/address_visibility",
        code="shown_now",
    )


def hidden_now(change: Change) -> Fault | None:
    """Return a warning if the change hides more of an address that others may have copied."""
    if _hides_more(change) <= 0:
        return None
    return Fault(
        Message(
            "This address was public until now. Copies of it remain: at partners, in apps and on "
            "devices that have the data, in published folders, in caches and search engines, in "
            "files and backups. Publish the folders again, and ask partners to load the data again."
        ),
        pointer=f"/centres/{change.id}/address_visibility",
        code="hidden_later",
    )


NONE_ACTIVE = Fault(
    Message(
        "No centre is active: visitors find the helplines only. Check the status of each centre."
    ),
    pointer="/centres",
    code="none_active",
)


def none_active(contents: Contents) -> Iterator[Fault]:
    """Yield a warning if none of all centres is active."""
    centres = contents.get("centre", {}).values()
    if not any(centre["status"] == "active" for centre in centres):
        yield NONE_ACTIVE


def _shared_numbers(
    records: Sequence[Centre | Helpline], beside: Iterable[Centre | Helpline]
) -> Iterator[tuple[Centre | Helpline, Fault]]:
    """Yield each record with a warning for each number that another one has, too."""
    # The first two of each number, by id. A centre and a helpline may have the same id.
    users: dict[str, list[tuple[str, str]]] = {}
    names: dict[tuple[str, str], str] = {}
    for record in (*beside, *records):
        names[_key(record)] = _name(record)
        for shown in numbers_in_use(record):
            others = users.get(shown.number, ())
            users[shown.number] = sorted((*others, _key(record)))[:2]
    for record in records:
        for shown in numbers_in_use(record):
            other = next((key for key in users[shown.number] if key != _key(record)), None)
            if other:
                yield record, _shared_number(record, other[0], names[other], shown)


def records_with(
    numbers: Collection[str], contents: Contents, but: Container[tuple[str, str]] = ()
) -> list[Centre | Helpline]:
    """Return the records that have one of some numbers, except those of some kinds and ids."""
    return [
        parsed_record(kind, record)
        for kind in COLLECTIONS
        for identity, record in contents.get(kind, {}).items()
        if (kind, identity) not in but and not numbers_of(record).isdisjoint(numbers)
    ]


def _key(record: Centre | Helpline) -> tuple[str, str]:
    return record.id, "centre" if isinstance(record, Centre) else "helpline"


SHARED_PHONE = "shared_phone"


def numbers_in_use(record: Centre | Helpline) -> Iterator[ShownNumber]:
    """Yield the numbers of a record that no other record should have; one that the record has twice
    only once.

    They are none of a permanently closed centre, because another one may have taken over its
    number, and no short numbers: 112 is dialled in many countries.
    """
    if isinstance(record, Centre) and record.status == "closed":
        return
    numbers: dict[str, ShownNumber] = {}
    for shown in shown_numbers(record.to_record()):
        if shown.number.startswith("+"):
            numbers.setdefault(shown.number, shown)
    yield from numbers.values()


def _shared_number(record: Centre | Helpline, other: str, name: str, shown: ShownNumber) -> Fault:
    """Return the warning that another record, of an id and a name, has this number, too."""
    identity, kind = _key(record)
    return Fault(
        Message(
            "{other} and {name} have the same number. Check that both are right.",
            other=name,
            name=_name(record),
        ),
        pointer=f"/{COLLECTIONS[kind]}/{identity}{shown.pointer}",
        code=SHARED_PHONE,
        value=f"{shown.number}, {other}",
    )


def _name(record: Centre | Helpline) -> str:
    return record.name if isinstance(record, Centre) else in_languages(record.name)
