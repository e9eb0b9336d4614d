"""A tap on the drawn map sorts the centres, and a number of the map leads to its card."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.bootstrap import Directory
from directory_api.place.geometry import Point, chord_m
from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support.browser import Heard, serving_app
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

    From here Payoke is 32 km closer than PAG-ASA. A finger covers 19 km to each side on a phone,
    and 12 km on a desktop.
    """
    place = Point(51.30, 4.75)
    doubt = {}
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{embed_origin}/?lang=nl")
        page.wait_for_selector(ENHANCED)
        tap(page, place)
        page.wait_for_selector("#results:focus")
        assert order(page)[0] == "payoke"
        doubt[width] = words("nl")["uncertain.both"] in page.locator(".results").inner_text()
    assert doubt == {360: True, 1280: False}


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
    assert words("fr")["uncertain.both"] in page.locator(".results").inner_text()


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
    assert reached[:3] == ["1 Sürya", "2 PAG-ASA", "3 Payoke"]
    assert reached[3].startswith("Closest centres (")
    page.set_viewport_size({"width": 360, "height": 640})
    expect(page.locator(".map")).to_be_hidden()


def test_the_content_can_be_reached_past_the_languages(page: Page, embed_origin: str) -> None:
    """By a link after the exit, which adds no entry to the history."""
    page.goto(f"{embed_origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    entries = page.evaluate("history.length")
    skip = page.get_by_role("link", name=words("en")["skip"])
    skip.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.evaluate("[location.hash, history.length].join()") == f",{entries}"


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
