"""Overviews: the list of records, the quality report, the last changes, and downloads."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import groupby
from typing import Generic, TypeVar

from flask import Blueprint, Response, request

from directory_api.change.change import COLLECTIONS, Contents, HistoryEntry, Record
from directory_api.change.directory import record_of
from directory_api.features.desk.admin import language
from directory_api.features.desk.admin.change_view import name_of, with_change_views
from directory_api.features.desk.admin.context import (
    KINDS,
    AdminContext,
    Confirmation,
    current_maintainer,
    revision_number,
)
from directory_api.features.desk.admin.form.names import as_text
from directory_api.features.desk.admin.form.record_form import RecordForm
from directory_api.features.desk.admin.overview import Entry, matching
from directory_api.record import columns, vocabulary
from directory_api.record.records import freshness
from directory_api.store.state import ALL_REVISIONS
from directory_api.text.errors import Fault
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName
from directory_api.web.http import responses

_Row = TypeVar("_Row")
_Shown = TypeVar("_Shown")

PER_PAGE = 50
# Each with all that differs. An import can have hundreds.
_MOST_CHANGES = 50
_MAX_SEARCH = 100
# The most urgent first: the order in which records are to be confirmed.
_URGENCY = ("stale", "unverified", "due")
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Of each format in which the directory is downloaded: the name of the file, and its media type.
_FILES = {
    "json": ("centres.json", responses.JSON),
    "csv": ("centres.csv", "text/csv"),
    "xlsx": ("centres.xlsx", _WORKBOOK),
    "xlsx-all": ("centres-all.xlsx", _WORKBOOK),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A record in the list; 112 has no freshness, since it needs no confirmation.

    `is_overdue` is true if the last day of a temporary closure has passed.
    """

    collection: str
    id: str
    name: str
    place: str
    status: str
    closed_until: str | None
    is_overdue: bool
    confirmation: Confirmation | None
    last: HistoryEntry | None


@dataclass(frozen=True, slots=True)
class Due:
    """A record to confirm."""

    collection: str
    id: str
    name: str
    confirmation: Confirmation


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A warning about a record, with the field that it is about; `reason` if it was
    acknowledged.
    """

    collection: str
    id: str
    name: str
    label: str
    detail: str
    code: str | None
    value: str | None
    reason: str | None

    @property
    def can_be_acknowledged(self) -> bool:
        """Whether it is about a value that may be right."""
        return self.code in vocabulary.WARNINGS


@dataclass(frozen=True, slots=True)
class Part(Generic[_Row]):
    """A page of a long list, whose number is in the parameter with the name of the list."""

    name: str
    rows: Sequence[_Row]
    total: int
    page: int
    pages: int

    @classmethod
    def asked(cls, name: str, rows: Sequence[_Row]) -> "Part[_Row]":
        """Return the page that the request asks for, the first one without a number."""
        pages = -(-len(rows) // PER_PAGE) or 1
        page = min(max(1, request.args.get(name, 1, int)), pages)
        return cls(name, rows[(page - 1) * PER_PAGE : page * PER_PAGE], len(rows), page, pages)

    def with_rows(self, row: Callable[[_Row], _Shown]) -> "Part[_Shown]":
        """Return the same with what is shown of each row."""
        return Part(self.name, [*map(row, self.rows)], self.total, self.page, self.pages)


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    _list(routes, context)
    _report(routes, context)
    _downloads(routes, context)

    @routes.get("/changes")
    @context.alone
    def changes() -> Response:
        current_maintainer("read-history")
        text = request.args.get("before")
        below = range(revision_number(text)) if text else ALL_REVISIONS
        found = context.directory.editor.recent(_MOST_CHANGES + 1, below)
        entries, more = found[:_MOST_CHANGES], len(found) > _MOST_CHANGES
        by_revision = [[*each] for _, each in groupby(entries, key=lambda each: each.revision)]
        # The last one may have changes that are not here: it is the first of the next page. One
        # that fills a page is cut.
        is_cut = more and found[-1].revision == entries[-1].revision
        whole = by_revision[:-1] if is_cut and len(by_revision) > 1 else by_revision
        oldest = whole[-1][0].revision if whole else 0
        names = context.names()
        return context.page(
            "changes",
            revisions=[(each[0], with_change_views(each, names)) for each in whole],
            is_first=not text,
            is_cut=is_cut and len(by_revision) == 1,
            older=oldest if more and oldest > 1 else None,
        )


def _list(routes: Blueprint, context: AdminContext) -> None:
    @routes.get("/")
    def centres() -> Response:
        overview = context.overview
        entries = overview.entries()
        search = request.args.get("q", "")[:_MAX_SEARCH]
        matches = list(matching(entries, search))
        pages = -(-len(matches) // PER_PAGE) or 1
        page = min(max(1, request.args.get("page", 1, int)), pages)
        listed = matches[(page - 1) * PER_PAGE : page * PER_PAGE]
        return context.page(
            "list",
            q=search,
            total=len(matches),
            rows=_rows(context, overview.records(listed)),
            page=page,
            pages=pages,
            waiting=context.count_to_decide(),
            notices=[
                (added.first, text)
                for added in context.added
                if added.scope in current_maintainer().scopes and (text := added.notice())
            ],
            note=request.args.get("note"),
            counts=_counts(context, entries),
        )


def _report(routes: Blueprint, context: AdminContext) -> None:
    @routes.get("/report")
    @context.alone
    def report() -> Response:
        entries, found = context.overview.entries(), context.overview.warnings()
        due = sorted(
            _due(context, entries),
            key=lambda each: (
                _URGENCY.index(each[1].freshness),
                each[1].due or date.min,
                each[0].id,
            ),
        )
        to_confirm = Part.asked("due", due)
        warnings, acknowledged = (
            Part.asked(name, [each for each in found if (each[1] is None) is open_])
            for name, open_ in (("warnings", True), ("acknowledged", False))
        )
        contents = context.overview.excerpt(
            {
                *((entry.kind, entry.id) for entry, _ in to_confirm.rows),
                *(_key_of(warning) for warning, _ in (*warnings.rows, *acknowledged.rows)),
            }
        )
        described = _described(contents)
        return context.page(
            "report",
            counts=_counts(context, entries),
            days=context.directory.settings.fresh_days,
            due=to_confirm.with_rows(partial(_due_row, contents)),
            warnings=warnings.with_rows(described),
            acknowledged=acknowledged.with_rows(described),
            others={
                each.name: each.page
                for each in (to_confirm, warnings, acknowledged)
                if each.page > 1
            },
        )


def _downloads(routes: Blueprint, context: AdminContext) -> None:
    for form, (name, media_type) in _FILES.items():
        if form in context.downloads:
            routes.add_url_rule(
                f"/download/{name}",
                f"download_{form}",
                context.alone(partial(_download, context, form, name, media_type)),
            )


def _download(context: AdminContext, form: str, name: str, media_type: str) -> Response:
    body = context.downloads[form](language.texts())
    return responses.as_file(Response(body, mimetype=media_type), name)


def _rows(context: AdminContext, records: Sequence[tuple[str, Record]]) -> list[Row]:
    last = context.overview.last_changes([(kind, record["id"]) for kind, record in records])
    return [_row(context, kind, record, last.get((kind, record["id"]))) for kind, record in records]


def _row(context: AdminContext, kind: str, record: Record, last: HistoryEntry | None) -> Row:
    word = "status" if kind == "centre" else "kind"
    address = record.get("address", {})
    return Row(
        collection=COLLECTIONS[kind],
        id=record["id"],
        name=name_of(record),
        place=name_of({"name": address["locality"]})
        if address
        else as_text(Joined.of(map(CountryName, record.get("countries", ())))),
        status=_label(kind, word, record[word]),
        closed_until=record.get("closed_until"),
        is_overdue=record.get("closed_until", "9999") < context.today().isoformat(),
        confirmation=context.confirmation(kind, record),
        last=last,
    )


@cache
def _label(kind: str, column: str, word: str) -> str:
    """Return the label of a word, as the form has it."""
    return RecordForm(kind, {column: word}).labels({column})[column].text


def _counts(context: AdminContext, entries: Iterable[Entry]) -> dict[str, int]:
    """Return the number of records of each freshness, without those that need none."""
    today, days = context.today(), context.directory.settings.fresh_days
    words = Counter(
        freshness(each.verified, today, days) for each in entries if each.needs_confirmation
    )
    return {word: words[word] for word in vocabulary.FRESHNESS}


def _due(context: AdminContext, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Confirmation]]:
    for each in entries:
        confirmation = context.confirmed(each.verified) if each.needs_confirmation else None
        if confirmation and confirmation.freshness in _URGENCY:
            yield each, confirmation


def _due_row(contents: Contents, due: tuple[Entry, Confirmation]) -> Due:
    entry, confirmation = due
    name = name_of(contents.get(entry.kind, {}).get(entry.id, {})) or entry.id
    return Due(COLLECTIONS[entry.kind], entry.id, name, confirmation)


def _key_of(warning: Fault) -> tuple[str, str]:
    """Return the kind and the id of the record that a warning is about."""
    collection, identity = record_of(warning)
    return KINDS[collection], identity


def _described(contents: Contents) -> Callable[[tuple[Fault, str | None]], WarningRow]:
    """Return what makes a row of a warning and the reason if it was acknowledged."""
    # What a column is called is the same for every record.
    called: dict[tuple[str, str], str] = {}

    def row(found: tuple[Fault, str | None]) -> WarningRow:
        warning, reason = found
        kind, identity = _key_of(warning)
        collection = COLLECTIONS[kind]
        # Without those that are gone since the warnings were found.
        record = contents.get(kind, {}).get(identity, {})
        pointer = (warning.pointer or "").removeprefix(f"/{collection}/{identity}")
        member = pointer[1:].partition("/")[0]
        # Reading the cells of all members of each record takes as long as the rest of the page.
        cells = columns.flatten(kind, {member: record[member]} if member in record else {})
        column = columns.column_of(kind, cells, pointer) if pointer else ""
        if (kind, column) not in called:
            labels = RecordForm(kind, cells).labels({member})
            label = labels[column].full if column in labels else Message("the whole record")
            called[kind, column] = label
        return WarningRow(
            collection,
            identity,
            name_of(record) or identity,
            called[kind, column],
            warning.detail,
            warning.code,
            warning.value,
            reason,
        )

    return row
