"""A partner's page: what a frame tells it, and that it hardly moves when the component comes."""

import re

import pytest
from playwright.sync_api import Browser

from tests.features.pages.browser.test_browser_steady import SHIFTED
from tests.support.browser import serving_site
from tests.support.servers import ROOT

OUTER = """<!doctype html><title>Partner</title><script>
window.told = [];
addEventListener("message", ({{ data }}) => told.push(data));
</script><iframe name="finder" src="{origin}/embed?lang=en" width="400" height="700"></iframe>"""


def test_a_frame_tells_only_how_high_its_content_is(browser: Browser, embed_origin: str) -> None:
    """Before and after a search, in steps of 100 pixels."""
    with serving_site({"/": OUTER.format(origin=embed_origin)}) as site:
        page = browser.new_page()
        page.goto(site.origin)
        frame = page.frame(name="finder")
        assert frame
        frame.wait_for_selector(".search.enhanced")
        page.wait_for_function("told.length > 0")
        frame.fill("#postcode", "2000")
        frame.press("#postcode", "Enter")
        frame.wait_for_selector("#results:focus")
        told = page.evaluate("told")
        heights = [message.pop("height") for message in told]
        assert all(message == {"type": "nearest-centre:height"} for message in told)
        assert all(height > 700 and height % 100 == 0 for height in heights)
        page.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("tag", ["en", "fr"])
def test_a_page_hardly_moves_when_the_component_comes(
    browser: Browser, embed_origin: str, tag: str, width: int
) -> None:
    """With the two lines of docs/embedding.md, below a sentence of the page and above others."""
    text = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
    found = re.search(r"```html\n(<script.*?)```", text, re.DOTALL)
    assert found
    lines = found[1].replace("https://directory.example.org", embed_origin)
    lines = lines.replace('lang="nl"', f'lang="{tag}"')
    body = f"<!doctype html><meta name=viewport content='width=device-width'><p>Above</p>{lines}"
    with serving_site({"/": body + "<p>Below</p>" * 40}) as site:
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(site.origin)
        page.wait_for_selector("nearest-centre .search.enhanced")
        assert page.evaluate(SHIFTED) < 0.1
        page.close()
