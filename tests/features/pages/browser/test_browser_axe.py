"""axe-core finds nothing on any page of this server: light and dark, at a width of 320 px."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from tests.support.amount import some
from tests.support.browser import axe_violations, faint_texts, serving_app
from tests.support.maintainer_app import create_maintainer_app
from tests.support.moments import EXAMPLES_AT
from tests.support.records import shipped_records
from tests.support.visitor_page import plain

NARROW: ViewportSize = {"width": 320, "height": 640}
# The reference is that of the server, with a note.
PUBLISHED = ["/?lang=ar", "/embed", "/partners", "/docs"]


def clean(page: Page) -> None:
    """Check the page in both colour schemes; in the second only the colours can differ.

    The colours of the component are the subject of test_component_looks.py.
    """
    page.emulate_media(color_scheme="light")
    assert axe_violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert faint_texts(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    headings = page.locator("h1, h2").all_inner_texts()
    assert len(headings) == len(set(headings))


@pytest.fixture
def page(page: Page) -> Page:
    """At 400 percent of a window of 1280 pixels."""
    page.set_viewport_size(NARROW)
    return page


def search(page: Page, text: str, result: str) -> None:
    """Send a text by the form of the server's page, and wait for an element."""
    page.fill("#postcode", text)
    page.click("form.search-form button.main")
    page.wait_for_selector(result)


def answer(page: Page) -> None:
    """An answer, with everything unfolded; the list of languages, which covers it, last."""
    search(page, "2800", "#results:focus")
    for summary in reversed(page.locator("summary").all()):
        summary.click()


def refused(page: Page) -> None:
    """A postcode that does not exist."""
    search(page, "9999", "#form-error")


def suggestions(page: Page) -> None:
    """A name of several places."""
    search(page, "Deurne", "#form-error button")


def foreign(page: Page) -> None:
    """A postcode of another country."""
    search(page, "75001", "#form-error")


def printed(page: Page) -> None:
    """The page to print."""
    search(page, "2800", "#results:focus")
    page.click("[data-print-page]")
    page.wait_for_selector("section.printed")


def blank(page: Page) -> None:
    """The form alone."""


VISITS: Mapping[str, Callable[[Page], None]] = {
    step.__name__: step for step in (answer, blank, refused, suggestions, printed, foreign)
}


@pytest.mark.parametrize(
    ("visit", "address"),
    some(
        [
            *((visit, "/?lang=nl") for visit in VISITS),
            *((visit, "/embed?lang=ar") for visit in ("answer", "refused")),
        ],
        2,
    ),
)
def test_the_visitors_pages_of_the_server(
    page: Page, embed_origin: str, visit: str, address: str
) -> None:
    """Form, answer, errors and print, as the server writes them."""
    plain(page)
    page.goto(f"{embed_origin}{address}")
    VISITS[visit](page)
    clean(page)


@pytest.mark.parametrize(("text", "tag"), [("", "ar"), ("2800", "ar"), ("9999", "en")])
def test_the_visitors_page_on_the_device(
    page: Page, embed_origin: str, text: str, tag: str
) -> None:
    """The form, an answer and errors, without the server."""
    page.goto(f"{embed_origin}/?lang={tag}")
    page.wait_for_selector(".search.enhanced")
    if text:
        search(page, text, ":is(#results:focus, [aria-invalid])")
    clean(page)


def test_the_component(page: Page, embed_origin: str) -> None:
    """An answer and an error of the component, on the page for partners."""
    page.goto(f"{embed_origin}/partners?lang=ar")
    for text, shown in (("2800", "h3"), ("75001", "[aria-invalid]")):
        if text == "75001":
            page.click("nearest-centre .origin > summary")
        page.fill("nearest-centre input", text)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"nearest-centre {shown}")
        clean(page)


def test_the_list_of_problems(page: Page, embed_origin: str) -> None:
    """What each type of problem means."""
    page.goto(f"{embed_origin}/problems")
    clean(page)


@pytest.mark.parametrize("path", some(["/", "/embed"]))
def test_an_error_page(page: Page, embed_origin: str, path: str) -> None:
    """What a visitor sees who sends too much."""
    plain(page)
    page.goto(f"{embed_origin}{path}")
    page.eval_on_selector("#postcode", "field => { field.value = 'x'.repeat(5000) }")
    page.eval_on_selector("form.search-form", "form => form.submit()")
    page.wait_for_selector("[role=alert]")
    clean(page)


@pytest.fixture(scope="module")
def published_origin(directory: Directory) -> Iterator[str]:
    """The app that writes the pages of the static site."""
    app = create_app(directory, now=lambda: EXAMPLES_AT, static_site=True)
    with serving_app(app) as origin:
        yield origin


@pytest.mark.parametrize("path", some(PUBLISHED, 2))
def test_the_published_pages(page: Page, published_origin: str, path: str) -> None:
    """The pages of a folder of files."""
    page.goto(f"{published_origin}{path}")
    if path == "/partners":
        page.wait_for_selector("nearest-centre input")
        page.frame_locator("iframe").locator("main").wait_for()
    # The reference repeats its elements; a check of all 9,000 would take 15 seconds.
    page.evaluate(
        "document.querySelectorAll("
        "'.operation:nth-of-type(n + 2), .schema:nth-of-type(n + 3), pre'"
        ").forEach(each => each.remove())"
    )
    clean(page)


@dataclass(frozen=True)
class Maintainer:
    """A signed-in browser, and the app that it uses."""

    page: Page
    origin: str

    def open(self, path: str) -> Page:
        """Open a page of /admin."""
        self.page.goto(f"{self.origin}/admin{path}")
        return self.page


@pytest.fixture(scope="module")
def maintainer(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintainer]:
    """Bert, where a proposal of Anna waits for review."""
    staff = create_maintainer_app(tmp_path_factory.mktemp("axe"), review="on")
    staff.patch(phones=[{"number": "+3225116465", "kind": "main"}])
    context = browser.new_context(viewport=NARROW)
    with serving_app(staff.app) as origin:
        maintainer = Maintainer(context.new_page(), origin)
        maintainer.open("/sign-in").get_by_label("Your token").fill(staff.secrets["bert"])
        maintainer.page.get_by_role("button", name="Sign in").click()
        maintainer.page.get_by_role("navigation", name="Main menu").wait_for()
        yield maintainer
        context.close()


ADMIN = [
    "/",
    "/?q=nothing",
    "/centres/surya",
    "/centres/surya/edit?part=hours",
    "/centres/surya/edit?part=address",
    "/centres/surya/confirm",
    "/centres/surya/remove",
    "/centres/pag-asa/history",
    "/helplines/be-112",
    "/helplines/be-112/edit",
    "/add/centres",
    "/add/helplines",
    "/sources",
    "/sources/flyer",
    "/sources/flyer/edit",
    "/sources/add",
    "/changes",
    "/todo",
    "/report",
    "/upload",
    "/nowhere",
]


@pytest.mark.parametrize("path", some(ADMIN, 2))
def test_a_page_for_maintainers(maintainer: Maintainer, path: str) -> None:
    """Each address, with everything unfolded."""
    page = maintainer.open(path)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    clean(page)


def preview(maintainer: Maintainer) -> Page:
    """A change before it is saved."""
    page = maintainer.open("/centres/surya/edit")
    page.get_by_label("Web address", exact=True).fill("https://example.org/")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_label("Reason").wait_for()
    return page


def faults(maintainer: Maintainer) -> Page:
    """A form with a fault."""
    page = maintainer.open("/centres/surya/edit")
    page.get_by_label("Web address", exact=True).fill("nothing")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("alert").wait_for()
    return page


def new_centre_faults(maintainer: Maintainer) -> Page:
    """A new centre, with faults."""
    page = maintainer.open("/add/centres")
    page.get_by_label("Name", exact=True).fill("New")
    page.locator("[id='f-new.languages']").fill("Roemens")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("alert").wait_for()
    return page


def source_review(maintainer: Maintainer) -> Page:
    """A source before it is retired."""
    page = maintainer.open("/sources/flyer")
    page.get_by_role("button", name="Retire").click()
    page.get_by_label("Reason").wait_for()
    return page


def proposal(maintainer: Maintainer) -> Page:
    """A change that waits for review."""
    page = maintainer.open("/todo")
    page.locator("main a[href*='/proposals/']").first.click()
    page.get_by_role("button", name="Approve").wait_for()
    return page


def confirmation(maintainer: Maintainer) -> Page:
    """The three ways to confirm a record, unfolded."""
    page = maintainer.open("/centres/surya/confirm")
    for fold in page.locator("details.way").all():
        fold.evaluate("each => { each.removeAttribute('name'); each.open = true }")
    page.get_by_label("Where did you read it?").wait_for()
    return page


def plan(maintainer: Maintainer) -> Page:
    """The changes of a file before it is imported."""
    page = maintainer.open("/upload")
    whole = {**shipped_records(), "centres": shipped_records()["centres"][:-1]}
    file = {
        "name": "centres.json",
        "mimeType": "application/json",
        "buffer": json.dumps(whole).encode(),
    }
    page.get_by_label("File").set_input_files(file)  # type: ignore[arg-type]  # a FilePayload
    page.get_by_role("button", name="Preview the import").click()
    page.get_by_role("button", name="Import the ticked changes").wait_for()
    return page


STEPS: Mapping[str, Callable[[Maintainer], Page]] = {
    step.__name__: step
    for step in (preview, faults, new_centre_faults, source_review, proposal, confirmation, plan)
}


@pytest.mark.parametrize("step", some([*STEPS], 2))
def test_a_step_of_a_maintainer(maintainer: Maintainer, step: str) -> None:
    """The pages that follow a form."""
    clean(STEPS[step](maintainer))


def test_the_page_to_sign_in(browser: Browser, maintainer: Maintainer) -> None:
    """Before and after a wrong token."""
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    page.goto(f"{maintainer.origin}/admin/sign-in")
    clean(page)
    page.get_by_label("Your token").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("[aria-invalid]")
    clean(page)
    context.close()
