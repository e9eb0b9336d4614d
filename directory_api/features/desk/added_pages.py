"""The pages that a folder of the desk adds to those for maintainers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Blueprint, Response


class MaintainerPages(Protocol):
    """The pages for maintainers, for a feature that adds some. Its routes are called only with the
    request of a signed-in maintainer, who is `g.actor`, in the session with the secret `g.session`;
    except those of `AddedPages.without_sign_in`.
    """

    def page(self, template: str, status: int = ..., **values: Any) -> Response:
        """Return the page of `admin/<template>.html`. It has `once`, a new idempotency key."""

    def signed_in(self, session: str) -> Response:
        """Return the way to the pages, or the form that waited, in the session with this secret."""

    def not_signed_in(self, sentence: str) -> Response:
        """Return the page to sign in, which says why that has failed; count a guess. Raises
        TooManyRequests.
        """


@dataclass(frozen=True, slots=True)
class AddedPages:
    """Pages that a feature adds to those for maintainers.

    `routes` makes a blueprint, of which the pages extend `admin/base.html`. `first` is the endpoint
    of the page in the menu, and `label` its text there, empty if it is there already. `notice` is
    about what waits there, if anything. Who lacks `scope` sees neither. `own` is the endpoint and
    the title of the page about the person who is signed in, to which their name leads.
    `without_sign_in` are the endpoints for those who are not signed in, and `sign_in` is the
    template of another way to sign in, which needs a script.
    """

    routes: Callable[[MaintainerPages], Blueprint]
    first: str
    scope: str
    label: str = ""
    notice: Callable[[], str | None] = lambda: None
    without_sign_in: tuple[str, ...] = ()
    sign_in: str | None = None
    own: tuple[str, str] | None = None
