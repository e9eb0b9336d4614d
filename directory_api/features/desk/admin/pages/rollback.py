"""Undo all changes of a revision, such as those of an import."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, url_for

from directory_api.change.guards import Allowed
from directory_api.change.outcome import Outcome
from directory_api.change.rebase import CHANGED_SINCE
from directory_api.edit.editor import Edit
from directory_api.features.desk.admin.context import (
    AdminContext,
    current_maintainer,
    removals_allowed,
    revision_number,
)
from directory_api.features.desk.admin.operation import (
    Operation,
    expected_version,
    mount,
    result_page,
)
from directory_api.text.errors import ClientError, ConfirmationRequired
from directory_api.text.message import Message

_ADMINISTRATOR = Message(
    "Only an administrator can allow this. If it is urgent, restore the most important records one "
    "by one, from the history of each."
)


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""

    def undo(revision: str) -> Operation:
        current_maintainer("read_history")
        number = revision_number(revision)
        title = Message("Undo revision {number}", number=number)

        def run(edit: Edit) -> Outcome:
            return context.directory.rollback.undo(
                edit.actor,
                number,
                edit.reason,
                allowed=Allowed.of(edit.typed, removals=removals_allowed()),
                dry_run=edit.dry_run,
                expected_version=expected_version(edit),
                idempotency_key=edit.idempotency_key,
            )

        def refused(error: ClientError) -> Response | None:
            if not isinstance(error, ConfirmationRequired):
                return None
            may_allow = "admin" in current_maintainer().scopes
            return context.page(
                "refused",
                error.status,
                title=title,
                sentence=Message("Nothing was undone, because so much would change:"),
                details=[fault.detail for fault in error.faults],
                again="" if may_allow else _ADMINISTRATOR,
                allow=url_for("admin.undo_review", revision=number) if may_allow else None,
            )

        return Operation(
            kind="directory",
            id="directory",
            scope="admin" if removals_allowed() else "edit",
            run=run,
            respond=lambda outcome: result_page(context, outcome, Message("Undone")),
            refused=refused,
            title=title,
            intro=(
                Message(
                    "Each record below gets back the values that it had before. Nothing is saved "
                    "yet."
                ),
            ),
            details=_details,
            same=Message(
                "There is nothing to undo: everything has its earlier values. A source that "
                "records cite stays."
            ),
            help=Message(
                "A few words for the history, for example: the file had the wrong columns."
            ),
            button=Message("Undo this revision"),
            carried={"allow_removals": "yes"} if removals_allowed() else {},
            links=((url_for("admin.changes"), Message("Back to the changes")),),
        )

    mount(
        routes,
        context,
        undo,
        review=("undo_review", "/changes/<revision>/undo/review"),
        save=("undo", "/changes/<revision>/undo"),
        is_exclusive=True,
    )


def _details(outcome: Outcome) -> Mapping[str, Any]:
    """Return the warnings, those about records that stay with the addresses of their histories."""
    stay = [each for each in outcome.warnings if each.code == CHANGED_SINCE]
    return {
        "stay": [(each.detail, _history(each.pointer)) for each in stay],
        "warnings": [("", each.detail) for each in outcome.warnings if each not in stay],
    }


def _history(pointer: str | None) -> str:
    if pointer is None:
        return ""
    _, collection, identity = pointer.split("/")
    return url_for("admin.history", collection=collection, id=identity)
