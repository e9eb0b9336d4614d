"""<nearest-centre> on a partner's page of another origin."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from directory_api.answer.as_json import dump
from directory_api.features.pages.cards_file import cards, lines, words_record
from directory_api.features.pages.presenters import PageTranslator
from directory_api.record.records import Centre, Helpline
from directory_api.text.translations import words
from tests.support.browser import Site, serving_site
from tests.support.moments import EXAMPLES_AT

_WINDOW: ViewportSize = {"width": 800, "height": 900}
LISTEN = """
window.heard = [];
for (const kind of ["result", "error", "all"])
  addEventListener(`nearest-centre:${kind}`, (event) => heard.push([kind, event.detail]));
"""


@contextmanager
def partner_visitor(browser: Browser) -> Iterator[Page]:
    """An empty page in which `embedded` opens one partner's page after the other.

    With a new profile for each, a page that runs its scripts took 0.33 s of the processor instead
    of 0.14 s.
    """
    context = browser.new_context(viewport=_WINDOW)
    context.add_init_script(LISTEN)
    yield context.new_page()
    context.close()


@contextmanager
def embedded(
    opener: Browser | Page,
    origin: str,
    attributes: str = 'lang="en"',
    *,
    full: bool = True,
    inside: str = "",
    frame: str | None = None,
    page_tag: str = '<html lang="en">',
    at: datetime = EXAMPLES_AT,
    also: str = "",
    before: bool = False,
    ready: bool = True,
    **options: Any,
) -> Iterator[Page]:
    """A partner's page with the snippet, at the time `at`; with `before`, opened after another
    page of the same site.

    A browser opens it in a new profile with `options`, which a test of what is stored, of the
    network or of permissions needs; a page of `partner_visitor` opens it in itself. Its policy
    allows only the directory and `also`, and no text to become markup. The component shows all that
    it can if it is `full`. With `frame`, the attributes of an iframe, the snippet is in a page of a
    third site inside it.
    """
    policy = (
        f"default-src 'none'; script-src {origin}; connect-src {origin} {also}; frame-src *; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    with serving_site({}, {"Content-Security-Policy": policy}) as site:
        tag = f"<nearest-centre {attributes}{' full' if full else ''}>{inside}</nearest-centre>"
        _fill(site, origin, tag, frame, page_tag)
        with _empty_page(opener, options) as page:
            page.clock.install(time=at)
            if before:
                page.goto(f"{site.origin}/before")
            page.goto(f"{site.origin}/")
            if ready and frame is None:
                expect(field(page)).to_be_visible()
            yield page


@contextmanager
def _empty_page(opener: Browser | Page, options: Mapping[str, Any]) -> Iterator[Page]:
    if isinstance(opener, Browser):
        context = opener.new_context(**{"viewport": _WINDOW, **options})
        context.add_init_script(LISTEN)
        yield context.new_page()
        context.close()
        return
    assert options.keys() <= {"viewport", "color_scheme"}
    opener.keyboard.up("Shift")  # `leave_by_shift` holds it down
    opener.set_viewport_size(options.get("viewport", _WINDOW))
    opener.emulate_media(color_scheme=options.get("color_scheme", "light"))
    try:
        yield opener
    finally:
        opener.unroute_all()


def _fill(site: Site, origin: str, element: str, frame: str | None, page_tag: str) -> None:
    template = f"<!doctype html>{page_tag}<meta charset=utf-8><title>Partner</title>{{}}"
    snippet = f'<script type="module" src="{origin}/embed/nearest-centre.js"></script>{element}'
    held = template.format(f"<main><h1>Partner</h1><button>Of the page</button>{snippet}</main>")
    outer = f'<p>Outer page</p><iframe title="centres" {frame} src="http://127.0.0.1:{site.port}/inner"></iframe>'
    site.pages["/before"] = template.format("Before")
    site.pages["/inner"] = held
    site.pages["/"] = held if frame is None else template.format(outer)


# Where they have the postcodes, and every name of a place.
TABLE = "/v1/bundle/BE/postcodes/0123456789abcdef.json"
NAMES = "/v1/bundle/names/BE.json"


def files(bundle: Mapping[str, Any], cards_of: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The files that the component reads, for a site of their own. `bundle` has its postcodes; the
    cards are those of another one if it cannot be read.
    """
    table = {"format": bundle["format"], "postcodes": bundle["postcodes"]}
    tags = ("en", "nl", "ar", "fa", "sr-Latn", "zh-Hans")
    read = cards_of or bundle
    said = {f"/embed/words/{tag}.json": dump(said_of(read, tag)).decode() for tag in tags}
    own = {**bundle, "postcodes": TABLE}
    countries = (bundle["country"], *bundle.get("neighbours", ()))
    no_names: dict[str, list[Any]] = {"names": [], "words": []}
    names_of = {f"/v1/bundle/names/{country}.json": no_names for country in countries}
    read_first = {"/v1/bundle.json": own, TABLE: table, **names_of}
    return {**{path: dump(each).decode() for path, each in read_first.items()}, **said}


def said_of(bundle: Mapping[str, Any], tag: str) -> dict[str, Any]:
    """What the directory of a bundle says in a language."""
    midnight = datetime.fromisoformat(bundle["generated_at"])
    translator = PageTranslator(words(tag), midnight.date())
    helplines = [*bundle["helplines"], *bundle["helplines_abroad"]]
    return {
        **words_record(tag),
        "country": bundle["country"],
        "revision": bundle["revision"],
        "generated_at": bundle["generated_at"],
        "lines": lines(map(Helpline.from_record, helplines), translator),
        **cards(
            map(Centre.from_record, bundle["centres"]),
            bundle["sources"],
            365,
            midnight,
            translator,
        ),
    }


# What a directory sends with them; a copy has to be asked about before it is used.
SHARED = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}


def field(page: Page) -> Locator:
    """Where a postcode is typed."""
    return page.locator("nearest-centre input")


def open_form(page: Page) -> None:
    """Open the form, which an answer has folded. A search that waits is waited for: its refusal
    opens the form.
    """
    expect(page.locator("nearest-centre .search.waiting")).to_have_count(0)
    folded = page.locator("nearest-centre .origin:not([open]) > summary")
    if folded.count():
        folded.click()


def find(page: Page, typed: str) -> None:
    """Type and press Enter, as a person does; after an answer the form is opened first."""
    open_form(page)
    field(page).fill(typed)
    field(page).press("Enter")


def names(page: Page) -> list[str]:
    """The centres that are shown, in order."""
    return page.locator("nearest-centre h3 bdi").all_inner_texts()


def said(page: Page) -> str:
    """What is said about the search, before and after the centres."""
    parts = ":is(.message, .results > :not(ol, h2))"
    return " ".join(page.locator(f"nearest-centre {parts}").all_inner_texts())


def result(**reasons: list[str]) -> list[Any]:
    """The event of an answer, with each centre by its id, and why it is shown."""
    listed = [{"id": id.replace("_", "-"), "shown_because": why} for id, why in reasons.items()]
    return ["result", {"results": listed}]


def events(page: Page) -> list[Any]:
    """The events that the partner's page heard, each its kind and its detail."""
    heard: list[Any] = page.evaluate("window.heard")
    return heard
