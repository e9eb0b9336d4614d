"""Nothing moves in Firefox and in WebKit either: the core of test_browser_still.py, with the same
measurement. The driver opens a page by waiting for its scripts, so these are never late here.
"""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from werkzeug.wrappers import Response

from tests.features.pages.browser.test_browser_still import COMPONENT, FRAME, LINE, PARTNER
from tests.support import still
from tests.support.amount import some
from tests.support.browser import Site, serving_app, serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.visitor_page import ENHANCED, LEFT, PHONE
from tests.support.webdriver import Tab

pytestmark = pytest.mark.nightly

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# Requests, by their method and address.
WORDS, BUNDLE = "/embed/words/", "/v1/bundle"
TABLES, FORM = "/v1/bundle/names/", "POST /"
OTHER_PAGE = rf"GET /(embed)?\?lang=|{WORDS}|{BUNDLE}"
# Finds an element in the page or in the component.
FOUND_FIRST = """((selector) => document.querySelector(selector) ??
  document.querySelector("nearest-centre")?.shadowRoot?.querySelector(selector))"""
# No time of the device passes, and it is that of the server.
FIRST = f"""
Date.now = () => {EXAMPLES_AT.timestamp() * 1000};
{still.SLOW_POSITION}
{still.WATCH}
"""
WAIT_SECONDS = 30


class Late:
    """A WSGI application some of whose answers are late, or do not come; its pages run FIRST."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._rest = threading.Event()
        self._asked = threading.Event()
        self._is_late: re.Pattern[str] | None = None
        self.has_bundle = True

    def hold(self, requests: str) -> None:
        """From here on, requests that match are not answered."""
        self._asked, self._rest = threading.Event(), threading.Event()
        self._is_late = re.compile(requests)

    def wait(self) -> None:
        """Wait until one is held."""
        assert self._asked.wait(WAIT_SECONDS)

    def let_go(self) -> None:
        """Answer them."""
        self._is_late = None
        self._rest.set()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        path = environ["PATH_INFO"]
        if path == "/first.js":
            return Response(FIRST, mimetype="text/javascript")(environ, start_response)
        if not self.has_bundle and path.startswith(BUNDLE):
            return Response(status=503)(environ, start_response)
        request = f"{environ['REQUEST_METHOD']} {path}?{environ['QUERY_STRING']}"
        if self._is_late and self._is_late.search(request):
            rest = self._rest
            self._asked.set()
            rest.wait(WAIT_SECONDS)
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        response = Response.from_app(self._app, environ)
        response.headers["Cache-Control"] = "no-store"
        if response.mimetype == "text/html":
            first = b'<head>\n<script src="/first.js"></script>'
            response.set_data(response.get_data().replace(b"<head>", first))
        return response(environ, start_response)


@dataclass
class Visit:
    """A tab in which a page is opened, and where it is."""

    tab: Tab
    late: Late
    origin: str
    partner: Site
    tag: str
    is_framed: bool = False

    def open(self, ready: str = ENHANCED, path: str = "/") -> None:
        """Open a page of the directory."""
        self.tab.open(f"{self.origin}{path}?lang={self.tag}")
        self.until(ready)

    def embed(self, ready: str = ENHANCED, content: str = COMPONENT) -> None:
        """Open a partner's page."""
        line = LINE.replace("nl", self.tag)
        filled = f"<script>{FIRST}</script>" + content.format(
            origin=self.origin, tag=self.tag, line=line
        )
        self.partner.pages["/"] = PARTNER.format(tag=self.tag, content=filled)
        self.tab.open(self.partner.origin)
        self.until(ready)

    def embed_frame(self, ready: str = ENHANCED) -> None:
        """Open a partner's page with the frame."""
        self.embed("iframe", FRAME)
        self.is_framed = True
        self.until(ready)

    def search(self, text: str) -> None:
        """Search for a place."""
        self.act("#postcode", f"value = '{text}'")
        self.act("button.main", "click()")

    def act(self, selector: str, action: str) -> None:
        """Do something with the first element."""
        self.evaluate(f"{FOUND_FIRST}({json.dumps(selector)}).{action}")

    def until(self, selector: str) -> None:
        """Wait until an element can be seen."""
        self.tab.wait_until(lambda: self.sees(selector))

    def until_no(self, selector: str) -> None:
        """Wait until none can be seen."""
        self.tab.wait_until(lambda: not self.sees(selector))

    def sees(self, selector: str) -> bool:
        """Whether the first can be seen."""
        first = f"{FOUND_FIRST}({json.dumps(selector)})"
        return bool(self.evaluate(f"{first}?.checkVisibility({{ visibilityProperty: true }})"))

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page of the directory."""
        self.tab.enter(None)
        if self.is_framed:
            self.tab.enter(0)
        return self.tab.evaluate(expression)

    def around(self) -> list["Visit"]:
        """The page of a partner around the frame, if it is framed."""
        return [replace(self, is_framed=False)] if self.is_framed else []


# Each waits at its yield, and ends when what was late is there.
View = Callable[[Visit], Iterator[None]]


def arrives(opens: Callable[[Visit, str], None], late: str, seen: str) -> View:
    """A page is seen; one of its files is late."""

    def view(visit: Visit) -> Iterator[None]:
        visit.late.hold(late)
        opens(visit, seen)
        visit.late.wait()
        yield
        visit.late.let_go()
        visit.until(ENHANCED)

    return view


def located(opens: Callable[[Visit], None], answer: str) -> View:
    """A position is late."""

    def view(visit: Visit) -> Iterator[None]:
        opens(visit)
        visit.act("[data-position]", "click()")
        yield
        visit.evaluate(answer)
        visit.until_no(".search.waiting")

    return view


def names(opens: Callable[[Visit], None], text: str) -> View:
    """A search needs the names of all places."""

    def view(visit: Visit) -> Iterator[None]:
        opens(visit)
        visit.late.hold(TABLES)
        visit.search(text)
        visit.late.wait()
        yield
        visit.late.let_go()
        visit.until_no(".search.waiting")

    return view


def answer_of_the_server(visit: Visit) -> Iterator[None]:
    """The list did not come, so the server is asked."""
    visit.late.has_bundle = False
    visit.open(".search.broken")
    visit.late.has_bundle = True
    visit.late.hold(FORM)
    visit.search("2000")
    visit.late.wait()
    yield
    visit.late.let_go()
    visit.until(f"{ENHANCED} .origin.known")


def language(path: str, search: str = "") -> View:
    """Another language is asked for."""

    def view(visit: Visit) -> Iterator[None]:
        visit.open(path=path)
        if search:
            visit.search(search)
            visit.until(".origin.known")
            visit.evaluate("scrollTo(0, 0)")
        visit.act(".languages summary", "click()")
        visit.late.hold(OTHER_PAGE)
        visit.act(".languages li:nth-child(9) > *", "click()")
        visit.late.wait()
        yield
        visit.late.let_go()
        visit.until(f"html:not([lang={visit.tag}]) {ENHANCED}")

    return view


PAGE, EMBED = Visit.open, Visit.embed
FOUND, ABROAD, DENIED = "found(51.2, 4.4)", "found(50.63, 3.06)", "failed(1)"
VIEWS: dict[str, View] = {
    "page, bundle": arrives(PAGE, BUNDLE, ".helplines a"),
    "embed, bundle": arrives(Visit.embed_frame, BUNDLE, ".helplines a"),
    "component, bundle": arrives(EMBED, BUNDLE, "a[href='/below']"),
    "component, words": arrives(EMBED, WORDS, "a[href='/below']"),
    "page, position": located(PAGE, FOUND),
    "embed, position abroad": located(Visit.embed_frame, ABROAD),
    "component, position": located(EMBED, FOUND),
    "page, no position": located(PAGE, DENIED),
    "component, position abroad": located(EMBED, ABROAD),
    "page, language": language("/"),
    "answer, language": language("/", "2000"),
    "embed, language": language("/embed", "9000"),
    "page, answer": names(PAGE, "Ename"),
    "page, refused": names(PAGE, "Xyzzy"),
    "answer of the server": answer_of_the_server,
}


def nothing(_: Visit) -> None:
    """The visitor waits."""


def scrolls(visit: Visit) -> None:
    """To the top, where the helplines are."""
    visit.evaluate("scrollTo(0, 0)")


def types(visit: Visit) -> None:
    """Into the field, where it can be tapped."""
    if any(each.startswith("input") for each in still.tapped(visit)):
        visit.act("#postcode", "focus()")
        visit.act("#postcode", "value += '1'")


Action = Callable[[Visit], None]
MEANWHILE: tuple[Action, ...] = (nothing, scrolls, types)


def cases(name: str) -> list[tuple[str, Action]]:
    """Each action, in one of three languages."""
    shift = [*VIEWS].index(name)
    return [(tag, MEANWHILE[(at + shift) % 3]) for at, tag in enumerate(("nl", "ar", "en"))]


@pytest.fixture(scope="module")
def late(app: Flask) -> Late:
    """The directory."""
    return Late(app)


@pytest.fixture(scope="module")
def late_origin(late: Late) -> Iterator[str]:
    """The directory's origin."""
    with serving_app(late) as origin:
        yield origin


@pytest.fixture(scope="module")
def partner_site() -> Iterator[Site]:
    """A partner's site."""
    with serving_site({}) as site:
        yield site


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_moves(
    tab: Tab, late: Late, late_origin: str, partner_site: Site, name: str
) -> None:
    """No control that could be tapped is replaced by another one, and none moves."""
    wrong = {}
    tab.resize(PHONE["width"], PHONE["height"])

    def tried(tag: str, meanwhile: Action) -> list[str]:
        visit = Visit(tab, late, late_origin, partner_site, tag)
        steps = VIEWS[name](visit)
        next(steps)
        meanwhile(visit)
        for each in (visit, *visit.around()):
            still.begin(each)
        next(steps, None)
        moved = [what for each in (visit, *visit.around()) for what in still.moved(each)]
        if name.endswith("language"):
            # The exit changes its side with the direction of the text.
            moved = [each for each in moved if each != f"{LEFT} moved"]
        return moved

    try:
        for tag, meanwhile in some(cases(name), 3):
            if moved := tried(tag, meanwhile):
                wrong[tag, meanwhile.__name__] = moved[:6]
    finally:
        late.let_go()
    assert wrong == {}
