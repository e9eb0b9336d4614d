"""The reference of the API as its reader uses it, on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

PHONE = {"width": 360, "height": 640}
# All of it unfolded has 81,000.
MOST_PIXELS = 8_000


@pytest.fixture(params=[True, False], ids=["with its script", "without scripts"])
def page(browser: Browser, embed_origin: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, with what it loads."""
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        java_script_enabled=request.param,
    )
    page = context.new_page()
    page.goto(f"{embed_origin}/docs", wait_until="load")
    yield page
    context.close()


def test_it_is_short_and_begins_with_a_request(page: Page) -> None:
    """The first field asks for the centres nearest to a postcode."""
    assert page.locator("details[open]").count() == 0
    box = page.locator("main").bounding_box()
    assert box
    assert box["height"] <= MOST_PIXELS
    page.fill("#try", "B-4000")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/v1/nearest?postcode=B-4000")
    assert "surya" in page.content()


def test_a_link_unfolds_what_it_leads_to(page: Page) -> None:
    """Within what was folded, too; without scripts its own part is one tap away. The parameters
    begin with the place.
    """
    page.locator("summary", has=page.locator("#nearest")).click()
    operation = page.locator("details", has=page.locator("#nearest"))
    expect(operation.locator("dt").first).to_contain_text("postcode")
    link = operation.get_by_role("link", name="NearestDocument").first
    expect(page.locator("#NearestDocument")).not_to_be_visible()
    link.click()
    expect(page.locator("#NearestDocument")).to_be_in_viewport()
    schema = page.locator("details:not(.fold)", has=page.locator("#NearestDocument"))
    if schema.get_attribute("open") is None:
        schema.locator("summary").click()
    expect(schema.locator("dl")).to_be_visible()


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with its script"])
def test_words_are_found_in_every_part(page: Page) -> None:
    """Only the parts with all words stay; without words all are there again."""
    every = page.locator("details:not(.fold, [hidden])").count()
    page.get_by_label("Find an operation").fill("Closed_until  temporarily")
    found = page.locator("details:not(.fold, [hidden])")
    assert 0 < found.count() < every / 10
    for item in found.all():
        assert "closed_until" in str(item.text_content())
        expect(item).to_be_visible()
    expect(page.locator("#found")).to_have_text(f"{found.count()} found")
    page.get_by_label("Find an operation").fill("")
    assert found.count() == every
    assert page.locator("details[open]").count() == 0
