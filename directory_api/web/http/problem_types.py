"""Every problem type: those of the classes of errors (text/errors.py, and the errors of features),
and those of the statuses that a server or a library uses.

docs/problems.md has a heading for each problem type.
"""

from collections.abc import Mapping
from types import MappingProxyType

from directory_api.feature import rows
from directory_api.text import errors
from directory_api.text.message import Message
from directory_api.text.problem import Kind

_LATER = Message("Temporarily unavailable")
_REFUSED = (
    Message("The request was refused"),
    "Check the request against the reference of the API.",
    Message("This is not possible"),
    Message("Go back to the list of centres and try again from there."),
)
# For other statuses, which a server or a library may use.
OTHER = Kind("request-refused", 400, *_REFUSED)
BY_STATUS: Mapping[int, Kind] = MappingProxyType(
    {
        400: Kind(
            "request-invalid",
            400,
            Message("The request has errors"),
            "Check the request and send it again.",
            Message("The form is incomplete"),
            Message("Open the page again and enter your changes there."),
        ),
        403: Kind(
            "request-refused",
            403,
            *_REFUSED[:2],
            Message("This form was sent from another site"),
            Message(
                "For your safety, only forms on the pages of this site are accepted. "
                "Open the page on this site and send the form there."
            ),
        ),
        404: Kind(
            "not-found",
            404,
            Message("Nothing at this address"),
            "/v1/ links to everything that is here.",
            page_text=Message("Check the address, or start from the list of centres."),
        ),
        405: Kind(
            "method-not-allowed",
            405,
            Message("The method is not allowed"),
            "The header Allow lists the allowed methods.",
            *_REFUSED[2:],
        ),
        413: Kind(
            "too-large",
            413,
            Message("The body is too large"),
            "Send at most 64 KB.",
            Message("This is too large"),
            Message(
                "A file can have at most 5 MB, a record much less. Check that it is the right file."
            ),
        ),
        415: Kind(
            "media-type-unsupported",
            415,
            Message("The format of the body is not accepted"),
            "Send JSON with Content-Type: application/json.",
            *_REFUSED[2:],
        ),
        429: Kind(
            "too-many-requests",
            429,
            Message("Too many requests"),
            "Wait as many seconds as Retry-After says.",
            page_text=Message(
                "Wait {wait} seconds, then reload this page. "
                "Your browser sends what you typed again."
            ),
        ),
        503: Kind(
            "busy",
            503,
            Message("Busy"),
            "Too many slow requests at the same time. Try again in a moment.",
            _LATER,
            Message("Wait a moment, then try again."),
        ),
        500: Kind(
            "internal-error",
            500,
            Message("Something went wrong on the server"),
            "The error was logged. Try again later.",
            page_text=Message(
                "The error has been logged. A change is saved completely or not at all."
            ),
        ),
    }
)

# What a web server in front of this one says while this one is away.
AWAY = Kind(
    "unavailable",
    503,
    Message("The directory is not available at the moment"),
    "The server does not answer. Try again later. The helplines are in this answer.",
)
_OWN = (
    each.problem
    for each in vars(errors).values()
    if isinstance(each, type)
    and issubclass(each, errors.DirectoryError)
    and "problem" in vars(each)
)
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in rows(
            lambda feature: [each.problem for each in feature.errors],
            Kind,
            lambda kind: (kind.name,),
            (*_OWN, *BY_STATUS.values(), OTHER, AWAY),
        )
    }
)
STATUSES: tuple[int, ...] = tuple(sorted({kind.status for kind in KINDS.values()}))
