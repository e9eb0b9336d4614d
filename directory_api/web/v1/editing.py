"""Routes that edit a centre or a helpline; `kind` says which.

Create, replace, patch, remove, verify and restore; read the stored record and its history. A write
is a conditional request (RFC 9110), and a POST may be repeated with an Idempotency-Key.
"""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g

from directory_api.answer import as_json
from directory_api.change.change import COLLECTIONS
from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit, Editor, VersionedRecord
from directory_api.record.records import with_permanent_values
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


def add(kind: str, params: Mapping[str, Any]) -> Response:
    """Add a record with a new id."""
    raw = _record_in_body(kind)
    edit = _edit(kind, _id(raw), params, is_new=True, once=True)
    response = _answer(edit, partial(_editor().create, edit, raw), HTTPStatus.CREATED)
    if response.status_code == HTTPStatus.CREATED:
        response.headers["Location"] = responses.link(f"/v1/{COLLECTIONS[kind]}/{edit.id}")
    return response


def replace(kind: str, params: Mapping[str, Any], id: str) -> Response:
    """Replace a record."""
    edit = _edit(kind, id, params)
    return _answer(edit, partial(_editor().replace, edit, _record_in_body(kind)))


def patch(kind: str, params: Mapping[str, Any], id: str) -> Response:
    """Change members of a record by a JSON Merge Patch (RFC 7396); application/json is accepted,
    with the same meaning.
    """
    edit = _edit(kind, id, params)
    types = ("application/merge-patch+json", "application/json")
    raw = strict_json.parse(read_body(types, strict_json.BODY_BYTES))
    return _answer(edit, partial(_editor().patch, edit, raw))


def remove(kind: str, params: Mapping[str, Any], id: str) -> Response:
    """Remove a record."""
    edit = _edit(kind, id, params)
    return _answer(edit, partial(_editor().remove, edit))


def record(kind: str, _given: Mapping[str, Any], id: str) -> Response:
    """Return the stored record, with its unpublished members."""
    stored = _editor().stored(kind, id)
    response = responses.for_maintainer(as_json.dump(stored.record))
    response.set_etag(stored.version)
    return response


def record_history(kind: str, _given: Mapping[str, Any], id: str) -> Response:
    """Return the changes of a record, newest first, also after its removal."""
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
    return responses.for_maintainer(as_json.dump({"kind": kind, "id": id, "entries": entries}))


def restore_record(kind: str, params: Mapping[str, Any], id: str) -> Response:
    """Restore a record as it was at an earlier revision."""
    # The answer has the former values.
    permitted(g.actor, "read-history")
    edit = _edit(kind, id, params, once=True)
    return _answer(edit, partial(_editor().restore, edit, params["revision"]))


def verify_record(kind: str, params: Mapping[str, Any], id: str) -> Response:
    """Confirm that a record is correct today."""
    edit = _edit(kind, id, params, once=True)
    return _answer(edit, partial(_editor().verify, edit, params["how"]))


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


def _answer(
    edit: Edit, write: Callable[[], Outcome], success: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Perform the edit and return its outcome; 202 if all of it waits for review.

    The answer to a stale edit carries the current ETag.
    """
    try:
        outcome = write()
    except StaleRecord as error:
        response = current_app.make_response(current_app.handle_user_exception(error))
        if present := _stored(edit):
            response.set_etag(_tag(edit, present))
        return response
    stored = _after(edit, outcome)
    body = as_json.outcome(outcome, stored.record if stored else None)
    response = responses.for_maintainer(as_json.dump(body))
    response.status_code = success if outcome.done or not outcome.waiting else HTTPStatus.ACCEPTED
    if stored:
        response.set_etag(_tag(edit, stored))
    return response


def _tag(edit: Edit, stored: VersionedRecord) -> str:
    """Return the ETag of a record as GET returns it.

    For a centre that hides its address, the ETag of the stored record.
    """
    return served.web().editions.tag(edit.kind, stored.record, stored.version)


def _after(edit: Edit, outcome: Outcome) -> VersionedRecord | None:
    """Return the version that this edit produced, so that the ETag matches the body.

    A later version may already exist.
    """
    if outcome.done:
        (change,) = outcome.done
        version = _editor().version(outcome.revision)
        return VersionedRecord(change.after, outcome.revision, version) if change.after else None
    return _stored(edit)


def _stored(edit: Edit) -> VersionedRecord | None:
    try:
        return _editor().stored(edit.kind, edit.id)
    except (CentreNotFound, HelplineNotFound):
        return None


def _record_in_body(kind: str) -> object:
    """Return the record in the body, not yet checked.

    A client may send back what GET returned, so the members that GET adds to a centre are removed,
    and permanent and temporary values are put in their places.
    """
    raw = strict_json.parse(read_body(("application/json",), strict_json.BODY_BYTES))
    if kind == "centre" and isinstance(raw, dict):
        return with_permanent_values(
            {name: value for name, value in raw.items() if name not in as_json.ADDED}
        )
    return raw


def _id(raw: object) -> str:
    identity = raw.get("id") if isinstance(raw, Mapping) else None
    if not isinstance(identity, str):
        fault = Fault("Send the whole record as a JSON object, with its id.", pointer="/id")
        raise InputInvalid.of([fault], "the request")
    return identity
