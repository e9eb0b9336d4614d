"""What tests of several features share: a browser, the component in it, and a published folder.

Each fixture imports what it needs when it is asked for: a feature may have been deleted.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from directory_api.bootstrap import Directory
from tests.support.browser import chromium, serving_app
from tests.support.made_once import made_once


@pytest.fixture(scope="session")
def published_folder(directory: Directory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory as a folder of files, for https://help.example.org at midnight UTC; not to be
    written to.
    """

    from tests.support.published import published

    folder: Path = made_once(tmp_path_factory, "static-site", partial(published, directory))
    return folder / "current"


# Playwright keeps an event loop for as long as it runs, which other modules' tests should not meet.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without windows."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def embed_origin(app: Flask) -> Iterator[str]:
    """Where partners' pages load the component from: the app, on a port of its own."""
    with serving_app(app) as origin:
        yield origin


@pytest.fixture(scope="module")
def partner(browser: Browser) -> Iterator[Page]:
    """A page in which partners' pages are opened, one after the other."""
    from tests.support.partner_page import partner_visitor

    with partner_visitor(browser) as page:
        yield page


@pytest.fixture
def component(partner: Page, embed_origin: str) -> Iterator[Page]:
    """A partner's page with the component, in English, when it is ready."""
    from tests.support.partner_page import embedded

    with embedded(partner, embed_origin) as page:
        yield page
