"""Records edited at /admin: the form, the preview, and what is saved."""

import pytest
from werkzeug.datastructures import MultiDict

from tests.support.html_browser import CENTRE, changed, signed_in_browser
from tests.support.maintainer_app import MaintainerApp

NEW_NUMBER = {"phones__1__number": "+3225116465", "phones__1__display": "+32 2 511 64 65"}


def test_a_number_is_changed_looked_at_and_saved(maintainer_app: MaintainerApp) -> None:
    """The change is shown in words first; saved, it is public, and the history has the same
    words.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    review = changed(browser, **NEW_NUMBER)
    assert "phone changed: +32 2 511 64 64 → +32 2 511 64 65" in review.text
    assert "Visitors see the change as soon as you save it" in review.text
    assert maintainer_app.revision == "1"
    saved = browser.send(review, "/save", reason="a new number")
    assert (saved.path, "Saved. Visitors see the change now." in saved.text) == (
        "/admin/centres/pag-asa",
        True,
    )
    assert maintainer_app.public()["phones"][0]["number"] == "+3225116465"
    entry = maintainer_app.history()[0]
    assert (entry["author"], entry["reason"]) == ("anna", "a new number")
    history = browser.get(f"{CENTRE}/history")
    assert "phone changed: +32 2 511 64 64 → +32 2 511 64 65" in history.text
    assert "“a new number”" in history.text


def test_going_back_to_the_form_keeps_everything(maintainer_app: MaintainerApp) -> None:
    """The form shows what was typed, not what is kept."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.send(changed(browser, **NEW_NUMBER, name="Renamed"), "/edit")
    shown = MultiDict(form.form("/review").fields)
    assert (form.status, shown["name"], shown["phones.1.number"]) == (200, "Renamed", "+3225116465")


def test_no_difference_is_said_and_saves_nothing(maintainer_app: MaintainerApp) -> None:
    """A preview without differences has no button to save; saving it anyway changes nothing."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = changed(browser)
    assert "You have not changed anything" in page.text
    form = page.form("/edit")
    saved = browser.post("/admin/centres/pag-asa/save", MultiDict([*form.fields, ("reason", "x")]))
    assert "There was no difference" in saved.text
    assert maintainer_app.revision == "1"


def test_warnings_are_told_and_do_not_stop_anybody(maintainer_app: MaintainerApp) -> None:
    """Two domains are worth a look, beside the name of the field."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = changed(browser, email="info@example.org")
    assert "Warnings" in page.text
    assert "E-mail: The e-mail is at example.org" in page.text
    assert browser.send(page, "/save", reason="x").path == "/admin/centres/pag-asa"


def test_a_centre_without_a_way_to_reach_it_is_a_warning_about_the_record(
    maintainer_app: MaintainerApp,
) -> None:
    """What lies in no single field is told as well."""
    browser = signed_in_browser(maintainer_app, "anna")
    empty = {
        "phones__1__number": "",
        "phones__1__display": "",
        "phones__1__kind": "",
        "phones__1__hours": "",
        "email": "",
        "website": "",
    }
    page = changed(browser, **empty, sources__phones="", sources__email="", sources__website="")
    assert "The centre is open, but has no phone" in page.text


def test_a_key_may_be_missing(maintainer_app: MaintainerApp) -> None:
    """A form without a key is accepted; its revision still protects other people's changes."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = changed(browser, name="Renamed").form("/save")
    sent = form.filled({"reason": "x"})
    sent["once"] = ""
    assert "Saved" in browser.post(form.action, sent).text


def test_others_work_is_not_overwritten(maintainer_app: MaintainerApp) -> None:
    """A form of an older record is refused (412), shows what changed, and continues from there."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.get(f"{CENTRE}/edit")
    phone = maintainer_app.public()["phones"][0]
    maintainer_app.patch(
        name="By another", email="hello@pag-asa.be", phones=[{**phone, "kind": "duty"}]
    )
    for press in ("/review", "/save"):
        sent = form.form("/review").filled(
            {"name": "Mine", "address.street": "Nieuwstraat 1", "phones.1.kind": "mobile"}
        )
        sent["reason"] = "x"
        page = browser.post(f"/admin{CENTRE}{press}", sent)
        assert page.status == 412
        assert "Another maintainer changed this record" in page.text
        assert "e-mail changed: info@pag-asa.be → hello@pag-asa.be" in page.text
        assert "You both changed: Name, Phones" in page.text
        shown = MultiDict(page.form("/review").fields)
        assert [shown[name] for name in ("name", "address.street", "email")] == [
            "Mine",
            "Nieuwstraat 1",
            "hello@pag-asa.be",
        ]
        assert shown["revision"].startswith("2.")
    assert maintainer_app.public()["name"] == "By another"
    saved = browser.send(browser.send(page, "/review"), "/save", reason="both")
    assert saved.path == "/admin/centres/pag-asa"
    public = maintainer_app.public()
    assert (public["name"], public["email"], public["address"]["street"]) == (
        "Mine",
        "hello@pag-asa.be",
        "Nieuwstraat 1",
    )


def test_a_form_of_a_record_that_is_gone_loses_nothing(maintainer_app: MaintainerApp) -> None:
    """An editor whose record was removed meanwhile is told, and keeps what was typed."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.get(f"{CENTRE}/edit")
    maintainer_app.write("DELETE", "/v1/records/centres/pag-asa")
    page = browser.send(form, "/review", name="Mine")
    assert (page.status, "you can restore it from its history" in page.text) == (
        404,
        True,
    )
    assert ("name", "Mine") in page.form("/review").fields


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "²", "1.x", "1.0123456789a"])
def test_a_form_without_its_revision_changes_nothing(
    maintainer_app: MaintainerApp, revision: str
) -> None:
    """Only our own forms are taken, and they carry it."""
    browser = signed_in_browser(maintainer_app, "anna")
    for step in ("edit", "review", "save"):
        sent = (
            browser.get(f"{CENTRE}/edit")
            .form("/review")
            .filled({"revision": revision, "name": "X"})
        )
        sent["reason"] = "x"
        page = browser.post(f"/admin{CENTRE}/{step}", sent)
        assert page.status == (200 if step == "edit" else 400)
    assert maintainer_app.revision == "1"


def test_the_address_decides_which_record_is_meant(maintainer_app: MaintainerApp) -> None:
    """An id in the form that is another one is not taken."""
    browser = signed_in_browser(maintainer_app, "anna")
    browser.send(changed(browser, id="surya", name="Renamed"), "/save", reason="x")
    assert maintainer_app.public()["name"] == "Renamed"
    assert maintainer_app.public("/v1/centres/surya")["name"] == "Sürya"


@pytest.mark.sqlite_file
def test_while_the_store_is_away_the_form_stays(maintainer_app: MaintainerApp) -> None:
    """Preview, saving and going back answer 503 with the form and all input."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.get(f"{CENTRE}/edit").form("/review")
    new = browser.get("/add/centres").form("/review")
    maintainer_app.path.rename(maintainer_app.path.with_suffix(".away"))
    for address in ("/edit", "/review", "/save"):
        page = browser.post(f"/admin{CENTRE}{address}", form.filled({"name": "Typed"}))
        assert (page.status, page.headers["Retry-After"]) == (503, "5")
        assert "still contains everything that you typed" in page.text
        assert ("name", "Typed") in page.form("/review").fields
        revision = ("revision", maintainer_app.directory.editor.version(1))
        assert revision in page.form("/review").fields
    page = browser.post(new.action, new.filled({"name": "Typed", "id": "fresh"}))
    assert ("id", "fresh") in page.form("/review").fields
    maintainer_app.path.with_suffix(".away").rename(maintainer_app.path)
    assert (
        "name changed: PAG-ASA → Typed"
        in browser.post(form.action, form.filled({"name": "Typed"})).text
    )


def test_html_in_a_record_or_a_search_is_text(maintainer_app: MaintainerApp) -> None:
    """Input is shown as it was typed, never as markup."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = changed(browser, name='"><script>alert(1)</script>')
    assert "<script>" not in page.html
    assert "<script>" not in browser.get("/", query_string={"q": "<script>"}).html


def test_two_tabs_of_one_person_do_not_overwrite_each_other(maintainer_app: MaintainerApp) -> None:
    """What was seen is the form's, not the session's."""
    browser = signed_in_browser(maintainer_app, "anna")
    first, second = browser.get(f"{CENTRE}/edit"), browser.get(f"{CENTRE}/edit")
    browser.send(browser.send(first, "/review", name="First"), "/save", reason="x")
    assert browser.send(second, "/review", email="hello@pag-asa.be").status == 412
