"""Every way the directory says no.

    DirectoryError
    ├── Refusal                  the caller can mend it; asking again unchanged never helps
    │   ├── InputInvalid           parameters or a body with faults, all of them listed
    │   ├── RecordsInvalid         a file of records with faults, all of them listed
    │   ├── FileUnreadable         a file that is missing or not what it should be
    │   ├── FormatRefused          an answer in a format that there is not
    │   ├── ServerNeeded           a question to a copy as files that only a server can answer
    │   ├── CentreUnknown          no centre has this id
    │   ├── HelplineUnknown        no helpline has this id
    │   ├── ObjectUnknown          no object of HSDS has this id
    │   ├── BundleUnknown          no postcodes of this country, so no bundle
    │   ├── RevisionUnknown        the record did not exist at that revision
    │   ├── ChangesUnknown         the directory was never at that revision, so nobody knows what has changed since
    │   ├── IdTaken                another record has, or had, this id
    │   ├── TokenRefused           no token, or one that is unknown, revoked or over
    │   ├── ScopeMissing           the token may not do this
    │   ├── PreconditionMissing    a write that does not say which version it is about
    │   ├── RecordChanged          the record is not any more what the caller saw
    │   ├── KeyReused              an Idempotency-Key that was sent with something else
    │   ├── ProposalUnknown        no proposal waits under this id
    │   ├── ProposalOutdated       the record has changed since the proposal was made
    │   ├── ProposalOwn            who proposed a change may not approve it
    │   ├── GeocoderOff            nobody has switched the geocoder on
    │   ├── AddressUnknown         the geocoding service knows no such address
    │   └── PlaceRefused           a place that cannot be looked up; carries suggestions
    │       ├── PostcodeMalformed      not written like a postcode of that country
    │       ├── PostcodeUnknown        well formed, but no such code
    │       ├── PostcodeNotResidential a code of an institution, without geography
    │       ├── PostcodeForeign        written like a postcode of another country
    │       └── CountryUnsupported     no postcode table for that country
    └── Unavailable              the caller did nothing wrong; asking again later helps
        ├── StoreUnavailable       the store is locked, gone, full or damaged
        │   └── StoreMissing           there is no store at its place
        ├── StoreConflict          somebody else wrote first; read again, then retry
        ├── GeocoderUnavailable    the geocoding service is away, busy, or not what it should be
        └── NotReady               nothing has been loaded yet

No message ever holds a place that somebody asked for: messages end up in logs and answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what and what to do, and where.

    `parameter` names a query parameter, `pointer` is a JSON pointer (RFC 6901) into a body or file. In a spreadsheet
    `sheet` is its name, `row` the number that it shows, `column` the header and letter: `phones.1.number (K)`.
    """

    detail: str
    parameter: str | None = None
    pointer: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        where = self._in_a_table() or self.parameter or self.pointer
        return f"{where}: {self.detail}" if where else self.detail

    def _in_a_table(self) -> str:
        places = (("sheet", self.sheet), ("row", self.row), ("column", self.column))
        return ", ".join(f"{what} {where}" for what, where in places if where is not None)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A next step: a sentence, and where it is one, the postcode or country to try."""

    detail: str
    country: str | None = None
    postcode: str | None = None
    place: str | None = None
    href: str | None = None


class DirectoryError(Exception):
    """The root of all refusals and failures that the directory knows by name."""


class Refusal(DirectoryError):
    """The caller can mend it; asking again unchanged never helps."""

    def __init__(self, detail: str, faults: Sequence[Fault] = (), suggestions: Sequence[Suggestion] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)
        self.suggestions = tuple(suggestions)


class InputInvalid(Refusal):
    """Parameters or a body with faults; `faults` lists all of them."""


class RecordsInvalid(Refusal):
    """A file of records with faults; `faults` lists all of them, each with its JSON pointer."""


class FileUnreadable(Refusal):
    """A file that is missing, not readable or not what it should be."""


class FormatRefused(Refusal):
    """No format that the caller accepts; the detail names those that there are."""


class ServerNeeded(Refusal):
    """A copy of the directory as files has no answer to this; a server, or a device with the bundle, has."""


class CentreUnknown(Refusal):
    """No centre has this id."""


class HelplineUnknown(Refusal):
    """No helpline has this id."""


class ObjectUnknown(Refusal):
    """No object of HSDS of that kind has this id."""


class BundleUnknown(Refusal):
    """There are no postcodes of this country to make a bundle of; `suggestions` lists the countries that have one."""


class RevisionUnknown(Refusal):
    """The record did not exist at that revision; its history lists those at which it did."""


class ChangesUnknown(Refusal):
    """The directory was never at that revision. Take the bundle anew; `suggestions` lead to each country's."""


class IdTaken(Refusal):
    """Another record has, or had, this id; ids are never used again, since people keep them."""


class TokenRefused(Refusal):
    """No token, or one that is unknown, revoked or over; which of these is not said."""


class ScopeMissing(Refusal):
    """The token is good, but may not do this."""


class PreconditionMissing(Refusal):
    """A write must say which version of the record it is about, so that nobody's work is overwritten unseen."""


class RecordChanged(Refusal):
    """The record is not any more what the caller saw. Read it again, then repeat the change on what it is now."""


class KeyReused(Refusal):
    """The same Idempotency-Key was sent with another request; take a new key for each change."""


class ProposalUnknown(Refusal):
    """No proposal waits under this id: it was approved, rejected, is over, or never was."""


class ProposalOutdated(Refusal):
    """The record has changed since the proposal was made. Reject it, and propose the change anew."""


class ProposalOwn(Refusal):
    """Who proposed a change may not approve it: another pair of eyes has to look."""


class GeocoderOff(Refusal):
    """Nobody has switched the geocoder on (DIRECTORY_GEOCODER)."""


class AddressUnknown(Refusal):
    """The geocoding service knows no such address in the country."""


class PlaceRefused(Refusal):
    """A place that cannot be looked up; `suggestions` say what to try instead."""


class PostcodeMalformed(PlaceRefused):
    """Not written like a postcode of that country."""


class PostcodeUnknown(PlaceRefused):
    """Written like a postcode of that country, but no such code exists."""


class PostcodeNotResidential(PlaceRefused):
    """A code of an institution (parliament, bank, mail centre): it says nothing about where somebody is."""


class PostcodeForeign(PlaceRefused):
    """Written like a postcode of another country."""


class CountryUnsupported(PlaceRefused):
    """The directory has no postcode table for that country."""


class Unavailable(DirectoryError):
    """The caller did nothing wrong; asking again later helps."""


class StoreUnavailable(Unavailable):
    """The store is locked, gone, full or damaged. Reads go on from memory; retry a write later."""


class StoreMissing(StoreUnavailable):
    """There is no store at its place, and only the commands `serve` and `load` create one."""


class StoreConflict(Unavailable):
    """Somebody else wrote first. Read the store again, compare again, then retry."""


class GeocoderUnavailable(Unavailable):
    """The geocoding service is away, busy, or not what it should be. Retry later, or look at the settings."""


class NotReady(Unavailable):
    """Nothing has been loaded yet; retry in a moment."""
