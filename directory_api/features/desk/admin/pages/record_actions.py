"""Actions on a record without its form: remove, acknowledge and restore; and its history."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit
from directory_api.edit.lazy_history import MOST_ENTRIES
from directory_api.features.desk.admin.change_view import name_of, with_change_views
from directory_api.features.desk.admin.context import (
    KINDS,
    RECORD_RULE,
    AdminContext,
    current_maintainer,
    revision_number,
)
from directory_api.features.desk.admin.operation import Operation, mount
from directory_api.features.desk.admin.paging import Part
from directory_api.features.desk.members.listed_words import WARNINGS
from directory_api.record.parts import Acknowledged
from directory_api.text.message import Message


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    for name, make in (("remove", _remove), ("acknowledge", _acknowledge)):
        rule = f"{RECORD_RULE}/{name}"
        mount(
            routes,
            context,
            partial(make, context),
            review=(name, rule),
            save=(f"save_{name}", rule),
        )
    mount(
        routes,
        context,
        partial(_restore, context),
        review=("restore_review", f"{RECORD_RULE}/restore/review"),
        save=("restore", f"{RECORD_RULE}/restore"),
    )
    _history(routes, context)


def _of_record(
    context: AdminContext, collection: str, identity: str, run: Callable[[Edit], Outcome]
) -> Operation:
    """Return an operation on a record, without what its page says."""
    kind = KINDS[collection]
    stored = context.stored(kind, identity)
    return Operation(
        kind=kind,
        id=identity,
        version=stored.version if stored else "",
        name=(name_of(stored.record) if stored else "") or identity,
        run=run,
        respond=lambda outcome: context.redirect_to_result(outcome, collection, identity),
        links=((url_for("admin.record", collection=collection, id=identity), Message("Cancel")),),
    )


def _remove(context: AdminContext, collection: str, id: str) -> Operation:
    operation = _of_record(context, collection, id, context.directory.editor.remove)
    is_centre = collection == "centres"
    edit = (url_for("admin.edit", collection=collection, id=id), Message("Edit the status"))
    return replace(
        operation,
        title=Message("Remove {name}?", name=operation.name),
        name="",
        warnings=(
            Message(
                "If the centre has closed, do not remove it: set its status to “permanently "
                "closed”, so that people who saved its address learn of it. Remove only records "
                "that should never have been added."
            ),
        )
        if is_centre
        else (),
        intro=(
            Message(
                "The history is kept, and you can restore the record later. Its id is never used "
                "for another record."
            ),
        ),
        button=Message("Remove the record"),
        is_danger=True,
        links=(*((edit,) if is_centre else ()), *operation.links),
    )


def _acknowledge(context: AdminContext, collection: str, id: str) -> Operation:
    about = _acknowledged("")

    def run(edit: Edit) -> Outcome:
        return context.directory.editor.acknowledge(edit, _acknowledged(edit.reason))

    operation = _of_record(context, collection, id, run)
    return replace(
        operation,
        title=Message("Is this right?"),
        warnings=(
            Message(
                "{name}. {what}: {value}",
                name=operation.name,
                what=WARNINGS[about.warning],
                value=about.value,
            ),
        ),
        name="",
        intro=(
            Message(
                "Acknowledge a warning only after you have checked the values. It is then listed "
                "apart, and comes back when one of the values changes."
            ),
        ),
        values="none",
        label=Message("Why is it right?"),
        help=Message(
            "For example: both addresses are printed on its own flyer. Only maintainers see this "
            "text."
        ),
        button=Message("Acknowledge the warning"),
        carried={"warning": about.warning, "value": about.value},
        links=((url_for("admin.todo"), Message("Cancel")),),
    )


def _acknowledged(reason: str) -> Acknowledged:
    """Return the acknowledgement of the warning in the request. Raises BadRequest."""
    warning, value = (request.values.get(name, "") for name in ("warning", "value"))
    if warning not in WARNINGS or not value:
        raise BadRequest
    return Acknowledged(warning, value, reason)


def _restore(context: AdminContext, collection: str, id: str) -> Operation:
    current_maintainer("read_history")
    to = revision_number(request.form.get("to", ""))
    operation = _of_record(
        context, collection, id, lambda edit: context.directory.editor.restore(edit, to)
    )
    history = (
        url_for("admin.history", collection=collection, id=id),
        Message("Back to the history"),
    )
    return replace(
        operation,
        title=Message("Restore revision {number}", number=to),
        same=Message("This revision is the same as the current record."),
        help=Message("A few words for the history, for example: the new number was wrong."),
        button=Message("Restore this revision"),
        carried={"to": str(to)},
        links=(history,),
    )


def _history(routes: Blueprint, context: AdminContext) -> None:
    @routes.get(f"{RECORD_RULE}/history")
    def history(collection: str, id: str) -> Response:
        current_maintainer("read_history")
        every = context.directory.editor.history(KINDS[collection], id, most=MOST_ENTRIES)
        found = Part.requested("page", every)
        return context.page(
            "history",
            collection=collection,
            id=id,
            stored=context.stored(KINDS[collection], id),
            found=found,
            entries=with_change_views(found.rows, context.names()),
            note=request.args.get("note"),
        )
