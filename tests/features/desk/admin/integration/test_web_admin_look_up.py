"""The point of an address from a geocoding service, in a form."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from tests.support.fake_geocoder import CANARY, FakeService, fake_service, nominatim_hit
from tests.support.html_browser import CENTRE, Browser, Page, PageForm, signed_in_browser
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.records import TERMINAL

NEEDS = ("pages",)


def _form(page: Page) -> PageForm:
    return next(form for form in page.forms if ("part", "address") in form.fields)


def _press(browser: Browser, page: Page, **sent: str) -> Page:
    """Press a button of the looking up."""
    return browser.post(f"/admin{CENTRE}/edit", MultiDict([*_form(page).fields, *sent.items()]))


def _point(page: Page) -> str:
    return dict(_form(page).fields)["location.point"]


@pytest.fixture
def service() -> Iterator[FakeService]:
    """A geocoding service."""
    with fake_service() as fake:
        yield fake


def _with_service(tmp_path: Path, service: FakeService) -> MaintainerApp:
    of_features = {"geocoder": "nominatim", "geocoder_host": service.host}
    return create_maintainer_app(tmp_path, more=[HIDDEN], of_features=of_features)


def test_an_address_is_looked_up_where_a_service_is_configured(
    tmp_path: Path, service: FakeService
) -> None:
    """What was found is offered; a press sets the point and its precision."""
    app = _with_service(tmp_path, service)
    app.directory.seed_data.load(TERMINAL, reason="with postcodes")
    browser = signed_in_browser(app, "anna")
    page = browser.get(f"{CENTRE}/edit?part=address")
    house = {"house_number": "16b", "road": "Cellebroersstraat"}
    service.says(
        nominatim_hit(50.8429, 4.3481, label="16b, Cellebroersstraat", **house),
        nominatim_hit(51.2, 4.4, label="Elsewhere", **house),
    )
    found = _press(browser, page, look_up="location.point")
    assert service.query["q"] == ["Cellebroersstraat 16b, 1000 Brussel"]
    assert "16b, Cellebroersstraat" in found.text
    assert "OpenStreetMap contributors" in found.text
    assert "Elsewhere" not in found.text
    chosen = _press(browser, found, found="50.8429 4.3481 exact")
    assert _point(chosen) == "50.8429, 4.3481"
    assert dict(_form(chosen).fields)["location.precision"] == "exact"


def test_what_is_not_found_and_a_service_that_is_away_are_sentences(
    tmp_path: Path, service: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    """The form stays as it is, and no log has the address."""
    browser = signed_in_browser(_with_service(tmp_path, service), "anna")
    page = browser.get(f"{CENTRE}/edit?part=address")
    form = _form(page)
    form.fields = [*form.filled({"address.street": CANARY}).items(multi=True)]
    found = _press(browser, page, look_up="location.point")
    assert "The service does not know this address." in found.text
    assert dict(_form(found).fields)["address.street"] == CANARY
    service.status = 500
    away = _press(browser, page, look_up="location.point")
    assert (away.status, "The service does not answer." in away.text) == (200, True)
    written = capsys.readouterr()
    assert CANARY not in written.out + written.err


def test_an_address_that_is_not_public_is_never_looked_up(
    tmp_path: Path, service: FakeService
) -> None:
    """Neither a stored one nor one that becomes secret with this form, also without the button."""
    browser = signed_in_browser(_with_service(tmp_path, service), "anna")
    page = browser.get("/centres/sheltered/edit?part=address")
    assert "Look up the address" not in page.text
    _press(browser, page, look_up="location.point")
    page = browser.get(f"{CENTRE}/edit?part=address")
    form = _form(page)
    form.fields = [*form.filled({"address_visibility": "hidden"}).items(multi=True)]
    hidden = _press(browser, page, look_up="location.point")
    assert "Look up the address" not in hidden.text
    assert service.asked == []


def test_without_a_service_no_address_is_looked_up(maintainer_app: MaintainerApp) -> None:
    """There is no button, and a press of one finds nothing."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/edit?part=address")
    assert "Look up the address" not in page.text
    assert _press(browser, page, look_up="location.point").status == 200
