"""Centres and helplines that are added at /admin: a centre in five short steps."""

from collections.abc import Mapping

import pytest
from werkzeug.datastructures import MultiDict

from directory_api.change.change import Stamp
from directory_api.place.gazetteer import Gazetteer
from tests.support.html_browser import Browser, Page, changed, signed_in_browser
from tests.support.maintainer_app import MaintainerApp
from tests.support.write_side import NOON, open_write_side

# What is needed, by step.
NEEDED: tuple[Mapping[str, str], ...] = (
    {"name": "Fresh start", "kind": "reception-centre"},
    {"phones.1.number": "09 225 25 25"},
    {"address.postal_code": "9000", "address_visibility": "public"},
    {"new.languages": "Roemeens, English; ar"},
    {"week.Mo.word": "open", "week.Mo.times": "9-12, 13-17", "new.sources": "Myria"},
)
STORED = "/v1/centres/fresh-start"


@pytest.fixture
def maintainer_app(maintainer_app: MaintainerApp, gazetteer: Gazetteer) -> MaintainerApp:
    """An app that knows one postcode."""
    place = gazetteer.find("BE", "9000")
    assert place
    store = open_write_side(maintainer_app.path).store
    store.append([], Stamp("start", NOON, "a postcode"), expected=1, tables={"BE": [place]})
    maintainer_app.directory.live.refresh()
    return maintainer_app


def _next(browser: Browser, page: Page, typed: Mapping[str, str], to: str = "next") -> Page:
    """Fill in a step, and press one of its buttons."""
    form = page.forms[-1]
    data = form.filled(typed)
    is_last = form.action.endswith("/review")
    if to == "next" and not is_last:
        data["to"] = "next"
    if to == "back":
        data["to"] = "back"
    return browser.post("/admin/add/centres" if to == "back" else form.action, data)


def _walked(
    browser: Browser, more: Mapping[int, Mapping[str, str]] | None = None, until: int = 5
) -> Page:
    """Fill in the first steps, with more or other values in some, and return the page after."""
    page = browser.get("/add/centres")
    for number, typed in enumerate(NEEDED[:until], start=1):
        page = _next(browser, page, {**typed, **(more or {}).get(number, {})})
    return page


def test_a_new_centre_needs_five_short_steps(maintainer_app: MaintainerApp) -> None:
    """Town, region, point, time zone, id and the kind of the phone follow from what is typed;
    languages are understood by name, and the source is that of everything.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    review = _walked(browser)
    assert "added: Fresh start" in review.text
    saved = browser.send(review, "/save", reason="new")
    assert saved.path == "/admin/centres/fresh-start"
    record = maintainer_app.directory.editor.stored("centre", "fresh-start").record
    assert record["address"]["locality"]["nl"] == "Gent"
    assert record["address"]["subdivision"] == "BE-VOV"
    assert record["location"]["precision"] == "postcode"
    (phone,) = record["phones"]
    assert (phone["number"], phone["kind"]) == ("+3292252525", "main")
    assert [each["code"] for each in record["languages"]] == ["ro", "en", "ar"]
    assert record["opening_hours"] == "Mo 09:00-12:00,13:00-17:00"
    assert record["timezone"] == "Europe/Brussels"
    members = ("name", "address", "phones", "languages", "opening_hours")
    assert record["sources"] == {member: ["myria"] for member in members}


def test_a_new_centre_can_have_exceptions(maintainer_app: MaintainerApp) -> None:
    """In the same rows as a stored one."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _walked(browser, {5: {**NEEDED[4], "week.exception.1.first": "24/12/2026"}})
    assert "24 December 2026 Closed" in page.text
    browser.send(page, "/save", reason="new")
    hours = maintainer_app.public(STORED)["opening_hours"]
    assert hours == "Mo 09:00-12:00,13:00-17:00; 2026 Dec 24 off"


def test_only_name_kind_postcode_and_visibility_are_needed(maintainer_app: MaintainerApp) -> None:
    """Hours, languages and phones may stay unknown."""
    browser = signed_in_browser(maintainer_app, "anna")
    nothing = {
        2: {"phones.1.number": ""},
        4: {"new.languages": ""},
        5: {"week.Mo.word": "closed", "week.Mo.times": "", "new.sources": ""},
    }
    browser.send(_walked(browser, nothing), "/save", reason="new")
    record = maintainer_app.public(STORED)
    assert not {"phones", "languages", "opening_hours", "sources"} & record.keys()


@pytest.mark.parametrize(
    ("step", "typed", "field", "words"),
    [
        (1, {"name": ""}, "name", "required"),
        (1, {"kind": ""}, "kind", "required"),
        (1, {"id": "pag-asa"}, "id", "Choose a new one"),
        (2, {"phones.1.number": "0251164"}, "phones.1.number", "digit"),
        (2, {"email": "nobody"}, "email", "example.org"),
        (3, {"address.postal_code": ""}, "address.postal_code", "required"),
        (3, {"address.postal_code": "9999"}, "address.postal_code", "does not know this postcode"),
        (4, {"new.languages": "Roemens"}, "new.languages", "Do you mean"),
        (5, {"week.Mo.times": "nine"}, "week.Mo", "from when to when"),
        (5, {"week.exception.1.first": "31/02"}, "week.exception.1", "no such day"),
        (5, {"new.sources": "Child Focus"}, "new.sources", "No single source"),
    ],
)
def test_a_fault_is_shown_at_its_step(
    maintainer_app: MaintainerApp, step: int, typed: Mapping[str, str], field: str, words: str
) -> None:
    """The step stays until it is right, with everything that was typed; only its own faults are
    shown.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    page = _walked(browser, {step: typed}, until=step)
    assert page.status in (409, 422)
    assert f"step {step} of 5" in page.text
    assert {link for link in page.links if link.startswith("#f-")} == {f"#f-{field}"}
    assert words in page.html.partition('role="alert"')[2].partition("</section>")[0]
    fields = page.forms[-1].fields
    for earlier in NEEDED[: step - 1]:
        for column, text in earlier.items():
            assert (column, text) in fields


def test_a_language_that_was_misspelt_is_ticked_instead(maintainer_app: MaintainerApp) -> None:
    """What was typed need not be cleared; it is not kept beside what was ticked."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _walked(browser, {4: {"new.languages": "Roemens, Arabisch"}}, until=4)
    form = page.forms[-1]
    (box,) = (
        attributes["value"]
        for _, attributes in page.elements
        if attributes.get("value", "").startswith("ro=")
    )
    page = browser.post(
        form.action, MultiDict([*form.fields, ("new.languages", box), ("to", "next")])
    )
    browser.send(_next(browser, page, NEEDED[4]), "/save", reason="new")
    spoken = maintainer_app.public(STORED)["languages"]
    assert {each["code"] for each in spoken} == {"ar", "ro"}


def test_what_was_typed_is_there_again_after_back(maintainer_app: MaintainerApp) -> None:
    """Back goes to the step before without checking; the preview leads back to the last step."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _walked(browser, until=2)
    page = _next(browser, page, {"address.postal_code": "10x0"}, "back")
    assert "step 2 of 5" in page.text
    assert {("phones.1.number", "09 225 25 25"), ("address.postal_code", "10x0")} <= {
        *page.forms[-1].fields
    }
    last = browser.send(_walked(browser), "/add/centres")
    assert "step 5 of 5" in last.text
    assert {("week.Mo.times", "9-12, 13-17"), ("name", "Fresh start")} <= {*last.forms[-1].fields}


def test_an_id_is_made_from_the_name_and_never_used_again(maintainer_app: MaintainerApp) -> None:
    """A second centre of the same name gets a number; a name that is corrected later makes another
    id; one that was typed is kept.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    browser.send(_walked(browser), "/save", reason="new")
    assert ("id", "fresh-start-2") in _walked(browser).form("/save").fields
    page = _walked(browser, until=1)
    page = _next(browser, _next(browser, page, {}, "back"), {"name": "Élan"})
    for typed in NEEDED[1:]:
        page = _next(browser, page, typed)
    assert ("id", "elan") in page.form("/save").fields
    assert ("id", "own") in _walked(browser, {1: {"id": "own"}}).form("/save").fields


def test_a_name_in_another_script_needs_an_id(maintainer_app: MaintainerApp) -> None:
    """Nothing is made up."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _walked(browser, {1: {"name": "Свобода"}}, until=1)
    assert (page.status, "#f-id" in page.links) == (422, True)


def test_a_hidden_address_of_a_new_centre_is_not_published(maintainer_app: MaintainerApp) -> None:
    """Neither its street nor its postcode."""
    browser = signed_in_browser(maintainer_app, "anna")
    secret = {"address.street": "Geheimstraat 7", "address_visibility": "hidden"}
    browser.send(_walked(browser, {3: secret}), "/save", reason="new")
    address = maintainer_app.public(STORED)["address"]
    assert "Geheimstraat" not in str(address)
    assert "9000" not in str(address)


def test_a_step_is_there_again_after_signing_in(maintainer_app: MaintainerApp) -> None:
    """When the session has ended, also what was typed at earlier steps."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _walked(browser, until=2)
    browser.client.delete_cookie("__Host-maintainer")
    page = _next(browser, page, NEEDED[2])
    assert page.status == 401
    again = browser.send(page, "/sign-in", token=maintainer_app.secrets["anna"])
    assert "step 3 of 5" in again.text
    assert {("name", "Fresh start"), ("address.postal_code", "9000")} <= {*again.forms[-1].fields}


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
    typed = {"confirm_number__be-new": "078 055 801"}
    again = browser.send(page, "/save", reason="x", **typed)
    assert "This is not the number" in again.text
    typed = {"confirm_number__be-new": "+32 78 055 800"}
    assert browser.send(again, "/save", **typed).path == "/admin/helplines/be-new"
    assert maintainer_app.public("/v1/helplines/be-new")["countries"] == ["BE", "LU"]
