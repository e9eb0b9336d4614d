"""Texts that name an address that is not public, in other records and in the list of sources."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from directory_api.change.change import COLLECTIONS, Change, Contents, Record
from directory_api.change.directory import named_sources
from directory_api.change.public_history import Publish
from directory_api.record.consistency import Steps
from directory_api.record.hidden_address import (
    AddressMention,
    HiddenAddresses,
    hides_its_address,
    texts_of,
)
from directory_api.record.published import without_hidden_sources
from directory_api.text.errors import Fault
from directory_api.text.message import Joined, Message
from directory_api.text.named import Number

_HEADER = "directory"
# A warning lists so many texts, and counts the others.
_MOST_NAMED = 20

_REFUSED = Message(
    "This text names the address of {centre}, which is not public. Write it without the street."
)
_PERHAPS = Message(
    "This text has the street of {centre}, whose address is not public. Remove it if that address "
    "is meant."
)


def hidden_sources(centre: Record) -> frozenset[str]:
    """Return the sources that a centre cites only for what is not public of its address."""
    if not hides_its_address(centre):
        return frozenset()
    public = without_hidden_sources(centre)
    return cited(centre) - cited(public)


def cited(record: Mapping[str, Any]) -> frozenset[str]:
    """Return the sources that a record cites."""
    return frozenset(source for _, source in named_sources(record))


def without_sources(header: Record, hidden: Iterable[str]) -> Record:
    """Return the header without these sources."""
    names = frozenset(hidden)
    sources = [each for each in header.get("sources", ()) if each["id"] not in names]
    return {**header, "sources": sources} if names else header


def new_texts(
    changes: Iterable[Change], hidden: HiddenAddresses, publish: Publish
) -> Iterator[tuple[Fault, bool]]:
    """Yield a fault for each text that a change adds and that names a hidden address, and whether
    that is certain.
    """
    for change in changes if hidden else ():
        if change.after is None or change.kind not in (*COLLECTIONS, _HEADER):
            continue
        before = publish(change.kind, change.before) if change.before else {}
        known = {text for _, text in texts_of(before)}
        for each in hidden.mentions(change.kind, publish(change.kind, change.after)):
            if each.text not in known:
                detail = (_REFUSED if each.is_certain else _PERHAPS).format(centre=each.centre)
                pointer = _pointer(change.kind, change.id, each.path)
                yield Fault(detail, pointer=pointer, code="names-hidden-address"), each.is_certain


def now_hidden(changes: Iterable[Change], after: Contents, publish: Publish) -> Iterator[Fault]:
    """Yield a warning for each centre of which the changes hide another address, if other texts
    name it. `after` are the records after the changes.
    """
    centres = [
        change.after
        for change in changes
        if change.kind == "centre" and change.after and _hides_another(change)
    ]
    if centres:
        public = [
            (kind, publish(kind, record))
            for kind in (_HEADER, *COLLECTIONS)
            for record in after.get(kind, {}).values()
        ]
        hidden = filter(hides_its_address, after.get("centre", {}).values())
        yield from named_elsewhere(centres, hidden, public)


def named_elsewhere(
    centres: Iterable[Record],
    hidden: Iterable[Record],
    public: Collection[tuple[str, Record]],
    *,
    only_certain: bool = False,
) -> Iterator[Fault]:
    """Yield a warning for each of the centres whose address is not public, but is named in other
    texts. `hidden` are all centres whose address is not public, and `public` is the public form of
    every record, with its kind.
    """
    addresses = HiddenAddresses(centres)
    if not addresses:
        return
    withheld = frozenset[str]().union(*map(hidden_sources, hidden))
    if withheld:
        withheld -= frozenset[str]().union(
            *(cited(each) for kind, each in public if kind in COLLECTIONS)
        )
    found: dict[str, list[str]] = {}
    for kind, record in public:
        shown = without_sources(record, withheld) if kind == _HEADER else record
        for mention in addresses.mentions(kind, shown):
            if mention.is_certain or not only_certain:
                found.setdefault(mention.centre, []).append(_place(shown, mention))
    for identity, places in sorted(found.items()):
        named = [*dict.fromkeys(places)]
        more = len(named) - _MOST_NAMED
        rest = [Message("and {count} more", count=Number(more))] if more > 0 else []
        yield Fault(
            Message(
                "The address is not public, but other texts name its street and stay public: "
                "{places}. Change each of them.",
                places=Joined((*named[:_MOST_NAMED], *rest), "; "),
            ),
            pointer=f"/centres/{identity}/address_visibility",
            code="named-elsewhere",
        )


def _hides_another(change: Change) -> bool:
    """Return whether a change hides an address that was not hidden before."""
    before, after = change.before or {}, change.after or {}
    if not hides_its_address(after):
        return False
    members = ("address", "contested")
    return not hides_its_address(before) or any(before.get(n) != after.get(n) for n in members)


def _place(record: Record, mention: AddressMention) -> str:
    """Return where a text is, as the id of its record and its member."""
    path = mention.path
    identity = record.get("id", _HEADER)
    if identity == _HEADER and path[0] == "sources":
        identity, path = record["sources"][path[1]]["id"], path[2:]
    return f"{identity} ({'.'.join(map(str, path))})"


def _pointer(kind: str, identity: str, path: Steps) -> str:
    start = () if kind == _HEADER else (COLLECTIONS[kind], identity)
    return "".join(f"/{step}" for step in (*start, *path))
