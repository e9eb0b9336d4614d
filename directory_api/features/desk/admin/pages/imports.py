"""Import of a whole directory from a file: compare it, look at the plan, then import it."""

import base64
import binascii
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from directory_api.change.change import COLLECTIONS, Change, HistoryEntry
from directory_api.change.guards import MOVED, NOT_TYPED, Allowed
from directory_api.change.outcome import Outcome
from directory_api.change.warnings import SHARED_PHONE
from directory_api.edit.editor import Edit
from directory_api.features.desk.admin.change_view import (
    MOST_VIEWS,
    ChangeView,
    change_view,
    name_of,
)
from directory_api.features.desk.admin.context import (
    AdminContext,
    current_maintainer,
    removals_allowed,
)
from directory_api.features.desk.admin.fault_places import place
from directory_api.features.desk.admin.operation import (
    Operation,
    expected_version,
    mount,
    result_page,
)
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.record.numbers import numbers_of
from directory_api.text.errors import (
    ClientError,
    ConfirmationRequired,
    Fault,
    FileUnreadable,
    RecordsInvalid,
)
from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class Planned:
    """What a preview says of a change, which can be left out."""

    view: ChangeView
    waits: bool
    last: HistoryEntry | None
    warnings: tuple[Fault, ...]
    is_taken: bool


# The name of the file in faults, because its real name may contain anything.
_NAME = "The file"
# What the preview shows before everything else.
_WARNED = "warned"
_GROUPS = (_WARNED, "changed", "added", "removed")


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""

    @routes.get("/upload")
    def upload() -> Response:
        current_maintainer("edit")
        return context.page("upload")

    mount(
        routes,
        context,
        partial(_import, context),
        review=("compare", "/upload/compare"),
        save=("take", "/upload/take"),
        is_exclusive=True,
    )


def _import(context: AdminContext) -> Operation:
    raw, left_out = _file(), _left_out()

    def run(edit: Edit) -> Outcome:
        if not raw:
            raise FileUnreadable(Message("Choose a file that is not empty."))
        return importer_of(context.directory).bring_in(
            edit.actor,
            Incoming(raw, _NAME),
            edit.reason,
            dry_run=edit.dry_run,
            allowed=Allowed.of(edit.typed, removals=removals_allowed()),
            idempotency_key=edit.idempotency_key,
            expected_version=expected_version(edit),
            left_out=() if edit.dry_run else left_out,
        )

    return Operation(
        kind="directory",
        id="directory",
        scope="admin" if removals_allowed() else "edit",
        run=run,
        respond=lambda outcome: result_page(
            context,
            outcome,
            Message("Import finished"),
            left_out=len(left_out),
            can_undo=True,
        ),
        refused=partial(_refused, context),
        title=Message("Preview the import"),
        part="import",
        details=lambda outcome: _details(context, outcome, left_out),
        values="none",
        same=Message("Nothing would change: the file and the directory are the same."),
        button=Message("Import the ticked changes"),
        carried={
            "file": base64.b64encode(raw).decode(),
            **({"allow_removals": "yes"} if removals_allowed() else {}),
        },
        links=((url_for("admin.upload"), Message("Choose another file")),),
    )


def _details(
    context: AdminContext, outcome: Outcome, left_out: Collection[tuple[str, str]]
) -> Mapping[str, Any]:
    """Return the changes as the preview groups them, and the warnings that are about none."""
    warnings: defaultdict[tuple[str, str], list[Fault]] = defaultdict(list)
    for warning in outcome.warnings:
        warnings[_record_of(warning)].append(warning)

    def group(change: Change) -> str:
        return _WARNED if _place(change) in warnings else change.action

    is_first_page = "shown" not in request.form
    waiting = {id(proposal.change) for proposal in outcome.proposals}
    doubtful = {
        _place(change)
        for change in outcome.changes
        if _has_number_of_another(change, warnings.get(_place(change), ()))
    }
    ordered = sorted(
        outcome.changes,
        key=lambda change: (_place(change) not in doubtful, _GROUPS.index(group(change))),
    )
    shown = ordered[:MOST_VIEWS]
    last = context.overview.last_changes([(change.kind, change.id) for change in shown])
    groups: dict[str, list[Planned]] = {name: [] for name in _GROUPS}
    for change in shown:
        is_left_out = (
            _place(change) in doubtful if is_first_page else (change.kind, change.id) in left_out
        )
        groups[group(change)].append(
            Planned(
                change_view(change, context.names()),
                id(change) in waiting,
                last.get((change.kind, change.id)),
                tuple(warnings.get(_place(change), ())),
                not is_left_out,
            )
        )
    places, contents = {*map(_place, ordered)}, context.overview.contents()
    names = {
        (collection, identity): name_of(record) or identity
        for kind, collection in COLLECTIONS.items()
        for identity, record in contents.get(kind, {}).items()
    }
    return {
        "groups": groups,
        "counts": Counter(change.action for change in outcome.changes),
        "warnings": [
            (
                names.get(place, ""),
                each.message if each.row or each.line else each.detail,
            )
            for place, found in warnings.items()
            if place not in places
            for each in (warning.without_record(place[1]) for warning in found)
        ],
    }


def _place(change: Change) -> tuple[str, str]:
    """Return the list and the id of a changed record."""
    return COLLECTIONS.get(change.kind, ""), change.id


def _has_number_of_another(change: Change, warnings: Iterable[Fault]) -> bool:
    """Return whether a change brings a number that another record has."""
    new = numbers_of(change.after or {}) - numbers_of(change.before or {})
    return any(
        warning.code == SHARED_PHONE and (warning.value or "").partition(",")[0] in new
        for warning in warnings
    )


def _record_of(warning: Fault) -> tuple[str, str]:
    """Return the list and the id of the record of a file that a warning is about; the id is empty
    if it is about none.
    """
    detail: Any = warning.detail
    while isinstance(detail, Message) and "record" not in detail.values:
        detail = detail.values.get("detail")
    collection = (warning.pointer or "").split("/")[1:2]
    identity = detail.values["record"] if isinstance(detail, Message) else ""
    return "".join(collection), identity


def _left_out() -> frozenset[tuple[str, str]]:
    """Return kind and id of each change of the preview whose tick was removed."""
    taken = set(request.form.getlist("take"))
    shown = request.form.getlist("shown")
    parts = (key.partition("/") for key in shown if key not in taken)
    return frozenset((kind, identity) for kind, _, identity in parts)


def _refused(context: AdminContext, error: ClientError) -> Response | None:
    """Return the page to choose a file, with every fault of the file and its place."""
    if isinstance(error, FileUnreadable):
        return context.page("upload", HTTPStatus.UNPROCESSABLE_ENTITY, sentence=error.detail)
    if not isinstance(error, RecordsInvalid):
        return None
    to_allow = isinstance(error, ConfirmationRequired)
    apart = (NOT_TYPED,) if to_allow else (MOVED,)
    return context.page(
        "upload",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        # The preview has the fields for numbers that are typed once more.
        faults=[fault for fault in error.faults if fault.code not in apart],
        place=place,
        hints=[] if to_allow else [fault for fault in error.faults if fault.code == MOVED],
        to_allow=to_allow,
    )


def _file() -> bytes:
    """Return the file that was chosen, or the one that the form carries, so that the server stores
    nothing between two pages. Raises BadRequest.
    """
    if "file" not in request.form:
        upload = request.files.get("file")
        return upload.read() if upload else b""
    try:
        return base64.b64decode(request.form["file"], validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest from None
