"""The quality report: warnings, and the centres to confirm again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response

from directory_api.domain.changes.change import Contents, Record
from directory_api.domain.model.records import Verified, due_on
from directory_api.domain.model.vocabulary import FRESHNESS
from directory_api.domain.tabular import columns
from directory_api.web.admin.context import AdminContext
from directory_api.web.admin.forms import RecordForm

# The order of confirmation.
_URGENCY = ("stale", "unverified", "due")


@dataclass(frozen=True, slots=True)
class Due:
    """A centre to confirm; `since` is None if it was never confirmed."""

    id: str
    name: str
    freshness: str
    confirmed: date | None
    since: date | None


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the route."""

    @routes.get("/report")
    def report() -> Response:
        contents = context.directory.overview.contents()
        due = sorted(
            _due(context, contents),
            key=lambda found: (_URGENCY.index(found.freshness), found.since or date.min, found.id),
        )
        return context.page(
            "report",
            counts=counts(context, contents),
            days=context.directory.settings.fresh_days,
            due=due,
            warnings=list(_warnings(context, contents)),
        )


def counts(context: AdminContext, contents: Contents) -> dict[str, int]:
    """Return the number of centres for each freshness, without those that are closed for good."""
    found = [context.freshness("centre", record) for record in _listed(contents)]
    return {word: found.count(word) for word in FRESHNESS}


def _listed(contents: Contents) -> Iterator[Record]:
    yield from (
        record for record in contents.get("centre", {}).values() if record["status"] != "closed"
    )


def _due(context: AdminContext, contents: Contents) -> Iterator[Due]:
    for record in _listed(contents):
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
