"""The map on which a maintainer sets the point of a centre, without a script."""

import re

from werkzeug.datastructures import MultiDict

from tests.support.html_browser import CENTRE, Browser, Page, PageForm, signed_in_browser
from tests.support.maintainer_app import MaintainerApp

NEEDS = ("pages",)

AREA = ("map.area", "yes")


def _form(page: Page) -> PageForm:
    return next(form for form in page.forms if ("part", "address") in form.fields)


def _press(browser: Browser, page: Page, **sent: str) -> Page:
    """Press a button of the map; a dot in a name is written as two underscores."""
    pressed = [(name.replace("__", "."), value) for name, value in sent.items()]
    (to,) = {to for name, to in _form(page).buttons if name.startswith("map.")}
    return browser.post(to, MultiDict([*_form(page).fields, *pressed]))


def _point(page: Page) -> tuple[str, str]:
    fields = dict(_form(page).fields)
    return fields["location.lat"], fields["location.lon"]


def test_a_tap_sets_the_point_and_keeps_what_was_typed(maintainer_app: MaintainerApp) -> None:
    """On the page of the record, then on that of the form; nothing is saved. The preview says how
    far the point moves.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    before = maintainer_app.everything()
    form = _form(browser.get(CENTRE))
    to = next(to for name, to in form.buttons if name == "map.small")
    typed = form.filled({"address.street": "Elders 1"})
    page = browser.post(
        to, MultiDict([*typed.items(multi=True), ("map.small.x", "128"), ("map.small.y", "64")])
    )
    assert (page.status, dict(_form(page).fields)["address.street"]) == (200, "Elders 1")
    # The script keeps what the server has answered with.
    assert "data-unsaved" in page.html
    assert "The point moves 3" in page.text
    assert "m to the north." in page.text
    assert _point(page) != _point(browser.get(CENTRE))
    # The stored point stays on the map, and the map where it was.
    assert re.search(r'<circle class="old" cx="160.0" cy="160.0"', page.html)
    assert re.search(r'data-pin transform="translate\(160.\d 80.\d\)"', page.html)
    again = _press(browser, page, map__large__x="256", map__large__y="256")
    assert "data-moves></p>" in again.html
    assert maintainer_app.everything() == before
    review = browser.post(_form(page).action, MultiDict(_form(page).fields))
    assert "m to the north." in review.text.partition("Reason")[0]


def test_the_point_moves_and_the_map_zooms_by_buttons(maintainer_app: MaintainerApp) -> None:
    """50 m at a time; the width of the map halves."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/edit?part=address")
    assert dict(_form(page).fields)["map.width"] == "12000"
    moved = _press(browser, page, map__move="west")
    assert re.search(r"The point moves (49|50|51) m to the west\.", moved.text)
    zoomed = _press(browser, moved, map__zoom="in")
    assert (dict(_form(zoomed).fields)["map.width"], _point(zoomed)) == ("6000", _point(moved))
    assert browser.get(f"{CENTRE}/edit").html.count("data-map ") == 1


def test_a_helpline_and_a_reader_have_no_map(maintainer_app: MaintainerApp) -> None:
    """Nor does a form of another part."""
    anna = signed_in_browser(maintainer_app, "anna")
    rita = signed_in_browser(maintainer_app, "rita")
    assert "data-map" not in anna.get("/helplines/be-101").html
    assert "data-map" not in anna.get(f"{CENTRE}/edit?part=phones").html
    assert "data-map" not in rita.get(CENTRE).html
    form = _form(anna.get(CENTRE))
    assert rita.post(form.buttons[1][1], MultiDict(form.fields)).status == 403


def test_the_script_has_its_hash_in_its_name(maintainer_app: MaintainerApp) -> None:
    """It may be kept for ever."""
    page = signed_in_browser(maintainer_app, "anna").get(CENTRE)
    (source,) = {found["src"] for tag, found in page.elements if "map-" in found.get("src", "")}
    response = maintainer_app.app.test_client().get(source)
    assert (response.status_code, response.mimetype) == (200, "text/javascript")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_without_a_service_no_address_is_looked_up(maintainer_app: MaintainerApp) -> None:
    """There is no button."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/edit?part=address")
    assert "Look up the address" not in page.text
    assert _press(browser, page, map__look_up="yes").status == 200
