"""A tap on the drawn map sorts the centres, and a number of the map leads to its card."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.bootstrap import Directory
from directory_api.place.geometry import Point, chord_m
from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support.browser import Heard, serving_app
from tests.support.languages import tried_languages
from tests.support.moments import EXAMPLES_AT
from tests.support.visitor_page import find_on_device

ENHANCED = ".search.enhanced"
HASSELT = Point(50.930, 5.338)
LIMBURG = "Provincie Limburg"
# Where a place is drawn, in CSS pixels of the window, and how many of them are a kilometre.
DRAWN = """(svg, [lat, lon]) => {
  svg.scrollIntoView({ block: "center" });
  const [west, north, eastUnits, northUnits] = svg.dataset.frame.split(" ").map(Number);
  const matrix = svg.getScreenCTM();
  const point = new DOMPoint((lon - west) * eastUnits, (north - lat) * northUnits);
  const { x, y } = point.matrixTransform(matrix);
  return [x, y, (matrix.a * northUnits) / 111.2];
}"""


@pytest.fixture(scope="module")
def published(directory: Directory) -> Iterator[str]:
    """The origin of the app that writes the pages of a folder."""
    app = create_app(directory, now=lambda: EXAMPLES_AT, static_site=True)
    with serving_app(app) as origin:
        yield origin


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all tests: a tap leaves nothing behind."""
    page = browser.new_page()
    yield page
    page.close()


def tap(page: Page, place: Point) -> float:
    """Tap a place of the map; how many pixels are a kilometre."""
    x, y, scale = page.eval_on_selector(".map", DRAWN, [place.lat, place.lon])
    page.mouse.click(x, y)
    return float(scale)


def order(page: Page) -> list[str | None]:
    """The ids of the centres."""
    return [each.get_attribute("data-centre") for each in page.query_selector_all("article")]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", ["server", "folder"])
def test_a_tap_sorts_the_centres_and_tells_nobody(
    page: Page, embed_origin: str, published: str, kind: str, width: int
) -> None:
    """By the tapped place; the form names the region, the map does not mark the place, no request
    is sent and the address stays.
    """
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{published if kind == 'folder' else embed_origin}/?lang=nl")
    page.wait_for_selector(ENHANCED)
    heard, before = Heard.of(page), page.evaluate("[location.href, history.length].join()")
    drawn = page.locator(".map > *, .map a").count()
    scale = tap(page, HASSELT)
    page.wait_for_selector("#results:focus")
    assert order(page) == ["surya", "pag-asa", "payoke"]
    shown = page.locator("[data-centre=surya] .distance").inner_text()
    liege = Point(50.6415, 5.5655)
    # A pixel to each side, and a unit of the map.
    play = 2 / scale + 1
    assert abs(float(shown.split()[-2].replace(",", ".")) - chord_m(HASSELT, liege) / 1000) < play
    assert page.locator("[data-place]").inner_text() == f"Dichtstbijzijnde centra ({LIMBURG})"
    assert page.locator(".map > *, .map a").count() == drawn
    assert heard.requests == []
    assert heard.console == []
    assert page.evaluate("[location.href, history.length].join()") == before


def test_a_tap_is_as_exact_as_a_finger(page: Page, embed_origin: str) -> None:
    """On a small map it is not certain which of two centres is closer where it is on a large one.

    From here Payoke is 32 km closer than PAG-ASA. A finger covers more than 16 km to each side in a
    narrow frame, and 12 km on a desktop.
    """
    place = Point(51.30, 4.75)
    doubt = {}
    for width in (200, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{embed_origin}/?lang=nl")
        page.wait_for_selector(ENHANCED)
        tap(page, place)
        page.wait_for_selector("#results:focus")
        assert order(page)[0] == "payoke"
        doubt[width] = words("nl")["uncertain.both"] in page.locator(".results").inner_text()
    assert doubt == {200: True, 1280: False}


def test_a_number_of_the_map_leads_to_its_card(page: Page, embed_origin: str) -> None:
    """Also where it covers a region: a tap on it does not search. It adds no entry to the
    history, to which Back would lead after the exit.
    """
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{embed_origin}/?lang=nl")
    page.wait_for_selector(ENHANCED)
    entries = page.evaluate("history.length")
    for id, place in (("payoke", Point(51.2248, 4.4043)), ("surya", Point(50.6415, 5.5655))):
        tap(page, place)
        name = page.locator(f"[data-centre={id}] h3").get_attribute("id")
        assert page.evaluate("document.activeElement.id") == name
    assert page.evaluate("[location.hash, history.length].join()") == f",{entries}"
    assert page.locator(".origin.known").count() == 0


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_region_is_chosen_by_keyboard(page: Page, embed_origin: str, key: str) -> None:
    """It is a button with a name once the page can search; its middle is the place, as exact as the
    region is large.
    """
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{embed_origin}/?lang=fr")
    page.wait_for_selector(ENHANCED)
    regions = page.locator(".map").get_by_role("button")
    assert regions.count() == 11
    region = page.get_by_role("button", name="Centres les plus proches (Province du Limbourg)")
    region.focus()
    assert region.evaluate("each => each.matches(':focus-visible')")
    page.keyboard.press(key)
    page.wait_for_selector("#results:focus")
    assert (
        page.locator("[data-place]").inner_text()
        == "Centres les plus proches (Province du Limbourg)"
    )
    assert words("fr")["uncertain.position"] in page.locator(".results").inner_text()


def test_the_keyboard_stops_once_in_the_map(page: Page, embed_origin: str) -> None:
    """Arrow keys lead from the first number of the list to the others, then to the regions. After a
    search on a phone the map is away.
    """
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{embed_origin}/?lang=en")
    find_on_device(page, "4000")
    stops = page.locator(".map [tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    reached = []
    for _ in range(4):
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press("ArrowRight")
        expect(stops).to_have_count(1)
    assert reached[:3] == ["1 Sürya, Liège", "2 PAG-ASA, Brussels", "3 Payoke, Antwerp"]
    assert reached[3].startswith("Closest centres (")
    page.set_viewport_size({"width": 360, "height": 640})
    expect(page.locator(".map")).to_be_hidden()


# In which of these the focus is; from the end of the page the Tab key goes to the exit.
FOCUSED = """() => {
  const { activeElement: each } = document;
  if (each.matches(".exit")) return "exit";
  return each.closest(".map") ? "map" : each.closest("article")?.dataset.centre ?? "";
}"""


@pytest.mark.parametrize(("width", "kind"), [(360, "before"), (1280, "before"), (1280, "after")])
def test_the_map_comes_after_the_cards(
    page: Page, embed_origin: str, width: int, kind: str
) -> None:
    """For the keyboard and a screen reader, with its numbers in the order of the cards."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{embed_origin}/?lang=nl")
    page.wait_for_selector(ENHANCED)
    if kind == "after":
        find_on_device(page, "4000")
    page.focus(f"[data-centre={order(page)[0]}] a")
    reached = []
    while "map" not in reached:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        assert len(reached) < 60
    assert list(filter(None, dict.fromkeys(reached))) == [*order(page), "map"]
    marks = page.eval_on_selector_all("[data-mark]", "all => all.map((each) => each.dataset.mark)")
    assert marks == order(page)


@pytest.mark.parametrize("tag", ["nl", "ar"])
def test_on_a_desktop_the_map_is_beside_the_content(
    page: Page, embed_origin: str, tag: str
) -> None:
    """Before a search beside the helplines, after it beside the place; it covers neither."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{embed_origin}/?lang={tag}")
    page.wait_for_selector(ENHANCED)
    for beside in (".helplines", "#origin"):
        sides = """(map, beside) => {
          const [one, other] = [map, document.querySelector(beside)].map((each) =>
            each.getBoundingClientRect());
          const gap = Math.max(one.left - other.right, other.left - one.right);
          return [gap > 0, Math.round(one.top - other.top)];
        }"""
        assert page.eval_on_selector(".map", sides, beside) == [True, 0]
        find_on_device(page, "9000")


# The names that are shown, those that leave the map, and the pairs of what covers something else.
NAMES = """(map) => {
  const box = (each) => each.getBoundingClientRect();
  const meet = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const names = [...map.querySelectorAll(".town")];
  const around = box(map);
  const out = names.filter((each) => {
    const { left, right, top, bottom } = box(each);
    return left < around.left || right > around.right || top < around.top || bottom > around.bottom;
  });
  const shown = [...names, ...map.querySelectorAll(".mark")];
  const pairs = names.flatMap((each) =>
    shown.filter((other) => other !== each && meet(box(other), box(each))));
  return [names.map((each) => each.textContent), out.length, pairs.length];
}"""


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_the_towns_are_named_beside_the_numbers(page: Page, embed_origin: str, width: int) -> None:
    """In the language of the page, with letters that can be read; no name covers another one, or a
    number, or leaves the map.
    """
    page.set_viewport_size({"width": width, "height": 900})
    for language in tried_languages() if width == 360 else [words("nl").language]:
        page.goto(f"{embed_origin}/?lang={language.tag}")
        names, out, pairs = page.eval_on_selector(".map", NAMES)
        assert (out, pairs) == (0, 0), language.tag
        cards = page.locator("article h3").all_inner_texts()
        for name, card in zip(names, cards, strict=True):
            assert name in card
    assert names
    scale, size = page.eval_on_selector(
        ".map .town", "each => [each.getScreenCTM().a, parseFloat(getComputedStyle(each).fontSize)]"
    )
    assert scale * size > 11


def test_the_region_is_named_in_each_language(page: Page, embed_origin: str) -> None:
    """Another language keeps the answer; where it has no name for the region, the local one is
    shown.
    """
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{embed_origin}/?lang=nl")
    page.wait_for_selector(ENHANCED)
    tap(page, HASSELT)
    page.wait_for_selector(".origin.known")
    for tag, name in (("en", "Province of Limburg"), ("tr", LIMBURG)):
        page.click(".languages summary")
        page.click(f".languages [lang={tag}]")
        page.wait_for_selector(f"html[lang={tag}] .origin.known")
        place = words(tag).say("map.sort", place=name)
        expect(page.locator("[data-place]")).to_have_text(place)
        assert order(page)[0] == "surya"


def test_without_a_search_on_the_device_a_region_is_no_button(
    browser: Browser, embed_origin: str
) -> None:
    """Without scripts, and without the bundle, a tap does nothing."""
    for scripted in (False, True):
        context = browser.new_context(java_script_enabled=scripted)
        page = context.new_page()
        page.route("**/v1/bundle**", lambda route: route.abort())
        page.goto(f"{embed_origin}/?lang=nl")
        if scripted:
            page.wait_for_selector(".search.broken")
            tap(page, HASSELT)
        assert page.locator(".map [role=button], .map path[tabindex]").count() == 0
        assert page.locator(".origin.known").count() == 0
        context.close()
