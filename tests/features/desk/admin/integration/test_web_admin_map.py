"""The map on which a maintainer checks a new point, in the preview of the change."""

import math
import re

import pytest

from tests.support.html_browser import CENTRE, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp
from tests.support.records import TERMINAL

NEEDS = ("pages",)
_UNITS = 320


def _moved(app: MaintainerApp, north: float) -> Page:
    """The preview of a point so many degrees to the north."""
    browser = signed_in_browser(app, "anna")
    page = browser.get(f"{CENTRE}/edit?part=address")
    assert "<svg" not in page.html
    form = page.form("/review")
    lat, lon = dict(form.fields)["location.point"].split(", ")
    return browser.post(
        form.action, form.filled({"location.point": f"{float(lat) + north:.5f}, {lon}"})
    )


@pytest.mark.parametrize("north", [0.001, 0.005, 0.027, 0.9])
def test_a_preview_shows_the_old_and_the_new_point(
    maintainer_app: MaintainerApp, north: float
) -> None:
    """Whether near or far, they are apart, both on the map, and the sentence says the same."""
    page = _moved(maintainer_app, north)
    old = re.search(r'<circle class="old" cx="([\d.]+)" cy="([\d.]+)"', page.html)
    new = re.search(r'<path class="pin" transform="translate\(([\d.]+) ([\d.]+)\)"', page.html)
    assert old is not None
    assert new is not None
    (x, y), (pin_x, pin_y) = (map(float, found.groups()) for found in (old, new))
    assert all(0 <= each <= _UNITS for each in (x, y, pin_x, pin_y))
    assert math.dist((x, y), (pin_x, pin_y)) >= 8
    assert y > pin_y
    assert re.search(r"The point moves \d+ k?m to the north\.", page.text)


def test_a_point_that_stays_has_no_map(maintainer_app: MaintainerApp) -> None:
    """Nor has the middle of a postcode, which nobody typed; of a typed one the towns are around."""
    maintainer_app.directory.seed_data.load(TERMINAL, reason="with postcodes")
    browser = signed_in_browser(maintainer_app, "anna")
    for typed, has_map in (
        ({"address.street": "Kolenmarkt 1"}, True),
        ({"address.street": "Cellebroersstraat 16C"}, False),
    ):
        form = browser.get(f"{CENTRE}/edit?part=address").form("/review")
        page = browser.post(form.action, form.filled(typed))
        assert ('class="pin"' in page.html) is has_map
    for point in ("", "50.8430, 4.3500"):
        form = browser.get(f"{CENTRE}/edit?part=temporary").form("/review")
        typed = {
            "temporary.until": "2027-03-31",
            "temporary.address.street": "Kolenmarkt 1",
            "temporary.address.postcode": "1000",
            "temporary.location.point": point,
        }
        page = browser.post(form.action, form.filled(typed))
        assert ('class="pin"' in page.html) is bool(point)
        assert ("Anderlecht" in page.text) is bool(point)
