"""Routes that edit a record: a centre or a helpline, as `collection`, a part of the path, says.

Create, replace, patch, remove, verify and restore; read the stored record and its history. A write
is a conditional request (RFC 9110), and a POST may be repeated with an Idempotency-Key.
"""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, request
from werkzeug.exceptions import NotFound

from directory_api.answer import as_json
from directory_api.change.change import COLLECTIONS
from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit, Editor, VersionedRecord
from directory_api.text import strict_json
from directory_api.text.errors import (
    CentreNotFound,
    Fault,
    HelplineNotFound,
    InputInvalid,
    StaleRecord,
)
from directory_api.web import served
from directory_api.web.access.auth import permitted
from directory_api.web.access.conditions import expected_versions, idempotency_key
from directory_api.web.http import responses
from directory_api.web.http.parsing import read_body

_KINDS: Mapping[str, str] = {collection: kind for kind, collection in COLLECTIONS.items()}


def add(params: Mapping[str, Any], collection: str) -> Response:
    """Add a record with a new id, also different from the ids of removed records."""
    kind, raw = _kind(collection), _record_in_body()
    edit = _edit(kind, _id(raw), params, is_new=True, once=True)
    response = _carry_out(edit, partial(_editor().create, edit, raw), HTTPStatus.CREATED)
    if response.status_code == HTTPStatus.CREATED:
        response.headers["Location"] = responses.link(f"/v1/records/{collection}/{edit.id}")
    return response


def replace(params: Mapping[str, Any], collection: str, id: str) -> Response:
    """Replace a record."""
    edit = _edit(_kind(collection), id, params)
    return _carry_out(edit, partial(_editor().replace, edit, _record_in_body()))


def patch(params: Mapping[str, Any], collection: str, id: str) -> Response:
    """Change members of a record by a JSON Merge Patch (RFC 7396).

    A member that is null is removed. A list is replaced as a whole.
    """
    edit = _edit(_kind(collection), id, params)
    types = ("application/merge-patch+json", "application/json")
    raw = strict_json.parse(read_body(request, types, strict_json.BODY_BYTES))
    return _carry_out(edit, partial(_editor().patch, edit, raw))


def remove(params: Mapping[str, Any], collection: str, id: str) -> Response:
    """Remove a record, which can be restored.

    Prefer the status `closed` for a centre that has closed: its address still says so. The last
    emergency number cannot be removed.
    """
    edit = _edit(_kind(collection), id, params)
    return _carry_out(edit, partial(_editor().remove, edit))


def record(_given: Mapping[str, Any], collection: str, id: str) -> Response:
    """The stored record, with its unpublished members."""
    stored = _editor().stored(_kind(collection), id)
    response = responses.json(stored.record)
    response.set_etag(stored.version)
    return response


def record_history(_given: Mapping[str, Any], collection: str, id: str) -> Response:
    """Who changed a record, when and why; newest change first.

    It can also be read after the removal of the record.
    """
    kind = _kind(collection)
    entries = [
        {
            "revision": str(entry.revision),
            "author": entry.stamp.author,
            "approved_by": entry.stamp.approved_by,
            "at": entry.stamp.at.isoformat(timespec="seconds"),
            "reason": entry.stamp.reason,
            **as_json.change(entry.change),
            "before": entry.change.before,
            "after": entry.change.after,
        }
        for entry in _editor().history(kind, id)
    ]
    return responses.json({"kind": kind, "id": id, "entries": entries})


def restore_record(params: Mapping[str, Any], collection: str, id: str) -> Response:
    """Restore a record as it was at an earlier revision.

    A removed record has no ETag: send `If-Match: *`.
    """
    # The response has the former values.
    permitted(g.actor, "read_history")
    edit = _edit(_kind(collection), id, params, once=True)
    return _carry_out(edit, partial(_editor().restore, edit, params["revision"]))


def verify_record(params: Mapping[str, Any], collection: str, id: str) -> Response:
    """Confirm that a record is correct today, in the name of the token's owner."""
    edit = _edit(_kind(collection), id, params, once=True)
    return _carry_out(edit, partial(_editor().verify, edit, params["how"]))


def _kind(collection: str) -> str:
    """Return the kind of the records of a collection. Raises NotFound if there is none."""
    if collection not in _KINDS:
        raise NotFound
    return _KINDS[collection]


def _editor() -> Editor:
    return served.web().directory.editor


def _edit(
    kind: str, identity: str, params: Mapping[str, Any], *, is_new: bool = False, once: bool = False
) -> Edit:
    """Return the edit that the headers and the parameters describe. Raises the errors of
    expected_versions and idempotency_key.
    """
    versions = None if is_new else expected_versions()
    return Edit(
        g.actor,
        kind,
        identity,
        params["reason"],
        versions,
        idempotency_key(g.actor) if once else None,
        typed=params.get("confirm_number", ()),
    )


def _carry_out(
    edit: Edit, write: Callable[[], Outcome], success: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Perform the edit and return its outcome; 202 if all of it waits for review.

    The response to a stale edit has the current ETag.
    """
    try:
        outcome = write()
    except StaleRecord as error:
        response = current_app.make_response(current_app.handle_user_exception(error))
        if present := _current(edit):
            response.set_etag(present.version)
        return response
    stored = _after(edit, outcome)
    body = as_json.outcome(outcome, stored.record if stored else None)
    response = responses.json(body)
    response.status_code = (
        success if outcome.applied or not outcome.proposals else HTTPStatus.ACCEPTED
    )
    if stored:
        response.set_etag(stored.version)
    return response


def _after(edit: Edit, outcome: Outcome) -> VersionedRecord | None:
    """Return the version that this edit produced, so that the ETag matches the body.

    A later version may already exist.
    """
    if outcome.applied:
        (change,) = outcome.applied
        version = _editor().version(outcome.revision)
        return VersionedRecord(change.after, outcome.revision, version) if change.after else None
    return _current(edit)


def _current(edit: Edit) -> VersionedRecord | None:
    try:
        return _editor().stored(edit.kind, edit.id)
    except (CentreNotFound, HelplineNotFound):
        return None


def _record_in_body() -> object:
    """Return the record in the body, not yet checked."""
    return strict_json.parse(read_body(request, ("application/json",), strict_json.BODY_BYTES))


def _id(raw: object) -> str:
    identity = raw.get("id") if isinstance(raw, Mapping) else None
    if not isinstance(identity, str):
        fault = Fault("Send the whole record as a JSON object, with its id.", pointer="/id")
        raise InputInvalid.of([fault], "the request")
    return identity
