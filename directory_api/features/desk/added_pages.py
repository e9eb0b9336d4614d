"""The pages that a folder of the desk adds to those for maintainers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from flask import Blueprint, Response

from directory_api.bootstrap import Directory
from directory_api.change.proposal import Proposal


class MaintainerPages(Protocol):
    """The pages for maintainers, for a folder that adds some. Its routes are called only with the
    request of a signed-in maintainer, who is `g.actor`, in the session with the secret `g.session`;
    except those of `AddedPages.without_sign_in`.
    """

    @property
    def directory(self) -> Directory:
        """The directory."""

    @property
    def today(self) -> Callable[[], date]:
        """Returns the day in UTC."""

    @property
    def alone(self) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """Decorates a view that reads the whole directory: one of them computes at a time."""

    def page(self, template: str, status: int = ..., **values: Any) -> Response:
        """Return the page of `admin/<template>.html`. It has `once`, a new idempotency key."""

    def waiting_for(self, kind: str, identity: str) -> Sequence[Proposal]:
        """Return the changes of a record that wait for a second person."""

    def signed_in(self, session: str) -> Response:
        """Return the way to the pages, or the form that waited, in the session with this secret."""

    def not_signed_in(self, sentence: str) -> Response:
        """Return the page to sign in, which says why that has failed; count a guess. Raises
        TooManyRequests.
        """


class RemarkPart(NamedTuple):
    """What was said about a part of a record; `form` is the address of the form of that part, if it
    is known.
    """

    label: str
    text: str
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What was said about a record, which a maintainer deals with: on which day, who wrote it down,
    and the text of each part. Where `done` is sent by POST, it is dealt with.
    """

    on: date
    by: str
    parts: tuple[RemarkPart, ...]
    done: str


@dataclass(frozen=True, slots=True)
class AddedPages:
    """Pages of a folder beside those of admin.

    `routes` makes a blueprint, of which the pages extend `admin/base.html`. `first` is the endpoint
    of the page in the menu, and `label` its text there, empty if it is there already; `of_record`
    are those of the page of one record, by its collection and id, if there is one. Who lacks
    `scope` does not see these links.
    `remarks` returns what waits, by kind and id of a record. `notice` is about everything that
    waits, if anything. `own` is the endpoint and the title of the page about the person who is
    signed in, to which their name leads. `without_sign_in` are the endpoints for those who are not
    signed in, and `sign_in` is the template of another way to sign in, which needs a script.
    """

    routes: Callable[[MaintainerPages], Blueprint]
    first: str
    label: str
    of_record: tuple[str, str] | None
    scope: str
    remarks: Callable[[str, str], Sequence[Remark]]
    notice: Callable[[], str | None]
    without_sign_in: tuple[str, ...] = ()
    sign_in: str | None = None
    own: tuple[str, str] | None = None
