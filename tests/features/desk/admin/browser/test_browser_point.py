"""The point of a centre is pasted, and checked on the map of the preview, on a phone too."""

import re
from itertools import combinations

import pytest
from playwright.sync_api import Browser, expect

from tests.features.desk.admin.browser.conftest import Trial

NEEDS = ("pages",)
SIZES = [
    {"width": 360, "height": 740},
    {"width": 1280, "height": 900},
    # A desktop at 400 %.
    {"width": 320, "height": 256},
]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desktop", "zoomed"])
def test_a_pasted_point_is_seen_on_the_map(
    browser: Browser, trial: Trial, size: dict[str, int], scripts: bool
) -> None:
    """The old point and the new one are apart, no names overlap, and nothing is loaded from
    elsewhere.
    """
    page = trial.page(browser, scripts=scripts, viewport=size, has_touch=True)
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/centres/payoke/edit?part=address")
    page.locator("summary", has_text="Point on the map").click()
    page.get_by_label("Point", exact=True).fill("51.2199, 4.4035")
    page.get_by_role("button", name="Preview the change").last.click()
    expect(page.get_by_text(re.compile(r"The point moves \d+ m to the south\."))).to_be_visible()
    drawn = page.locator(".drawn")
    frame = drawn.bounding_box()
    assert frame is not None
    assert frame["x"] + frame["width"] <= size["width"]
    old, new = (drawn.locator(each).bounding_box() for each in (".old", ".pin"))
    assert old is not None
    assert new is not None
    assert new["y"] + new["height"] > old["y"] + old["height"] + 10
    boxes = [each.bounding_box() for each in drawn.locator("text").all()]
    assert len(boxes) > 1
    for one, other in combinations(filter(None, boxes), 2):
        assert (
            one["x"] + one["width"] <= other["x"]
            or other["x"] + other["width"] <= one["x"]
            or one["y"] + one["height"] <= other["y"]
            or other["y"] + other["height"] <= one["y"]
        )
    assert {address.split("/")[2] for address in trial.asked} == {trial.origin.split("/")[2]}
    page.context.close()
