"""The errors that the directory raises; features have their own, in their folders.

    DirectoryError
    ├── ClientError              the request is wrong; repeating it unchanged never helps
    │   ├── Invalid                input that has faults; lists every fault
    │   │   ├── InputInvalid           invalid parameters or body
    │   │   └── RecordsInvalid         invalid records in a file
    │   │       └── ConfirmationRequired     changes that must be confirmed before they are made
    │   ├── FileUnreadable         a file that is missing, unreadable or of the wrong type
    │   ├── FormatRefused          the requested output format does not exist
    │   ├── CentreNotFound         no centre has this id
    │   ├── HelplineNotFound       no helpline has this id
    │   ├── DirectoryTooLarge      more centres, or changes, than a device should load
    │   ├── RevisionNotFound       the record did not exist at that revision
    │   ├── IdTaken                another record has, or had, this id
    │   ├── TokenRefused           missing, unknown, revoked or expired token
    │   ├── PermissionDenied       the token lacks the scope for this
    │   ├── PreconditionMissing    a write without the version of the record that it replaces
    │   ├── StaleRecord            the record has changed since the caller read it
    │   ├── IdempotencyKeyReused   an Idempotency-Key that was sent with a different request
    │   ├── ProposalNotFound       no pending proposal has this id
    │   ├── ProposalOutdated       the record has changed since the proposal was made
    │   ├── ProposalOwn            the author of a proposal may not approve it
    │   └── PlaceRefused           a place that cannot be looked up; has suggestions
    │       ├── PlaceAmbiguous         a name of several places, none of which is meant by it alone
    │       ├── PlaceUnknown           not a postcode, and not the name of a place
    │       ├── PostcodeUnknown        in the right format, but no such postcode
    │       ├── PostcodeNotResidential an institution's postcode, which has no location
    │       ├── PostcodeForeign        a postcode of another country, or in its format
    │       └── CountryUnsupported     no postcode table for that country
    └── ServiceUnavailable       the request is correct; retrying later helps
        ├── StoreUnavailable       the store is locked, missing, full or damaged
        │   ├── StoreMissing           no store exists at the configured path
        │   ├── StoreReplaced          the store is not the one that was served, or is behind it
        │   ├── StoreDamaged           the store or a backup is not what was written
        │   ├── StoreNotWritable       the store can be read, and an operator must make it writable
        │   ├── StoreReadOnly          the server never writes; it is a replica
        │   └── WriteNotReplicated       a change was written, but only to one of several servers
        ├── StoreConflict          another write came first; read again and retry
        └── NotReady               no data has been loaded yet

Each class has the code, problem type, status and title of its problem (docs/problems.md), or those
of its base.

Messages never contain the place that a person searched for, because messages are logged.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import ClassVar, Self

from directory_api.text.message import Joined, Message, ngettext

_LATER = Message("Temporarily unavailable")


class FaultCode(StrEnum):
    """What is wrong with a parameter or a member of a body; it stays the same if the words change.
    docs/problems.md explains each.
    """

    MISSING = "missing"
    NULL = "null"
    TYPE_WRONG = "type_wrong"
    VALUE_INVALID = "value_invalid"
    NAME_UNKNOWN = "name_unknown"
    LANGUAGE_UNKNOWN = "language_unknown"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    TOO_MANY = "too_many"
    COORDINATES_EXCHANGED = "coordinates_exchanged"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what is wrong and how to correct it, and where it is.

    `parameter` names a query parameter; `pointer` is a JSON pointer (RFC 6901) into a body or file.
    In a spreadsheet, `sheet` is the name of the sheet, `row` the row number as displayed, and
    `column` the header with the column's letter, such as `phones.1.number (K)`. In JSON Lines,
    `line` is the number of the line, and the pointer is into its record. `code` names the rule,
    whatever the words of the detail are; every warning has one, and so has what must be confirmed.
    `value` is what a warning about a record is about: an acknowledgement holds as long as it is the
    same.
    """

    detail: str
    parameter: str | None = None
    pointer: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    line: int | None = None
    code: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        where = self._in_a_table() or self._on_a_line() or self.parameter or self.pointer
        return f"{where}: {self.detail}" if where else self.detail

    def of_record(self, identity: str) -> "Fault":
        """Return the fault with the id of its record after the detail."""
        return replace(
            self, detail=Message("{detail} ({record})", detail=self.detail, record=identity)
        )

    def without_record(self, identity: str) -> "Fault":
        """Return the fault as it was before `of_record`; one of another record unchanged."""
        values = self.detail.values if isinstance(self.detail, Message) else {}
        is_of_this = values.keys() == {"detail", "record"} and values["record"] == identity
        return replace(self, detail=values["detail"]) if is_of_this else self

    @property
    def place(self) -> Message | None:
        """Where it is, for maintainers: in a table, or in a file of JSON; None if that is not
        known, or if it is in a parameter.
        """
        parts = []
        if self.sheet is not None:
            parts.append(Message("sheet {sheet}", sheet=self.sheet))
        if self.row is not None:
            parts.append(Message("row {row}", row=self.row))
        if self.column is not None:
            parts.append(Message("column {column}", column=self.column))
        if self.line is not None:
            parts.append(Message("line {line}", line=self.line))
        # A table has its row and column instead.
        steps = [*filter(None, (self.pointer or "").split("/"))]
        if steps and self.row is None:
            # Items are counted from 1, as in tables.
            names = (str(int(each) + 1) if each.isdecimal() else each for each in steps)
            parts.append(Message("field {names}", names=Joined.of(names, " › ")))
        if not parts:
            return None
        return reduce(lambda place, part: Message("{place}, {part}", place=place, part=part), parts)

    @property
    def message(self) -> str:
        """The fault with its place, for maintainers."""
        if place := self.place:
            return Message("{place}: {detail}", place=place, detail=self.detail)
        return self.detail

    def _on_a_line(self) -> str:
        if self.line is None:
            return ""
        inside = f", {self.pointer}" if self.pointer not in (None, "/") else ""
        return f"line {self.line}{inside}"

    def _in_a_table(self) -> str:
        places = (("sheet", self.sheet), ("row", self.row), ("column", self.column))
        return ", ".join(f"{what} {where}" for what, where in places if where is not None)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A possible next step: a sentence and, if there is one, the postcode, country or address to
    try.

    `place` is the name to display; `names` holds it by language. `values` are other parameters to
    send; None means a value that only the caller has.
    """

    detail: str
    country: str | None = None
    postcode: str | None = None
    place: str | None = None
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    href: str | None = None
    values: Mapping[str, str | None] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )

    def in_language(self, language: str | None) -> "Suggestion":
        """Return the suggestion with the name of its place in a language (BCP 47), if it has one;
        its sentence stays English.
        """
        name = self.names.get(language or "")
        if name is None or self.place is None:
            return self
        return replace(self, detail=self.detail.replace(self.place, name), place=name)

    def names_only_country(self, countries: Container[str]) -> bool:
        """Return whether the step is to send one of these countries."""
        return self.country in countries and not self.postcode


def in_lower_case(identity: str, known: Container[str], path: str) -> tuple[Suggestion, ...]:
    """Suggest the record whose id has no capitals; `path` is that before the id."""
    lower = identity.lower()
    if lower not in known:
        return ()
    href = f"{path}{lower}"
    return (Suggestion(f"Ids have no capitals. Did you mean {href}?", href=href),)


class DirectoryError(Exception):
    """Base class of all errors that the directory raises on purpose.

    What is said about it, as a problem of HTTP (RFC 9457): the `code`, the `problem_type` to which
    it belongs (by default one of its own, with the name of the code), the `status`, the `title`,
    and what to do in general. A class without one of them has that of its base. Maintainers read
    `page_title` and `page_text`; empty ones are replaced by the title and by the message of the
    error. `{wait}` in a text is the seconds of Retry-After. `headers` are those of the response.
    """

    code: ClassVar[str]
    problem_type: ClassVar[str] = ""
    status: ClassVar[int]
    title: ClassVar[str]
    advice: ClassVar[str]
    page_title: ClassVar[str] = ""
    page_text: ClassVar[str] = ""
    headers: ClassVar[Mapping[str, str]] = MappingProxyType({})

    @property
    def message(self) -> str:
        """The message as it was made; `str` would lose its pattern."""
        (message,) = self.args
        return message if isinstance(message, str) else str(message)


class ClientError(DirectoryError):
    """The request is wrong; repeating it unchanged never helps.

    `language` (BCP 47) is that of the person, if the request names it in its body.
    """

    language: str | None = None

    def __init__(
        self, detail: str, faults: Sequence[Fault] = (), suggestions: Sequence[Suggestion] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)
        self.suggestions = tuple(suggestions)

    def in_language(self, language: str | None) -> Self:
        """Return this error, to be told in a language."""
        self.language = language
        return self


class Invalid(ClientError):
    """Input that has faults; `faults` lists the first of them, each with its place, and `total` is
    their number.
    """

    total = 0

    @classmethod
    def of(
        cls,
        faults: Sequence[Fault],
        where: str,
        *,
        most: int | None = None,
        total: int | None = None,
    ) -> Self:
        """Return the error for the faults in `where`, such as "the request".

        With `most` only so many of them are listed. `total` is their number, if `faults` are not
        all of them.
        """
        listed = faults[:most]
        total = total or len(faults)
        if total in {1, len(listed)}:
            detail = ngettext(
                "There is {count} error in {where}.",
                "There are {count} errors in {where}.",
                total,
                where=where,
            )
        else:
            detail = Message(
                "There are {total} errors in {where}. The first {listed} are listed.",
                total=total,
                where=where,
                listed=len(listed),
            )
        error = cls(detail, listed)
        error.total = total
        return error


class InputInvalid(Invalid):
    """Invalid parameters or body."""

    code = "request-invalid"
    status = 400
    title = Message("Invalid request")
    advice = "Correct each error in `errors` and send the request again."


class RecordsInvalid(Invalid):
    """Invalid records in a file."""

    code = "records-invalid"
    status = 422
    title = Message("Invalid records")
    advice = (
        "Nothing was changed. Correct each error in `errors`, which has a JSON `pointer`, or the "
        "`sheet`, `row` and `column`."
    )


class ConfirmationRequired(RecordsInvalid):
    """Changes that must be confirmed before they are made; each fault says how."""

    code = "confirmation-required"
    status = 422
    title = Message("Confirmation required")
    advice = (
        "Nothing was changed. Check what would change; each error says how to confirm it: with "
        "`confirm_number`, or with `allow_removals=true` (scope `admin`)."
    )


class FileUnreadable(ClientError):
    """A file that is missing, unreadable or of the wrong type."""

    code = "file-unreadable"
    problem_type = "records-invalid"
    status = 422
    title = Message("Unreadable file")
    advice = "Check whether it is the right file."


class FormatRefused(ClientError):
    """None of the accepted formats is available; the detail names those that are."""

    code = "format-refused"
    status = 406
    title = Message("Unknown format")
    advice = "Accept application/json, or send ?format= with the name of a format."


class CentreNotFound(ClientError):
    """No centre has this id."""

    code = "centre-unknown"
    problem_type = "not-found"
    status = 404
    title = Message("Centre not found")
    advice = "`/v1/centres` lists all centres."
    page_text = Message(
        "No centre has this id. If it was removed, you can restore it from its history."
    )


class HelplineNotFound(ClientError):
    """No helpline has this id."""

    code = "helpline-unknown"
    problem_type = "not-found"
    status = 404
    title = Message("Helpline not found")
    advice = "`/v1/helplines` lists all helplines."
    page_text = Message(
        "No helpline has this id. If it was removed, you can restore it from its history."
    )


class RevisionNotFound(ClientError):
    """The record did not exist at that revision; its history lists its revisions."""

    code = "revision-unknown"
    problem_type = "not-found"
    status = 404
    title = Message("Revision not found")
    advice = "The history of the record lists its revisions."


class IdTaken(ClientError):
    """Another record has, or had, this id. Ids are never reused, because clients store them."""

    code = "id-taken"
    problem_type = "conflict"
    status = 409
    title = Message("Id already in use")
    advice = "Choose another id: ids are never reused."


class TokenRefused(ClientError):
    """Missing, unknown, revoked or expired token; the message does not say which of these."""

    code = "token-refused"
    status = 401
    title = Message("Authentication required")
    advice = "Send `Authorization: Bearer` with a valid token."
    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})


class PermissionDenied(ClientError):
    """The token is valid, but lacks the scope for this."""

    code = "scope-missing"
    problem_type = "forbidden"
    status = 403
    title = "Insufficient permissions"
    advice = "The `detail` names the scope that is needed."
    page_title = Message("You may not do this")
    page_text = Message("If you should be able to do it, ask an administrator.")


class PreconditionMissing(ClientError):
    """A write must name the version of the record that it replaces, to prevent lost updates."""

    code = "precondition-missing"
    status = 428
    title = Message("Precondition required")
    advice = "Send `If-Match` with the `ETag` of the record."


class StaleRecord(ClientError):
    """The record has changed since the caller read it. Read it again, then repeat the change."""

    code = "record-changed"
    status = 412
    title = "Precondition failed"
    advice = "Read the record again, then repeat your change with its new `ETag` in `If-Match`."
    page_title = Message("The record has changed since you read it")


class IdempotencyKeyReused(ClientError):
    """The same Idempotency-Key was sent with a different request; use a new key for each change."""

    code = "idempotency-key-reused"
    status = 422
    title = Message("Idempotency key reused")
    advice = "Use a new Idempotency-Key."
    page_text = Message(
        "This form was already sent with other values. "
        "Open the page again and enter your changes there."
    )


class ProposalNotFound(ClientError):
    """No pending proposal has this id: it was approved, rejected, has expired, or never existed."""

    code = "proposal-unknown"
    problem_type = "not-found"
    status = 404
    title = Message("Proposal not found")
    advice = "It was decided, or has expired. `/v1/proposals` lists those that wait."


class ProposalOutdated(ClientError):
    """The record has changed since the proposal was made. Reject it and propose it again."""

    code = "proposal-outdated"
    problem_type = "conflict"
    status = 409
    title = Message("Outdated proposal")
    advice = (
        "Reject the proposal, and propose the change again. If the change is in force, undo "
        "the later changes first, or restore an earlier revision."
    )


class ProposalOwn(ClientError):
    """The author of a proposal may not approve it; another person must review it."""

    code = "proposal-own"
    problem_type = "forbidden"
    status = 403
    title = Message("Review by a second person required")
    advice = "Ask another maintainer to approve it."


class PlaceRefused(ClientError):
    """A place that cannot be looked up; `suggestions` say what to try instead.

    `countries` (ISO 3166-1) are those in which the place may be. `reason` is the end of the key of
    the sentence for visitors, `error.` and this; by default the code.
    """

    def __init__(
        self,
        detail: str,
        faults: Sequence[Fault] = (),
        suggestions: Sequence[Suggestion] = (),
        countries: tuple[str, ...] = (),
        reason: str = "",
    ) -> None:
        super().__init__(detail, faults, suggestions)
        self.countries = countries
        self.reason = reason or self.code


class PlaceAmbiguous(PlaceRefused):
    """A name of several places, or a word of their names; `suggestions` are their postcodes."""

    # The request is right, and several places answer to it: like the other places below, 422.
    code = problem_type = "place-ambiguous"
    status = 422
    title = Message("Ambiguous place name")
    advice = "Offer each `label` of `did_you_mean`, and send what is in `send` of the chosen one."


class PlaceUnknown(PlaceRefused):
    """Neither in the format of that country's postcodes nor the name of a place."""

    code = problem_type = "place-unknown"
    status = 400
    title = Message("Place not found")
    advice = "Offer `did_you_mean`. `/v1/postcodes` completes what a user types."


class PostcodeUnknown(PlaceRefused):
    """In the format of that country's postcodes, but no such postcode exists."""

    code = "postcode-unknown"
    problem_type = "place-unknown"
    status = 404
    title = Message("Postcode not found")
    advice = "Offer `did_you_mean`: the postcodes that differ by one typing mistake."


class PostcodeNotResidential(PlaceRefused):
    """An institution's postcode (parliament, bank, mail centre), which has no location."""

    code = "postcode-not-residential"
    problem_type = "place-unknown"
    status = 422
    title = Message("Non-residential postcode")
    advice = "It says nothing about where a person is. Ask for the postcode of a street."


class PostcodeForeign(PlaceRefused):
    """In the format of another country's postcodes, or of a country whose table lacks it.

    The tables of neighbouring countries have only the postcodes near the border.
    """

    code = "postcode-foreign"
    problem_type = "place-abroad"
    status = 422
    title = Message("Postcode of another country")
    advice = (
        "Send a `country` of `did_you_mean`, or coordinates: postcodes abroad are known near the "
        "border only."
    )


class CountryUnsupported(PlaceRefused):
    """The directory has no postcode table for that country."""

    code = "country-unsupported"
    problem_type = "place-abroad"
    status = 422
    title = Message("Unsupported country")
    advice = "Send `lat` and `lon` instead."


class ServiceUnavailable(DirectoryError):
    """The request is correct; retrying later helps."""

    headers = MappingProxyType({"Retry-After": "5"})


class StoreUnavailable(ServiceUnavailable):
    """The store is locked, missing, full or damaged. Reads continue; retry writes later.

    Reads use the snapshot in memory.
    """

    code = "store-unavailable"
    problem_type = "unavailable"
    status = 503
    title = "Store unavailable"
    advice = "Try again later."
    page_title: ClassVar[str] = _LATER
    page_text: ClassVar[str] = Message(
        "The directory’s database cannot be reached. Nothing was changed."
    )


class StoreMissing(StoreUnavailable):
    """No store exists at the configured place, and only `load` and `init` create one."""


class StoreReplaced(StoreUnavailable):
    """The store is another one than was served, or its history is another or ends before. It is
    not followed until an operator adopts it (`directory-api adopt`).
    """


class StoreDamaged(StoreUnavailable):
    """A store or its backup is not what was written; `directory-api check` names the parts."""


class StoreNotWritable(StoreUnavailable):
    """The store can be read, but not written: the file or its folder may only be read, or the disk
    is full. Waiting does not help: an operator must correct it.
    """

    code = "not-writable"
    problem_type = "unavailable"
    status = 503
    title = "Store not writable"
    advice = "Reads are answered. Tell the operator of this server: waiting does not help."
    page_title = Message("The directory cannot be changed now")
    page_text = Message(
        "The directory can be read, but not changed now. Nothing was changed. Please "
        "tell the operator of this server: waiting does not help."
    )


class StoreReadOnly(StoreUnavailable):
    """The server never writes (`DIRECTORY_READ_ONLY`). Send the change to one that does."""

    code = "read-only"
    problem_type = "forbidden"
    status = 403
    title = Message("Server is read-only")
    advice = "Send the change to the server that takes changes."
    headers = MappingProxyType({})
    page_title = ""
    page_text = Message(
        "This server shows the directory and takes no changes. Sign in at the one that does."
    )


class WriteNotReplicated(StoreUnavailable):
    """A change was written, but no standby has it yet. Look whether it is there."""

    code = problem_type = "write-not-replicated"
    status = 503
    title = Message("Write not replicated")
    advice = "Look whether the change is there first."
    headers = MappingProxyType({})
    page_title = page_text = ""


class StoreConflict(ServiceUnavailable):
    """Another write came first. Read the store and compare again, then retry."""

    code = "store-conflict"
    problem_type = "conflict"
    status = 409
    title = "Write conflict"
    advice = "Read it again, then retry."
    page_title = _LATER
    page_text = Message(
        "Another maintainer is changing the directory at the same time. Nothing was changed."
    )


class NotReady(ServiceUnavailable):
    """No data has been loaded yet; retry in a moment."""

    code = "not-ready"
    problem_type = "unavailable"
    status = 503
    title = "Directory not loaded"
    advice = "The directory is not available at the moment. The helplines are in this answer."
    page_title = _LATER
    page_text = Message("The directory has not been loaded yet.")


class DirectoryTooLarge(ClientError):
    """More centres, or changes, than a device should load; a server can still answer."""

    code = "directory-too-large"
    problem_type = "not-found"
    status = 404
    title = Message("Directory too large for offline use")
    advice = "POST /v1/nearest finds the closest centre; /v1/centres lists all, in pages."
