"""The page that nginx shows while the server is down: a number to tap, and the exit."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Heard, faint_texts
from tests.support.servers import free_port
from tests.support.static_hosts import front
from tests.support.visitor_page import LEFT, PHONE, leaves, opened


@pytest.mark.parametrize("path", ["/", "/embed?lang=nl"])
def test_while_the_server_is_down_a_visitor_can_call_and_leave(
    browser: Browser, published_folder: Path, tmp_path: Path, path: str
) -> None:
    """112 is on the first screen of a phone, nothing else is loaded, and Shift leaves the page."""
    with front(published_folder, tmp_path, free_port()) as host:
        context, page = opened(browser, viewport=PHONE)
        heard = Heard.of(page)
        page.goto("about:blank#before")
        page.goto(f"{host.origin}{path}")
        number = page.locator("a[href='tel:112']").first.bounding_box()
        assert number is not None
        assert number["y"] + number["height"] < PHONE["height"]
        assert number["height"] >= 44
        assert faint_texts(page) == []
        assert [request.url for request in heard.requests] == [f"{host.origin}{path}"]
        # The browser notes the status of the page itself.
        assert [line for line in heard.console if "503" not in line] == []
        leaves(page, "shift")
        page.wait_for_url(LEFT)
        page.go_back()
        assert page.url == "about:blank#before"
        context.close()
