"""The pages on which maintainers make, list and revoke links for centres: /admin/links."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from directory_api.change.change import COLLECTIONS
from directory_api.change.confirmation import typed
from directory_api.features.desk.admin.context import (
    KINDS,
    RECORD_RULE,
    AdminContext,
    current_maintainer,
    redirect,
)
from directory_api.features.desk.own_confirmation.card import name_in
from directory_api.features.desk.own_confirmation.links import DAYS, MOST_DAYS, LinkEnded, Links
from directory_api.features.desk.own_confirmation.texts import LANGUAGES, language_of, texts
from directory_api.record.records import Centre
from directory_api.text.message import Message
from directory_api.text.translations import ENGLISH, long_date
from directory_api.web.http import responses


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    every_link = Links(context.directory)

    def form(collection: str, identity: str, fault: str | None = None) -> Response:
        stored = context.directory.editor.stored(KINDS[collection], identity)
        record = typed(KINDS[collection], stored.record)
        spoken = record.languages if isinstance(record, Centre) else ()
        chosen = next((each.code for each in spoken if each.code in LANGUAGES), ENGLISH)
        return context.page(
            "link_new",
            HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
            collection=collection,
            id=identity,
            name=name_in(record, ENGLISH),
            chosen=chosen,
            days=request.form.get("days", DAYS),
            most=MOST_DAYS,
            fault=fault,
        )

    @routes.get(f"{RECORD_RULE}/link")
    def link_new(collection: str, id: str) -> Response:
        current_maintainer("edit")
        return form(collection, id)

    @routes.post(f"{RECORD_RULE}/link")
    def link_made(collection: str, id: str) -> Response:
        maintainer, days = current_maintainer("edit"), request.form.get("days", "").strip()
        is_number = days.isascii() and days.isdecimal() and len(days) <= len(str(MOST_DAYS))
        if not (is_number and 1 <= int(days) <= MOST_DAYS):
            fault = Message("Write a number of days from 1 to {most}.", most=MOST_DAYS)
            return form(collection, id, fault)
        kind, tag = KINDS[collection], language_of(request.form.get("lang", ENGLISH))
        stored = context.directory.editor.stored(kind, id)
        code, link = every_link.make(maintainer, kind, id, int(days))
        name = name_in(typed(kind, stored.record), tag)
        message = texts(tag)["message"].format(name=name, date=long_date(link.until, tag))
        return context.page(
            "link_made",
            collection=collection,
            id=id,
            name=name,
            link=link,
            spoken=tag,
            message=f"{message}\n\n{responses.address('/confirm')}?lang={tag}#{code}",
        )

    @routes.get("/links")
    def links() -> Response:
        current_maintainer("edit")
        rows = [(link, COLLECTIONS[link.kind], state) for link, state in every_link.states()]
        return context.page("links", rows=rows)

    @routes.post("/links/<id>/revoke")
    def link_revoked(id: str) -> Response:
        try:
            every_link.revoke(current_maintainer("edit"), id)
        except LinkEnded:
            abort(HTTPStatus.NOT_FOUND)
        # Not to the record, which may have been removed.
        return redirect("links")
