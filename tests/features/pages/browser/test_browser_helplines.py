"""The helplines of another country: on the page those of the place are at the top, as the server
shows them; in the component they are in the message, and the numbers above it never move.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.text.translations import words
from tests.support.browser import Heard
from tests.support.partner_page import embedded, find
from tests.support.touch_targets import TAPPED, moved
from tests.support.visitor_page import hold

EN = words("en")
# The numbers at the top of the page: where each is in the document, and what it leads to.
NUMBERS = """(root) => [...root.querySelector(".helplines").querySelectorAll("a")]
  .map((link) => [link.getAttribute("href"), link.getBoundingClientRect().top + scrollY,
    link.getBoundingClientRect().left])"""


@pytest.fixture
def page(browser: Browser, embed_origin: str) -> Any:
    """The visitor's page at the width of a phone, when it can search without the server."""
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{embed_origin}/?lang=en")
    page.wait_for_selector(".search.enhanced")
    yield page
    context.close()


def _search(page: Page, text: str) -> None:
    if not page.is_visible("#postcode"):
        page.click("#origin > summary")
    page.fill("#postcode", text)
    page.click("form.search-form button.main")
    page.wait_for_selector("#results:focus")


def _texts(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_inner_texts()]


def _lines(page: Page) -> list[tuple[str | None, str | None, str]]:
    links = page.locator("[data-lines] li").all()
    return [
        (
            link.get_attribute("class"),
            link.locator("a").get_attribute("href"),
            " ".join(link.inner_text().split()),
        )
        for link in links
    ]


@pytest.mark.parametrize("tag", ["en", "fr", "ar"])
def test_the_helplines_at_the_top_are_those_of_the_place(
    browser: Browser, page: Page, embed_origin: str, tag: str
) -> None:
    """The same as without scripts: 119, 3919 and 114 for Lille, and no 101. Near Brussels they are
    the first ones again.
    """
    page.goto(f"{embed_origin}/?lang={tag}")
    page.wait_for_selector(".search.enhanced")
    home = _lines(page)
    _search(page, "59000 Lille")
    lines = _lines(page)
    assert [href for _, href, _ in lines][:5] == [f"tel:{n}" for n in (112, 17, 119, 3919, 114)]
    assert page.locator(".results .helplines").count() == 0
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{embed_origin}/?lang={tag}")
    plain.fill("#postcode", "59000 Lille")
    plain.press("#postcode", "Enter")
    plain.wait_for_selector(".origin.known")
    assert _lines(plain) == lines
    context.close()
    _search(page, "1000")
    assert _lines(page) == home


def test_helplines_of_another_country_move_nothing_that_can_be_tapped(
    page: Page, embed_origin: str
) -> None:
    """They come when they are out of sight; what is below them stays where it is on the screen,
    also when a refusal brings back the first ones.
    """
    held = hold(page, "**/v1/bundle/names/**")
    page.fill("#postcode", "59000 Lille")
    page.press("#postcode", "Enter")
    page.wait_for_selector(".search.waiting")
    before = page.evaluate(TAPPED).split(" ")
    while page.query_selector(".search.waiting"):
        for route in held[:]:
            held.remove(route)
            route.continue_()
        page.wait_for_timeout(10)
    assert moved(before, page.evaluate(TAPPED).split(" ")) == ""
    page.click("#origin > summary")
    page.fill("#postcode", "")
    page.press("#postcode", "Enter")
    expect(page.locator("#form-error")).to_be_visible()
    assert [href for _, href, _ in _lines(page)][1] == "tel:101"
    # The message is below the field, and both are in sight.
    bar, field, message = (
        page.locator(each).evaluate("(each) => each.getBoundingClientRect().bottom")
        for each in (".exit-bar", "#postcode", ".message")
    )
    assert bar < field < message <= page.evaluate("innerHeight")


def test_the_police_of_a_place_abroad_are_beside_the_answer(page: Page) -> None:
    """17 for Lille, with the country, as 101 has it from the start; 112 is above."""
    assert "101 Police – Belgium" in _texts(page, "main > .helplines a")
    _search(page, "59000 Lille")
    assert _texts(page, ".results .danger a") == ["17 Police – France"]
    expect(page.locator(".dial a[href='tel:112']")).to_be_in_viewport()
    expect(page.locator(".results .night")).to_have_attribute("href", "tel:3919")
    # Near Brussels all that is needed is at the top.
    page.click("#origin > summary")
    page.fill("#postcode", "1000")
    page.click("form.search-form button.main")
    expect(page.locator("[data-place]")).to_contain_text("1000")
    assert page.locator(".results .danger, .results .helplines").count() == 0
    expect(page.locator(".results .night")).to_have_attribute("href", "tel:+3278055800")


def test_a_bare_postcode_shows_the_police_of_each_country_that_may_be_meant(page: Page) -> None:
    """`59000` may be French or German. After the choice the answer is in sight."""
    page.fill("#postcode", "59000")
    page.click("form.search-form button.main")
    assert _texts(page, "[data-message] .danger a") == [
        "17 Police – France",
        "110 Police – Germany",
    ]
    page.get_by_role("button", name="France").click()
    page.wait_for_selector("#results:focus")
    bar = page.locator(".exit-bar").evaluate("(bar) => bar.getBoundingClientRect().bottom")
    heading = page.locator("#results").evaluate("(each) => each.getBoundingClientRect().top")
    assert bar <= heading < 740 / 2
    assert _texts(page, ".results .danger a") == ["17 Police – France"]


@pytest.fixture
def find_at(browser: Browser, embed_origin: str) -> Iterator[Callable[..., Page]]:
    """Search by a position on a phone; with `is_offline`, without a network from then on."""
    contexts = []

    def search(lat: float, lon: float, *, is_offline: bool = False) -> Page:
        context = browser.new_context(
            locale="en",
            viewport={"width": 360, "height": 740},
            permissions=["geolocation"],
            geolocation={"latitude": lat, "longitude": lon, "accuracy": 30},
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{embed_origin}/?lang=en")
        page.wait_for_selector(".search.enhanced")
        context.set_offline(is_offline)
        heard = Heard.of(page)
        page.click("[data-position]")
        page.wait_for_selector("#results:focus")
        assert heard.requests == []
        return page

    yield search
    for context in contexts:
        context.close()


@pytest.mark.parametrize("is_offline", [False, True])
@pytest.mark.parametrize(
    ("lat", "lon", "police", "is_said"),
    [
        (50.63, 3.06, ["17 Police – France"], True),
        (50.776, 6.084, ["110 Police – Germany"], True),
        (50.8514, 5.691, [], True),  # the Netherlands have 112 for both
        (52.3676, 4.9041, [], True),
        (48.8566, 2.3522, ["17 Police – France"], True),
        # Near the border it may be in either.
        (50.7963, 3.121, ["101 Police – Belgium", "17 Police – France"], False),
        (50.7036, 3.2172, ["17 Police – France", "101 Police – Belgium"], False),
        (50.85, 4.35, [], False),
    ],
)
def test_a_position_has_the_police_of_the_countries_in_which_it_may_be(
    find_at: Callable[..., Page],
    lat: float,
    lon: float,
    police: list[str],
    is_said: bool,
    is_offline: bool,
) -> None:
    """As the server says, without asking it; 112 can be called above, and no other police."""
    page = find_at(lat, lon, is_offline=is_offline)
    assert _texts(page, ".results .danger a:not([href='tel:112'])") == police
    said = page.locator(".results .note.warning > p", has_text="You are in:")
    assert (said.count() > 0) is is_said
    expect(page.locator(".dial a[href='tel:112']")).to_be_in_viewport()
    top = [href for _, href, _ in _lines(page)]
    assert top[0] == "tel:112"
    shown = {each for each in top if each in ("tel:101", "tel:110", "tel:113", "tel:17")}
    own = {"tel:101"} if (lat, lon) == (50.85, 4.35) else set()
    assert shown == {f"tel:{each.split()[0]}" for each in police} | own


@pytest.mark.parametrize(("lat", "lon"), [(44.4268, 26.1025), (51.9, 2.6), (51.5074, -0.1278)])
def test_a_position_in_no_known_country_has_112_and_no_other_short_number(
    find_at: Callable[..., Page], lat: float, lon: float
) -> None:
    """In Bucharest, at sea and in London; nothing of Belgium stands out but the centre's own
    number.
    """
    page = find_at(lat, lon)
    shown = {href for _, href, _ in _lines(page)}
    assert {href for href in shown if href and href.startswith("tel:")} == {
        *("tel:112", "tel:+3278055800")
    }
    assert page.locator(".national_line, .night.always").count() == 0
    expect(page.locator(".results .night")).to_have_attribute("href", "tel:112")
    assert page.locator(".results .danger").count() == 0
    dial = words("en")["outside.dial"]
    assert dial in " ".join(page.locator(".results .note.warning").inner_text().split())


def test_the_component_names_the_police_of_a_postcode_abroad(
    browser: Browser, embed_origin: str
) -> None:
    """It does not search there, and its own numbers stay."""
    with embedded(browser, embed_origin) as page:
        component = page.locator("nearest-centre")
        root = f"(element) => ({NUMBERS})(element.shadowRoot)"
        expect(component.locator("#postcode")).to_be_visible()
        before = component.evaluate(root)
        find(page, "59000")
        danger = component.locator(".message .danger a")
        expect(danger.first).to_be_visible()
        assert [" ".join(text.split()) for text in danger.all_inner_texts()] == [
            "17 Police – France",
            "110 Police – Germany",
        ]
        assert component.evaluate(root) == before
