"""One Chromium for all tests of this folder, since its start takes 0.6 s of the processor; and the
pages that several files open in it.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.support.browser import launched
from tests.support.partner_page import embedded


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright, which keeps an event loop for as long as it runs. Tests of other folders run
    loops of their own in the same process.
    """
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, without windows. Each module has its profiles."""
    with launched(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def module_page(partner: Page, embed_origin: str) -> Iterator[Page]:
    """A page that can import the component's module."""
    with embedded(partner, embed_origin) as page:
        yield page
