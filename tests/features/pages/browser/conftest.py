"""One browser of each engine for all tests of this folder, since a start of Chromium takes 0.6 s of
the processor; and the pages that several files open in it.
"""

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.support import webdriver
from tests.support.browser import launched
from tests.support.moments import EXAMPLES_AT
from tests.support.partner_page import embedded
from tests.support.tiers import CRASH
from tests.support.webdriver import (
    OtherSites,
    SessionGone,
    Tab,
    firefox,
    serving_other_sites,
    webkit,
)


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


@pytest.fixture(scope="package")
def other_sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OtherSites]:
    """What the browsers see instead of the network."""
    with serving_other_sites(tmp_path_factory.mktemp("sites")) as sites:
        yield sites


@pytest.fixture(scope="package", params=[firefox, webkit], ids=["firefox", "webkit"])
def tab(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    other_sites: OtherSites,
) -> Iterator[Tab]:
    """A tab of a new profile; after a crash of the browser, of another one."""
    folder = tmp_path_factory.mktemp("browser")
    browser = webdriver.Browser(request.param, folder, other_sites.port)
    yield browser.tab
    browser.end()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Run a test once more if the browser itself crashed, with a new process. The summary of the
    run has the log of the first one.
    """
    try:
        return (yield)
    except SessionGone as error:
        item.add_report_section("call", CRASH, str(error))
    item.runtest()


@pytest.fixture(scope="module")
def module_page(partner: Page, embed_origin: str) -> Iterator[Page]:
    """A page that can import the component's module."""
    with embedded(partner, embed_origin) as page:
        yield page


@pytest.fixture
def origin(embed_origin: str) -> str:
    """The server's origin."""
    return embed_origin


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Page]:
    """An empty page."""
    context = browser.new_context(locale="nl")
    yield context.new_page()
    context.close()


@pytest.fixture
def page(visitor: Page) -> Iterator[Page]:
    """The same page for each test that does not leave, at the time of the server. A new profile
    for each would take twice the time.
    """
    visitor.set_viewport_size({"width": 1280, "height": 720})
    visitor.emulate_media(media="screen")
    visitor.clock.install(time=EXAMPLES_AT)
    yield visitor
    visitor.unroute_all()
