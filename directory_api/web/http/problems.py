"""Every error as problem details (RFC 9457), and the only table of HTTP statuses.

docs/problems.md has a heading for each row.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from directory_api.domain import errors
from directory_api.formats import as_json
from directory_api.services.finder import Finder
from directory_api.web.http import log, responses

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A problem type: its URL fragment, status, title, and default advice."""

    name: str
    status: int
    title: str
    advice: str


_STORE = Kind("store-unavailable", 503, "The store is not available", "Try again later.")
BY_ERROR: Mapping[type[errors.DirectoryError], Kind] = MappingProxyType(
    {
        errors.InputInvalid: Kind(
            "request-invalid",
            400,
            "The request has faults",
            "Mend each fault in `errors` and send it again.",
        ),
        errors.PostcodeMalformed: Kind(
            "postcode-malformed", 400, "Not written like a postcode", "Check the postcode's form."
        ),
        errors.PostcodeUnknown: Kind(
            "postcode-unknown", 404, "No such postcode", "Check the digits or try a suggestion."
        ),
        errors.PostcodeNotResidential: Kind(
            "postcode-not-residential",
            422,
            "A postcode of an institution",
            "Use the postcode of a street.",
        ),
        errors.PostcodeForeign: Kind(
            "postcode-foreign",
            422,
            "A postcode of another country",
            "Name the country, or send a coordinate.",
        ),
        errors.CountryUnsupported: Kind(
            "country-unsupported", 422, "No postcodes for this country", "Send lat and lon instead."
        ),
        errors.FormatRefused: Kind(
            "format-refused",
            406,
            "Not in this format",
            "Accept application/json, or send ?format= and a name.",
        ),
        errors.ServerNeeded: Kind(
            "server-needed", 501, "This needs a server", "Take the bundle, or ask a server."
        ),
        errors.CentreNotFound: Kind(
            "centre-unknown", 404, "No such centre", "/v1/centres lists all centres."
        ),
        errors.HelplineNotFound: Kind(
            "helpline-unknown", 404, "No such helpline", "/v1/helplines lists all helplines."
        ),
        errors.ObjectNotFound: Kind(
            "object-unknown",
            404,
            "No such object",
            "The list at the same address without the id has them all.",
        ),
        errors.BundleNotFound: Kind(
            "bundle-unknown",
            404,
            "No bundle for this country",
            "/v1/bundle is the one for this directory's country.",
        ),
        errors.RevisionNotFound: Kind(
            "revision-unknown",
            404,
            "Not there at that revision",
            "The record's history lists its revisions.",
        ),
        errors.CursorNotFound: Kind(
            "changes-unknown",
            410,
            "Not a revision of this directory",
            "Take the bundle anew: /v1/bundle.",
        ),
        errors.ProposalNotFound: Kind(
            "proposal-unknown",
            404,
            "No such proposal waits",
            "/v1/proposals lists those that wait.",
        ),
        errors.TokenRefused: Kind(
            "token-refused",
            401,
            "A token is needed",
            "Send Authorization: Bearer and a token that is valid.",
        ),
        errors.PermissionDenied: Kind(
            "scope-missing", 403, "The token may not do this", "Ask for a token that may."
        ),
        errors.ProposalOwn: Kind(
            "proposal-own",
            403,
            "Somebody else has to look",
            "Ask another maintainer to approve it.",
        ),
        errors.IdTaken: Kind(
            "id-taken", 409, "The id is taken", "Choose an id that was never used."
        ),
        errors.ProposalOutdated: Kind(
            "proposal-outdated",
            409,
            "The record has changed since",
            "Reject the proposal and propose it anew.",
        ),
        errors.StaleRecord: Kind(
            "record-changed",
            412,
            "Changed since you read it",
            "Read the record again and repeat your change on it.",
        ),
        errors.PreconditionMissing: Kind(
            "precondition-missing",
            428,
            "Say which version you mean",
            "Send If-Match with the ETag of the record.",
        ),
        errors.IdempotencyKeyReused: Kind(
            "key-reused", 422, "The key was used before", "Take a new Idempotency-Key."
        ),
        errors.GeocoderOff: Kind(
            "geocoder-off",
            422,
            "The geocoder is switched off",
            "Set DIRECTORY_GEOCODER to switch it on.",
        ),
        errors.AddressNotFound: Kind(
            "address-unknown", 404, "No such address", "Check the spelling of the address."
        ),
        errors.RecordsInvalid: Kind(
            "records-invalid", 422, "The records have faults", "Mend each fault in `errors`."
        ),
        errors.FileUnreadable: Kind(
            "file-unreadable", 422, "The file cannot be read", "Check the file."
        ),
        errors.StoreConflict: Kind(
            "store-conflict", 409, "Changed by somebody else", "Read it again, then retry."
        ),
        errors.StoreUnavailable: _STORE,
        errors.StoreMissing: _STORE,
        errors.GeocoderUnavailable: Kind(
            "geocoder-unavailable", 503, "The geocoding service does not help", "Try again later."
        ),
        errors.NotReady: Kind("not-ready", 503, "Not loaded yet", "Try again in a moment."),
    }
)

_BY_STATUS: Mapping[int, Kind] = MappingProxyType(
    {
        400: Kind(
            "request-invalid", 400, "The request has faults", "Check the request and send it again."
        ),
        404: Kind(
            "not-found", 404, "Nothing at this address", "/v1/ links to everything that is here."
        ),
        405: Kind(
            "method-not-allowed",
            405,
            "Not with this method",
            "The header Allow lists the methods of this address.",
        ),
        413: Kind("too-large", 413, "The body is too large", "Send at most 64 KB."),
        415: Kind(
            "media-type-unsupported",
            415,
            "Not in this format",
            "Send JSON with Content-Type: application/json.",
        ),
        429: Kind(
            "too-many-requests",
            429,
            "Too many requests",
            "Wait as many seconds as Retry-After says.",
        ),
        503: Kind(
            "busy",
            503,
            "Busy",
            "Too many bodies are coming in slowly. Try again in a moment, or ask by GET.",
        ),
        500: Kind(
            "internal-error",
            500,
            "Something went wrong here",
            "It has been noted. Try again later.",
        ),
    }
)
# For other statuses, which a server or a library may use.
_OTHER = Kind("request-refused", 400, "The request was refused", "Check the request against /docs.")

_HEADERS: Mapping[type[errors.DirectoryError], tuple[str, str]] = MappingProxyType(
    {
        errors.ServiceUnavailable: ("Retry-After", "5"),
        errors.TokenRefused: ("WWW-Authenticate", "Bearer"),
        errors.CursorNotFound: ("Link", '</v1/bundle>; rel="alternate"'),
    }
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {k.name: k for k in (*BY_ERROR.values(), *_BY_STATUS.values(), _OTHER)}
)
STATUSES: tuple[int, ...] = tuple(sorted({kind.status for kind in KINDS.values()}))


def kind_of(error: errors.DirectoryError) -> Kind:
    """Return the row for an error's class, or for its nearest ancestor."""
    return next(BY_ERROR[cls] for cls in type(error).__mro__ if cls in BY_ERROR)


def body(error: errors.DirectoryError, finder: Finder) -> bytes:
    """Return the problem details of one of the directory's own errors."""
    kind = kind_of(error)
    # Its message names no record and tells the operator what to do.
    if isinstance(error, errors.NotReady):
        kind = replace(kind, advice=f"The directory is degraded: {error}. {kind.advice}")
    refusal = error if isinstance(error, errors.ClientError) else None
    return _written(kind, finder, refusal=refusal)


def body_of_status(status: int, finder: Finder, advice: str | None = None) -> bytes:
    """Return the problem details of a bare HTTP status; `advice` replaces the general advice."""
    kind = _BY_STATUS.get(status, _OTHER)
    return _written(replace(kind, advice=advice or kind.advice), finder, status=status)


def _written(
    kind: Kind,
    finder: Finder,
    *,
    refusal: errors.ClientError | None = None,
    status: int | None = None,
) -> bytes:
    return as_json.dump(
        as_json.problem(
            kind=kind.name,
            title=kind.title,
            status=status or kind.status,
            detail=refusal.detail if refusal else kind.advice,
            faults=refusal.faults if refusal else (),
            suggestions=refusal.suggestions if refusal else (),
            helplines=finder.always_helplines,
        )
    )


class Refuse(Protocol):
    """Responds with a status before Flask is entered; `more` are extra headers."""

    def __call__(
        self,
        status: int,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        more: Sequence[tuple[str, str]] = (),
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""


def respond(
    finder: Finder,
    status: int,
    environ: "WSGIEnvironment",
    start_response: "StartResponse",
    more: Sequence[tuple[str, str]] = (),
) -> Iterable[bytes]:
    """Respond with the problem details of a status, before Flask is entered (WSGI, PEP 3333).

    Maintainers' addresses get an HTML page.
    """
    path = environ.get("PATH_INFO", "")
    by_hand = path.startswith("/admin")
    body = (
        _page(status, dict(more).get("Retry-After")) if by_hand else body_of_status(status, finder)
    )
    headers = {
        **responses.headers_for(path),
        "Content-Type": "text/html; charset=utf-8" if by_hand else PROBLEM_JSON,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
    }
    start_response(f"{status} {HTTPStatus(status).phrase}", [*headers.items(), *more])
    return [body]


def _page(status: int, wait: str | None) -> bytes:
    """Return a minimal page, which works when everything else fails."""
    title = _BY_STATUS[status].title
    seconds = f"{wait} seconds" if wait else "a moment"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark"><title>{title}</title><h1>{title}</h1>'
        f"<p>Wait {seconds}, then reload this page: what you typed is sent again with it.</p>"
    ).encode()


def install(app: Flask, finder: Finder, page: Callable[[int], Response | None]) -> None:
    """Install error handlers, so that every error becomes problem details.

    If no route matched, `page` may return an HTML page instead.
    """

    def known(error: errors.DirectoryError) -> Response:
        response = Response(body(error, finder), kind_of(error).status, mimetype=PROBLEM_JSON)
        response.headers.update(
            header for cls, header in _HEADERS.items() if isinstance(error, cls)
        )
        if "tag" in g:
            response.set_etag(g.tag)
        return response

    def http(error: HTTPException) -> Response:
        status = error.code or 500
        advice = getattr(error, "advice", None)
        response = page(status) or Response(
            body_of_status(status, finder, advice), status, mimetype=PROBLEM_JSON
        )
        allowed = getattr(error, "valid_methods", None)
        if allowed:
            response.headers["Allow"] = ", ".join(sorted(allowed))
        types = getattr(error, "types", ())
        if types and request.method == "PATCH":
            response.headers["Accept-Patch"] = ", ".join(types)  # RFC 5789, section 2.2
        wait = getattr(error, "retry_after", None)
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response

    def crash(error: Exception) -> Response:
        note_crash(error, request.url_rule.rule if request.url_rule else None)
        return Response(body_of_status(500, finder), 500, mimetype=PROBLEM_JSON)

    app.register_error_handler(errors.DirectoryError, known)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, crash)


def note_crash(error: BaseException, route: str | None) -> None:
    """Log a bug by its class and its locations in the code.

    Never its message, which may contain the visitor's input.
    """
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    log.note("crash", error=type(error).__name__, route=route, frames=frames[-5:])
