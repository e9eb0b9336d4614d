"""Overviews: the list of records, the last changes, and the whole directory as a file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request

from directory_api.domain.changes.change import COLLECTIONS, Contents, HistoryEntry, Record
from directory_api.domain.tabular import columns
from directory_api.domain.text.normalize import fold
from directory_api.web.admin import context as desks
from directory_api.web.admin.change_view import name_of
from directory_api.web.admin.context import AdminContext
from directory_api.web.admin.forms import RecordForm
from directory_api.web.admin.report import counts

PER_PAGE = 50
_LONGEST_SEARCH = 100
_NO_DIGIT = re.compile(r"[^0-9]")
_LETTER = re.compile(r"[^\W0-9_]")


@dataclass(frozen=True, slots=True)
class Row:
    """A record in the list; a helpline has no freshness, since 112 needs no confirmation."""

    collection: str
    id: str
    name: str
    place: str
    status: str
    freshness: str | None
    last: HistoryEntry | None


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    _list(routes, context)
    _downloads(routes, context)

    @routes.get("/changes")
    def changes() -> Response:
        return context.page("changes", entries=desks.labelled(context.directory.editor.recent()))


def _list(routes: Blueprint, context: AdminContext) -> None:
    @routes.get("/")
    def centres() -> Response:
        contents = context.directory.overview.contents()
        typed = request.args.get("q", "")[:_LONGEST_SEARCH]
        found = list(_found(contents, typed))
        page = min(max(1, request.args.get("page", 1, int)), -(-len(found) // PER_PAGE) or 1)
        return context.page(
            "list",
            q=typed,
            total=len(found),
            rows=[
                _row(context, kind, record)
                for kind, record in found[(page - 1) * PER_PAGE : page * PER_PAGE]
            ],
            page=page,
            pages=-(-len(found) // PER_PAGE) or 1,
            waiting=len(context.directory.proposals.waiting()),
            counts=counts(context, contents),
        )


def _downloads(routes: Blueprint, context: AdminContext) -> None:
    @routes.get("/download/centres.json")
    def download_json() -> Response:
        return _file(context.directory.exporter.export("json"), "application/json", "centres.json")

    @routes.get("/download/centres.csv")
    def download_csv() -> Response:
        return _file(context.directory.exporter.export("csv"), "text/csv", "centres.csv")


def _file(body: bytes, mimetype: str, name: str) -> Response:
    return Response(
        body, mimetype=mimetype, headers={"Content-Disposition": f"attachment; filename={name}"}
    )


def _found(contents: Contents, typed: str) -> Iterator[tuple[str, Record]]:
    """Yield centres by name, then helplines, with every typed word in id, name, place or number."""
    for kind in COLLECTIONS:
        records = sorted(
            contents.get(kind, {}).values(),
            key=lambda record: (fold(name_of(record)), record["id"]),
        )
        yield from (
            (kind, record)
            for record in records
            if _has_words(record, typed) or _has_number(record, typed)
        )


def _has_words(record: Record, typed: str) -> bool:
    address = record.get("address", {})
    texts = (record["id"], name_of(record), *record.get("name_translations", {}).values())
    text = fold(
        " ".join((*texts, address.get("postal_code", ""), *address.get("locality", {}).values()))
    )
    return all(word in text for word in fold(typed).split())


def _has_number(record: Record, typed: str) -> bool:
    """Whether the input is part of a number; 02 511 and +32 2 511 match the same one."""
    digits = _NO_DIGIT.sub("", typed).lstrip("0")
    numbers = [phone.get("number", "") for phone in (record, *record.get("phones", ()))]
    return (
        bool(digits) and not _LETTER.search(typed) and any(digits in number for number in numbers)
    )


def _row(context: AdminContext, kind: str, record: Record) -> Row:
    cells = columns.flatten(kind, record)
    labels = RecordForm(kind, cells).labels()
    address = record.get("address", {})
    return Row(
        collection=COLLECTIONS[kind],
        id=record["id"],
        name=name_of(record),
        place=name_of({"name": address["locality"]})
        if address
        else ", ".join(record.get("countries", ())),
        status=labels["status" if kind == "centre" else "kind"].shown,
        freshness=context.freshness(kind, record),
        last=context.directory.overview.last_change(kind, record["id"]),
    )
