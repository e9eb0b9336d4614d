"""Actions on a record without its form: confirm, remove and restore; and its history."""

from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from directory_api.change.change import Change
from directory_api.change.guards import meaning
from directory_api.edit.editor import ABSENT, Edit, StoredRecord
from directory_api.features.desk.admin.change_view import (
    change_views,
    name_of,
    typed_fields,
    with_change_views,
)
from directory_api.features.desk.admin.context import (
    KINDS,
    RECORD_RULE,
    AdminContext,
    current_maintainer,
    expected_versions,
    idempotency_key,
    revision_number,
    text_from_form,
    typed_numbers,
)
from directory_api.features.desk.admin.form.fields import WARNINGS
from directory_api.features.desk.admin.form.record_form import RecordForm
from directory_api.record import columns
from directory_api.record.records import Acknowledged
from directory_api.text.errors import ConfirmationNeeded, StaleRecord
from directory_api.text.message import Message

# As the history keeps it.
_CONFIRMED = str(Message("confirmed as right"))
# What to ask when calling a centre.
_TO_CONFIRM = (
    "address.street",
    "address.postal_code",
    "email",
    "website",
    "opening_hours",
    "status",
    "number",
    "display",
    "url",
    "hours",
    "countries",
)


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    _confirm(routes, context)
    _remove(routes, context)
    _acknowledge(routes, context)
    _history(routes, context)
    _restore(routes, context)


def _confirm(routes: Blueprint, context: AdminContext) -> None:
    def page(
        collection: str,
        stored: StoredRecord,
        how: str = "",
        fault: str | None = None,
        *,
        changed: bool = False,
    ) -> Response:
        kind = KINDS[collection]
        labels = RecordForm(kind, columns.flatten(kind, stored.record)).labels().values()
        inputs = [field for field in labels if field.value and _is_to_confirm(field.column)]
        status = _status(changed=changed, is_checked=fault is not None)
        return context.page(
            "confirm",
            status,
            collection=collection,
            stored=stored,
            name=name_of(stored.record),
            inputs=inputs,
            how=how,
            fault=fault,
            changed=changed,
            waiting=context.waiting_for(kind, stored.record["id"]),
        )

    @routes.get(f"{RECORD_RULE}/confirm")
    def confirm(collection: str, id: str) -> Response:
        current_maintainer("edit")
        return page(collection, context.directory.editor.stored(KINDS[collection], id))

    @routes.post(f"{RECORD_RULE}/confirm")
    def confirmed(collection: str, id: str) -> Response:
        maintainer, kind = current_maintainer("edit"), KINDS[collection]
        how, fault = text_from_form("how")
        if fault:
            return page(collection, context.directory.editor.stored(kind, id), how, fault)
        edit = Edit(
            maintainer, kind, id, _CONFIRMED, expected_versions(), idempotency_key(maintainer)
        )
        try:
            outcome = context.directory.editor.verify(edit, how)
        except StaleRecord:
            stored = context.directory.editor.stored(kind, id)
            return page(collection, stored, how, changed=True)
        return context.done(outcome, collection, id)


def _remove(routes: Blueprint, context: AdminContext) -> None:
    def page(
        collection: str,
        stored: StoredRecord,
        reason: str = "",
        fault: str | None = None,
        *,
        changed: bool = False,
        is_checked: bool = False,
    ) -> Response:
        change = Change(KINDS[collection], stored.record["id"], stored.record, None)
        name = name_of(stored.record)
        return context.page(
            "remove",
            _status(changed=changed, is_checked=is_checked),
            meaning=meaning(change),
            typed=[*typed_fields([change], request.form, is_checked=is_checked)],
            collection=collection,
            stored=stored,
            name=name,
            reason=reason,
            fault=fault,
            changed=changed,
        )

    @routes.get(f"{RECORD_RULE}/remove")
    def remove(collection: str, id: str) -> Response:
        current_maintainer("edit")
        return page(collection, context.directory.editor.stored(KINDS[collection], id))

    @routes.post(f"{RECORD_RULE}/remove")
    def removed(collection: str, id: str) -> Response:
        maintainer = current_maintainer("edit")
        reason, fault = text_from_form("reason")

        def stored() -> StoredRecord:
            return context.directory.editor.stored(KINDS[collection], id)

        if fault:
            return page(collection, stored(), reason, fault, is_checked=True)
        edit = Edit(
            maintainer,
            KINDS[collection],
            id,
            reason,
            expected_versions(),
            idempotency_key(maintainer),
            typed=typed_numbers(),
        )
        try:
            outcome = context.directory.editor.remove(edit)
        except ConfirmationNeeded:
            return page(collection, stored(), reason, is_checked=True)
        except StaleRecord:
            return page(collection, stored(), reason, changed=True)
        return context.done(outcome, collection, id)


def _acknowledge(routes: Blueprint, context: AdminContext) -> None:
    def page(
        stored: StoredRecord, reason: str = "", fault: str | None = None, *, changed: bool = False
    ) -> Response:
        return context.page(
            "acknowledge",
            _status(changed=changed, is_checked=fault is not None),
            stored=stored,
            name=name_of(stored.record),
            what=WARNINGS[_acknowledged("").warning],
            about=_acknowledged(""),
            reason=reason,
            fault=fault,
            changed=changed,
        )

    @routes.get(f"{RECORD_RULE}/acknowledge")
    def acknowledge(collection: str, id: str) -> Response:
        current_maintainer("edit")
        return page(context.directory.editor.stored(KINDS[collection], id))

    @routes.post(f"{RECORD_RULE}/acknowledge")
    def acknowledged(collection: str, id: str) -> Response:
        maintainer, kind = current_maintainer("edit"), KINDS[collection]
        reason, fault = text_from_form("reason")
        if fault:
            return page(context.directory.editor.stored(kind, id), reason, fault)
        edit = Edit(maintainer, kind, id, reason, expected_versions(), idempotency_key(maintainer))
        try:
            outcome = context.directory.editor.acknowledge(edit, _acknowledged(reason))
        except StaleRecord:
            return page(context.directory.editor.stored(kind, id), reason, changed=True)
        return context.done(outcome, collection, id)


def _acknowledged(reason: str) -> Acknowledged:
    """Return the acknowledgement of the warning in the request. Raises BadRequest."""
    warning, value = (request.values.get(name, "") for name in ("warning", "value"))
    if warning not in WARNINGS or not value:
        raise BadRequest
    return Acknowledged(warning, value, reason)


def _history(routes: Blueprint, context: AdminContext) -> None:
    @routes.get(f"{RECORD_RULE}/history")
    def history(collection: str, id: str) -> Response:
        current_maintainer("read-history")
        entries = context.directory.editor.history(KINDS[collection], id)
        return context.page(
            "history",
            collection=collection,
            id=id,
            stored=context.stored(KINDS[collection], id),
            entries=with_change_views(entries, context.names()),
            note=request.args.get("note"),
        )


def _restore(routes: Blueprint, context: AdminContext) -> None:
    def edit_of(collection: str, identity: str, reason: str) -> Edit:
        return Edit(
            current_maintainer("edit"),
            KINDS[collection],
            identity,
            reason,
            expected_versions(),
            typed=typed_numbers(),
        )

    def page(
        edit: Edit,
        collection: str,
        to: int,
        fault: str | None = None,
        *,
        is_checked: bool = False,
    ) -> Response:
        stored = context.stored(edit.kind, edit.id)
        dry_run = Edit(edit.actor, edit.kind, edit.id, edit.reason, dry_run=True)
        outcome = context.directory.editor.restore(dry_run, to)
        changed = (stored.version if stored else ABSENT) not in (edit.expected_versions or ())
        return context.page(
            "restore",
            _status(changed=changed, is_checked=is_checked),
            typed=[*typed_fields(outcome.changes, request.form, is_checked=is_checked)],
            collection=collection,
            id=edit.id,
            to=to,
            version=stored.version if stored else "",
            views=change_views(outcome, context.names()),
            waits=bool(outcome.waiting),
            to_check=outcome.to_check,
            seen=context.is_seen(outcome),
            warnings=[("", warning.detail) for warning in outcome.warnings],
            reason=edit.reason,
            fault=fault,
            changed=changed,
        )

    @routes.post(f"{RECORD_RULE}/restore/review")
    def restore_review(collection: str, id: str) -> Response:
        return page(
            edit_of(collection, id, ""), collection, revision_number(request.form.get("to", ""))
        )

    @routes.post(f"{RECORD_RULE}/restore")
    def restore(collection: str, id: str) -> Response:
        to = revision_number(request.form.get("to", ""))
        reason, fault = text_from_form("reason")
        edit = edit_of(collection, id, reason)
        if fault:
            return page(edit, collection, to, fault, is_checked=True)
        try:
            keyed = replace(edit, idempotency_key=idempotency_key(edit.actor))
            outcome = context.directory.editor.restore(keyed, to)
        except ConfirmationNeeded:
            return page(edit, collection, to, is_checked=True)
        except StaleRecord:
            return page(edit, collection, to)
        return context.done(outcome, collection, id)


def _is_to_confirm(column: str) -> bool:
    return column in _TO_CONFIRM or column.startswith(
        ("phones.", "languages.", "address.locality.", "url_translations.")
    )


def _status(*, changed: bool, is_checked: bool) -> int:
    if changed:
        return HTTPStatus.PRECONDITION_FAILED
    return HTTPStatus.UNPROCESSABLE_ENTITY if is_checked else HTTPStatus.OK
