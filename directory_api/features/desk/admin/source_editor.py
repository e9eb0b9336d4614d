"""Edits of the sources that facts of centres and helplines cite; the header lists them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from directory_api.change.change import COLLECTIONS, Contents, document
from directory_api.change.directory import named_sources
from directory_api.change.outcome import Outcome
from directory_api.edit.draft import ChangeRequest
from directory_api.edit.editor import Edit
from directory_api.edit.writer import Writer
from directory_api.record.record_value import Record
from directory_api.store.state import StoreState
from directory_api.text.errors import Fault, IdTaken, NotReady, RecordsInvalid, StaleRecord
from directory_api.text.message import Message

_HEADER = ("directory", "directory")
Sources = Sequence[Record]


@dataclass(frozen=True, slots=True)
class StoredSources:
    """The sources, in their order, and the version of the header that lists them."""

    sources: tuple[Record, ...]
    version: str

    def get(self, identity: str) -> Record | None:
        """Return a source; None if there is none with this id."""
        return next((each for each in self.sources if each["id"] == identity), None)


@dataclass(frozen=True, slots=True)
class Citation:
    """A record that cites a source, and the members for which it does; of a helpline, that is all
    of it, and there are none.
    """

    kind: str
    record: Record
    members: tuple[str, ...]


class SourceEditor:
    """Reads and changes sources. Every writing method raises RecordsInvalid with every fault,
    StaleRecord if the version of the header is not in `expected_versions`, and what Writer.write
    raises.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def stored(self) -> StoredSources:
        """Return the stored sources. Raises NotReady."""
        return _stored(self._writer.store.records())

    def add(self, edit: Edit, source: Record) -> Outcome:
        """Add a source at the end. Raises IdTaken."""

        def change(sources: Sources) -> Sources:
            if any(each["id"] == source["id"] for each in sources):
                raise IdTaken(Message("Another source has this id. Choose another one."))
            return [*sources, source]

        return self._change(edit, change)

    def replace(self, edit: Edit, source: Record) -> Outcome:
        """Replace the source with the id of the edit."""
        return self._change(
            edit, lambda all_: [source if each["id"] == edit.id else each for each in all_]
        )

    def remove(self, edit: Edit) -> Outcome:
        """Remove a source that nothing cites. Raises RecordsInvalid if a record cites it."""
        if citations(self._writer.store.records().contents).get(edit.id):
            fault = Fault(
                Message(
                    "Records cite this source, so it cannot be removed. Retire it: it stays where "
                    "it is cited, and is not offered any more."
                )
            )
            raise RecordsInvalid.of([fault], "the form")
        return self._change(edit, lambda all_: [each for each in all_ if each["id"] != edit.id])

    def _change(self, edit: Edit, change: Callable[[Sources], Sources]) -> Outcome:
        def request_for(state: StoreState) -> ChangeRequest:
            stored = _stored(state)
            if edit.expected_versions is not None and stored.version not in edit.expected_versions:
                raise StaleRecord(
                    Message("The sources have changed since you read them. Check them again.")
                )
            sources = change(stored.sources)
            here = next((at for at, each in enumerate(sources) if each["id"] == edit.id), None)
            return ChangeRequest(
                {**document(state.contents), "sources": list(sources)},
                locate=lambda fault: _of_one(fault, here, edit.id),
            )

        return self._writer.write(
            edit.actor,
            edit.reason,
            request_for,
            idempotency_key=edit.idempotency_key,
            dry_run=edit.dry_run,
        )


def citations(contents: Contents) -> Mapping[str, tuple[Citation, ...]]:
    """Return the records that cite each source, by its id: centres, then helplines, by id."""
    found: dict[str, list[Citation]] = {}
    for kind in COLLECTIONS:
        for _, record in sorted(contents.get(kind, {}).items()):
            members: dict[str, list[str]] = {}
            for path, source in named_sources(record):
                members.setdefault(source, []).extend(_members(record, path))
            for source, cited in members.items():
                citation = Citation(kind, record, tuple(dict.fromkeys(cited)))
                found.setdefault(source, []).append(citation)
    return {source: tuple(each) for source, each in found.items()}


def _members(record: Record, path: str) -> Iterator[str]:
    """Yield the member of a record that a path of named_sources is about."""
    _, first, second, *_rest = path.split("/")
    if first == "contested":
        yield record["contested"][int(second)]["member"]
    elif first == "languages":
        yield first
    elif not second.isdecimal():
        yield second


def _stored(state: StoreState) -> StoredSources:
    header = state.contents.get("directory", {}).get("directory")
    if header is None:
        raise NotReady("the directory has not been loaded yet")
    version = state.links.version(state.revisions[_HEADER])
    return StoredSources(tuple(header["sources"]), version)


def _of_one(fault: Fault, here: int | None, identity: str) -> Fault:
    """Return a fault of the source at an index with its place in the source alone."""
    own = f"/sources/{here}"
    pointer = fault.pointer or ""
    if here is None or not f"{pointer}/".startswith(f"{own}/"):
        return fault
    return replace(fault.without_record(identity), pointer=pointer.removeprefix(own) or "/")
