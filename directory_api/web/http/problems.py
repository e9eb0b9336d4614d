"""What is said about each error, to programs and to maintainers; web/error_renderer.py renders it.

docs/problems.md has a heading for each problem type, with the codes that belong to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, ClassVar

from werkzeug.exceptions import HTTPException

from directory_api.answer import as_json
from directory_api.answer.cards import cards_of_helplines
from directory_api.feature import rows
from directory_api.record.helplines import Helplines
from directory_api.record.speaker import Speaker
from directory_api.text import errors
from directory_api.text.errors import DirectoryError, Fault, FaultCode, Suggestion
from directory_api.text.message import Message
from directory_api.text.translations import ENGLISH, words
from directory_api.web.http.links import problem_type

PROBLEM_JSON = "application/problem+json"


class OfStatus(DirectoryError):
    """What a server or a library refuses, with a status alone. It describes the exceptions of
    werkzeug, and is never raised.
    """

    code = "request-refused"
    problem_type = "request-invalid"
    status = 400
    title = "Request refused"
    advice = "Check the request against the reference of the API."
    page_title: ClassVar[str] = Message("This is not possible")
    page_text: ClassVar[str] = Message("Go back to the list of centres and try again from there.")


class RequestMalformed(OfStatus):
    """400."""

    code = problem_type = "request-invalid"
    title = "Invalid request"
    advice = "Check the request and send it again."
    page_title = Message("The form is incomplete")
    page_text = Message("Open the page again and enter your changes there.")


class FormOfAnotherSite(OfStatus):
    """403."""

    status = 403
    page_title = Message("This form was sent from another site")
    page_text = Message(
        "For your safety, only forms on the pages of this site are accepted. "
        "Open the page on this site and send the form there."
    )


class AddressNotFound(OfStatus):
    """404."""

    code = problem_type = "not-found"
    status = 404
    title = Message("Not found")
    advice = "/v1/ links to everything that is here."
    page_title = ""
    page_text = Message("Check the address, or start from the list of centres.")


class MethodRefused(OfStatus):
    """405."""

    code = problem_type = "method-not-allowed"
    status = 405
    title = "Method not allowed"
    advice = "The header Allow lists the allowed methods."


class TooLarge(OfStatus):
    """413."""

    code = problem_type = "too-large"
    status = 413
    title = "Request body too large"
    advice = "Send at most 64 KB."
    page_title = Message("This is too large")
    page_text = Message(
        "A file can have at most 5 MB, a record much less. Check that it is the right file."
    )


class MediaTypeUnsupported(OfStatus):
    """415."""

    code = problem_type = "media-type-unsupported"
    status = 415
    title = "Unsupported media type"
    advice = "Send JSON with Content-Type: application/json."


class RateLimited(OfStatus):
    """429."""

    code = problem_type = "too-many-requests"
    status = 429
    title = Message("Too many requests")
    advice = "Wait as many seconds as Retry-After says."
    page_title = ""
    page_text = Message(
        "Wait {wait} seconds, then reload this page. Your browser sends what you typed again."
    )


class Busy(OfStatus):
    """503."""

    code = "busy"
    problem_type = "unavailable"
    status = 503
    title = "Service busy"
    advice = "Too many requests of this kind at the same time. Try again in a moment."
    page_title = Message("Temporarily unavailable")
    page_text = Message("Wait a moment, then try again.")


class InternalError(OfStatus):
    """500."""

    code = problem_type = "internal-error"
    status = 500
    title = "Internal server error"
    advice = "The error was logged. Try again later."
    page_title = Message("Something went wrong on the server")
    page_text = Message("The error has been logged. A change is saved completely or not at all.")


class Away(OfStatus):
    """What a web server in front of this one says while this one is away."""

    code = problem_type = "unavailable"
    status = 503
    title = "Directory unavailable"
    advice = "The server does not answer. Try again later. The helplines are in this answer."
    page_title = page_text = Message("The directory is not available at the moment")


_STATUSES = (
    RequestMalformed,
    FormOfAnotherSite,
    AddressNotFound,
    MethodRefused,
    TooLarge,
    MediaTypeUnsupported,
    RateLimited,
    Busy,
    InternalError,
)
_BY_STATUS: Mapping[int, type[OfStatus]] = {each.status: each for each in _STATUSES}
_CORE: tuple[type[DirectoryError], ...] = (
    *(
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, DirectoryError) and "code" in vars(each)
    ),
    *_STATUSES,
    OfStatus,
    Away,
)
# The key of the title of each problem type that the program of a visitor can meet, and of the
# detail, where that is not `error.` and the code. In English the title and the detail of the class
# are more exact, and the details of other problems are for developers.
_TITLES: Mapping[str, str] = {
    "place-ambiguous": "error.place-ambiguous",
    "place-unknown": "error.title.place",
    "place-abroad": "error.title.place",
    "request-invalid": "error.title.request",
    "format-refused": "error.title.request",
    "method-not-allowed": "error.title.request",
    "too-large": "error.title.request",
    "media-type-unsupported": "error.title.request",
    "not-found": "error.title.not-found",
    "too-many-requests": "error.title.away",
    "unavailable": "error.title.away",
    "internal-error": "error.title.away",
}
_DETAILS: Mapping[str, str] = {
    "centre-unknown": "error.not-found",
    "helpline-unknown": "error.not-found",
    "too-many-requests": "error.wait",
    "busy": "error.wait",
    "not-ready": "error.wait",
    "unavailable": "error.wait",
    "internal-error": "error.wait",
}
# The class of the errors of each code.
BY_CODE: Mapping[str, type[DirectoryError]] = MappingProxyType(
    dict(
        rows(
            lambda feature: [(each.code, each) for each in feature.errors],
            tuple,
            lambda error: error[:1],
            [(each.code, each) for each in _CORE],
        )
    )
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error, described for every audience: `detail` for programs, `page_title` and `sentence`
    for maintainers.

    Visitors read a page that is the same for every error.
    """

    code: str
    status: int
    title: str
    detail: str
    page_title: str
    sentence: str
    faults: tuple[Fault, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    # In which the place of the request may be (ISO 3166-1); none without a place.
    countries: tuple[str, ...] = ()
    # BCP 47; None for that of the request.
    language: str | None = None
    # The end of the key of the detail in other languages than English; by default the code.
    reason: str = ""

    def to_json(self, helplines: Helplines, prefix: str) -> bytes:
        """Return the problem details (RFC 9457), with what to call: a user who meets an error may
        still need to. `prefix` is the path below which everything is.
        """
        of_place = helplines.of_refused(self.countries)
        # Of a directory that is away nothing else can be asked.
        lines = of_place.brief if self.code == Away.code else of_place.first
        say = Speaker(words(self.language or ENGLISH))
        cards = cards_of_helplines(lines.all, say, self.countries)
        return as_json.dump({**self.members(prefix), "helplines": cards})

    def members(self, prefix: str) -> dict[str, Any]:
        """Return the problem details without the helplines, for an answer that has them."""
        say, kind = words(self.language or ENGLISH), type_of(BY_CODE[self.code])
        texts = {} if say.language.tag == ENGLISH else say.texts
        members: dict[str, Any] = {
            "type": problem_type(kind, prefix),
            "code": self.code,
            "title": texts.get(_TITLES.get(kind, ""), self.title),
            "status": self.status,
            "detail": texts.get(
                _DETAILS.get(self.code, f"error.{self.reason or self.code}"), self.detail
            ),
            "errors": [
                as_json.present(
                    parameter=fault.parameter,
                    pointer=fault.pointer,
                    sheet=fault.sheet,
                    row=fault.row,
                    column=fault.column,
                    detail=fault.detail,
                    code=fault.code,
                )
                for fault in self.faults
            ],
            "did_you_mean": [
                as_json.suggestion(each, say.language.tag, prefix) for each in self.suggestions
            ],
        }
        return {name: value for name, value in members.items() if value != []}


def type_of(error: type[DirectoryError]) -> str:
    """Return the name of a problem type: the part of its address after #."""
    return error.problem_type or error.code


def problem_of(error: Exception) -> Problem:
    """Return the description of an error. Anything unexpected is an internal error that reveals
    nothing.
    """
    if isinstance(error, HTTPException):
        return _of_http(error)
    if not isinstance(error, DirectoryError):
        return of_status(HTTPStatus.INTERNAL_SERVER_ERROR)
    if not isinstance(error, errors.ClientError):
        # The other messages are for operators; /readyz and the log have them.
        return _described(error, error.advice, error.page_text or error.message)
    faults = tuple(
        each if each.code else replace(each, code=FaultCode.VALUE_INVALID) for each in error.faults
    )
    detail, countries, reason = error.detail, tuple[str, ...](), ""
    if isinstance(error, errors.PlaceRefused):
        countries, reason = error.countries, error.reason
    elif isinstance(error, errors.InputInvalid) and len(faults) == 1:
        # A program that shows nothing else shows what is wrong.
        detail = _with_name(faults[0])
    sentence = error.page_text or error.message
    return replace(
        _described(error, detail, sentence),
        faults=faults,
        suggestions=error.suggestions,
        countries=countries,
        language=error.language,
        reason=reason,
    )


def of_status(
    status: int, advice: str | None = None, headers: Mapping[str, str] = MappingProxyType({})
) -> Problem:
    """Return the description of a status; `advice` replaces the general advice."""
    error = _BY_STATUS.get(status, OfStatus)
    sentence = error.page_text.format(wait=headers.get("Retry-After"))
    described = _described(error, advice or error.advice, sentence)
    return replace(described, status=status, headers=headers)


def _described(error: DirectoryError | type[DirectoryError], detail: str, sentence: str) -> Problem:
    return Problem(
        error.code,
        error.status,
        error.title,
        detail,
        error.page_title or error.title,
        sentence,
        headers=error.headers,
    )


def _with_name(fault: Fault) -> str:
    """Return the text of a fault after the name of its parameter, or of its member of the body."""
    name = fault.parameter or (fault.pointer or "").rpartition("/")[2]
    return f"{name}: {fault.detail}" if name else fault.detail


def for_operator(error: errors.NotReady) -> Problem:
    """Return the description with what the operator does, for /readyz: it names no record."""
    return replace(problem_of(error), detail=f"The directory is degraded: {error}.")


def while_away() -> Problem:
    """Return what a web server says while the server behind it does not answer."""
    return _described(Away, Away.advice, Away.page_text)


def _of_http(error: HTTPException) -> Problem:
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    if "Allow" in headers:  # werkzeug joins a set, whose order differs from process to process
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    return of_status(status, getattr(error, "advice", None), headers)
