"""While a page loads its scripts nothing that can be tapped moves: a finger on 112 calls 112."""

import mimetypes
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.text.translations import languages, words
from directory_api.web.app import create_app
from tests.support import still
from tests.support.added_postcodes import add_postcodes
from tests.support.amount import some
from tests.support.browser import serving_app, serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.touch_targets import TAPPED, moved
from tests.support.visitor_page import PHONE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# As high as the windows of such devices; a published page is seen further, down to its centres.
HEIGHTS = {"/": 800, "/embed": 800, "folder": 1400, "countries": 1400}
# Each page at its widths in two languages, of four that differ in length and direction. A frame is
# as wide as a column.
CASES = [
    ("/", 360, ("fr", "ar")),
    ("/", 390, ("nl", "en")),
    ("/", 768, ("fr", "ar")),
    ("/", 1280, ("nl", "en")),
    ("folder", 360, ("fr", "ar")),
    ("folder", 1280, ("nl", "en")),
    ("/embed", 360, ("fr", "ar")),
    ("countries", 360, ("nl", "ar")),
]
# What the page or the component asks for, in the order in which a slow network lets it come.
SLOW = (
    ("script", "**/{page,nearest-centre}.js"),
    ("words", "**/embed/words/*"),
    ("bundle", "**/v1/{bundle/*,bundle.json}"),
    ("postcodes", "**/v1/bundle/*/postcodes/*"),
)
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length"
# The sum of its layout shifts, https://web.dev/articles/cls; below 0.1 is good.
SHIFTED = """() => new Promise((done) => {
  const sum = (list) => list.getEntries().reduce((all, each) => all + each.value, 0);
  const observer = new PerformanceObserver((list) => done(sum(list)));
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(0), 100);
})"""
MOST_SHIFTED = 0.02
# Of a partner's page, whose own text is below the component.
MOST_SHIFTED_AROUND = 0.1
FULL = "nearest-centre { min-height: max(48rem, 100vh) !important }"
AROUND = """<!doctype html><html lang="{tag}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Partner</title>
<style>{style}</style><h1>Partner</h1><p>Text above</p>{snippet}<p>{text}</p>"""


Origins = Mapping[str, str]


def published(directory: Directory) -> Flask:
    """The app that writes the pages of a folder."""
    return create_app(directory, now=lambda: datetime(2026, 11, 3, tzinfo=UTC), static_site=True)


@pytest.fixture(scope="module")
def countries(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """A directory with postcodes of two countries: its pages have one more choice."""
    folder = tmp_path_factory.mktemp("countries")
    made = open_directory(Settings(database_url=f"sqlite:///{folder}/two.db", rate_limit=""))
    made.prepare()
    add_postcodes(made.writer, "NL", ("1012", "Amsterdam", 52.3730, 4.8936))
    return made


@pytest.fixture(scope="module")
def origins(directory: Directory, countries: Directory, embed_origin: str) -> Iterator[Origins]:
    """The address of each page."""
    live = {"/": embed_origin, "/embed": f"{embed_origin}/embed"}
    with serving_app(published(directory)) as one, serving_app(published(countries)) as two:
        yield {**live, "folder": one, "countries": two}


def stages(page: Page, address: str) -> Iterator[str]:
    """Open a page on a slow network; each stage is named by what has not come yet."""
    held: dict[str, list[Route]] = {name: [] for name, _ in SLOW}

    def keep(name: str) -> Callable[[Route], None]:
        return lambda route: held[name].append(route) if name in held else route.continue_()

    for name, pattern in SLOW:
        page.route(pattern, keep(name))
    page.goto(address, wait_until="commit")
    page.wait_for_function(PAINTED)
    for name, _ in SLOW:
        while not held[name]:
            page.wait_for_timeout(10)
        yield name
        for route in held.pop(name):
            route.continue_()
    page.locator(".search.enhanced").wait_for()
    yield "ready"


def load(page: Page, address: str) -> dict[str, str]:
    """Load a page slowly; what moved, by what it was waiting for."""
    wrong: dict[str, str] = {}
    before: list[str] = []
    for stage in stages(page, address):
        now = page.evaluate(TAPPED).split(" ")
        before = before or now
        wrong[stage] = moved(before, now)
    assert sum(1 for each in before if each.startswith("tel:")) > 50
    return {stage: what for stage, what in wrong.items() if what}


@pytest.mark.parametrize(("kind", "width", "tags"), some(CASES, 2), ids=str)
def test_no_link_moves(
    browser: Browser, origins: Origins, kind: str, width: int, tags: Sequence[str]
) -> None:
    """At each stage of loading a page every link is where it was, no number to call comes to be in
    the place of another control, and the page hardly shifts.
    """
    context = browser.new_context(viewport={"width": width, "height": HEIGHTS[kind]})
    wrong: dict[str, Any] = {}
    for tag in tags:
        page = context.new_page()
        wrong[tag] = load(page, f"{origins[kind]}?lang={tag}")
        shifted = page.evaluate(SHIFTED)
        if shifted > MOST_SHIFTED:
            wrong[tag]["shift"] = shifted
        page.close()
    context.close()
    assert wrong == {tag: {} for tag in tags}


def test_without_the_bundle_no_link_moves(browser: Browser, origins: Origins) -> None:
    """A published page says that the list did not load, and offers to try again."""
    context = browser.new_context(viewport={"width": 360, "height": 1400})
    page = context.new_page()
    page.route("**/static/page.js", lambda route: route.abort())
    page.goto(f"{origins['folder']}?lang=nl")
    page.wait_for_function(PAINTED)
    before = page.evaluate(TAPPED).split(" ")
    page.unroute("**/static/page.js")
    page.route("**/v1/bundle**", lambda route: route.abort())
    page.reload()
    again = page.get_by_role("button", name=words("nl")["retry.button"])
    again.wait_for()
    assert moved(before, page.evaluate(TAPPED).split(" ")) == ""
    page.unroute("**/v1/bundle**")
    again.click()
    page.locator(".search.enhanced").wait_for()
    context.close()


class HostOfFiles:
    """A WSGI application that reads `_headers`, and not Accept-Language. The page in Arabic comes
    after `rest` is set.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        rules = (folder / "_headers").read_text(encoding="utf-8")
        policy = re.search(
            r"^/\n(?:  .*\n)*?  (Content-Security-Policy): (.*)$", rules, re.MULTILINE
        )
        assert policy
        self._policy = (policy[1], policy[2])
        self.asked = threading.Event()
        self.rest = threading.Event()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        path = environ["PATH_INFO"].removesuffix("/") or "/index.html"
        if path == "/index.ar.html":
            self.asked.set()
            self.rest.wait(20)
        kind = mimetypes.guess_type(path)[0] or ""
        start_response("200 OK", [("Content-Type", f"{kind}; charset=utf-8"), self._policy])
        return [(self._folder / path[1:]).read_bytes()]


# Notes what is painted, in which language: no driver can ask a page that is being left.
NOTE_PAINTS = """
new PerformanceObserver((list) => {
  if (list.getEntriesByName("first-contentful-paint").length)
    console.log(`painted ${document.documentElement.lang}`);
}).observe({ type: "paint", buffered: true });
"""


@contextmanager
def arabic(browser: Browser, folder: Path) -> Iterator[tuple[Page, HostOfFiles, list[str]]]:
    """A published page in an Arabic browser, while the page in Arabic is on its way, with a paused
    clock; and what has been painted.
    """
    host = HostOfFiles(folder)
    with serving_app(host) as origin:
        context = browser.new_context(viewport=PHONE, locale="ar")
        page = context.new_page()
        page.add_init_script(still.WATCH)
        page.add_init_script(NOTE_PAINTS)
        page.clock.install(time=EXAMPLES_AT)
        page.clock.pause_at(EXAMPLES_AT + timedelta(seconds=1))
        painted: list[str] = []
        page.on("console", lambda message: painted.append(message.text))
        page.goto(origin, wait_until="commit")
        assert host.asked.wait(20)
        page.wait_for_load_state("domcontentloaded")
        yield page, host, painted
        host.rest.set()
        context.close()


def test_on_a_host_of_files_another_language_is_never_seen(
    browser: Browser, published_folder: Path
) -> None:
    """Nothing is painted until the page is in the visitor's language; then no number moves."""
    with arabic(browser, published_folder) as (page, host, painted):
        page.evaluate("still.painted()")
        assert painted == []
        # A paused clock has no entries of what was painted.
        with page.expect_console_message():
            host.rest.set()
        page.wait_for_url("**/index.ar.html")
        before = page.evaluate(TAPPED).split(" ")
        assert "tel:112" in before
        page.locator(".search.enhanced").wait_for()
        assert moved(before, page.evaluate(TAPPED).split(" ")) == ""
        assert painted == ["painted ar"]


def test_if_the_page_in_the_language_does_not_come_the_numbers_are_shown(
    browser: Browser, published_folder: Path
) -> None:
    """After six seconds, in English."""
    with arabic(browser, published_folder) as (page, _, painted):
        page.clock.run_for(5900)
        page.evaluate("still.painted()")
        assert painted == []
        with page.expect_console_message():
            page.clock.run_for(100)
        assert painted == ["painted en"]


# How many pixels of a sentence's place the other sentence, which is seen there in the end, leaves
# empty; for each language its tag, its direction and the two sentences.
EMPTY = """(languages) => languages.map(([tag, dir, ...sentences]) => {
  Object.assign(document.documentElement, { lang: tag, dir });
  const [sent, device] = [".sent", ".device"].map((selector, number) => {
    const sentence = document.querySelector(`.privacy ${selector}`);
    sentence.textContent = sentences[number];
    const text = document.createRange();
    text.selectNodeContents(sentence);
    return text.getBoundingClientRect().height;
  });
  return Math.round(sent - device);
})"""
SENTENCES = ("sent", "device")


def test_no_gap_is_left_under_the_field(browser: Browser, embed_origin: str) -> None:
    """The sentence that the input stays on the device fills the place of the one before it, on a
    phone and on a wide screen.
    """
    page = browser.new_page()
    page.goto(f"{embed_origin}/?lang=en")
    sentences = [
        [each.tag, each.direction, *(words(each.tag)[f"privacy.{name}"] for name in SENTENCES)]
        for each in languages()
    ]
    # Without the sentence for browsers that run no script.
    shown = page.locator(".privacy > span").evaluate_all(
        "spans => spans.map((each) => each.firstChild.data.trim())"
    )
    assert shown == [words("en")[f"privacy.{name}"] for name in SENTENCES]
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        pixels = page.evaluate(EMPTY, sentences)
        gaps = {tag: each for (tag, *_), each in zip(sentences, pixels, strict=True) if each > 0}
        assert gaps == {}
    page.close()


def test_the_focus_stays_when_the_page_is_enhanced(browser: Browser, origins: Origins) -> None:
    """In the field for the postcode, or on the exit."""
    context = browser.new_context(locale="nl")
    for selector, then in (("#postcode", "postcode"), (".exit", "")):
        page = context.new_page()
        for stage in stages(page, f"{origins['/']}?lang=nl"):
            if stage == "bundle":
                page.focus(selector)
        assert page.evaluate("document.activeElement.id") == then
        page.close()
    context.close()


class PageInTwoParts:
    """A WSGI application whose pages arrive up to the map; the rest comes after `rest` is set."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.rest = threading.Event()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        body = b"".join(self.app(environ, start_response))
        first, mark, last = body.partition(b'<svg class="map"')
        yield first
        if mark:
            self.rest.wait(20)
            yield mark + last


@pytest.mark.parametrize("width", some([360, 1280]))
@pytest.mark.parametrize("static_site", [False, True])
def test_no_link_moves_while_the_page_itself_arrives(
    browser: Browser, directory: Directory, width: int, static_site: bool
) -> None:
    """A slow network brings the page in parts, and a browser shows the first one at once."""
    app = PageInTwoParts(create_app(directory, static_site=static_site))
    with serving_app(app) as origin:
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.route("**/*.js", lambda route: route.abort())
        page.goto(f"{origin}/?lang=fr", wait_until="commit")
        page.wait_for_function(PAINTED)
        before = page.evaluate(TAPPED).split(" ")
        assert any(each.startswith("tel:") for each in before)
        assert page.locator("svg.map").count() == 0
        app.rest.set()
        page.wait_for_load_state("load")
        assert page.locator("svg.map").count() == 1
        assert moved(before, page.evaluate(TAPPED).split(" ")) == ""
        assert page.evaluate(SHIFTED) <= MOST_SHIFTED
        page.close()


@pytest.mark.parametrize(
    ("width", "height", "style"),
    [
        (360, 640, ""),
        (390, 844, ""),
        (768, 1024, ""),
        (1280, 1080, ""),
        (1280, 1080, "nearest-centre { max-width: 22rem }"),
        (1280, 1080, "html { font-size: 10px }"),
        (768, 1024, FULL),
        (1280, 1080, FULL),
    ],
)
def test_a_page_around_the_component_hardly_shifts(
    browser: Browser, embed_origin: str, width: int, height: int, style: str
) -> None:
    """With the snippet of the partners' page, which reserves a height. With `full` it is the height
    of the window (docs/embedding-component.md).
    """
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    shifted = {}
    for tag in ("nl", "de", "ar"):
        page.goto(f"{embed_origin}/partners?lang={tag}")
        snippet = page.locator("pre code").first.inner_text()
        if style == FULL:
            snippet = snippet.replace("<nearest-centre", "<nearest-centre full")
        text = AROUND.format(tag=tag, style=style, snippet=snippet, text="Text below " * 400)
        with serving_site({"/": text}) as site:
            visit = context.new_page()
            assert [*stages(visit, f"{site.origin}/")][-1] == "ready"
            shifted[tag] = visit.evaluate(SHIFTED)
            visit.close()
    context.close()
    assert {tag: each for tag, each in shifted.items() if each >= MOST_SHIFTED_AROUND} == {}
