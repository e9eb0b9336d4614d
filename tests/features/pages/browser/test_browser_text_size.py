"""Large text: the exit stays small, the place can be read, and the number to call is near."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support import partner_page
from tests.support.languages import tried_languages
from tests.support.moments import EXAMPLES_AT
from tests.support.visitor_page import ENHANCED, PHONE, find

LYING: Any = {"width": 640, "height": 360}
LARGE = """addEventListener("DOMContentLoaded", () => {
  document.documentElement.style.fontSize = "SIZE";
});"""
# The height of the bar, and the pixels from its top to the end of the number, or of its first text;
# what is broken into lines, and whether something is cut off or does not fit.
GEOMETRY = """(number) => {
  const root = document.querySelector("nearest-centre")?.shadowRoot ?? document;
  const wide = [document.documentElement, root.querySelector(".box") ?? document.body];
  const end = (element) => element.getBoundingClientRect().bottom;
  const exit = root.querySelector(".exit");
  const bar = root.querySelector(".exit-bar").getBoundingClientRect();
  const isBroken = (each) => each.checkVisibility() && each.getClientRects().length > 1;
  const words = [...root.querySelectorAll("[href^='tel:'] bdi")].filter(isBroken);
  // Elsewhere a number could break between any two digits.
  const calls = [...root.querySelectorAll(":is(.call, .night)[href^='tel:']")];
  words.push(...calls.filter((each) => !each.querySelector("bdi")));
  const place = root.querySelector("[data-place]").firstChild;
  for (const { index, 0: word } of place?.textContent.matchAll(/\\S+/g) ?? []) {
    if (/\\p{Script=Han}/u.test(word)) continue;  // Chinese breaks between any two
    const range = document.createRange();
    range.setStart(place.firstChild ?? place, index);
    range.setEnd(place.firstChild ?? place, index + word.length);
    const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
    if (lines.size > 1) words.push({ textContent: word });
  }
  return {
    bar: bar.height,
    isCut: exit.scrollHeight > exit.clientHeight || exit.scrollWidth > exit.clientWidth,
    isWide: wide.some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
    broken: words.map(({ textContent }) => textContent),
    number: end(root.querySelector(number).querySelector("b, span, bdi")) - bar.top,
  };
}"""
LINE, FILLED = ".national_line a", "article .main:is(.call, .night)"


@pytest.mark.parametrize(
    ("window", "size", "screens"),
    [(PHONE, "150%", 1), (PHONE, "200%", 2), (LYING, "100%", 1), (LYING, "200%", 3)],
    ids=["phone, 150 %", "phone, 200 %", "lying", "lying, 200 %"],
)
def test_with_large_text_the_number_to_call_is_near(
    browser: Browser, origin: str, window: Any, size: str, screens: int
) -> None:
    """On the first screen at 150 %, one swipe away at 200 %, and two on a phone that lies on its
    side, which is half as high; before and after a search. The bar with the exit takes at most a
    sixth of the screen.
    """
    context = browser.new_context(viewport=window)
    context.add_init_script(LARGE.replace("SIZE", size))
    page = context.new_page()
    page.clock.set_fixed_time(EXAMPLES_AT)
    wrong = {}
    for language in tried_languages():
        page.goto(f"{origin}/?lang={language.tag}")
        page.wait_for_selector(ENHANCED)
        before = _wrong(page, LINE, window["height"], screens)
        find(page, "9000")
        after = _wrong(page, FILLED, window["height"], screens)
        if before or after:
            wrong[language.tag] = (before, after)
    context.close()
    assert wrong == {}


@pytest.mark.parametrize(("size", "screens"), [("150%", 1), ("200%", 2)], ids=["150 %", "200 %"])
def test_the_component_fits_a_phone_with_large_text(
    partner: Page, embed_origin: str, size: str, screens: int
) -> None:
    """As the page does, where the site around it has a font of this size."""
    wrong = {}
    for language in tried_languages():
        attributes = f'lang="{language.tag}"'
        with partner_page.embedded(partner, embed_origin, attributes, viewport=PHONE) as page:
            page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
            before = _wrong(page, LINE, PHONE["height"], screens)
            partner_page.find(page, "9000")
            after = _wrong(page, FILLED, PHONE["height"], screens)
            if before or after:
                wrong[language.tag] = (before, after)
    assert wrong == {}


def _wrong(page: Page, number: str, height: int, screens: int) -> dict[str, Any]:
    """What is wrong with what is seen, by its name in GEOMETRY."""
    seen = page.evaluate(GEOMETRY, number)
    bar = seen.pop("bar")
    seen["bar"] = bar if bar > height / 6 + 1 else 0
    # A swipe leaves the bar where it is.
    below = seen.pop("number") - (height + (screens - 1) * (height - bar))
    seen["below"] = max(0, below)
    return {name: each for name, each in seen.items() if each}
