"""Errors as pages for visitors."""

from collections.abc import Callable, Iterable

from flask import Response, request
from markupsafe import Markup

from directory_api.features.pages.finder import Pages
from directory_api.features.pages.headers import EMBED, FINDER
from directory_api.features.pages.presenters import Operator, PageOptions
from directory_api.text.errors import ConfirmationRequired
from directory_api.web.http import addresses, responses
from directory_api.web.http.negotiation import media_types
from directory_api.web.http.problems import PROBLEM_JSON, Problem
from directory_api.web.served import Audience, Web

_HTML = "text/html"


def page_options(web: Web) -> PageOptions:
    """Return the options of the pages."""
    of_feature = web.settings.of_feature
    operator = Operator(of_feature("operator_name"), of_feature("operator_url"))
    return PageOptions(of_feature("exit_url"), web.static_site, operator if operator.name else None)


def pages_of(web: Web) -> tuple[Pages, Pages]:
    """Return the pages of the finder, and those for frames."""
    whole, framed = (Pages(web.editions, page_options(web), base) for base in ("", "/embed"))
    return whole, framed


class Visitors:
    """Read the errors of the pages, and, in a browser, those of addresses without a route (an
    Audience).
    """

    def __init__(self, web: Web) -> None:
        self._pages, self._framed = web.get_or_build(pages_of)

    def reads(self, *, routed: bool) -> bool:
        """Return whether a person reads the response.

        Beside the routes of the pages that is a browser, which prefers HTML; not at the addresses
        of the API.
        """
        if routed:
            return request.blueprint in ("finder", "frame")
        best = media_types(request.headers.get("Accept", "")).best_match([PROBLEM_JSON, _HTML])
        return best == _HTML and addresses.row_of_path(request.path).has_pages

    def next_steps(self, error: ConfirmationRequired) -> ConfirmationRequired:
        """Return the error: no visitor changes a record."""
        return error

    def respond(self, error: Exception, problem: Problem, *, routed: bool) -> Response:
        """Return the page, which is the same for every error of a status."""
        del error
        path = request.path
        pages = self._framed if path.startswith("/embed") else self._pages
        response = pages.error(problem.status, read=routed)
        is_framed = addresses.row_of_path(path).headers is EMBED
        return responses.with_class(response, EMBED if is_framed else FINDER)


def audiences(web: Web) -> Iterable[Audience]:
    """Return the visitors."""
    return (Visitors(web),)


def card(web: Web) -> Callable[..., Markup]:
    """Return what shows a stored centre or helpline as visitors see it, with `has_slots` for more
    beside its parts.
    """
    whole, _ = web.get_or_build(pages_of)
    return whole.card
