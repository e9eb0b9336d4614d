"""What a format is: of answers, and of files with the whole directory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from directory_api.answer.listing import Listing
from directory_api.change.change import Contents
from directory_api.record.centre_in_words import CentreInWords
from directory_api.record.records import Helpline
from directory_api.search.snapshot import Snapshot
from directory_api.text.message import Texts


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A centre or a helpline for an address book: the media type, and what writes them, under a
    neutral name if one is given, the helpline in a language.
    """

    media_type: str
    write: Callable[[CentreInWords, str | None], bytes]
    write_helpline: Callable[[Helpline, str, str | None], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name in `?format=`, its media type and its serialiser.

    `ending` is the file extension in addresses. `filename` is the name under which a browser saves
    the file, neutral because other users of the device may see it; None if the browser displays the
    answer. `card` is given if one record can be written for an address book, and `write_helplines`
    if helplines alone can, in a language.
    """

    name: str
    media_type: str
    ending: str
    write: Callable[[Listing], bytes]
    filename: str | None = None
    card: ContactCard | None = None
    write_helplines: Callable[[Iterable[Helpline], str], bytes] | None = None


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format of a file with the whole directory; `use` says what it is for.

    One of the functions is given. `stored` returns all stored data, including hidden addresses, in
    a form that an import reads, with texts for maintainers in their language if it has any.
    `published` returns what is public of the snapshot in force.
    """

    name: str
    use: str
    stored: Callable[[Contents, Texts], bytes] | None = None
    published: Callable[[Snapshot], bytes] | None = None
