"""The pages on which maintainers make, list and revoke links: /admin/links."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, g, request, url_for

from directory_api.change.change import COLLECTIONS
from directory_api.change.confirmation import typed
from directory_api.features.desk.added_pages import AddedPages, MaintainerPages, Remark, RemarkPart
from directory_api.features.desk.own_confirmation.card import name_in
from directory_api.features.desk.own_confirmation.links import DAYS, MOST_DAYS, LinkEnded, Links
from directory_api.features.desk.own_confirmation.texts import LANGUAGES, language_of, texts
from directory_api.record.records import Centre
from directory_api.text.message import Message
from directory_api.text.translations import ENGLISH, long_date, words
from directory_api.web.access.auth import permitted
from directory_api.web.context import Web
from directory_api.web.http import responses

_KINDS = {collection: kind for kind, collection in COLLECTIONS.items()}
_NEW = f"/<any({', '.join(_KINDS)}):collection>/<id>/link"


def pages(web: Web) -> AddedPages:
    """Return the pages."""
    links = Links(web.directory)

    def remarks(kind: str, identity: str) -> list[Remark]:
        return [
            Remark(
                link.used or link.made,
                link.centre,
                tuple(RemarkPart(*each) for each in link.answers.items()),
                url_for("admin.own_confirmation.done", id=link.id),
            )
            for link in links.all()
            if link.waits and (link.kind, link.record) == (kind, identity)
        ]

    def notice() -> str | None:
        waiting = sum(link.waits for link in links.all())
        if not waiting:
            return None
        if waiting == 1:
            return Message("1 answer of a centre to deal with")
        return Message("{count} answers of centres to deal with", count=waiting)

    return AddedPages(
        lambda pages: _routes(pages, links),
        "own_confirmation.links",
        Message("Links"),
        ("own_confirmation.new", Message("Let the centre confirm")),
        "edit",
        remarks,
        notice,
    )


def _routes(pages: MaintainerPages, links: Links) -> Blueprint:
    routes = Blueprint("own_confirmation", __name__, template_folder="templates")

    def form(collection: str, identity: str, fault: str | None = None) -> Response:
        stored = pages.directory.editor.stored(_KINDS[collection], identity)
        record = typed(_KINDS[collection], stored.record)
        spoken = record.languages if isinstance(record, Centre) else ()
        chosen = next((each.code for each in spoken if each.code in LANGUAGES), ENGLISH)
        return pages.page(
            "link_new",
            HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
            collection=collection,
            id=identity,
            name=name_in(record, ENGLISH),
            languages=[words(tag).language for tag in LANGUAGES],
            chosen=chosen,
            days=request.form.get("days", DAYS),
            most=MOST_DAYS,
            fault=fault,
        )

    @routes.get(_NEW)
    def new(collection: str, id: str) -> Response:
        permitted(g.actor, "edit")
        return form(collection, id)

    @routes.post(_NEW)
    def make(collection: str, id: str) -> Response:
        maintainer, days = permitted(g.actor, "edit"), request.form.get("days", "").strip()
        is_number = days.isascii() and days.isdecimal() and len(days) <= len(str(MOST_DAYS))
        if not (is_number and 1 <= int(days) <= MOST_DAYS):
            fault = Message("Write a number of days from 1 to {most}.", most=MOST_DAYS)
            return form(collection, id, fault)
        kind, tag = _KINDS[collection], language_of(request.form.get("lang", ENGLISH))
        stored = pages.directory.editor.stored(kind, id)
        code, link = links.make(maintainer, kind, id, int(days))
        name = name_in(typed(kind, stored.record), tag)
        message = texts(tag)["message"].format(name=name, date=long_date(link.until, tag))
        return pages.page(
            "link_made",
            collection=collection,
            id=id,
            name=name,
            link=link,
            tag=tag,
            message=f"{message}\n\n{responses.address('/confirm')}?lang={tag}#{code}",
        )

    @routes.get("/links", endpoint="links")
    def all_links() -> Response:
        permitted(g.actor, "edit")
        rows = [(link, COLLECTIONS[link.kind], state) for link, state in links.states()]
        return pages.page("links", rows=rows)

    @routes.post("/links/<id>/revoke")
    def revoke(id: str) -> Response:
        try:
            links.revoke(permitted(g.actor, "edit"), id)
        except LinkEnded:
            abort(HTTPStatus.NOT_FOUND)
        return _redirect()

    @routes.post("/links/<id>/done")
    def done(id: str) -> Response:
        try:
            links.deal_with(permitted(g.actor, "edit"), id)
        except LinkEnded:
            abort(HTTPStatus.NOT_FOUND)
        return _redirect()

    return routes


def _redirect() -> Response:
    """Redirect to the list of links: the record may have been removed."""
    headers = {"Location": url_for("admin.own_confirmation.links")}
    return Response(status=HTTPStatus.SEE_OTHER, headers=headers)
