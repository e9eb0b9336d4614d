"""The pages: /flyers, where partners choose a flyer; the flyers; and /f/, which checks a print.

The code of a print is in its address: it names a revision and facts that are public, and no place.
"""

from collections.abc import Iterable
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from directory_api.config import every_setting
from directory_api.countries.languages import listed_languages
from directory_api.features.flyer import sheet
from directory_api.features.flyer.flyer import (
    Flyer,
    TooManyCentres,
    flyer,
    flyers,
    has_room,
    read_check,
)
from directory_api.features.flyer.sizes import MOST_LISTED, SIZES
from directory_api.live.editions import Edition
from directory_api.record.centre_in_words import describe_centre
from directory_api.record.helpline_in_words import describe_helpline
from directory_api.record.records import Centre
from directory_api.record.speaker import Speaker
from directory_api.record.texts import text_in
from directory_api.text.errors import ConfirmationRequired
from directory_api.text.translations import Words, words
from directory_api.web.http import responses
from directory_api.web.http.negotiation import choose
from directory_api.web.http.problems import Problem
from directory_api.web.served import Audience, Web

_NAME = "flyer"
_EXIT = "exit_url"


class FlyerPages:
    """The pages, and the errors of their routes (an Audience)."""

    def __init__(self, web: Web) -> None:
        self._web = web
        # The setting of the pages for visitors, which may be deleted.
        self._exit = web.settings.of_feature(_EXIT) if _EXIT in every_setting() else None

    def routes(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint(_NAME, __name__, template_folder="templates")
        style = (files(__package__) / "static/page.css").read_bytes()

        @routes.get("/flyers")
        def choice() -> Response:
            return self._choice()

        @routes.get("/flyers/page.css")
        def page_style() -> Response:
            return Response(style, mimetype="text/css")

        # A form names the size in its query, a link of a static site in its path.
        @routes.get("/flyers/print", defaults={"size": None})
        @routes.get("/flyers/<size>")
        def one(size: str | None) -> Response:
            return self._flyer(size or request.args.get("size", next(iter(SIZES))))

        @routes.get("/f/", defaults={"code": None})
        @routes.get("/f/<path:code>")
        def check(code: str | None) -> Response:
            return self._check(code)

        return routes

    def reads(self, *, routed: bool) -> bool:
        """Return whether the answer is one of these pages."""
        return routed and request.blueprint == _NAME

    def next_steps(self, error: ConfirmationRequired) -> ConfirmationRequired:
        """Return the error: these pages change nothing."""
        return error

    def respond(self, error: Exception, problem: Problem, *, routed: bool) -> Response:
        """Return the page, which is the same for every error of a status."""
        del error, routed
        return self._page("error", "/flyers", problem.status)

    def _choice(self) -> Response:
        edition, say = self._web.editions.current(), self._say()
        listed = edition.snapshot.listed
        lists = [
            listed[first : first + MOST_LISTED] for first in range(0, len(listed), MOST_LISTED)
        ]
        number = request.args.get("list", 0, type=int)
        shown = lists[number] if 0 <= number < len(lists) else listed[:MOST_LISTED]
        others = [(_named(each[0], say), _named(each[-1], say)) for each in lists]
        return self._page(
            "choice",
            "/flyers",
            sizes=[*SIZES],
            centres=[(each.id, _named(each, say)) for each in shown],
            has_all=has_room(edition),
            lists=others if len(lists) > 1 else [],
        )

    def _flyer(self, size: str) -> Response:
        edition, say = self._web.editions.current(), self._say()
        if size not in SIZES:
            abort(HTTPStatus.NOT_FOUND)
        chosen, is_neutral = request.args.get("centre") or None, "neutral" in request.args
        try:
            chosen_flyer = flyer(edition, size, chosen, neutral=is_neutral)
        except TooManyCentres:
            return self._choice()
        html = sheet.html(chosen_flyer, say.language.tag, self._where())
        return Response(html, mimetype="text/html")

    def _where(self) -> sheet.PublicAddress:
        """Return the address on flyers: the setting, never the host that a request names. A static
        site is written for its address.
        """
        is_file = self._web.static_site
        url = responses.public_home() if is_file else self._web.settings.public_url
        return sheet.PublicAddress.of(url, static_site=is_file)

    def _check(self, code: str | None) -> Response:
        """Return the page about the print with a code, or about all prints.

        A code that was never printed is answered as one that is outdated, so the page says nothing
        about what was printed once.
        """
        edition, say = self._web.editions.current(), self._say()
        check = None if code is None else read_check(code)
        right = None if code is None else check in self._checks(edition)
        speaker = Speaker(say, edition.since.date())
        return self._page(
            "check",
            # What is no check may be a place, and is not repeated.
            "/f/" if code is None else f"/f/{check or '-'}",
            HTTPStatus.OK,
            right=right,
            current=self._by_size(edition) if code is None and has_room(edition) else [],
            centres=[
                describe_centre(each, speaker, edition.pieces.fresh_days)
                for each in edition.snapshot.listed
            ]
            if has_room(edition)
            else [],
        )

    def _checks(self, edition: Edition) -> frozenset[str]:
        """Return the checks of all flyers of an edition. Raises InTheMaking: an older set could
        call a print right that no longer is.
        """
        made = responses.current_or_stale(
            self._web.editions,
            edition,
            "checks of flyers",
            lambda: frozenset(each.check for each in flyers(edition)),
        )
        if not made.is_current:
            raise responses.InTheMaking
        return made.value

    def _by_size(self, edition: Edition) -> list[tuple[str, str]]:
        """Return what today's flyers with all centres, and neutral ones, end with, by the key of
        the size.
        """
        whole: list[Flyer] = [
            flyer(edition, size, neutral=neutral) for size in SIZES for neutral in (False, True)
        ]
        return [(each.size.name, each.check) for each in whole]

    def _page(
        self, template: str, path: str, status: int = HTTPStatus.OK, **values: Any
    ) -> Response:
        say = self._say()
        lines = [
            sheet.line_of(describe_helpline(line, Speaker(say)))
            for line in self._web.editions.helplines().for_home.brief.all
        ]
        html = render_template(
            f"flyer/{template}.html",
            say=say,
            languages=listed_languages(),
            lines=lines,
            exit_url=self._exit,
            in_language=lambda tag, page=path: self._link(page, tag),
            static_site=self._web.static_site,
            **values,
        )
        return Response(html, status, mimetype="text/html")

    def _link(self, page: str, tag: str) -> str:
        if self._web.static_site:
            return responses.link(f"{page.rstrip('/')}/index.{tag}.html")
        return responses.link(f"{page}?lang={tag}")

    def _say(self) -> Words:
        accepted = request.headers.get("Accept-Language", "")
        return words(choose(accepted, request.args.get("lang")))


def _named(centre: Centre, say: Words) -> str:
    tag = say.language.tag
    name = centre.name_translations.get(tag, centre.name)
    town = text_in(centre.address.locality, tag)
    return f"{name}, {town}" if town else name


def flyer_pages(web: Web) -> FlyerPages:
    """Return the pages, made once."""
    return web.get_or_build(FlyerPages)


def audiences(web: Web) -> Iterable[Audience]:
    """Return the readers of these pages."""
    return (flyer_pages(web),)


def routes(web: Web) -> Iterable[Blueprint]:
    """Return the routes for partners, and of the page that checks a print."""
    return (flyer_pages(web).routes(),)
