"""Centres and helplines that are added at /admin."""

from tests.support.html_browser import changed, signed_in_browser
from tests.support.maintainer_app import MaintainerApp

NEW = {
    "id": "fresh-start",
    "name": "Fresh start",
    "kind": "reception-centre",
    "status": "active",
    "address__postal_code": "9000",
    "address__locality__nl": "Gent",
    "address__country": "BE",
    "address_visibility": "public",
    "location__lat": "51,05",
    "location__lon": "3.72",
    "location__precision": "postcode",
    "email": "info@example.org",
}


def test_a_centre_is_added(maintainer_app: MaintainerApp) -> None:
    """An empty form, filled in, looked at and saved, is a centre; a decimal comma is understood."""
    browser = signed_in_browser(maintainer_app, "anna")
    review = browser.send(browser.get("/add/centres"), "/review", **NEW)
    assert "added: Fresh start" in review.text
    saved = browser.send(review, "/save", reason="new")
    assert saved.path == "/admin/centres/fresh-start"
    assert maintainer_app.public("/v1/centres/fresh-start")["location"]["lat"] == 51.05


def test_a_helpline_is_added_and_changed(maintainer_app: MaintainerApp) -> None:
    """Helplines go the same way."""
    browser = signed_in_browser(maintainer_app, "anna")
    typed = {
        "id": "be-new",
        "kind": "national_line",
        "name__en": "New line",
        "number": "+3278055800",
        "countries": "BE",
    }
    browser.send(
        browser.send(browser.get("/add/helplines"), "/review", **typed), "/save", reason="new"
    )
    page = changed(browser, "/helplines/be-new", countries="BE; LU")
    assert "Luxembourg" in page.text
    typed = {"confirm_number__be-new": "078 055 800"}
    again = browser.send(page, "/save", reason="x", **typed)
    assert "This is not the number" in again.text
    typed = {"confirm_number__be-new": "+32 78 055 800"}
    assert browser.send(again, "/save", **typed).path == "/admin/helplines/be-new"
    assert maintainer_app.public("/v1/helplines/be-new")["countries"] == ["BE", "LU"]


def test_an_empty_form_names_everything_that_is_missing(maintainer_app: MaintainerApp) -> None:
    """All at once, the id too."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.send(browser.get("/add/centres"), "/review")
    missing = {link[3:] for link in page.links if link.startswith("#f-")}
    assert page.status == 422
    assert missing == {
        *(
            "id",
            "name",
            "kind",
            "status",
            "address_visibility",
            "address.postal_code",
            "address.locality.en",
        ),
        *("address.country", "location.lat", "location.lon", "location.precision"),
    }


def test_an_id_that_was_used_is_refused_beside_its_field(maintainer_app: MaintainerApp) -> None:
    """Ids are never used again; the form stays, also when going back to it."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.send(browser.get("/add/centres"), "/review", **{**NEW, "id": "surya"})
    assert (page.status, "Choose a new one" in page.beside("id")) == (409, True)
    again = browser.send(browser.send(page, "/review", id="fresh"), "/add/centres")
    assert ("id", "fresh") in again.form("/review").fields
