"""Routes that edit one centre or helpline.

Create, replace, patch, remove, verify and restore; read the stored record and its history. A write
is a conditional request (RFC 9110), and a POST may be repeated with an Idempotency-Key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Response

from directory_api.answer import as_json
from directory_api.change.change import COLLECTIONS
from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit, Editor, VersionedRecord
from directory_api.live.editions import EditionCache
from directory_api.record import schemas
from directory_api.record.records import with_permanent_values
from directory_api.record.schemas import Strict
from directory_api.text import strict_json
from directory_api.text.errors import (
    CentreNotFound,
    Fault,
    HelplineNotFound,
    InputInvalid,
    StaleRecord,
)
from directory_api.web.access.auth import BearerAuth
from directory_api.web.access.conditions import expected_versions, idempotency_key
from directory_api.web.http import responses
from directory_api.web.http.parsing import read_body
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import ANY_OBJECT, private
from directory_api.web.schemas import editing, requests

_IF_MATCH = ("If-Match",)
_BOTH = ("If-Match", "Idempotency-Key")
_TAGGED = ("ETag",)
_JSON = "application/json"
_SCHEMAS: Mapping[str, type[Strict]] = {
    "centre": schemas.CentreSchema,
    "helpline": schemas.HelplineSchema,
}
_BODIES: Mapping[str, type[Strict]] = {
    "centre": editing.CentreBody,
    "helpline": editing.HelplineBody,
}
_ON_REMOVAL: Mapping[str, str] = {
    "centre": "Prefer the status `closed` for a centre that has closed: its address still says so.",
    "helpline": "The last emergency number cannot be removed.",
}


@dataclass(frozen=True, slots=True)
class RecordViews:
    """What the routes share. `on_error` returns the response to an error."""

    editor: Editor
    auth: BearerAuth
    editions: EditionCache
    on_error: Callable[[Exception], Response]

    def edit(
        self,
        kind: str,
        identity: str,
        params: Mapping[str, Any],
        *,
        new: bool = False,
        once: bool = False,
    ) -> Edit:
        """Return the edit that the headers and the parameters describe.

        Raises the errors of BearerAuth.require_scope and of expected_versions and idempotency_key.
        """
        actor = self.auth.require_scope("edit")
        versions = None if new else expected_versions()
        return Edit(
            actor,
            kind,
            identity,
            params["reason"],
            versions,
            idempotency_key(actor) if once else None,
            typed=params.get("confirm_number", ()),
        )

    def answer(
        self, edit: Edit, write: Callable[[], Outcome], success: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        """Perform the edit and return its outcome; 202 if all of it waits for review.

        The answer to a stale edit carries the current ETag.
        """
        try:
            outcome = write()
        except StaleRecord as error:
            response = self.on_error(error)
            present = self._stored(edit)
            if present:
                response.set_etag(self.tag(edit.kind, present))
            return response
        stored = self._after(edit, outcome)
        response = responses.private(
            as_json.dump(as_json.outcome(outcome, stored.record if stored else None))
        )
        response.status_code = (
            success if outcome.done or not outcome.waiting else HTTPStatus.ACCEPTED
        )
        if stored:
            response.set_etag(self.tag(edit.kind, stored))
        return response

    def tag(self, kind: str, stored: VersionedRecord) -> str:
        """Return the ETag of a record as GET returns it.

        For a centre that hides its address, the ETag of the stored record.
        """
        return self.editions.tag(kind, stored.record, stored.version)

    def _after(self, edit: Edit, outcome: Outcome) -> VersionedRecord | None:
        """Return the version that this edit produced, so that the ETag matches the body.

        A later version may already exist.
        """
        if outcome.done:
            (change,) = outcome.done
            revision = outcome.revision
            version = self.editor.version(revision)
            return VersionedRecord(change.after, revision, version) if change.after else None
        return self._stored(edit)

    def _stored(self, edit: Edit) -> VersionedRecord | None:
        try:
            return self.editor.stored(edit.kind, edit.id)
        except (CentreNotFound, HelplineNotFound):
            return None


def blueprint(
    editor: Editor,
    auth: BearerAuth,
    editions: EditionCache,
    on_error: Callable[[Exception], Response],
) -> ApiBlueprint:
    """Return the routes."""
    routes = ApiBlueprint(
        "maintaining",
        __name__,
        description="For maintainers with a token",
        parameters=requests.IN_PATH,
    )
    auth.protect(routes)
    views = RecordViews(editor, auth, editions, on_error)
    for kind in COLLECTIONS:
        _writes(routes, views, kind)
        _ways_back(routes, views, kind)
        _verify(routes, views, kind)
    return routes


def _writes(routes: ApiBlueprint, views: RecordViews, kind: str) -> None:
    list_path, path = f"/v1/{COLLECTIONS[kind]}", f"/v1/{COLLECTIONS[kind]}/<id>"
    whole, example = {_JSON: _BODIES[kind]}, editing.EXAMPLES[kind]
    patch = {"application/merge-patch+json": dict(ANY_OBJECT)}
    outcome = partial(private, routes, editing.OutcomeDocument, sends=_TAGGED)
    to_one = partial(outcome, success=(200, 202), problems=(404,), headers=_IF_MATCH)

    @routes.route(list_path, methods=["POST"])
    @routes.arguments(editing.ReasonFields(), location="query")
    @outcome(
        name=f"add_{kind}",
        summary=f"Add a {kind} with a new id, also different from the ids of removed records",
        success=(201, 202),
        media=whole,
        body=example,
        headers=("Idempotency-Key",),
    )
    def add(params: Mapping[str, Any]) -> Response:
        views.auth.require_scope("edit")
        raw = _sent(kind)
        edit = views.edit(kind, _id(raw), params, new=True, once=True)
        response = views.answer(edit, lambda: views.editor.create(edit, raw), HTTPStatus.CREATED)
        if response.status_code == HTTPStatus.CREATED:
            response.headers["Location"] = responses.link(f"{list_path}/{edit.id}")
        return response

    @routes.route(path, methods=["PUT"])
    @routes.arguments(editing.ReasonFields(), location="query")
    @to_one(
        name=f"replace_{kind}",
        summary=f"Replace the record of a {kind}",
        media=whole,
        body=example,
    )
    def put(params: Mapping[str, Any], id: str) -> Response:
        edit = views.edit(kind, id, params)
        raw = _sent(kind)
        return views.answer(edit, lambda: views.editor.replace(edit, raw))

    @routes.route(path, methods=["PATCH"])
    @routes.arguments(editing.ReasonFields(), location="query")
    @to_one(
        name=f"patch_{kind}",
        summary=f"Change members of a {kind} by a JSON Merge Patch (RFC 7396)",
        description="A member that is null is removed. A list is replaced as a whole.",
        media=patch,
        body=editing.PATCHES[kind],
    )
    def merge(params: Mapping[str, Any], id: str) -> Response:
        edit = views.edit(kind, id, params)
        raw = patch_body()
        return views.answer(edit, lambda: views.editor.patch(edit, raw))

    @routes.route(path, methods=["DELETE"])
    @routes.arguments(editing.ReasonFields(), location="query")
    @to_one(
        name=f"remove_{kind}",
        summary=f"Remove a {kind}, which can be restored",
        description=_ON_REMOVAL[kind],
    )
    def remove(params: Mapping[str, Any], id: str) -> Response:
        edit = views.edit(kind, id, params)
        return views.answer(edit, lambda: views.editor.remove(edit))


def _ways_back(routes: ApiBlueprint, views: RecordViews, kind: str) -> None:
    path = f"/v1/{COLLECTIONS[kind]}/<id>"
    documented = partial(private, routes, problems=(404,))

    @routes.route(f"{path}/record", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @documented(
        _SCHEMAS[kind],
        name=f"{kind}_record",
        summary=f"The stored record of a {kind}, with its unpublished members, for editing",
        sends=_TAGGED,
    )
    def record(_given: Mapping[str, Any], id: str) -> Response:
        views.auth.require_scope("edit")
        stored = views.editor.stored(kind, id)
        response = responses.private(as_json.dump(stored.record))
        response.set_etag(stored.version)
        return response

    @routes.route(f"{path}/history", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @documented(
        editing.HistoryDocument,
        name=f"{kind}_history",
        summary=f"The history of a {kind}: who changed what, when and why; newest change first",
        description="It can also be read after the removal of the record.",
    )
    def history(_given: Mapping[str, Any], id: str) -> Response:
        views.auth.require_scope("read-history")
        return responses.private(
            as_json.dump(as_json.history(kind, id, views.editor.history(kind, id)))
        )

    @routes.route(f"{path}/restore", methods=["POST"])
    @routes.arguments(editing.RestoreFields(), location="json")
    @documented(
        editing.OutcomeDocument,
        name=f"restore_{kind}",
        summary=f"Restore a {kind} as it was at an earlier revision",
        description="A removed record has no ETag: send `If-Match: *`.",
        success=(200, 202),
        headers=_BOTH,
        sends=_TAGGED,
        body={"revision": 1, "reason": "the new number was wrong"},
    )
    def restore(params: Mapping[str, Any], id: str) -> Response:
        # The answer has the former values.
        views.auth.require_scope("read-history")
        edit = views.edit(kind, id, params, once=True)
        return views.answer(edit, lambda: views.editor.restore(edit, params["revision"]))


def _verify(routes: ApiBlueprint, views: RecordViews, kind: str) -> None:
    @routes.route(f"/v1/{COLLECTIONS[kind]}/<id>/verify", methods=["POST"])
    @routes.arguments(editing.VerifyFields(), location="json")
    @private(
        routes,
        editing.OutcomeDocument,
        name=f"verify_{kind}",
        summary=f"Confirm that the record of a {kind} is correct today, in the name of the token's "
        "owner",
        problems=(404,),
        headers=_BOTH,
        sends=_TAGGED,
        body={"how": "called the main number"},
    )
    def verify(params: Mapping[str, Any], id: str) -> Response:
        edit = views.edit(kind, id, params, once=True)
        return views.answer(edit, lambda: views.editor.verify(edit, params["how"]))


def _sent(kind: str) -> object:
    """Return the record in the body.

    A client may send back what GET returned, so the members that GET adds to a centre are removed,
    and permanent and temporary values are put in their places.
    """
    raw = record_body()
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


def record_body() -> object:
    """Return a record as JSON, not yet checked."""
    return strict_json.parse(read_body(("application/json",), strict_json.BODY_BYTES))


def patch_body() -> object:
    """Return a JSON Merge Patch (RFC 7396); application/json is accepted, with the same meaning."""
    return strict_json.parse(
        read_body(("application/merge-patch+json", "application/json"), strict_json.BODY_BYTES)
    )
