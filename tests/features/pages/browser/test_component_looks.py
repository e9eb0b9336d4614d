"""<nearest-centre> can be seen, read, tapped and used by keyboard, enlarged and in any colour."""

import re
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.amount import some
from tests.support.partner_page import embedded, find

COLOURS = r"""() => {
  const root = document.querySelector("nearest-centre").shadowRoot;
  const solid = (element) => {
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/^rgba.* 0\)$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const isText = (child) => child.nodeType === 3 && child.data.trim();
  const texts = [...root.querySelectorAll("*")].filter((each) =>
    each.checkVisibility() && [...each.childNodes].some(isText));
  return texts.filter((each) => each.localName !== "style").map((each) =>
    [each.textContent, getComputedStyle(each).color, solid(each)]);
}"""
SIZES = """() => [
    ...document
      .querySelector("nearest-centre")
      .shadowRoot.querySelectorAll("a, button, input, summary"),
  ]
  .filter((each) => each.checkVisibility())
  .map((each) => [each, each.getBoundingClientRect()])
  .map(([each, box]) => [each.textContent || each.id, box.height, box.width])"""


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


MAIN = "box => getComputedStyle(box).getPropertyValue('--main')"
ACCENTS = ["#ffe600", "#777", "teal", "#fff", "#000", "hsl(300 100% 40%)", "oklch(.7 .2 20)", ""]


@pytest.mark.parametrize("scheme", some(["light", "dark"]))
def test_every_text_can_be_read_in_any_accent(
    partner: Page, embed_origin: str, scheme: str
) -> None:
    """Each text has a contrast of at least 4.5 (WCAG 2.2, 1.4.3), whatever the partner's colour,
    which a page may change.
    """
    with embedded(
        partner,
        embed_origin,
        f'lang="nl" language="fr" accent="{ACCENTS[0]}"',
        page_tag=f'<html lang="en"><meta name="color-scheme" content="{scheme}">',
        color_scheme=scheme,
    ) as page:
        poor = []
        main = set()
        for accent in ACCENTS:
            page.eval_on_selector(
                "nearest-centre", "(element, to) => element.setAttribute('accent', to)", accent
            )
            main.add(page.eval_on_selector("nearest-centre .box", MAIN))
            find(page, "10000")
            texts = page.evaluate(COLOURS)
            find(page, "1000")
            texts += page.evaluate(COLOURS)
            assert len(texts) > 50
            poor += [
                (accent, text, _contrast(colour, behind))
                for text, colour, behind in texts
                if _contrast(colour, behind) < 4.5
            ]
        assert poor == []
        assert len(main) == len(ACCENTS) - 1  # the browser does not give oklch as RGB


def test_a_page_sets_colours_corners_and_font(partner: Page, embed_origin: str) -> None:
    """By custom properties with the name of the component; no others of the page are read."""
    style = """element => {
      const box = getComputedStyle(element.shadowRoot.querySelector(".box"));
      const button = getComputedStyle(element.shadowRoot.querySelector("article [part=call]"));
      return [box.backgroundColor, box.color, box.borderRadius, box.fontFamily,
        button.backgroundColor, button.color];
    }"""
    with embedded(partner, embed_origin) as page:
        element = page.locator("nearest-centre")
        element.evaluate(
            """element => element.style.cssText = `--nearest-centre-accent: #ffd800;
            --nearest-centre-background: rgb(1, 2, 3); --nearest-centre-text: rgb(250, 251, 252);
            --nearest-centre-radius: 3px; --nearest-centre-font: serif`"""
        )
        page.clock.run_for(20_000)  # the component reads the accent again
        assert element.evaluate(style) == [
            *("rgb(1, 2, 3)", "rgb(250, 251, 252)", "3px", "serif"),
            *("rgb(255, 216, 0)", "rgb(0, 0, 0)"),
        ]
        element.evaluate("element => element.setAttribute('accent', 'rgb(0, 60, 120)')")
        expect(page.locator("nearest-centre article [part=call]").first).to_have_css(
            "background-color", "rgb(0, 60, 120)"
        )
        element.evaluate(
            "element => element.style.cssText = '--surface: red; --text: red; --radius: 9px'"
        )
        assert element.evaluate(style)[:3] == ["rgb(255, 255, 255)", "rgb(28, 36, 48)", "9.6px"]


def test_a_light_page_stays_light_on_a_dark_device(partner: Page, embed_origin: str) -> None:
    """It follows the page it is in; who wants it dark says so with color-scheme."""
    surface = (
        "getComputedStyle(document.querySelector('nearest-centre').shadowRoot"
        ".querySelector('.box')).backgroundColor"
    )
    with embedded(partner, embed_origin, color_scheme="dark") as page:
        assert page.evaluate(surface) == "rgb(255, 255, 255)"
        page.eval_on_selector("nearest-centre", "e => { e.style.colorScheme = 'dark'; }")
        assert _luminance(page.evaluate(surface)) < 0.02


@pytest.mark.parametrize("language", some(["ar", "nl", "en"]))
def test_it_fits_a_narrow_screen_and_its_targets_a_thumb(
    partner: Page, embed_origin: str, language: str
) -> None:
    """At 320 CSS pixels (1280 at 400 %) nothing is cut off, and targets are at least 44 px high."""
    with embedded(
        partner, embed_origin, f'lang="{language}"', viewport={"width": 320, "height": 700}
    ) as page:
        for typed in ("10000", "1000"):
            find(page, typed)
            assert page.evaluate("document.documentElement.scrollWidth") == 320
            small = [
                (name, height)
                for name, height, width in page.evaluate(SIZES)
                if height < 44 or width < 44
            ]
            assert small == []


def test_what_was_wrong_is_in_sight_beside_a_keyboard(partner: Page, embed_origin: str) -> None:
    """With a phone's keyboard open, a number to call and the suggested postcodes are in sight."""
    with embedded(partner, embed_origin, viewport={"width": 360, "height": 400}) as page:
        find(page, "Deurne")
        for name in ("2100 Deurne (Antwerp)", "3290 Deurne (Diest)"):
            expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
        expect(page.locator("#form-error a")).to_be_in_viewport(ratio=1)


def test_it_can_be_used_by_keyboard_alone(component: Page) -> None:
    """Tab moves from the bar over the helplines to the field, in visual order; Enter searches."""
    component.get_by_role("button", name="Of the page").focus()
    reached: list[Any] = []
    focused = """() => { const at = document.activeElement.shadowRoot?.activeElement;
      return at && (at.id || (at.matches(".exit") ? "exit" : at.localName)) }"""
    helplines = component.locator("nearest-centre section.helplines a").count()
    for _ in range(helplines + 4):
        component.keyboard.press("Tab")
        reached.append(component.evaluate(focused))
    # The number for danger is also in the bar.
    assert reached == ["exit", "a", *["a"] * helplines, "postcode", "button"]
    component.keyboard.press("Shift+Tab")
    component.keyboard.type("2000")
    component.keyboard.press("Enter")
    expect(component.get_by_role("heading", name="Closest centres")).to_be_focused()


def test_roles_and_names_tell_a_screen_reader_what_is_what(component: Page) -> None:
    """The parts have roles and names, and what goes wrong is read out."""
    region = component.get_by_role("region").and_(component.locator(".helplines"))
    expect(region).to_have_accessible_name(re.compile("."))
    expect(component.get_by_role("search").get_by_role("combobox")).to_be_visible()
    find(component, "xyz")
    message = component.get_by_role("status").and_(component.locator(".message"))
    expect(message).not_to_be_empty()
    error = component.locator("#form-error").inner_text().split("\n")[0]
    expect(component.get_by_role("combobox")).to_have_accessible_description(
        re.compile(re.escape(error))
    )


# How far the bar with the exit covers the box of the place that was searched.
COVERED = """() => {
  const root = document.querySelector("nearest-centre").shadowRoot;
  const [bar, box] = [".exit-bar", ".origin"].map((each) =>
    root.querySelector(each).getBoundingClientRect());
  return [bar.top, bar.bottom - box.top];
}"""


def test_in_a_narrow_column_the_bar_does_not_cover_what_is_scrolled_to(
    partner: Page, embed_origin: str
) -> None:
    """Where the column is 280 px wide the text of the exit needs two lines in some languages."""
    narrow = {"width": 296, "height": 640}  # with the margins of the page
    covered = {}
    for tag in ("nl", "fr", "de", "ro", "uk"):
        with embedded(partner, embed_origin, f'lang="{tag}"', viewport=narrow) as page:
            find(page, "2000")
            top, depth = page.evaluate(COVERED)
            assert top == 0
            if depth > 0:
                covered[tag] = depth
    assert covered == {}


def test_words_that_are_english_in_another_language_say_so(
    partner: Page, embed_origin: str
) -> None:
    """A screen reader pronounces borrowed words as English, from left to right (WCAG 2.2,
    3.1.2).
    """
    with embedded(partner, embed_origin, 'lang="ps"') as page:
        find(page, "1000")
        borrowed = page.locator("nearest-centre [lang=en][dir=ltr]")
        assert borrowed.count() > 0


def test_nothing_moves() -> None:
    """There is no animation to reduce."""
    module = (files("directory_api") / "features/pages/static/nearest-centre.js").read_text(
        encoding="utf-8"
    )
    assert not re.search(r"animation|transition|@keyframes|scroll-behavior", module)


def test_buttons_have_edges_in_forced_colours(browser: Browser, embed_origin: str) -> None:
    """Where the system takes the colours, a button keeps a visible border."""
    with embedded(browser, embed_origin, forced_colors="active") as page:
        style = """e => {
          const s = getComputedStyle(e);
          return [s.borderTopStyle, s.borderTopColor, s.backgroundColor];
        }"""
        kind, edge, inside = page.locator("nearest-centre .exit").evaluate(style)
        assert kind == "solid"
        assert edge != inside
