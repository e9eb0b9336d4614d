"""Centres and helplines that are added at /admin: a centre by one form."""

from collections.abc import Mapping

import pytest
from werkzeug.datastructures import MultiDict

from directory_api.change.change import Stamp
from directory_api.place.gazetteer import Gazetteer
from tests.support.html_browser import Browser, Page, changed, signed_in_browser
from tests.support.maintainer_app import MaintainerApp
from tests.support.moments import now
from tests.support.write_side import NOON, open_write_side

# What is typed into the form of a new centre.
TYPED: Mapping[str, str] = {
    "name": "Fresh start",
    "kind": "reception_centre",
    "phones.1.number": "09 225 25 25",
    "address.postcode": "9000",
    "address_visibility": "public",
    "new.languages": "Roemeens, English; ar",
    "week.Mo.word": "open",
    "week.Mo.times": "9-12, 13-17",
    "new.sources": "Myria",
}
TODAY = now().date().isoformat()
STORED = "/v1/records/centres/fresh-start"


@pytest.fixture
def maintainer_app(maintainer_app: MaintainerApp, gazetteer: Gazetteer) -> MaintainerApp:
    """An app that knows one postcode."""
    place = gazetteer.find("BE", "9000")
    assert place
    store = open_write_side(maintainer_app.path).store
    store.append([], Stamp("start", NOON, "a postcode"), expected=1, tables={"BE": [place]})
    maintainer_app.directory.live.refresh()
    return maintainer_app


def _reviewed(browser: Browser, **typed: str) -> Page:
    """The page after the form of a new centre was sent, with other values; dots are underscores."""
    form = browser.get("/add/centres").form("/add/centres/review")
    other = {name.replace("__", "."): text for name, text in typed.items()}
    return browser.post(form.action, form.filled({**TYPED, **other}))


def test_a_new_centre_needs_one_form(maintainer_app: MaintainerApp) -> None:
    """Town, region, point, time zone, id and the kind of the phone follow from what is typed;
    languages are understood by name, and the source is that of everything.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    review = _reviewed(browser)
    saved = browser.send(review, "/save", reason="new")
    assert saved.path == "/admin/centres/fresh-start"
    record = maintainer_app.directory.editor.stored("centre", "fresh-start").record
    assert record["address"]["locality"]["nl"] == "Gent"
    assert record["address"]["subdivision"] == "BE-VOV"
    assert record["location"]["precision"] == "postcode"
    (phone,) = record["phones"]
    assert (phone["number"], phone["kind"]) == ("+3292252525", "main")
    assert [each["code"] for each in record["languages"]] == ["ro", "en", "ar"]
    assert record["opening_hours"] == "Mo-Fr 09:00-12:00,13:00-17:00"
    assert record["timezone"] == "Europe/Brussels"
    members = ("name", "address", "phones", "languages", "opening_hours")
    assert record["sources"] == {member: ["myria"] for member in members}


def test_a_warning_about_the_whole_record_has_no_label(maintainer_app: MaintainerApp) -> None:
    """It is about no field."""
    browser = signed_in_browser(maintainer_app, "anna")
    review = _reviewed(browser, phones__1__number="", email="", website="")
    assert "The centre is open, but has no phone, e-mail or web site." in review.text
    assert "Id: The centre" not in review.text


@pytest.mark.needs("pages")
def test_a_new_centre_is_previewed_as_visitors_will_see_it(maintainer_app: MaintainerApp) -> None:
    """Before what is to be filled in, with its hours, and without a sentence that says no more."""
    review = _reviewed(signed_in_browser(maintainer_app, "anna"))
    card, _, rest = review.html.partition("</article>")
    for shown in ("Fresh start", "tel:+3292252525", "9000 Ghent"):
        assert shown in card
    assert "09:00–12:00, 13:00–17:00" in review.text
    assert 'name="reason"' in rest
    assert "added: Fresh start" not in review.text


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("phone call with the centre", {"title": "phone call with the centre", "published": TODAY}),
        ("example.org/contact", {"url": "https://example.org/contact"}),
    ],
)
def test_the_source_of_a_new_centre_can_be_new(
    maintainer_app: MaintainerApp, typed: str, source: Mapping[str, str]
) -> None:
    """A call or a web page, as in the preview of a change; also beside a known one."""
    browser = signed_in_browser(maintainer_app, "anna")
    preview = _reviewed(browser, new__sources=f"{typed}; Myria")
    assert source["title" if "title" in source else "url"] in preview.text
    assert browser.send(preview, "/save", reason="new").status == 200
    record = maintainer_app.directory.editor.stored("centre", "fresh-start").record
    cited, known = record["sources"]["phones"]
    assert known == "myria"
    stored = next(each for each in maintainer_app.file()["sources"] if each["id"] == cited)
    assert {name: stored[name] for name in source} == source


def test_a_new_centre_can_have_exceptions(maintainer_app: MaintainerApp) -> None:
    """In the same rows as a stored one."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _reviewed(browser, week__exception__1__first="24/12/2026")
    assert "24 December 2026 Closed" in page.text
    browser.send(page, "/save", reason="new")
    hours = maintainer_app.public(STORED)["opening_hours"]
    assert hours == "Mo-Fr 09:00-12:00,13:00-17:00; 2026 Dec 24 off"


def test_only_name_kind_postcode_and_visibility_are_needed(maintainer_app: MaintainerApp) -> None:
    """Hours, languages and phones may stay unknown."""
    browser = signed_in_browser(maintainer_app, "anna")
    needed = ("name", "kind", "address.postcode", "address_visibility")
    nothing = {name: "" for name in TYPED if name not in needed} | {"week.Mo.word": "closed"}
    nothing = {name.replace(".", "__"): text for name, text in nothing.items()}
    browser.send(_reviewed(browser, **nothing), "/save", reason="new")
    record = maintainer_app.public(STORED)
    assert not {"phones", "languages", "opening_hours", "sources"} & record.keys()


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"name": ""}, "name", "required"),
        ({"kind": ""}, "kind", "required"),
        ({"id": "pag-asa"}, "id", "Choose a new one"),
        ({"phones.1.number": "0251164"}, "phones.1.number", "digit"),
        ({"email": "nobody"}, "email", "example.org"),
        ({"address.postcode": ""}, "address.postcode", "required"),
        ({"address.postcode": "9999"}, "address.postcode", "does not know this postcode"),
        ({"new.languages": "Roemens"}, "new.languages", "Do you mean"),
        ({"week.Mo.times": "nine"}, "week.Mo", "from when to when"),
        ({"week.exception.1.first": "31/02"}, "week.exception.1", "no such day"),
        ({"new.sources": "Child Focus"}, "new.sources", "No single source"),
        ({"new.sources": "https://127.0.0.1/"}, "new.sources", "public"),
    ],
)
def test_a_fault_is_shown_at_its_field(
    maintainer_app: MaintainerApp, typed: Mapping[str, str], field: str, words: str
) -> None:
    """With everything that was typed, and without faults of what follows from it."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _reviewed(browser, **{name.replace(".", "__"): text for name, text in typed.items()})
    assert page.status in (409, 422)
    assert {link for link in page.links if link.startswith("#f-")} == {f"#f-{field}"}
    assert words in page.html.partition('role="alert"')[2].partition("</section>")[0]
    kept = {
        each for each in TYPED.items() if each[0] not in (*typed, "new.languages", "new.sources")
    }
    assert kept <= {*page.form("/review").fields}


def test_a_language_that_was_misspelt_is_ticked_instead(maintainer_app: MaintainerApp) -> None:
    """What was typed need not be cleared; it is not kept beside what was ticked."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _reviewed(browser, new__languages="Roemens, Arabisch")
    form = page.form("/review")
    (box,) = (
        attributes["value"]
        for _, attributes in page.elements
        if attributes.get("value", "").startswith("ro=")
    )
    page = browser.post(form.action, MultiDict([*form.fields, ("new.languages", box)]))
    browser.send(page, "/save", reason="new")
    spoken = maintainer_app.public(STORED)["languages"]
    assert {each["code"] for each in spoken} == {"ar", "ro"}


def test_the_preview_leads_back_to_what_was_typed(maintainer_app: MaintainerApp) -> None:
    """With the week and the fields that are no columns."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.send(_reviewed(browser), "/add/centres").form("/review")
    typed = {("week.Mo.times", "9-12, 13-17"), ("name", "Fresh start"), ("new.languages", "ro")}
    assert typed <= {*form.fields}


def test_an_id_is_made_from_the_name_and_never_used_again(maintainer_app: MaintainerApp) -> None:
    """A second centre of the same name gets a number; a name that is corrected with a fault makes
    another id; one that was typed is kept.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    browser.send(_reviewed(browser), "/save", reason="new")
    assert ("id", "fresh-start-2") in _reviewed(browser).form("/save").fields
    form = _reviewed(browser, name="Fresh", email="nobody").form("/review")
    corrected = form.filled({"name": "Élan", "email": ""})
    assert ("id", "elan") in browser.post(form.action, corrected).form("/save").fields
    assert ("id", "own") in _reviewed(browser, id="own").form("/save").fields


def test_a_name_in_another_script_needs_an_id(maintainer_app: MaintainerApp) -> None:
    """Nothing is made up."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _reviewed(browser, name="Свобода")
    assert (page.status, "#f-id" in page.links) == (422, True)


def test_a_hidden_address_of_a_new_centre_is_not_published(maintainer_app: MaintainerApp) -> None:
    """Neither its street nor its postcode."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _reviewed(browser, address__street="Geheimstraat 7", address_visibility="hidden")
    browser.send(page, "/save", reason="new")
    address = maintainer_app.public(STORED)["address"]
    assert "Geheimstraat" not in str(address)
    assert "9000" not in str(address)


def test_the_form_is_there_again_after_signing_in(maintainer_app: MaintainerApp) -> None:
    """When the session has ended."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.get("/add/centres").form("/review")
    browser.client.delete_cookie("__Host-maintainer")
    page = browser.post(form.action, form.filled(TYPED))
    assert page.status == 401
    again = browser.send(page, "/sign-in", token=maintainer_app.secrets["anna"])
    typed = {("name", "Fresh start"), ("address.postcode", "9000"), ("week.Mo.word", "open")}
    assert typed <= {*again.form("/review").fields}


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


def test_the_form_of_a_new_centre_says_what_is_needed(maintainer_app: MaintainerApp) -> None:
    """That of a stored one does not: there nothing is empty that must not be."""
    browser = signed_in_browser(maintainer_app, "anna")
    needed = [
        attributes["name"]
        for _, attributes in browser.get("/add/centres").elements
        if "required" in attributes
    ]
    assert needed == ["name", "kind", "address.postcode", "address_visibility"]
    stored = browser.get("/centres/surya/edit")
    assert not any("required" in attributes for _, attributes in stored.elements)
