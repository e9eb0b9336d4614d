"""One Chromium for all tests of this folder: its start takes 0.6 s of the processor."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.support.browser import launched


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
