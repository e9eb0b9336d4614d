"""On any partner's page <nearest-centre> can be read, and its exit can be seen and tapped."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.visitor_page import LEFT, opened

BAR = "<header>Menu</header>"
# What a page does to the component: its style sheet, what comes before it, and what is around it.
PAGES = {
    "a sticky header": ("header { position: sticky; top: 0; z-index: 10 }", BAR),
    "a fixed header above everything": ("header { position: fixed; z-index: 2147483647 }", BAR),
    "a header that comes when scrolled": (
        "header { position: fixed; top: -90px; z-index: 9 } .scrolled header { top: 0 }",
        f"{BAR}<script>onscroll = () => document.body.className = 'scrolled'</script>",
    ),
    "a banner over half of the window": (
        "header { position: fixed; height: 50%; z-index: 99999 }",
        BAR,
    ),
    "a section that hides what overflows": ("section { overflow: hidden }", ""),
    "a section that scrolls by itself": ("section { overflow: auto; height: 1500px }", ""),
    "a section that is transformed": (
        "section { transform: translateX(0) scale(.9) } header { position: fixed; z-index: 1 }",
        BAR,
    ),
    "a section that is contained": ("section { contain: strict; height: 4200px }", ""),
    "a section below its neighbour": (
        "section { position: relative; z-index: 0; isolation: isolate; filter: contrast(1);"
        " will-change: transform; perspective: 1px } header { position: sticky; z-index: 1 }",
        BAR,
    ),
    "the custom properties of shadcn": (
        ":root { --background: 0 0% 100%; --foreground: 240 10% 4%; --primary: 240 6% 10%;"
        " --accent: 240 5% 96%; --radius: 0.5rem; --text: #fff; --surface: #fff; --ink: #fff;"
        " --paper: #fff; --leave: #fff; --leave-ink: #fff; --corner: 99rem }",
        "",
    ),
    "the custom properties of WordPress": (
        ":root { --wp--preset--color--base: #fff; --wp--preset--color--contrast: #fff;"
        " --text: var(--wp--preset--color--contrast); --surface: var(--wp--preset--color--base);"
        " --accent: #fff; --font: 1px serif } header { position: fixed; z-index: 99999 }"
        " a { color: #fff !important; background: #fff !important }",
        BAR,
    ),
    "colours of its own that are one": (
        "nearest-centre { color-scheme: dark; --nearest-centre-accent: #222;"
        " --nearest-centre-background: #222; --nearest-centre-text: #222 }",
        "",
    ),
}
STYLE = """body { margin: 0 } div { height: 700px }
header { top: 0; left: 0; right: 0; height: 90px; background: #eee }"""
SCROLL = """(part) => {
  const component = document.querySelector("nearest-centre");
  const section = component.parentElement;
  section.scrollTop = part * (section.scrollHeight - section.clientHeight);
  const { top, height } = component.getBoundingClientRect();
  scrollBy(0, top + part * (height - innerHeight / 2));
}"""
# Whether it is in the window, met by a finger, and its contrast (WCAG 2.2, 1.4.3).
EXIT = """() => {
  const root = document.querySelector("nearest-centre").shadowRoot;
  const exit = root.querySelector("[part=exit]");
  const { top, bottom, left, right } = exit.getBoundingClientRect();
  const met = root.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const { color, backgroundColor } = getComputedStyle(exit);
  const [low, high] = [color, backgroundColor].map((colour) => {
    const [r, g, b, alpha = 1] = colour.match(/[0-9.]+/g).map(Number);
    const linear = (v) => (v <= 10.3 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return alpha * (0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b));
  }).sort((a, b) => a - b);
  return {
    inside: top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth,
    met: exit.contains(met),
    readable: (high + 0.05) / (low + 0.05) >= 4.5,
  };
}"""
GOOD = {"inside": True, "met": True, "readable": True}
HEIGHT = "document.querySelector('nearest-centre').getBoundingClientRect().height"


def partner_page(origin: str, style: str, before: str = "", around: str = "<section>") -> str:
    """The markup of a partner's page. A modal opens by itself."""
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width="
        f"device-width'><title>Partner</title><style>{STYLE}{style}</style><body>{before}"
        f"<div><button>Of the page</button></div>{around}<nearest-centre lang=en full>"
        f"</nearest-centre></section></table></dialog><div></div><div></div>"
        f'<script type="module" src="{origin}/embed/nearest-centre.js"></script>'
        "<script>document.querySelector('dialog')?.showModal()</script>"
    )


@contextmanager
def hostile(
    browser: Browser,
    origin: str,
    style: str,
    before: str = "",
    around: str = "<section>",
    width: int = 360,
) -> Iterator[Page]:
    """A partner's page, on a phone."""
    with serving_site({"/": partner_page(origin, style, before, around)}) as site:
        context, page = opened(browser, at=EXAMPLES_AT, viewport={"width": width, "height": 640})
        page.goto(f"{site.origin}/")
        expect(page.locator("nearest-centre article").first).to_be_attached()
        yield page
        context.close()


def _exit(page: Page) -> Any:
    """The state of the exit once it is good, or after two seconds."""
    for _ in range(40):
        state = page.evaluate(EXIT)
        if state == GOOD:
            break
        page.wait_for_timeout(50)
    return state


@pytest.mark.parametrize("case", PAGES)
def test_the_exit_is_in_sight_and_can_be_read(
    browser: Browser, embed_origin: str, case: str
) -> None:
    """Wherever the page is scrolled to while the component is in sight; nothing of it moves."""
    with hostile(browser, embed_origin, *PAGES[case]) as page:
        height = page.evaluate(HEIGHT)
        states = {}
        for part in (0, 0.5, 1, 0.2):
            page.evaluate(SCROLL, part)
            states[part] = _exit(page)
        assert states == dict.fromkeys(states, GOOD)
        # Browsers round the place of the bar to the pixels of the screen.
        assert abs(page.evaluate(HEIGHT) - height) < 1


@pytest.mark.parametrize("gesture", ["tap", "keyboard"])
def test_the_exit_above_a_header_works_as_in_its_place(
    browser: Browser, embed_origin: str, gesture: str
) -> None:
    """By a tap, and as the first stop of Tab. Shift does not depend on where it is."""
    with hostile(browser, embed_origin, *PAGES["a fixed header above everything"]) as page:
        page.evaluate(SCROLL, 0.5)
        assert _exit(page) == GOOD
        if gesture == "tap":
            page.get_by_role("link", name="Leave this page").click()
        else:
            page.get_by_role("button", name="Of the page").focus()
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
        page.wait_for_url(LEFT)


# Until the browser has told the component, too, what is in sight.
SCROLL_AND_OBSERVE = """async (top) => {
  scrollTo(0, top);
  const component = document.querySelector("nearest-centre");
  await new Promise((done) => new IntersectionObserver(() => done()).observe(component));
}"""


def test_on_an_ordinary_page_the_exit_stays_in_its_bar(browser: Browser, embed_origin: str) -> None:
    """Also when only the upper edge of the component has come into sight."""
    with hostile(browser, embed_origin, *PAGES["the custom properties of shadcn"]) as page:
        for top in (80, 700, 1500):
            page.evaluate(SCROLL_AND_OBSERVE, top)
            page.clock.run_for(600)  # it looks again every 250 ms
            assert page.locator("nearest-centre [popover]").count() == 0


def test_the_exit_goes_back_to_its_place_when_the_component_is_out_of_sight(
    browser: Browser, embed_origin: str
) -> None:
    """What else is on the partner's page is not covered."""
    with hostile(browser, embed_origin, *PAGES["a sticky header"]) as page:
        page.evaluate(SCROLL, 0.5)
        assert _exit(page) == GOOD
        expect(page.locator("nearest-centre [popover]")).to_be_in_viewport(ratio=1)
        page.evaluate("scrollTo(0, 0)")
        expect(page.locator("nearest-centre [popover]")).to_have_count(0)


# What is as wide as its content: each with its tags and a style.
PARENTS = {
    "a row": ("<section>", "section { display: flex }"),
    "a column": ("<section>", "section { display: flex; flex-flow: column; align-items: center }"),
    "a grid": ("<section>", "section { display: grid; justify-items: start }"),
    "a float": ("<section>", "section { float: left }"),
    "a table cell": ("<table><td>", ""),
    "a fitting section": ("<section>", "section { width: fit-content }"),
    "an inline block": ("<section>", "section { display: inline-block }"),
    "a modal": ("<dialog>", "dialog { padding: 4px; border: 0 }"),
}
SIZE = """() => {
  const component = document.querySelector("nearest-centre").getBoundingClientRect();
  return [component.width, document.documentElement.scrollWidth <= innerWidth];
}"""


@pytest.mark.parametrize("parent", PARENTS)
def test_a_parent_that_is_as_wide_as_its_content_makes_it_as_wide_as_a_phone(
    browser: Browser, embed_origin: str, parent: str
) -> None:
    """Where there is so much space; on a smaller phone it is nearly as wide as that."""
    around, style = PARENTS[parent]
    sizes = []
    for width in (1280, 360):
        with hostile(browser, embed_origin, style, "", around, width) as page:
            sizes.append(page.evaluate(SIZE))
    assert sizes[0] == [352, True]
    width, is_whole = sizes[1]
    assert (is_whole, width >= 320) == (True, True)


NARROW = {"a narrow column": ("<section>", "section { width: 160px }")}
# What style sheets say about every element. A section that hides what overflows it stays as it is.
SHEETS = {
    "uppercase": "* { text-transform: uppercase !important }",
    "letter-spacing": "* { letter-spacing: 1em !important; word-spacing: 2em !important }",
    "opacity": "section > * { opacity: .1 !important }",
    "max-height": "* { max-height: 90px !important } section > * { overflow: hidden !important }",
    "a reset": "body * { all: unset !important }",
    "important on everything": "section > * { font: 8px/1 serif !important; color: #fff !important;"
    " -webkit-text-fill-color: #fff !important; text-shadow: 0 0 9px #000 !important;"
    " height: 20px !important; min-height: 0 !important; padding: 0 !important;"
    " margin: 0 !important; overflow: hidden !important; float: left !important;"
    " position: static !important; white-space: nowrap !important }",
}
SURROUNDINGS = {
    **PARENTS,
    **NARROW,
    **{name: ("<section>", sheet) for name, sheet in SHEETS.items()},
}
# Each number that can be seen, with what is wrong: its target is less than 44 pixels, its text is
# not all in the window and in its link, the link not in the component, or it is broken, pale or
# covered.
NUMBERS = """() => {
  const component = document.querySelector("nearest-centre");
  const root = component.shadowRoot;
  const met = (x, y) =>
    document.elementFromPoint(x, y) === component ? root.elementFromPoint(x, y) : null;
  const isIn = (text, { left, top, right, bottom }) =>
    text.left >= left - 0.5 && text.right <= right + 0.5 &&
    text.top >= top - 0.5 && text.bottom <= bottom + 0.5;
  const faults = (link) => {
    link.scrollIntoView({ block: "center" });
    const range = document.createRange();
    range.selectNodeContents(link);
    const texts = [...range.getClientRects()];
    const target = link.getBoundingClientRect();
    const around = component.getBoundingClientRect();
    const ends = texts.flatMap(({ left, right, top, bottom }) =>
      [left + 1, right - 1].map((x) => met(x, (top + bottom) / 2)));
    const { webkitTextFillColor, backgroundColor } = getComputedStyle(link);
    return Object.entries({
      small: Math.min(target.width, target.height) < 43.9,
      outside: !texts.every((each) =>
        isIn(each, { left: 0, top: 0, right: innerWidth, bottom: innerHeight })),
      cut: !texts.every((each) => isIn(each, target)) ||
        target.left < around.left || target.right > around.right,
      broken: link.querySelector("bdi").getClientRects().length !== 1,
      pale: getComputedStyle(component).opacity !== "1" || webkitTextFillColor === backgroundColor,
      covered: !ends.every((element) => link.contains(element)),
    }).filter(([, isWrong]) => isWrong).map(([name]) => name).join(" ");
  };
  return [...root.querySelectorAll("a[href^='tel:']")]
    .filter((link) => link.checkVisibility())
    .map((link) => [link.getAttribute("href"), faults(link)]);
}"""


@pytest.mark.parametrize("case", SURROUNDINGS)
def test_every_number_is_whole_and_the_exit_in_sight(
    browser: Browser, embed_origin: str, case: str
) -> None:
    """In whatever a page puts it, and whatever its style sheets say about all elements; before and
    after a search.
    """
    around, style = SURROUNDINGS[case]
    with hostile(browser, embed_origin, style, "", around) as page:
        numbers = page.evaluate(NUMBERS)
        assert len(numbers) > 6
        page.locator("nearest-centre input").fill("2000")
        page.locator("nearest-centre button.main").click()
        expect(page.locator("nearest-centre .origin.known")).to_be_visible()
        numbers += page.evaluate(NUMBERS)
        assert [number for number in numbers if number[1]] == []
        for part in (0, 0.5, 1):
            page.evaluate(SCROLL, part)
            assert _exit(page) == GOOD


# What a page sets for all of its text.
INHERITED = {
    "letter-spacing": "1em",
    "word-spacing": "2em",
    "text-transform": "uppercase",
    "text-indent": "4em",
    "word-break": "break-all",
    "white-space": "pre",
}
LOOKS = """(names) => {
  const { shadowRoot } = document.querySelector("nearest-centre");
  return [...shadowRoot.querySelectorAll(".box, .box *:not(template)")].map((each) => {
    const { left, width, height } = each.getBoundingClientRect();
    const style = getComputedStyle(each);
    return [each.localName, left, width, height, ...names.map((name) => style[name])];
  });
}"""


def test_the_text_of_the_page_does_not_change_that_of_the_component(
    browser: Browser, embed_origin: str
) -> None:
    """It has the same sizes and styles as on a plain page."""
    looks = []
    for changed in [{}, *({name: value} for name, value in INHERITED.items()), INHERITED]:
        style = "; ".join(f"{name}: {value}" for name, value in changed.items())
        with hostile(browser, embed_origin, f"body {{ {style} }}") as page:
            looks.append((style, page.evaluate(LOOKS, [*INHERITED])))
    (_, plain), *others = looks
    assert [style for style, look in others if look != plain] == []
