"""Overviews: the list of records, the last changes, and downloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby

from flask import Blueprint, Response, request

from directory_api.change.change import COLLECTIONS, HistoryEntry
from directory_api.features.desk.admin import language
from directory_api.features.desk.admin.change_view import name_of, with_change_views
from directory_api.features.desk.admin.context import (
    AdminContext,
    Freshness,
    current_maintainer,
    revision_number,
)
from directory_api.features.desk.admin.form.record_form import RecordForm
from directory_api.features.desk.admin.overview import matching
from directory_api.features.desk.admin.paging import Part
from directory_api.features.desk.imports.exporter import FORMATS, exporter_of
from directory_api.features.desk.members.names import as_text
from directory_api.features.desk.sheets import CSV, XLSX
from directory_api.record.record_value import Record
from directory_api.store.state import ALL_REVISIONS
from directory_api.text.message import Joined
from directory_api.text.named import CountryName
from directory_api.web.http import responses

# Each with all that differs. An import can have hundreds.
_MOST_CHANGES = 50
_MAX_SEARCH = 100
# Of each format in which the directory is downloaded: the name of the file, and its media type.
_FILES = {
    "json": ("centres.json", responses.JSON_TYPE),
    "csv": ("centres.csv", CSV),
    "xlsx": ("centres.xlsx", XLSX),
    "xlsx-all": ("centres-all.xlsx", XLSX),
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
    confirmation: Freshness | None
    last: HistoryEntry | None


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    _list(routes, context)
    _downloads(routes, context)

    @routes.get("/changes")
    @context.one_at_a_time
    def changes() -> Response:
        current_maintainer("read_history")
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
        search = request.args.get("q", "")[:_MAX_SEARCH]
        found = Part.requested("page", [*matching(overview.entries(), search)])
        return context.page(
            "list",
            q=search,
            found=found,
            rows=_rows(context, overview.records(found.rows)),
            note=request.args.get("note"),
        )


def _downloads(routes: Blueprint, context: AdminContext) -> None:
    for form, (name, media_type) in _FILES.items():
        if form in FORMATS:
            routes.add_url_rule(
                f"/download/{name}",
                f"download_{form}",
                context.one_at_a_time(partial(_download, context, form, name, media_type)),
            )


def _download(context: AdminContext, form: str, name: str, media_type: str) -> Response:
    body = exporter_of(context.directory).export(form, language.texts())
    return responses.to_save(Response(body, mimetype=media_type), name)


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
