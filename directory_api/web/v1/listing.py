"""/v1/: about the directory, and its centres, helplines and vocabularies."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response

from directory_api import __version__
from directory_api.answer import as_json
from directory_api.answer.answer import Answer
from directory_api.answer.registry import JSON
from directory_api.answer.selection import WHOLE
from directory_api.record.records import SLUG
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.search.query import Filters, RankedCentre
from directory_api.text.errors import Fault, InputInvalid
from directory_api.text.translations import ENGLISH, labels, language_name, languages
from directory_api.web import served
from directory_api.web.http import header_fields, negotiation, responses
from directory_api.web.http.links import LINKS


def about(_given: Mapping[str, Any]) -> Response:
    """About this directory: revision, counts, coverage, licence and links"""
    edition = served.edition()
    snapshot, header = edition.snapshot, edition.snapshot.header
    body = {
        "name": header["publisher"],
        "about": "Specialised centres for victims of human trafficking, and the closest "
        "one to a place.",
        "version": __version__,
        "revision": str(snapshot.revision),
        "link": snapshot.link,
        "counts": {
            "centres": len(snapshot.listed),
            "helplines": len(snapshot.helplines),
            "postcodes": dict(snapshot.gazetteer.sizes),
        },
        "coverage": sorted(snapshot.covered),
        "licence": header["licence"],
        "sources": header["sources"],
        "attribution": list(snapshot.attributions),
        "helplines": [line.to_record() for line in edition.helplines.here.all],
        "links": {name: responses.link(path) for name, path in LINKS.items()},
    }
    return responses.directory(as_json.dump(body))


def centres(params: Mapping[str, Any]) -> Response:
    """List the centres, ordered by id, in pages

    A centre must match all filters. Each word of `q` must be the beginning of a word of the
    centre.
    """
    negotiated, edition = negotiation.negotiate(params), served.edition()
    filters = Filters.of(params, edition.opening(params.get("open_at")))
    cursor = _read_cursor(params.get("cursor"))
    # An empty field of a search form asks for all centres.
    words = params.get("q", "").strip() or None
    page = edition.snapshot.page(filters, words, cursor, params["limit"])
    following = None
    if page.after is not None:
        query = {name: _as_sent(value) for name, value in params.items() if name != "cursor"}
        if negotiated.format is not JSON:
            # A caller that used a format suffix sends no Accept.
            query["format"] = negotiated.format.name
        query["cursor"] = _cursor(page.after)
        following = responses.link(f"/v1/centres?{urlencode(query)}")
    answer = Answer(
        page.revision,
        tuple(map(RankedCentre, page.centres)),
        edition.pieces,
        lambda: edition.pieces.page(page, following, negotiated.selection),
        negotiated.language,
        prefix=responses.prefix(),
        selection=negotiated.selection,
    )
    body, age = negotiated.format.write(answer), served.web().editions.max_age(edition)
    response = responses.in_format(
        responses.directory(body, negotiated.format.media_type, max_age=age), negotiated
    )
    if "q" in params:
        # The words may be the name of a person's town.
        response.headers.update(header_fields.ABOUT_A_PLACE)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def centre(params: Mapping[str, Any], id: str) -> Response:
    """One centre, also if it is closed for good"""
    negotiated, edition = negotiation.negotiate(params), served.edition()
    pieces, snapshot = edition.pieces, edition.snapshot
    published = snapshot.centre(id)
    answer = Answer(
        snapshot.revision,
        (RankedCentre(published),),
        pieces,
        lambda: pieces.alone(published.centre, negotiated.selection),
        negotiated.language,
        prefix=responses.prefix(),
        selection=negotiated.selection,
    )
    # The version of a record belongs to its whole JSON, which is what a write sends back.
    is_version = (
        negotiated.format is JSON
        and negotiated.selection is WHOLE
        and published.centre.address_visibility == "public"
    )
    response = responses.directory(
        negotiated.format.write(answer),
        negotiated.format.media_type,
        version=snapshot.version("centre", id) if is_version else None,
        max_age=served.web().editions.max_age(edition),
    )
    return responses.in_format(response, negotiated)


def helplines(params: Mapping[str, Any]) -> Response:
    """The helplines, in the order in which to try them

    With `country` those of one country, also of one that the directory does not cover: there
    is always an emergency number. Without it all, those of the directory's own country first.
    """
    edition, country = served.edition(), params.get("country", "").upper()
    known = edition.helplines
    lines = known.of(country) if country else known.own_first()
    body = {
        "revision": str(edition.snapshot.revision),
        "country": country or edition.home,
        "helplines": [line.to_record() for line in lines],
    }
    return responses.directory(as_json.dump(body))


def helpline(_given: Mapping[str, Any], id: str) -> Response:
    """One helpline"""
    edition = served.edition()
    record, snapshot = edition.helplines.get(id), edition.snapshot
    is_stored = ("helpline", id) in snapshot.written
    version = snapshot.version("helpline", id) if is_stored else None
    return responses.directory(as_json.dump(record.to_record()), version=version)


def spoken_languages(_given: Mapping[str, Any]) -> Response:
    """The languages that the centres speak"""
    snapshot = served.edition().snapshot
    body = {
        "revision": str(snapshot.revision),
        "languages": [
            {
                "code": code,
                "name": language_name(code, code),
                "name_en": language_name(code, ENGLISH),
                "centres": count,
            }
            for code, count in sorted(snapshot.index.counts("language").items())
        ],
    }
    return responses.directory(as_json.dump(body))


def services(_given: Mapping[str, Any]) -> Response:
    """The vocabularies of services and audiences, with labels by language"""
    snapshot = served.edition().snapshot
    counts, tags = snapshot.index.counts("service"), tuple(each.tag for each in languages())
    body = {
        "revision": str(snapshot.revision),
        "services": [
            {
                "code": code,
                "labels": dict(labels("service", tags)[code]),
                "centres": counts.get(code, 0),
            }
            for code in SERVICES
        ],
        "audiences": [
            {"code": code, "labels": dict(labels("audience", tags)[code])} for code in AUDIENCES
        ],
    }
    return responses.directory(as_json.dump(body))


def _as_sent(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return ",".join(value) if isinstance(value, tuple) else value


def _cursor(identity: str) -> str:
    return base64.urlsafe_b64encode(identity.encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        identity = base64.b64decode(
            cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        ).decode()
    except (binascii.Error, ValueError):
        identity = ""
    if not SLUG.fullmatch(identity):
        fault = Fault(
            "This is not a cursor of this list. Begin again without it.", parameter="cursor"
        )
        raise InputInvalid.of([fault], "the request")
    return identity
