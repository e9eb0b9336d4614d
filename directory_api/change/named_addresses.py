"""Texts that name an address that is not public, in other records and in the list of sources."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from directory_api.change.change import COLLECTIONS, Change, Contents
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
from directory_api.record.record_value import Record
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


@dataclass(frozen=True, slots=True)
class Naming:
    """A public text that names the address of a centre, which is not public.

    `kind` and `id` are those of its record, `source` and that of a source, or `directory` for both;
    `path` leads to the text in it. Whether it is certain, Mention says.
    """

    kind: str
    id: str
    path: Steps
    centre: str
    is_certain: bool

    @classmethod
    def of(cls, kind: str, record: Record, mention: AddressMention) -> "Naming":
        """Return where the text of a mention is."""
        identity, path = record.get("id", kind), mention.path
        if kind == _HEADER and path[0] == "sources":
            kind, identity, path = "source", record["sources"][path[1]]["id"], path[2:]
        return cls(kind, identity, path, mention.centre, mention.is_certain)

    @property
    def place(self) -> str:
        """Where the text is, as the id of its record and its member."""
        return f"{self.id} ({'.'.join(map(str, self.path))})"


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
                yield Fault(detail, pointer=pointer, code="names_hidden_address"), each.is_certain


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
        yield from _warnings(named_elsewhere(centres, after, publish))


def named_elsewhere(
    centres: Iterable[Record], contents: Contents, publish: Publish
) -> Iterator[Naming]:
    """Yield each other public text that names the address of one of the centres, if that is not
    public. `contents` are all records.
    """
    addresses = HiddenAddresses(centres)
    if not addresses:
        return
    public = [
        (kind, publish(kind, record))
        for kind in (_HEADER, *COLLECTIONS)
        for record in contents.get(kind, {}).values()
    ]
    withheld = frozenset[str]().union(*map(hidden_sources, contents["centre"].values()))
    if withheld:
        withheld -= frozenset[str]().union(
            *(cited(each) for kind, each in public if kind in COLLECTIONS)
        )
    for kind, record in public:
        shown = without_sources(record, withheld) if kind == _HEADER else record
        for mention in addresses.mentions(kind, shown):
            yield Naming.of(kind, shown, mention)


def _warnings(namings: Iterable[Naming]) -> Iterator[Fault]:
    found: dict[str, list[str]] = {}
    for each in namings:
        found.setdefault(each.centre, []).append(each.place)
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
            code="named_elsewhere",
        )


def _hides_another(change: Change) -> bool:
    """Return whether a change hides an address that was not hidden before."""
    before, after = change.before or {}, change.after or {}
    if not hides_its_address(after):
        return False
    members = ("address", "contested")
    return not hides_its_address(before) or any(before.get(n) != after.get(n) for n in members)


def _pointer(kind: str, identity: str, path: Steps) -> str:
    start = () if kind == _HEADER else (COLLECTIONS[kind], identity)
    return "".join(f"/{step}" for step in (*start, *path))
