"""Overviews: the list of records, the quality report, the last changes, and downloads."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request

from directory_api.domain.changes.change import COLLECTIONS, Contents, HistoryEntry, Record
from directory_api.domain.model.records import Verified, due_on, freshness
from directory_api.domain.model.vocabulary import FRESHNESS
from directory_api.domain.tabular import columns
from directory_api.services.overview import Entry, matching
from directory_api.web.admin.change_view import name_of, with_change_views
from directory_api.web.admin.context import AdminContext, current_maintainer
from directory_api.web.admin.forms import RecordForm
from directory_api.web.http import responses

PER_PAGE = 50
_MAX_SEARCH = 100
# The most urgent first: the order in which centres are to be confirmed.
_URGENCY = ("stale", "unverified", "due")


@dataclass(frozen=True, slots=True)
class Row:
    """A record in the list; a helpline has no freshness, since 112 needs no confirmation.

    `is_overdue` is true if the last day of a temporary closure has passed.
    """

    collection: str
    id: str
    name: str
    place: str
    status: str
    closed_until: str | None
    is_overdue: bool
    freshness: str | None
    last: HistoryEntry | None


@dataclass(frozen=True, slots=True)
class Due:
    """A centre to confirm; `since` is None if it was never confirmed."""

    id: str
    name: str
    freshness: str
    confirmed: date | None
    since: date | None


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    _list(routes, context)
    _report(routes, context)
    _downloads(routes, context)

    @routes.get("/changes")
    def changes() -> Response:
        current_maintainer("read-history")
        return context.page("changes", entries=with_change_views(context.directory.editor.recent()))


def _list(routes: Blueprint, context: AdminContext) -> None:
    @routes.get("/")
    def centres() -> Response:
        overview = context.directory.overview
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
            rows=[_row(context, kind, record) for kind, record in overview.records(listed)],
            page=page,
            pages=pages,
            waiting=len(context.directory.proposals.waiting()),
            note=request.args.get("note"),
            counts=_counts(context, entries),
        )


def _report(routes: Blueprint, context: AdminContext) -> None:
    @routes.get("/report")
    def report() -> Response:
        contents = context.directory.overview.contents()
        due = sorted(
            _due(context, contents),
            key=lambda row: (_URGENCY.index(row.freshness), row.since or date.min, row.id),
        )
        return context.page(
            "report",
            counts=_counts(context, context.directory.overview.entries()),
            days=context.directory.settings.fresh_days,
            due=due,
            warnings=list(_warnings(context, contents)),
        )


def _downloads(routes: Blueprint, context: AdminContext) -> None:
    @routes.get("/download/centres.json")
    def download_json() -> Response:
        body = context.directory.exporter.export("json")
        return responses.as_file(Response(body, mimetype=responses.JSON), "centres.json")

    @routes.get("/download/centres.csv")
    def download_csv() -> Response:
        body = context.directory.exporter.export("csv")
        return responses.as_file(Response(body, mimetype="text/csv"), "centres.csv")


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
        status=labels["status" if kind == "centre" else "kind"].text,
        closed_until=record.get("closed_until"),
        is_overdue=record.get("closed_until", "9999") < context.today().isoformat(),
        freshness=context.freshness(kind, record),
        last=context.directory.overview.last_change(kind, record["id"]),
    )


def _counts(context: AdminContext, entries: Iterable[Entry]) -> dict[str, int]:
    """Return the number of centres of each freshness, without permanently closed ones."""
    today, days = context.today(), context.directory.settings.fresh_days
    words = Counter(freshness(each.verified, today, days) for each in entries if each.is_open)
    return {word: words[word] for word in FRESHNESS}


def _open_centres(contents: Contents) -> Iterator[Record]:
    yield from (
        record for record in contents.get("centre", {}).values() if record["status"] != "closed"
    )


def _due(context: AdminContext, contents: Contents) -> Iterator[Due]:
    for record in _open_centres(contents):
        word = context.freshness("centre", record)
        if word in _URGENCY:
            verified = Verified.from_record(record["verified"]) if "verified" in record else None
            since = due_on(verified, context.directory.settings.fresh_days) if verified else None
            yield Due(record["id"], record["name"], word, verified.on if verified else None, since)


def _warnings(context: AdminContext, contents: Contents) -> Iterator[tuple[str, str, str, str]]:
    """Yield each warning: the centre's id and name, the field, and the detail."""
    for warning in context.directory.overview.warnings():
        _, _, identity, *rest = (warning.pointer or "").split("/")
        record = contents["centre"][identity]
        cells = columns.flatten("centre", record)
        column = (
            columns.column_of("centre", cells, "".join(f"/{step}" for step in rest)) if rest else ""
        )
        labels = RecordForm("centre", cells).labels()
        yield (
            identity,
            record["name"],
            labels[column].full if column in labels else "",
            warning.detail,
        )
