"""/v1/: about the directory, and its centres, helplines and vocabularies."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from directory_api import __version__
from directory_api.answer import as_json
from directory_api.answer.listing import Listing
from directory_api.answer.registry import BY_NAME, JSON
from directory_api.countries.languages import listed_languages
from directory_api.feature import states
from directory_api.record.records import SLUG
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.search.query import Result
from directory_api.text.errors import Fault, InputInvalid
from directory_api.text.translations import ENGLISH, labels, language_name, languages
from directory_api.web import served
from directory_api.web.http import header_fields, negotiation, responses
from directory_api.web.http.links import LINKS
from directory_api.web.http.negotiation import Negotiated


def about(params: Mapping[str, Any]) -> Response:
    """About this server: version, features, formats and languages; revision, coverage and links"""
    edition, selection = served.edition(), negotiation.selection(request.environ, params)
    snapshot, header = edition.snapshot, edition.snapshot.header
    body = {
        "name": header["publisher"],
        "about": "Specialised centres for victims of human trafficking, and the closest "
        "one to a place.",
        "version": __version__,
        "features": [name for name, _, left_out in states() if not left_out],
        "formats": [*BY_NAME],
        "languages": [each.tag for each in listed_languages()],
        "revision": str(snapshot.revision),
        "revision_hash": snapshot.revision_hash,
        "counts": {
            "centres": len(snapshot.listed),
            "helplines": len(snapshot.helplines),
            "postcodes": dict(snapshot.gazetteer.sizes),
        },
        "countries": sorted(snapshot.covered),
        "licence": header["licence"],
        "attribution": list(snapshot.attributions),
        "helplines": edition.pieces.helpline_cards(None, selection),
        "links": {name: responses.link(path) for name, path in LINKS.items()},
    }
    response = responses.directory(as_json.dump(body))
    return responses.in_format(response, Negotiated(JSON, selection))


def centres(params: Mapping[str, Any]) -> Response:
    """List the centres, ordered by id, in pages

    A centre must match all filters. Each word of `q` must be the beginning of a word of the
    centre.
    """
    negotiated, edition = negotiation.negotiate(request.environ, params), served.edition()
    cursor = _read_cursor(params.get("cursor"))
    # An empty field of a search form asks for all centres.
    words = params.get("q", "").strip() or None
    page = edition.snapshot.page(edition.filters(params), words, cursor, params["limit"])
    following = None
    if page.after is not None:
        query = {name: _as_sent(value) for name, value in params.items() if name != "cursor"}
        if negotiated.format is not JSON:
            # A caller that used a format suffix sends no Accept.
            query["format"] = negotiated.format.name
        query["cursor"] = _cursor(page.after)
        following = responses.link(f"/v1/centres?{urlencode(query)}")
    listing = Listing(
        tuple(map(Result, page.centres)),
        edition.pieces,
        lambda: edition.pieces.page(page, following, negotiated.selection, responses.prefix()),
        negotiated.selection,
        prefix=responses.prefix(),
    )
    body, age = negotiated.format.write(listing), served.web().editions.max_age(edition)
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
    """One centre, also if it is permanently closed"""
    negotiated, edition = negotiation.negotiate(request.environ, params), served.edition()
    pieces, snapshot = edition.pieces, edition.snapshot
    published = snapshot.centre(id)
    listing = Listing(
        (Result(published),),
        pieces,
        lambda: pieces.full_centre(published.centre, negotiated.selection),
        negotiated.selection,
        prefix=responses.prefix(),
    )
    response = responses.directory(
        negotiated.format.write(listing),
        negotiated.format.media_type,
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
    lines = known.of_country(country) if country else known.own_first()
    accept = negotiation.preferred_format(request.headers.get("Accept", ""))
    chosen = BY_NAME[params["format"]] if "format" in params else accept
    if chosen and chosen.write_helplines:
        selection = negotiation.selection(request.environ, params)
        table = responses.directory(
            chosen.write_helplines(lines, selection.language), chosen.media_type
        )
        return responses.in_format(table, Negotiated(chosen, selection))
    body = {
        "revision": str(edition.snapshot.revision),
        "country": country or edition.home,
        "helplines": [line.to_record() for line in lines],
    }
    return responses.directory(as_json.dump(body))


def helpline(_given: Mapping[str, Any], id: str) -> Response:
    """One helpline"""
    record = served.edition().helplines.get(id)
    return responses.directory(as_json.dump(record.to_record()))


def sources(_given: Mapping[str, Any]) -> Response:
    """The sources of the records, by the ids that centres and helplines name"""
    snapshot = served.edition().snapshot
    body = {"revision": str(snapshot.revision), "sources": snapshot.header["sources"]}
    return responses.directory(as_json.dump(body))


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
