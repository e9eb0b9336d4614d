"""The cards of centres on the finder's page: from device or server; to copy, save and print."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support.amount import some
from tests.support.browser import Heard, serving_app, serving_site
from tests.support.languages import tried_languages
from tests.support.moments import EXAMPLES_AT
from tests.support.records import directory_of, made_up_centre, shipped_records
from tests.support.visitor_page import (
    CANARY,
    ENHANCED,
    find,
    find_on_device,
    hold,
    opened,
    plain,
    shown_centres,
    type_place,
)


def test_what_was_found_on_the_device_can_be_taken_along(page: Page, origin: str) -> None:
    """Print and contacts are offered for the centres found; the place is not sent for them, nor
    the other centres for a contact.
    """
    heard = Heard.of(page)
    page.goto(origin)
    find_on_device(page, CANARY)
    names = page.locator("article h3 bdi").all_inner_texts()
    card = page.locator("article").nth(1)
    card.locator(".share > summary").click()
    card.locator("[name=neutral]").check()
    card_id = card.get_attribute("data-centre")
    with page.expect_download() as downloading:
        card.get_by_role("button", name=words("nl")["save.button"]).click()
    assert downloading.value.suggested_filename == "contact.vcf"
    page.check("#neutral")
    page.click("[data-print-page]")
    page.wait_for_selector("section.printed")
    headings = page.locator("section.printed h2").all_inner_texts()
    assert sorted(headings) == [
        f"{words('nl')['neutral.name']} {town}" for town in ("Antwerpen", "Brussel", "Luik")
    ]
    page.emulate_media(media="print")
    assert not page.is_visible(".exit")
    sent = [request.post_data or "" for request in heard.requests if request.method == "POST"]
    assert not re.search(CANARY, "".join(sent))
    contact, printed = sent
    assert contact == f"lang=nl&neutral=on&contact={card_id}"
    # The order of the distances would reveal the visitor's position.
    ids = re.findall(r"centre=([a-z-]+)", printed)
    assert ids == sorted(ids)
    assert len(ids) == len(names)


def test_paper_has_the_order_that_was_shown(page: Page, origin: str) -> None:
    """The closest centre is first in print, also above the helplines, although the server receives
    the ids in alphabetical order.
    """
    page.goto(origin)
    find_on_device(page, "4000")
    found = shown_centres(page)
    page.click("[data-print-page]")
    page.wait_for_selector("section.printed")
    assert page.locator(".printed").nth(0).get_attribute("data-centre") == "surya"
    assert "112" in page.locator(".printed").nth(1).inner_text()
    on_paper = [
        section.get_attribute("data-centre")
        for section in page.query_selector_all("section.printed")
    ]
    assert on_paper == found == ["surya", "pag-asa", "payoke"]


def test_an_answer_that_the_browser_prints_begins_with_the_closest_centre(
    page: Page, origin: str
) -> None:
    """Then come the helplines, and then the other centres; nothing that needs a finger."""
    page.goto(f"{origin}/?lang=nl")
    find_on_device(page, "4000")
    page.emulate_media(media="print")
    parts = ["[data-centre=surya]", "main > section.helplines", "[data-centre=pag-asa]", ".trust"]
    boxes = [page.locator(part).bounding_box() for part in parts]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == len(parts)
    assert tops == sorted(tops)
    assert page.locator(".calls").first.is_visible()
    for hidden in page.locator(".share, .print-form, .search, .distance").all():
        assert not hidden.is_visible()


@pytest.mark.parametrize("framed", [True, False])
def test_an_address_can_be_copied(page: Page, origin: str, framed: bool) -> None:
    """Also in a frame of another site; a screen reader is told, and nothing moves on the screen."""
    body = f'<input><iframe src="{origin}/embed?lang=nl" width=400 height=3000></iframe>'
    with serving_site({"/": body}) as partner:
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(f"{partner.origin}/" if framed else f"{origin}/?lang=nl")
        where = page.frame_locator("iframe") if framed else page
        where.locator(ENHANCED).wait_for()
        card = where.locator("[data-centre=payoke]")
        card.get_by_text(words("nl")["route"]).click()
        height = card.bounding_box()["height"]  # type: ignore[index]  # it is on the screen
        card.get_by_role("button", name=words("nl")["address.copy"]).click()
        assert card.get_by_role("status").inner_text() == words("nl")["address.copied"]
        assert card.bounding_box()["height"] == height  # type: ignore[index]  # see above
        field = page.locator("input").first if framed else page.locator("#postcode")
        field.focus()
        page.keyboard.press("Control+V")
        assert field.input_value() == "Leguit 4, 2000 Antwerpen"


def test_without_javascript_there_is_nothing_to_copy(browser: Browser, origin: str) -> None:
    """What needs a script takes no space, either."""
    context, page = opened(browser, java_script_enabled=False)
    page.goto(f"{origin}/?lang=nl")
    card = page.locator("[data-centre=payoke]")
    card.get_by_text(words("nl")["route"]).click()
    assert card.get_by_text(words("nl")["address.map"]).is_visible()
    heights = page.locator("[data-needs-script]").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().height)"
    )
    assert set(heights) == {0}
    assert page.locator(".device").bounding_box() is None
    context.close()


def test_a_state_of_the_device_is_that_of_the_server(page: Page, tmp_path: Path) -> None:
    """With the weekday on which a closed office opens, in each language that is tried."""
    night = EXAMPLES_AT.replace(hour=22)
    directory = directory_of(tmp_path, shipped_records()["centres"])
    with serving_app(create_app(directory, now=lambda: night)) as served:
        page.clock.install(time=night)
        for language in tried_languages():
            page.goto(f"{served}/?lang={language.tag}")
            page.wait_for_selector(ENHANCED)
            states = page.locator("article .state > span")
            by_server = states.all_inner_texts()
            find_on_device(page, "1000")
            assert sorted(states.all_inner_texts()) == sorted(by_server)


def whole_text(page: Page) -> list[list[str]]:
    """What each card of a page says and links, folded parts included."""
    cards: list[list[str]] = page.locator("article").evaluate_all(
        """cards => cards.map((card) => {
          for (const folded of card.querySelectorAll("details")) folded.open = true;
          const links = [...card.querySelectorAll("a")].map(({ href }) => href);
          const text = card.innerText.replaceAll(/[\\u2068\\u2069]/g, "");
          return [...text.split(/\\s+/), ...links];
        })"""
    )
    return cards


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a server with more centres than a page shows before a search."""
    centres = [
        *shipped_records()["centres"],
        made_up_centre(
            1,
            description={"fr": "Un centre."},
            sources={"description": ["myria", "surya"]},
            address={"postcode": "2000", "locality": {"fr": "Anvers"}, "country": "BE"},
            location={"lat": 51.22, "lon": 4.41, "precision": "street"},
            verified={"on": "2026-10-30", "by": "anna", "how": "called"},
            languages=[{"code": "uk", "interpreter": True}, {"code": "nl"}],
        ),
        made_up_centre(2, address_visibility="hidden"),
        made_up_centre(3, address_visibility="locality"),
        # The nearest to 2000, and not open.
        made_up_centre(
            4,
            status="temporarily_closed",
            closed_until="2026-12-31",
            address={"postcode": "2000", "locality": {"fr": "Anvers"}, "country": "BE"},
            location={"lat": 51.221, "lon": 4.4, "precision": "street"},
            phones=[
                {"number": "+3232011699", "kind": "main", "hours": "24/7"},
                {"number": "+3232011698", "kind": "mobile", "hours": "Mo-Fr 09:00-17:00"},
            ],
        ),
    ]
    directory = directory_of(tmp_path_factory.mktemp("many"), centres)
    with serving_app(create_app(directory, now=lambda: EXAMPLES_AT)) as served:
        yield served


@pytest.mark.parametrize("by_server", [True, False])
def test_of_many_centres_those_that_were_found_stay_when_a_search_is_refused(
    page: Page, many: str, by_server: bool
) -> None:
    """Their numbers can be called, without the distances from the place before."""
    bundles = hold(page, "**/v1/bundle/*") if by_server else []
    page.goto(f"{many}/?lang=en")
    (find if by_server else find_on_device)(page, "4000")
    found = shown_centres(page)
    assert len(found) == 3
    for route in bundles:
        route.continue_()
    page.unroute("**/v1/bundle/*")
    page.wait_for_selector(ENHANCED)
    type_place(page, "xyzzy")
    page.click("form.search-form button.main")
    page.wait_for_selector("#form-error")
    assert sorted(map(str, shown_centres(page))) == sorted(map(str, found))
    assert page.locator("article :is(.distance, .rank)").count() == 0
    assert page.locator("article .calls a, article .call").count() > 0


@pytest.mark.parametrize("tag", some(["ar", "nl", "en"], 2))
def test_a_card_of_the_device_is_that_of_the_server(page: Page, many: str, tag: str) -> None:
    """Where cards are made on the device, they say and link the same, also about the numbers of a
    closed centre, which are in the first card, too.
    """
    shown = []
    for on_device in (True, False):
        if not on_device:
            plain(page)
        page.goto(f"{many}/?lang={tag}")
        if on_device:
            page.wait_for_selector(ENHANCED)
        cards = []
        for postcode in ("1000", "2000"):
            find(page, postcode)
            cards += whole_text(page)
        shown.append(cards)
    assert len(shown[0]) == 7
    assert shown[0] == shown[1]
    for card in (shown[0][3], shown[0][6]):
        assert card.count("tel:+3232011699") == 1
        assert words(tag)["phone.always"] in " ".join(card)
