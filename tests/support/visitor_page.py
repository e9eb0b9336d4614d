"""The finder's page as a visitor uses it: typing a place, searching, and leaving."""

from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.support.browser import leave_by_shift

# Where the exit leads.
LEFT = "https://www.wikipedia.org/"
CANARY = "9881"  # Bellem; Brussels is not the closest to everywhere
# The class of the search when the page can do it.
ENHANCED = ".search.enhanced"
PHONE: Any = {"width": 360, "height": 640}


def opened(
    browser: Browser, *, at: datetime | None = None, **options: Any
) -> tuple[BrowserContext, Page]:
    """A new profile with an empty page. The page of the exit is a fake, because there is no
    network.

    With `at` the device has that time. At EXAMPLES_AT, the time of the server, a centre is open.
    """
    context = browser.new_context(**{"locale": "nl", **options})
    if at:
        context.clock.install(time=at)

    def left(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<title>Elsewhere</title>")

    context.route(f"{LEFT}**", left)
    return context, context.new_page()


def plain(page: Page) -> None:
    """The bundle does not come: the server answers the form, with the scripts at work."""
    page.route("**/v1/bundle**", lambda route: route.abort())


def hold(page: Page, address: str) -> list[Route]:
    """Hold the requests to a URL without an answer; returns the requests, to answer them later."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(address, keep)
    return held


def type_place(page: Page, text: str) -> None:
    """Type into the form, which is folded after an answer."""
    if not page.is_visible("#postcode"):
        page.click("#origin > summary")
    page.fill("#postcode", text)


def find(page: Page, postcode: str) -> None:
    """Type into the form and send it."""
    type_place(page, postcode)
    page.click("form.search-form button.main")
    page.wait_for_selector("#results:focus")


def find_on_device(page: Page, postcode: str) -> None:
    """Search as soon as the page can do so without the server."""
    page.wait_for_selector(ENHANCED)
    find(page, postcode)


def shown_centres(page: Page) -> list[str | None]:
    """The ids of the centres of the page, in their order."""
    return [each.get_attribute("data-centre") for each in page.query_selector_all("article")]


def leaves(page: Page, gesture: str) -> None:
    """Leave in one of the ways there are."""
    if gesture == "click":
        page.locator("a[data-exit]").click()
    else:
        leave_by_shift(page)
