"""What is said about each error, to programs and to maintainers; web/errors.py renders it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from werkzeug.exceptions import HTTPException

from directory_api.answer import as_json
from directory_api.record.records import Helpline
from directory_api.text import errors
from directory_api.text.errors import Fault, Suggestion
from directory_api.text.problem import Kind
from directory_api.web.http.fault_codes import FaultCode
from directory_api.web.http.links import problem_type
from directory_api.web.http.problem_types import AWAY, BY_STATUS, OTHER

PROBLEM_JSON = "application/problem+json"
# Makes a fault of its text and of the member of the request that it is about.
Locate = Callable[[str, str], Fault]


_HEADERS: Mapping[type[errors.DirectoryError], Mapping[str, str]] = MappingProxyType(
    {
        errors.StoreReadOnly: {},
        errors.StoreUnconfirmed: {},
        errors.ServiceUnavailable: {"Retry-After": "5"},
        errors.TokenRefused: {"WWW-Authenticate": "Bearer"},
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error, described for every audience: `detail` for programs, `sentence` for maintainers.

    Visitors read a page that is the same for every error.
    """

    kind: Kind
    status: int
    detail: str
    sentence: str
    faults: tuple[Fault, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    # In which the place of the request may be (ISO 3166-1); none without a place.
    countries: tuple[str, ...] = ()

    def to_json(self, helplines: Sequence[Helpline], prefix: str) -> bytes:
        """Return the problem details (RFC 9457), with the helplines: a user who meets an error may
        still need to call. `prefix` is the path below which everything is.
        """
        lines = [line.to_record() for line in helplines]
        return as_json.dump({**self.members(prefix), "helplines": lines})

    def members(self, prefix: str) -> dict[str, Any]:
        """Return the problem details without the helplines, for an answer that has them."""
        return as_json.problem(
            type=problem_type(self.kind.name, prefix),
            code=self.kind.name,
            title=self.kind.title,
            status=self.status,
            detail=self.detail,
            faults=self.faults,
            suggestions=self.suggestions,
            prefix=prefix,
        )


def in_query(detail: str, member: str) -> Fault:
    """Return a fault of a parameter."""
    return Fault(detail, parameter=member)


def describe(error: Exception, locate: Locate = in_query) -> Problem:
    """Return the description of an error: one of the directory's own, one of HTTP, or a bug.

    `locate` says where a request has its place, which only a PlaceRefused needs.
    """
    if isinstance(error, errors.PlaceRefused):
        fault = replace(locate(error.detail, error.member), code=error.problem.name)
        return replace(_of_directory(error), faults=(fault,), countries=error.countries)
    if isinstance(error, errors.DirectoryError):
        return _of_directory(error)
    if isinstance(error, HTTPException):
        return _of_http(error)
    return of_status(HTTPStatus.INTERNAL_SERVER_ERROR)


def of_status(
    status: int, advice: str | None = None, headers: Mapping[str, str] = MappingProxyType({})
) -> Problem:
    """Return the description of a status; `advice` replaces the general advice."""
    kind = BY_STATUS.get(status, OTHER)
    sentence = kind.page_text.format(wait=headers.get("Retry-After"))
    return Problem(kind, status, advice or kind.advice, sentence, headers=headers)


def _of_directory(error: errors.DirectoryError) -> Problem:
    kind = error.problem
    sentence = kind.page_text or message_of(error)
    fields = (headers for cls, headers in _HEADERS.items() if isinstance(error, cls))
    headers = next(fields, {})
    if isinstance(error, errors.ClientError):
        faults = tuple(map(_coded, error.faults))
        is_said = isinstance(error, errors.InputInvalid) and len(faults) == 1
        # A program that shows nothing else shows what is wrong.
        detail = _with_name(faults[0]) if is_said else error.detail
        return Problem(kind, kind.status, detail, sentence, faults, error.suggestions, headers)
    # The other messages are for operators; /readyz and the log have them.
    return Problem(kind, kind.status, kind.advice, sentence, headers=headers)


def _coded(fault: Fault) -> Fault:
    return fault if fault.code else replace(fault, code=FaultCode.VALUE_INVALID)


def _with_name(fault: Fault) -> str:
    """Return the text of a fault after the name of its parameter, or of its member of the body."""
    name = fault.parameter or (fault.pointer or "").rpartition("/")[2]
    return f"{name}: {fault.detail}" if name else fault.detail


def message_of(error: errors.DirectoryError) -> str:
    """Return the message of an error as it was made; `str` would lose its pattern."""
    (message,) = error.args
    return message if isinstance(message, str) else str(message)


def for_operator(error: errors.NotReady) -> Problem:
    """Return the description with what the operator does, for /readyz: it names no record."""
    return replace(_of_directory(error), detail=f"The directory is degraded: {error}.")


def while_away() -> Problem:
    """Return what a web server says while the server behind it does not answer."""
    return Problem(AWAY, AWAY.status, AWAY.advice, AWAY.title)


def _of_http(error: HTTPException) -> Problem:
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    if "Allow" in headers:  # werkzeug joins a set, whose order differs from process to process
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    return of_status(status, getattr(error, "advice", None), headers)
