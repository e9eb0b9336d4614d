"""Nothing moves, whatever comes late: each view, in four languages, with each thing that can be
late and whatever the visitor does meanwhile.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, Frame, Page, Route, expect

from directory_api.text.translations import words
from tests.features.pages.browser.test_browser_steady import HostOfFiles, PageInTwoParts
from tests.support import still
from tests.support.amount import some
from tests.support.browser import Site, serving_app, serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.servers import ROOT
from tests.support.visitor_page import ENHANCED, LEFT, PHONE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LANGUAGES = ("nl", "ar", "en", "ro")
WORDS, BUNDLE, TABLES = "**/embed/words/*", "**/v1/bundle**", "**/v1/bundle/names/**"
SCRIPT, MODULE = "**/static/page.js", "**/embed/nearest-centre.js"
PARTNER = """<!doctype html><html lang="{tag}"><meta charset="utf-8"><title>Partner</title>
<meta name="viewport" content="width=device-width"><a href="/above">Above</a>
{content}
<p><a href="/below">Below</a> <a href="/further">Further</a></p>"""
COMPONENT = """<script type="module" src="{origin}/embed/nearest-centre.js"></script>
{line}"""
# The line that docs/embedding-component.md gives.
DOCUMENTED = (ROOT / "docs/embedding-component.md").read_text(encoding="utf-8")
(LINE,) = re.findall(r"^<div.*nearest-centre.*", DOCUMENTED, re.MULTILINE)
EMBEDDING = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
FRAME = (
    '<iframe title="centres" src="{origin}/embed?lang={tag}" width="100%" height="840"></iframe>'
)


class Held:
    """Requests that are answered when they are let through."""

    def __init__(self, page: Page, *addresses: str) -> None:
        self._page = page
        self._held: list[Route] = []
        for address in addresses:
            page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def wait(self) -> None:
        """Wait until one is held."""
        self._until(lambda: bool(self._held))

    def arrive(self, is_there: Callable[[], bool]) -> None:
        """Let them through until it is there. What one of them changes is seen before the next."""

        def arrived() -> bool:
            if self._held:
                route = self._held.pop(0)
                route.continue_()
                if response := route.request.response():
                    response.finished()
            return is_there()

        self._until(arrived)

    def let_go(self, answer: Callable[[Route], None] = lambda route: route.continue_()) -> None:
        """Let through what is held."""
        while self._held:
            answer(self._held.pop(0))

    def _until(self, happens: Callable[[], bool]) -> None:
        for _ in range(1000):
            if happens():
                return
            for frame in self._page.frames:
                frame.wait_for_function("window.still?.painted()")
        raise AssertionError("it did not come")


@dataclass
class Visit:
    """A page of a visitor, and where it is."""

    page: Page
    origin: str
    static: str
    partner: Site
    tag: str
    frame: Page | Frame = field(init=False)

    def __post_init__(self) -> None:
        self.frame = self.page

    @property
    def static_page(self) -> str:
        """The address of a published page."""
        return f"{self.static}/index.{self.tag}.html"

    def open(self, address: str, ready: str = ENHANCED) -> None:
        """Open a page of the directory."""
        self.page.goto(f"{address}?lang={self.tag}", wait_until="commit")
        self.page.wait_for_selector(ready)

    def embed(self, content: str) -> None:
        """Open a partner's page."""
        line = LINE.replace("nl", self.tag)
        filled = content.format(origin=self.origin, tag=self.tag, line=line)
        self.partner.pages["/"] = PARTNER.format(tag=self.tag, content=filled)
        self.page.goto(self.partner.origin, wait_until="commit")

    def embed_frame(self) -> None:
        """Open a partner's page with the frame."""
        self.embed(FRAME)
        self.page.wait_for_selector("iframe")
        self.frame = self.page.frames[-1]
        self.frame.wait_for_selector(ENHANCED)

    def search(self, text: str) -> None:
        """Type and press Enter."""
        self.frame.fill("#postcode", text)
        self.frame.press("#postcode", "Enter")

    def hold(self, *addresses: str) -> Held:
        """Hold requests to addresses."""
        return Held(self.page, *addresses)

    def has(self, selector: str) -> Callable[[], bool]:
        """Whether the page has an element."""
        return lambda: self.frame.query_selector(selector) is not None


# Each waits at its first yield, and ends when what was late is there.
View = Callable[[Visit], Iterator[None]]


def arrival(visit: Visit, address: str, late: str) -> Iterator[None]:
    """The page is seen; one of its files is late."""
    held = visit.hold(late)
    visit.open(address, ".helplines a")
    held.wait()
    yield
    held.arrive(visit.has(ENHANCED))


def page(late: str) -> View:
    """The finder arrives."""
    return lambda visit: arrival(visit, visit.origin, late)


def folder(late: str) -> View:
    """A published page arrives."""
    return lambda visit: arrival(visit, visit.static_page, late)


def names(text: str, open_view: Callable[[Visit], None] | None = None) -> View:
    """A search needs the names of all places."""

    def view(visit: Visit) -> Iterator[None]:
        (open_view or open_page)(visit)
        held = visit.hold(TABLES)
        visit.search(text)
        held.wait()
        yield
        held.arrive(lambda: not visit.has(".search.waiting")())

    return view


def located(open_view: Callable[[Visit], None], answer: str) -> View:
    """A position is late."""

    def view(visit: Visit) -> Iterator[None]:
        open_view(visit)
        visit.frame.click("[data-position]")
        yield
        visit.frame.evaluate(answer)
        visit.frame.wait_for_selector(".search:not(.waiting)")

    return view


def open_page(visit: Visit) -> None:
    """The finder."""
    visit.open(visit.origin)


def open_component(visit: Visit) -> None:
    """The component in a partner's page."""
    visit.embed(COMPONENT)
    visit.page.wait_for_selector("nearest-centre .search.enhanced")


def choose_language(visit: Visit) -> Held:
    """Another language is asked for."""
    visit.page.evaluate("scrollTo(0, 0)")
    visit.page.click(".languages summary")
    held = visit.hold("**/?lang=*", "**/embed?lang=*", "**/index.*.html", WORDS, BUNDLE)
    visit.page.click(".languages li:nth-child(9) > *")
    held.wait()
    return held


def language(address: str, search: str = "") -> View:
    """Another language is asked for."""

    def view(visit: Visit) -> Iterator[None]:
        visit.open(visit.static_page if address == "static" else f"{visit.origin}{address}")
        if search:
            visit.search(search)
            visit.page.wait_for_selector("#results:focus")
        held = choose_language(visit)
        yield
        held.arrive(visit.has(f"html:not([lang={visit.tag}]) {ENHANCED}"))

    return view


def names_and_language(address: str, *, is_language_first: bool) -> View:
    """Another language is asked for while a search waits for names: it has the answer."""

    def view(visit: Visit) -> Iterator[None]:
        visit.open(visit.static_page if address == "static" else f"{visit.origin}{address}")
        names = visit.hold(TABLES)
        visit.search("Ename")
        names.wait()
        page = choose_language(visit)
        yield
        other = f"html:not([lang={visit.tag}])"
        if is_language_first:
            page.arrive(visit.has(f"{other} .search.waiting"))
        names.arrive(visit.has(".search:not(.waiting) .known"))
        page.arrive(visit.has(f"{other} .search:not(.waiting) .known"))
        assert "9700" in visit.frame.inner_text("[data-place]")

    return view


def position_and_language(visit: Visit) -> Iterator[None]:
    """Another language is asked for while a search waits for the position."""
    visit.open(visit.origin)
    visit.frame.click("[data-position]")
    page = choose_language(visit)
    yield
    page.arrive(visit.has(f"html:not([lang={visit.tag}]) .search.waiting"))
    visit.frame.evaluate(FOUND)
    visit.page.wait_for_selector("#results:focus")


def answer_of_the_server(visit: Visit) -> Iterator[None]:
    """The list did not come, so the server is asked."""
    visit.page.route(BUNDLE, lambda route: route.abort())
    visit.open(visit.origin, ".search.broken")
    visit.page.unroute(BUNDLE)
    held = visit.hold(f"{visit.origin}/", WORDS, BUNDLE)
    visit.frame.fill("#postcode", "2000")
    visit.frame.click("button.main")
    held.wait()
    yield
    held.arrive(visit.has(f"body:not(.reply) {ENHANCED} .origin.known"))


def answer_before_the_script(visit: Visit) -> Iterator[None]:
    """A form is sent before the script came; the script of its answer is late, too."""
    held = visit.hold(SCRIPT)
    visit.open(visit.origin, ".helplines a")
    visit.frame.fill("#postcode", "1000")
    with visit.page.expect_navigation(wait_until="commit"):
        visit.frame.press("#postcode", "Enter", no_wait_after=True)
    visit.page.wait_for_selector(".reply .helplines", state="visible")
    yield
    held.arrive(visit.has(ENHANCED))


def neighbour(visit: Visit) -> Iterator[None]:
    """The postcodes of another country are late."""
    visit.open(visit.origin)
    visit.search("59000")
    held = visit.hold(TABLES)
    visit.frame.click(".message .choice button")
    held.wait()
    yield
    held.arrive(lambda: not visit.has(".search.waiting")())


def component(*late: str) -> View:
    """A partner's page arrives."""

    def view(visit: Visit) -> Iterator[None]:
        held = visit.hold(*late)
        visit.embed(COMPONENT)
        visit.page.wait_for_selector("a[href='/below']")
        held.wait()
        yield
        held.arrive(visit.has("nearest-centre .search.enhanced"))

    return view


def component_in_english(visit: Visit) -> Iterator[None]:
    """The visitor chooses English; its words are late."""
    open_component(visit)
    held = visit.hold(WORDS)
    visit.search("2000")
    visit.frame.click("nearest-centre .foot button")
    held.wait()
    yield
    held.arrive(visit.has("nearest-centre .box[lang=en] .search.enhanced"))


FOUND, ABROAD, DENIED = "found(51.2, 4.4)", "found(50.63, 3.06)", "failed(1)"
VIEWS: dict[str, View] = {
    "embed, position": located(Visit.embed_frame, FOUND),
    "answer, language": language("", "2000"),
    "embed, position abroad": located(Visit.embed_frame, ABROAD),
    "component, position": located(open_component, FOUND),
    "embed, no position": located(Visit.embed_frame, DENIED),
    "page, position abroad": located(open_page, ABROAD),
    "page, position": located(open_page, FOUND),
    "page, no position": located(open_page, DENIED),
    "component, position abroad": located(open_component, ABROAD),
    "component, no position": located(open_component, DENIED),
    "page, script": page(SCRIPT),
    "page, words": page(WORDS),
    "page, bundle": page(BUNDLE),
    "static page, script": folder(SCRIPT),
    "static page, bundle": folder(BUNDLE),
    "answer, names": names("Ename"),
    "refused, names": names("Xyzzy"),
    "answer abroad, names": names("1000 Roubaix"),
    "answer and a choice, names": names("Bergen"),
    "component, names": names("Ename", open_component),
    "answer abroad, postcodes": neighbour,
    "answer of the server": answer_of_the_server,
    "answer before the script": answer_before_the_script,
    "page, language": language(""),
    "embed, language": language("/embed"),
    "static page, language": language("static"),
    "embed, answer, language": language("/embed", "9000"),
    "page, language, names": names_and_language("", is_language_first=True),
    "static page, language, names": names_and_language("static", is_language_first=True),
    "embed, names, language": names_and_language("/embed", is_language_first=False),
    "page, language, position": position_and_language,
    "component, module": component(MODULE),
    "component, words": component(WORDS),
    "component, bundle": component(BUNDLE),
    "component, language": component_in_english,
}


def nothing(_: Page | Frame) -> None:
    """The visitor waits."""


def scrolls(frame: Page | Frame) -> None:
    """To the top, where the helplines are."""
    frame.evaluate("scrollTo(0, 0)")


def taps(frame: Page | Frame) -> None:
    """On what folds, where it can be tapped."""
    for each in frame.query_selector_all("summary"):
        if each.is_visible() and each.evaluate(TAKES_A_TAP):
            each.click()
            return


# Nothing covers it, and it is not inert.
TAKES_A_TAP = """(each) => {
  const { left, top, width, height } = each.getBoundingClientRect();
  const root = each.getRootNode();
  const met = root.elementFromPoint(left + width / 2, top + height / 2);
  return each.contains(met);
}"""


def types(frame: Page | Frame) -> None:
    """Into the field, where it can be seen."""
    field = frame.query_selector("#postcode")
    if field and field.is_visible() and field.evaluate(TAKES_A_TAP):
        field.type("1")


def direction(visit: Visit) -> str:
    """The direction of the text at the exit; empty without one."""
    bar = visit.frame.query_selector(".exit-bar")
    return bar.evaluate("each => getComputedStyle(each).direction") if bar else ""


Action = Callable[[Page | Frame], None]
MEANWHILE: tuple[Action, ...] = (nothing, scrolls, taps, types)


def cases(name: str) -> list[tuple[str, Action]]:
    """Each language, and all that a visitor does; over four views every pair of both."""
    shift = [*VIEWS].index(name)
    return [(tag, MEANWHILE[(at + shift) % 4]) for at, tag in enumerate(LANGUAGES)]


@pytest.fixture(scope="module")
def static(published_folder: Path) -> Iterator[str]:
    """The origin of a published folder."""
    host = HostOfFiles(published_folder)
    host.rest.set()
    with serving_app(host) as origin:
        yield origin


@pytest.fixture(scope="module")
def partner_site() -> Iterator[Site]:
    """A partner's site."""
    with serving_site({}) as site:
        yield site


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_moves(
    browser: Browser, embed_origin: str, static: str, partner_site: Site, name: str
) -> None:
    """No control that could be tapped is replaced by another one, and none moves."""
    wrong = {}

    def tried(tag: str, meanwhile: Action) -> list[str]:
        context = browser.new_context(viewport=PHONE, locale="nl")
        context.add_init_script(still.SLOW_POSITION)
        context.add_init_script(still.WATCH)
        context.set_default_timeout(20_000)
        page = context.new_page()
        # However slow the machine is, all of it happens while one finger is on its way.
        page.clock.install(time=EXAMPLES_AT)
        page.clock.pause_at(EXAMPLES_AT + timedelta(seconds=1))
        visit = Visit(page, embed_origin, static, partner_site, tag)
        steps = VIEWS[name](visit)
        next(steps)
        meanwhile(visit.frame)
        # The page may follow what the visitor has done.
        page.clock.run_for(still.FINGER_MS)
        before = direction(visit)
        still.begin(page)
        still.begin(visit.frame)
        next(steps, None)
        page.clock.run_for(still.FINGER_MS)
        moved = still.moved(visit.frame)
        if visit.frame is not page:
            moved += still.moved(page)
        if direction(visit) != before:
            # The exit changes its side with the direction of the text.
            moved = [each for each in moved if each != f"{LEFT} moved"]
        context.close()
        return moved

    for tag, meanwhile in some(cases(name), 3):
        if name == "component, language" and tag in ("en", "nl"):
            continue  # those are reviewed
        if moved := tried(tag, meanwhile):
            wrong[tag, meanwhile.__name__] = moved[:6]
    assert wrong == {}


MOVE = "const move = (top) => { document.body.style.paddingTop = top; };"


def test_what_is_painted_once_has_moved(browser: Browser) -> None:
    """What is put back before the browser paints has not."""
    page = browser.new_page(viewport=PHONE)
    page.set_content("<button>Call</button>")
    page.add_script_tag(content=still.WATCH + MOVE)
    still.begin(page)
    page.evaluate("() => { move('200px'); document.body.getBoundingClientRect(); move('0'); }")
    assert still.moved(page) == []
    page.evaluate("move('200px'); still.painted().then(() => move('0'))")
    assert still.moved(page) == ["button Call moved"]
    page.close()


@pytest.fixture
def waiting(browser: Browser, embed_origin: str) -> Iterator[tuple[Page, Held]]:
    """An answer in Dutch; the page in another language is on its way."""
    context = browser.new_context(viewport=PHONE, locale="nl")
    context.add_init_script(still.WATCH)
    page = context.new_page()
    page.clock.install(time=EXAMPLES_AT)
    page.goto(f"{embed_origin}/?lang=nl")
    page.wait_for_selector(ENHANCED)
    page.fill("#postcode", "2000")
    page.press("#postcode", "Enter")
    page.wait_for_selector("#results:focus")
    page.click(".languages summary")
    held = Held(page, "**/?lang=ar")
    # From here on it goes when the test says so.
    page.clock.pause_at(EXAMPLES_AT + timedelta(minutes=5))
    page.click(".languages [lang=ar]")
    held.wait()
    yield page, held
    context.close()


def test_while_a_language_is_on_its_way_only_the_exit_can_be_tapped(
    waiting: tuple[Page, Held],
) -> None:
    """Its tile shows that it works. After six seconds the numbers can be called again, until the
    page comes: with the answer.
    """
    page, held = waiting
    assert page.locator("[aria-busy=true]").all_inner_texts() == ["العربية"]
    assert still.tapped(page) == [LEFT]
    top = page.evaluate("scrollY")
    page.clock.run_for(5000)
    assert still.tapped(page) == [LEFT]
    page.clock.run_for(1500)
    assert len(still.tapped(page)) > 5
    assert page.evaluate("scrollY") == top
    held.let_go()
    page.wait_for_selector("main[inert]")
    assert still.tapped(page) == [LEFT]
    page.clock.run_for(300)
    page.wait_for_selector("html[lang=ar] .origin.known")
    assert page.url.endswith("/?lang=ar")
    assert page.locator("[inert], [aria-busy]").count() == 0
    assert "2000" in page.locator("[data-place]").inner_text()


def test_without_a_network_another_language_leaves_the_page_as_it_is(
    waiting: tuple[Page, Held],
) -> None:
    """With its numbers and its answer, and a message."""
    page, held = waiting
    numbers = page.locator("a[href^='tel:']").count()
    held.let_go(lambda route: route.abort())
    expect(page.locator("[data-failure].note")).to_contain_text(words("nl")["error.other"])
    assert page.locator(".note.error").count() == 0  # no fault of the visitor
    assert page.locator("html[lang=nl] a[href^='tel:']").count() == numbers + 1
    assert page.locator("[inert], [aria-busy]").count() == 0
    assert page.locator("article").first.get_attribute("data-centre") == "payoke"


def test_without_a_network_a_language_of_the_first_page_does_not_leave_it(
    browser: Browser, embed_origin: str
) -> None:
    """What was typed stays, too."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{embed_origin}/?lang=nl")
    page.wait_for_selector(ENHANCED)
    page.fill("#postcode", "2000")
    context.set_offline(True)
    page.click(".languages summary")
    page.click(".languages [lang=fr]")
    expect(page.locator("[data-failure].note")).to_contain_text(words("nl")["error.other"])
    assert page.input_value("#postcode") == "2000"
    context.set_offline(False)
    page.click(".languages summary")
    page.click(".languages [lang=fr]")
    page.wait_for_selector(f"html[lang=fr] {ENHANCED}")
    assert page.input_value("#postcode") == "2000"
    assert page.title() == words("fr")["title"]
    context.close()


class ReplyInParts(PageInTwoParts):
    """A WSGI application whose answers to a form arrive in three parts; the last has only the tag
    that ends the page.
    """

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterator[bytes]:
        """WSGI (PEP 3333)."""
        if environ["REQUEST_METHOD"] != "POST":
            yield from self.app(environ, start_response)
            return
        for part in super().__call__(environ, start_response):
            content, tag, last = part.partition(b"</body>")
            yield content
            if tag:
                time.sleep(0.2)
                yield tag + last


# The places of the answer on the screen in the frames in which it could be seen.
NOTE_PLACES = """
window.places = new Set();
const note = () => {
  const search = document.querySelector(".reply .search");
  if (search?.checkVisibility({ visibilityProperty: true }))
    places.add(Math.round(search.getBoundingClientRect().top));
  requestAnimationFrame(note);
};
requestAnimationFrame(note);
"""


@pytest.mark.parametrize("typed", ["2000", "99999"])
def test_a_search_before_the_script_came_shows_its_answer_once_it_is_whole(
    browser: Browser, app: Flask, typed: str
) -> None:
    """Until then only the bar: the browser goes to the answer only at the end. It is first seen
    where it stays.
    """
    parts = ReplyInParts(app)
    with serving_app(parts) as origin:
        context = browser.new_context(viewport=PHONE)
        context.add_init_script(still.WATCH)
        context.add_init_script(NOTE_PLACES)
        page = context.new_page()
        page.route(SCRIPT, lambda route: route.abort())
        page.goto(f"{origin}/?lang=en")
        page.fill("#postcode", typed)
        page.press("#postcode", "Enter", no_wait_after=True)
        page.wait_for_selector("body.reply .helplines", state="attached")
        page.evaluate("still.painted()")
        bar = still.tapped(page)
        assert {LEFT, "tel:112"} < {*bar}
        assert len(bar) == 3
        parts.rest.set()
        page.wait_for_load_state("load")
        assert len(still.tapped(page)) > len(bar)
        assert page.evaluate("scrollY") > 0
        page.evaluate("still.painted()")
        assert page.evaluate("places.size") == 1
        context.close()


def test_the_form_that_partners_copy_leads_to_the_answer(
    browser: Browser, embed_origin: str
) -> None:
    """The number of the closest centre is in the first screen."""
    (form,) = re.findall(r"^<form.*?</form>", EMBEDDING, re.MULTILINE | re.DOTALL)
    page = browser.new_page(viewport=PHONE)
    page.set_content(form.replace("https://directory.example.org", embed_origin))
    page.fill("[name=postcode]", "1000")
    page.click("button")
    expect(page.locator("article .main").first).to_be_in_viewport()
    page.close()


def test_the_answer_to_a_form_without_a_fragment_is_soon_shown_from_its_top(
    browser: Browser, embed_origin: str
) -> None:
    """Its address names no place in the page; the helplines are seen within half a second."""
    page = browser.new_page(viewport=PHONE)
    page.route(SCRIPT, lambda route: route.abort())
    page.set_content(
        f'<form method="post" action="{embed_origin}/"><input name="postcode"><button>Go</button>'
    )
    page.fill("input", "2000")
    page.click("button")
    expect(page.locator(".helplines a").first).to_be_visible(timeout=3000)
    assert page.url == f"{embed_origin}/"
    assert page.evaluate("scrollY") == 0
    page.close()


SIZES = """[...document.querySelectorAll("main *")].map((each) => {
  const { left, top, width, height } = each.getBoundingClientRect();
  return [each.localName, left, top, width, height].join(" ");
})"""
FILLED = "[...document.querySelectorAll('article .main')].map(({ href }) => href)"


def test_when_an_office_opens_or_closes_nothing_changes_its_size(
    browser: Browser, embed_origin: str
) -> None:
    """Only colours change, with the number that is answered."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    # On a Tuesday; PAG-ASA is open from 9 to 17 h.
    for hour, tag in ((7, "nl"), (7, "ar"), (15, "nl"), (15, "ar")):
        page.clock.install(time=EXAMPLES_AT.replace(hour=hour, minute=59, second=50))
        page.goto(f"{embed_origin}/?lang={tag}")
        page.wait_for_selector(ENHANCED)
        page.fill("#postcode", "1000")
        page.press("#postcode", "Enter")
        page.wait_for_selector("#results:focus")
        filled, sizes = page.evaluate(FILLED), page.evaluate(SIZES)
        page.clock.fast_forward(30_000)
        page.wait_for_function(f"filled => `${{{FILLED}}}` !== filled", arg=",".join(filled))
        assert page.evaluate(SIZES) == sizes
    context.close()
