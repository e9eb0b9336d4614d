"""Every problem type, and the only table of statuses: which one each error has. A feature adds the
rows of its own errors.

docs/problems.md has a heading for each problem type.
"""

from collections.abc import Mapping
from types import MappingProxyType

from directory_api.feature import Feature, use_each
from directory_api.left_out import Unusable
from directory_api.text import errors
from directory_api.text.message import Message
from directory_api.web.http.problem_kind import Kind

_LATER = Message("Temporarily unavailable")
_STORE = Kind(
    "store-unavailable",
    503,
    Message("The store is not available"),
    "Try again later.",
    _LATER,
    Message("The directory’s database cannot be reached. Nothing was changed."),
)
_NOT_WRITABLE = Kind(
    "not-writable",
    503,
    Message("The directory cannot be changed now"),
    "Reads are answered. Tell the operator of this server: waiting does not help.",
    page_text=Message(
        "The directory can be read, but not changed now. Nothing was changed. Please "
        "tell the operator of this server: waiting does not help."
    ),
)

_OWN: Mapping[type[errors.DirectoryError], Kind] = MappingProxyType(
    {
        errors.InputInvalid: Kind(
            "request-invalid",
            400,
            Message("The request has errors"),
            "Correct each error in `errors` and send the request again.",
        ),
        # The request is right, and several places answer to it: like the other places below, 422.
        errors.PlaceAmbiguous: Kind(
            "place-ambiguous",
            422,
            Message("Several places have this name"),
            "Choose the postcode of one of the suggestions.",
        ),
        errors.PostcodeMalformed: Kind(
            "postcode-malformed",
            400,
            Message("Not the form of a postcode"),
            "Check the form of the postcode.",
        ),
        errors.PostcodeUnknown: Kind(
            "postcode-unknown",
            404,
            Message("No such postcode"),
            "Check the digits, or try a suggestion.",
        ),
        errors.PostcodeNotResidential: Kind(
            "postcode-not-residential",
            422,
            Message("A postcode of an institution"),
            "Use the postcode of a street.",
        ),
        errors.PostcodeForeign: Kind(
            "postcode-foreign",
            422,
            Message("A postcode of another country"),
            "Send the country, too, or a coordinate.",
        ),
        errors.CountryUnsupported: Kind(
            "country-unsupported",
            422,
            Message("No postcodes for this country"),
            "Send lat and lon instead.",
        ),
        errors.FormatRefused: Kind(
            "format-refused",
            406,
            Message("No such format"),
            "Accept application/json, or send ?format= with the name of a format.",
        ),
        errors.CentreNotFound: Kind(
            "centre-unknown",
            404,
            Message("No such centre"),
            "/v1/centres lists all centres.",
            page_text=Message(
                "No centre has this id. If it was removed, you can restore it from its history."
            ),
        ),
        errors.HelplineNotFound: Kind(
            "helpline-unknown",
            404,
            Message("No such helpline"),
            "/v1/helplines lists all helplines.",
            page_text=Message(
                "No helpline has this id. If it was removed, you can restore it from its history."
            ),
        ),
        errors.DirectoryTooLarge: Kind(
            "directory-too-large",
            404,
            Message("Too much for a device"),
            "POST /v1/nearest finds the closest centre; /v1/centres lists all, in pages.",
        ),
        errors.RevisionNotFound: Kind(
            "revision-unknown",
            404,
            Message("No record at that revision"),
            "The history of the record lists its revisions.",
        ),
        errors.ProposalNotFound: Kind(
            "proposal-unknown",
            404,
            Message("No such proposal"),
            "/v1/proposals lists those that are waiting.",
        ),
        errors.TokenRefused: Kind(
            "token-refused",
            401,
            Message("A token is needed"),
            "Send Authorization: Bearer with a valid token.",
        ),
        errors.PermissionDenied: Kind(
            "scope-missing",
            403,
            Message("The token does not allow this"),
            "Ask for a token that does.",
            page_title=Message("You may not do this"),
            page_text=Message("If you should be able to do it, ask an administrator."),
        ),
        errors.ProposalOwn: Kind(
            "proposal-own",
            403,
            Message("Another maintainer must review this"),
            "Ask another maintainer to approve it.",
        ),
        errors.IdTaken: Kind(
            "id-taken", 409, Message("The id is taken"), "Choose an id that was never used."
        ),
        errors.ProposalOutdated: Kind(
            "proposal-outdated",
            409,
            Message("The record has changed since the proposal"),
            "Reject the proposal, and propose the change again. If the change is in force, undo "
            "the later changes first, or restore an earlier revision.",
        ),
        errors.StaleRecord: Kind(
            "record-changed",
            412,
            Message("The record has changed since you read it"),
            "Read the record again, then repeat your change.",
        ),
        errors.PreconditionMissing: Kind(
            "precondition-missing",
            428,
            Message("The version of the record is missing"),
            "Send If-Match with the ETag of the record.",
        ),
        errors.IdempotencyKeyReused: Kind(
            "key-reused",
            422,
            Message("The key was used before"),
            "Use a new Idempotency-Key.",
            page_text=Message(
                "This form was already sent with other values. "
                "Open the page again and enter your changes there."
            ),
        ),
        errors.RecordsInvalid: Kind(
            "records-invalid",
            422,
            Message("The records have errors"),
            "Correct each error in `errors`.",
        ),
        errors.ConfirmationNeeded: Kind(
            "confirmation-needed",
            422,
            Message("The change must be confirmed"),
            "Check what would change; each error says how to confirm it.",
        ),
        errors.FileUnreadable: Kind(
            "file-unreadable",
            422,
            Message("The file cannot be read"),
            "Check whether it is the right file.",
        ),
        errors.StoreConflict: Kind(
            "store-conflict",
            409,
            Message("Changed by another person"),
            "Read it again, then retry.",
            _LATER,
            Message(
                "Another maintainer is changing the directory at the same time. Nothing was "
                "changed."
            ),
        ),
        errors.StoreUnavailable: _STORE,
        errors.StoreReadOnly: Kind(
            "read-only",
            403,
            Message("This server only reads"),
            "Send the change to the server that takes changes.",
            page_text=Message(
                "This server shows the directory and takes no changes. Sign in at the one "
                "that does."
            ),
        ),
        **dict.fromkeys((errors.StoreNotWritable, errors.ReviewMissing), _NOT_WRITABLE),
        errors.StoreUnconfirmed: Kind(
            "unconfirmed",
            503,
            Message("Written, not confirmed"),
            "Look whether the change is there first.",
        ),
        **dict.fromkeys((errors.StoreMissing, errors.StoreReplaced, errors.StoreDamaged), _STORE),
        errors.NotReady: Kind(
            "not-ready",
            503,
            Message("Not loaded yet"),
            "The directory is not available at the moment. The helplines are in this answer.",
            _LATER,
            Message("The directory has not been loaded yet."),
        ),
    }
)


def _every() -> Mapping[type[errors.DirectoryError], Kind]:
    every = {**_OWN}

    def add(feature: Feature) -> None:
        new = dict(feature.problems())
        if new.keys() & every.keys() or not all(isinstance(each, Kind) for each in new.values()):
            raise Unusable("its problems are not rows of Kind, or are those of others")
        every.update(new)

    use_each(add)
    return MappingProxyType(every)


BY_ERROR: Mapping[type[errors.DirectoryError], Kind] = _every()

_REFUSED = (
    Message("The request was refused"),
    "Check the request against /docs.",
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
KINDS: Mapping[str, Kind] = MappingProxyType(
    {k.name: k for k in (*BY_ERROR.values(), *BY_STATUS.values(), OTHER, AWAY)}
)
STATUSES: tuple[int, ...] = tuple(sorted({kind.status for kind in KINDS.values()}))
