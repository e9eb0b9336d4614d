"""The map on which a maintainer sets the point of a centre by a script: what the server draws."""

import re

from tests.support.html_browser import CENTRE, signed_in_browser
from tests.support.maintainer_app import MaintainerApp

NEEDS = ("pages",)


def test_the_map_shows_the_stored_point_and_that_of_the_form(maintainer_app: MaintainerApp) -> None:
    """A sentence says how far it moves, also in the preview."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/edit?part=address")
    assert re.search(r'<circle class="old" cx="160.0" cy="160.0"', page.html)
    assert "data-moves></p>" in page.html
    form = page.form("/review")
    lat, lon = dict(form.fields)["location.point"].split(", ")
    sent = form.filled({"location.point": f"{float(lat) + 0.027:.4f}, {lon}"})
    review = browser.post(form.action, sent)
    assert re.search(r"The point moves (29|30)\d\d m to the north\.", review.text)
    again = browser.send(review, "/edit")
    assert re.search(r"data-moves>The point moves (29|30)\d\d m to the north\.</p>", again.html)


def test_a_new_centre_has_a_map_of_its_postcode(maintainer_app: MaintainerApp) -> None:
    """When it is known: there is nothing to show before."""
    browser = signed_in_browser(maintainer_app, "anna")
    assert "data-map" not in browser.get("/add/centres").html


def test_a_helpline_and_a_reader_have_no_map(maintainer_app: MaintainerApp) -> None:
    """Nor does a form of another part."""
    anna = signed_in_browser(maintainer_app, "anna")
    rita = signed_in_browser(maintainer_app, "rita")
    assert "data-map" not in anna.get("/helplines/be-101").html
    assert "data-map" not in anna.get(f"{CENTRE}/edit?part=phones").html
    assert "data-map" not in rita.get(CENTRE).html


def test_the_script_has_its_hash_in_its_name(maintainer_app: MaintainerApp) -> None:
    """It may be kept for ever."""
    page = signed_in_browser(maintainer_app, "anna").get(CENTRE)
    (source,) = {found["src"] for tag, found in page.elements if "map-" in found.get("src", "")}
    response = maintainer_app.app.test_client().get(source)
    assert (response.status_code, response.mimetype) == (200, "text/javascript")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
