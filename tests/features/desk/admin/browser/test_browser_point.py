"""The point of a centre is set on the map: by tap, by keys and by pasting, on a phone too."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.features.desk.admin.browser.conftest import Trial

NEEDS = ("pages",)
SIZES = [
    {"width": 360, "height": 740},
    {"width": 1280, "height": 900},
    # A desktop at 400 %.
    {"width": 320, "height": 256},
]


def _map(page: Page, trial: Trial) -> Locator:
    page.goto(f"{trial.origin}/admin/centres/pag-asa/edit?part=address")
    page.locator("summary", has_text="Point on the map").click()
    found = page.locator("[data-map]")
    found.scroll_into_view_if_needed()
    return found


def _at(page: Page) -> tuple[float, float]:
    lat, lon = page.locator("[id='f-location.point']").input_value().split(", ")
    return float(lat), float(lon)


def _moves(page: Page) -> Locator:
    return page.locator("[data-moves]")


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desktop", "zoomed"])
def test_a_tap_sets_the_point(browser: Browser, trial: Trial, size: dict[str, int]) -> None:
    """A quarter of the map to the north is 3 km; the pin is where the tap was."""
    page = trial.page(browser, viewport=size, has_touch=True)
    trial.sign_in(page)
    found = _map(page, trial)
    box = found.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= size["width"]
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    expect(_moves(page)).to_have_text(re.compile(r"The point moves (29|30)\d\d m to the north\."))
    lat, lon = _at(page)
    assert lat == pytest.approx(50.8697, abs=0.0005)
    assert lon == pytest.approx(4.3472, abs=0.01)
    pin, frame = (
        page.locator("[data-pin]").bounding_box(),
        page.locator("[data-map]").bounding_box(),
    )
    assert pin is not None
    assert frame is not None
    # Its tip.
    assert pin["x"] + pin["width"] / 2 == pytest.approx(frame["x"] + frame["width"] / 2, abs=3)
    assert pin["y"] + pin["height"] == pytest.approx(frame["y"] + frame["height"] / 4, abs=4)
    page.context.close()


def test_keys_move_the_point(browser: Browser, trial: Trial) -> None:
    """50 m, with Shift 500 m; pressing the map by the keyboard moves nothing."""
    page = trial.page(browser, viewport=SIZES[1])
    trial.sign_in(page)
    _map(page, trial)
    page.get_by_role("button", name="Map: set the point here").focus()
    page.keyboard.press("ArrowUp")
    expect(_moves(page)).to_have_text(re.compile(r"The point moves (49|50|51) m to the north\."))
    page.keyboard.press("Shift+ArrowLeft")
    expect(_moves(page)).to_have_text(re.compile(r"The point moves 50\d m to the west\."))
    at = _at(page)
    page.keyboard.press("Enter")
    assert _at(page) == at
    page.context.close()


def test_typed_and_pasted_numbers_are_shown_on_the_map(browser: Browser, trial: Trial) -> None:
    """What is no point is on no map; a button moves it without a new page."""
    page = trial.page(browser, viewport=SIZES[0])
    trial.sign_in(page)
    _map(page, trial)
    point = page.locator("[id='f-location.point']")
    point.fill("50.8500, 4.3600")
    expect(page.locator("[data-pin]")).to_be_visible()
    expect(_moves(page)).to_have_text(re.compile(r"The point moves \d+ m to the north-east\."))
    point.fill("north")
    expect(page.locator("[data-pin]")).to_be_hidden()
    expect(_moves(page)).to_have_text("")
    point.fill("50.8500, 4.3600")
    page.get_by_role("button", name="South").click()
    assert _at(page) == pytest.approx((50.84955, 4.36), abs=0.00001)
    page.context.close()


def test_without_scripts_the_numbers_are_the_form(browser: Browser, trial: Trial) -> None:
    """There is no map, and a pasted point is understood."""
    page = trial.page(browser, scripts=False, viewport=SIZES[0])
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/centres/pag-asa/edit?part=address")
    expect(page.locator("[data-map]")).to_be_hidden()
    page.locator("summary", has_text="Point on the map").click()
    page.locator("[id='f-location.point']").fill("50.8500, 4.3600")
    page.get_by_role("button", name="Preview the change").last.click()
    expect(
        page.get_by_text(re.compile(r"The point moves \d+ m to the north-east\."))
    ).to_be_visible()
    page.context.close()
