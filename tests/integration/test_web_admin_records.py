"""Records at /admin: list, edit with a preview, add, confirm, remove, history, restore."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from directory_api.services.importer import Incoming
from tests.support.html_browser import HERE, Browser, Page, signed_in_browser
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.records import TERMINAL, made_up_centre
from tests.support.store_under_test import everything

CENTRE = "/centres/pag-asa"
NEW_NUMBER = {"phones__1__number": "+3225116465", "phones__1__display": "+32 2 511 64 65"}


@pytest.fixture
def maintainer_app(tmp_path: Path) -> MaintainerApp:
    """An app without review."""
    return create_maintainer_app(tmp_path)


def _changed(browser: Browser, path: str = CENTRE, **typed: str) -> Page:
    """Type into a record's form and look at the change."""
    return browser.send(browser.get(f"{path}/edit"), "/review", **typed)


def test_a_number_is_changed_looked_at_and_saved(maintainer_app: MaintainerApp) -> None:
    """The change is shown in words first; saved, it is public, and the history has the same
    words.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    review = _changed(browser, **NEW_NUMBER)
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


def test_a_browser_leaves_the_same_history_as_the_api(tmp_path: Path) -> None:
    """Two doors, one memory: before and after of the same change are the same."""
    changes = []
    for name in ("by-browser", "by-api"):
        (tmp_path / name).mkdir()
        maintainer_app = create_maintainer_app(tmp_path / name)
        if name == "by-api":
            phone = {
                **maintainer_app.public()["phones"][0],
                "number": "+3225116465",
                "display": "+32 2 511 64 65",
            }
            maintainer_app.patch(phones=[phone])
        else:
            browser = signed_in_browser(maintainer_app, "anna")
            browser.send(_changed(browser, **NEW_NUMBER), "/save", reason="edited over the API")
        changes.append({k: v for k, v in maintainer_app.history()[0].items() if k != "at"})
    assert changes[0] == changes[1]


def test_nothing_is_saved_without_a_reason_or_with_a_faulty_one(
    maintainer_app: MaintainerApp,
) -> None:
    """The history needs a reason; an invalid one is reported at the field, and no input is lost."""
    browser = signed_in_browser(maintainer_app, "anna")
    review = _changed(browser, name="Renamed")
    for reason in ("", "  ", "<b>", "x" * 201):
        page = browser.send(review, "/save", reason=reason)
        assert page.status == 422
        assert page.by_id("f-reason")["aria-invalid"] == "true"
        assert page.beside("reason")
        assert page.by_id("f-reason")["value"] == reason.strip()
        assert ("name", "Renamed") in page.form("/save").fields
    assert maintainer_app.revision == "1"


def test_going_back_to_the_form_keeps_everything(maintainer_app: MaintainerApp) -> None:
    """The form shows what was typed, not what is kept."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.send(_changed(browser, **NEW_NUMBER, name="Renamed"), "/edit")
    shown = MultiDict(form.form("/review").fields)
    assert (form.status, shown["name"], shown["phones.1.number"]) == (200, "Renamed", "+3225116465")


def test_no_difference_is_said_and_saves_nothing(maintainer_app: MaintainerApp) -> None:
    """A preview without differences has no button to save; saving it anyway changes nothing."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _changed(browser)
    assert "You have not changed anything" in page.text
    form = page.form("/edit")
    saved = browser.post("/admin/centres/pag-asa/save", MultiDict([*form.fields, ("reason", "x")]))
    assert "There was no difference" in saved.text
    assert maintainer_app.revision == "1"


def test_warnings_are_told_and_do_not_stop_anybody(maintainer_app: MaintainerApp) -> None:
    """Two domains are worth a look, beside the name of the field."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _changed(browser, email="info@example.org")
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
        "email": "",
        "website": "",
    }
    page = _changed(browser, **empty, sources__phones="", sources__email="", sources__website="")
    assert "The centre is open, but has no phone" in page.text


def test_sending_a_form_twice_saves_once(maintainer_app: MaintainerApp) -> None:
    """A second press shows the same page and writes nothing; another change with its key is
    refused.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    review = _changed(browser, name="Renamed")
    form = review.form("/save")
    sent = form.filled({"reason": "once"})
    pages = [browser.post(form.action, sent) for _ in range(2)]
    assert [page.path for page in pages] == ["/admin/centres/pag-asa"] * 2
    assert len(maintainer_app.history()) == 2
    sent["reason"] = "twice"
    refused = browser.post(form.action, sent)
    assert (refused.status, "This form was already sent" in refused.text) == (422, True)


def test_a_key_may_be_missing(maintainer_app: MaintainerApp) -> None:
    """A form without a key is accepted; its revision still protects other people's changes."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = _changed(browser, name="Renamed").form("/save")
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
    """Who edits what somebody removed meanwhile is told, and keeps what was typed."""
    browser = signed_in_browser(maintainer_app, "anna")
    form = browser.get(f"{CENTRE}/edit")
    maintainer_app.write("DELETE", "/v1/centres/pag-asa")
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
    browser.send(_changed(browser, id="surya", name="Renamed"), "/save", reason="x")
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
    assert ("id", "fresh") in page.form("/add/centres/review").fields
    maintainer_app.path.with_suffix(".away").rename(maintainer_app.path)
    assert (
        "name changed: PAG-ASA → Typed"
        in browser.post(form.action, form.filled({"name": "Typed"})).text
    )


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
    page = _changed(browser, "/helplines/be-new", countries="BE; LU")
    assert "LU" in page.text
    assert browser.send(page, "/save", reason="x").path == "/admin/helplines/be-new"
    assert maintainer_app.public("/v1/helplines/be-new")["countries"] == ["BE", "LU"]
    assert "Confirm as correct" not in browser.get("/helplines/be-new").text


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


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("liege", ["Sürya"]),
        ("SURYA", ["Sürya"]),
        ("02 511", ["PAG-ASA"]),
        ("1000", ["PAG-ASA"]),
        ("+32 2 511 64", ["PAG-ASA"]),
        ("(02) 511", ["PAG-ASA"]),
        ("0078", []),
        ("112", ["European emergency number"]),
        ("pag antwerp", []),
        ("", ["PAG-ASA", "Payoke", "Sürya"]),
    ],
)
def test_the_list_is_searched_by_name_place_and_number(
    maintainer_app: MaintainerApp, typed: str, found: list[str]
) -> None:
    """Every word must be in the id, names, town, postcode or a number, without accents and case."""
    page = signed_in_browser(maintainer_app, "rita").get("/", query_string={"q": typed})
    for name in ("PAG-ASA", "Payoke", "Sürya", "European emergency number"):
        assert (name in page.text) == (name in found or not typed), name
    assert page.by_id("q")["value"] == typed


def test_the_list_says_how_fresh_each_centre_is(maintainer_app: MaintainerApp) -> None:
    """By a word, not by colour alone; helplines have no freshness."""
    maintainer_app.write("POST", "/v1/centres/pag-asa/verify", json={"how": "called"})
    page = signed_in_browser(maintainer_app, "rita").get("/")
    assert "2 centres need to be confirmed" in page.text
    assert page.text.count("unverified") == 2
    assert "fresh" in page.text
    assert "not needed for helplines" in page.text


def test_a_long_list_has_pages(tmp_path: Path) -> None:
    """Fifty on a page, by name; a page beyond the last is the last; the search goes along."""
    more = [made_up_centre(number, name=f"Made up {number:03}") for number in range(60)]
    maintainer_app = create_maintainer_app(tmp_path)
    whole = {**maintainer_app.file(), "centres": more}
    file = Incoming(json.dumps(whole).encode(), "new.json")
    maintainer_app.directory.importer.bring_in(TERMINAL, file, "test", allow_removals=True)
    browser = signed_in_browser(maintainer_app, "rita")
    first = browser.get("/?q=made")
    assert "60 records found, page 1 of 2" in first.text
    assert "Made up 049" in first.text
    assert "Made up 050" not in first.text
    later = next(link for link in first.links if "page=2" in link)
    assert "q=made" in later
    second = browser.get(later.removeprefix("/admin"))
    assert "Made up 059" in second.text
    assert any("page=1" in link for link in second.links)
    for page in ("99", "-1", "x"):
        assert browser.get(f"/?page={page}").status == 200


def test_a_centre_is_confirmed_as_right_today(maintainer_app: MaintainerApp) -> None:
    """The page shows what people call and go to; the record is fresh afterwards."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/confirm")
    for value in (
        "+3225116464",
        "info@pag-asa.be",
        "Cellebroersstraat 16b",
        "Mo-Fr 09:00-17:00; PH off",
    ):
        assert value in page.text
    assert "myria" not in page.text
    refused = browser.send(page, "/confirm", how="")
    assert (refused.status, refused.by_id("f-how")["aria-invalid"]) == (422, "true")
    saved = browser.send(refused, "/confirm", how="called the main number")
    assert (saved.path, "fresh" in saved.text) == ("/admin/centres/pag-asa", True)
    assert maintainer_app.public()["verified"]["by"] == "anna"


def test_what_changed_meanwhile_is_not_confirmed_nor_removed(maintainer_app: MaintainerApp) -> None:
    """If the record has changed, the page shows it and asks again before it confirms or removes."""
    browser = signed_in_browser(maintainer_app, "anna")
    confirm, remove = browser.get(f"{CENTRE}/confirm"), browser.get(f"{CENTRE}/remove")
    maintainer_app.patch(email="hello@pag-asa.be")
    page = browser.send(confirm, "/confirm", how="called")
    assert (page.status, "hello@pag-asa.be" in page.text) == (412, True)
    assert page.by_id("f-how")["value"] == "called"
    gone = browser.send(remove, "/remove", reason="mistake")
    assert (gone.status, gone.by_id("f-reason")["value"]) == (412, "mistake")
    assert maintainer_app.revision == "2"
    assert browser.send(page, "/confirm", how="called").path == "/admin/centres/pag-asa"


def test_a_centre_is_removed_and_brought_back(maintainer_app: MaintainerApp) -> None:
    """The page advises closing it instead; its history stays, and each revision can be restored."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/remove")
    assert "set its status to “permanently closed”" in page.text
    refused = browser.send(page, "/remove", reason="")
    assert refused.status == 422
    history = browser.send(refused, "/remove", reason="never was one")
    assert history.path == "/admin/centres/pag-asa/history"
    assert maintainer_app.api.get("/v1/centres/pag-asa").status_code == 404
    review = browser.send(history, "/restore/review")
    assert "added: PAG-ASA" in review.text
    assert browser.send(review, "/restore", reason="it is one").path == "/admin/centres/pag-asa"
    assert maintainer_app.public()["name"] == "PAG-ASA"


def test_a_helpline_is_removed_without_that_advice(maintainer_app: MaintainerApp) -> None:
    """Only centres can be closed; removing a country's last emergency number is refused."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get("/helplines/be-112/remove")
    assert "permanently closed" not in page.text
    refused = browser.send(page, "/remove", reason="x")
    assert (refused.status, "kind emergency" in refused.text) == (422, True)
    gone = browser.send(browser.get("/helplines/be-reporting-site/remove"), "/remove", reason="x")
    assert gone.path == "/admin/helplines/be-reporting-site/history"


def test_an_earlier_revision_is_restored_after_a_look(maintainer_app: MaintainerApp) -> None:
    """The history offers every revision except the present one; restoring shows the differences
    first.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    maintainer_app.patch(name="Wrong")
    history = browser.get(f"{CENTRE}/history")
    assert [
        dict(form.fields)["to"] for form in history.forms if form.action.endswith("/review")
    ] == ["1"]
    review = browser.send(history, "/restore/review")
    assert "name changed: Wrong → PAG-ASA" in review.text
    refused = browser.send(review, "/restore", reason="")
    assert refused.status == 422
    assert maintainer_app.public()["name"] == "Wrong"
    saved = browser.send(refused, "/restore", reason="the name was wrong")
    assert saved.path == "/admin/centres/pag-asa"
    assert maintainer_app.public()["name"] == "PAG-ASA"


def test_restoring_what_changed_meanwhile_asks_again(maintainer_app: MaintainerApp) -> None:
    """Also while somebody looked at the differences, or brought it back, or took it out."""
    browser = signed_in_browser(maintainer_app, "anna")
    maintainer_app.patch(name="Wrong")
    history = browser.get(f"{CENTRE}/history")
    review = browser.send(history, "/restore/review")
    maintainer_app.patch(name="Mended by another")
    for page in (
        browser.send(history, "/restore/review"),
        browser.send(review, "/restore", reason="x"),
    ):
        assert page.status == 412
        assert "name changed: Mended by another → PAG-ASA" in page.text
    assert maintainer_app.public()["name"] == "Mended by another"
    maintainer_app.write("DELETE", "/v1/centres/pag-asa")
    assert browser.send(page, "/restore", reason="x").status == 412


def test_restoring_what_is_in_force_is_no_change(maintainer_app: MaintainerApp) -> None:
    """A revision that says the same as the record is said to be no different."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.post(f"/admin{CENTRE}/restore/review", {"to": "1", "revision": "1"})
    assert "the same as the current record" in page.text
    unknown = browser.post("/admin/centres/surya/restore/review", {"to": "0", "revision": "1"})
    assert unknown.status == 404
    assert browser.post(f"/admin{CENTRE}/restore/review", {"to": "", "revision": "1"}).status == 400


def test_a_restored_record_with_warnings_tells_them(tmp_path: Path) -> None:
    """What was odd then is told now."""
    maintainer_app = create_maintainer_app(tmp_path)
    maintainer_app.patch("/v1/centres/surya", name="Renamed")
    browser = signed_in_browser(maintainer_app, "anna")
    review = browser.send(browser.get("/centres/surya/history"), "/restore/review")
    assert "The e-mail is at asblsurya.be" in review.text


def test_the_last_changes_of_everything_are_listed(maintainer_app: MaintainerApp) -> None:
    """Of centres, helplines and the directory, newest first, with labelled old and new values."""
    maintainer_app.patch(name="Renamed")
    browser = signed_in_browser(maintainer_app, "rita")
    page = browser.get("/changes")
    assert "The directory itself" in page.text
    assert page.text.index("Renamed") < page.text.index("Sürya")
    assert "/admin/helplines/be-112/history" in page.links
    assert "<del>PAG-ASA</del>" in page.html
    assert "<ins>Renamed</ins>" in page.html


@pytest.mark.parametrize("name", ["rita", "anna"])
def test_what_one_may_not_do_is_not_offered_and_refused(
    maintainer_app: MaintainerApp, name: str
) -> None:
    """Any token reads; changing needs the scope edit, on the page and behind it."""
    browser = signed_in_browser(maintainer_app, name)
    may = name == "anna"
    page, listed = browser.get(CENTRE), browser.get("/")
    assert any(link.endswith("/edit") for link in page.links) == may
    assert any(link.endswith("/add/centres") for link in listed.links) == may
    assert any(link.endswith("/upload") for link in listed.links) == may
    before = maintainer_app.everything()
    for path in ("/edit", "/confirm", "/remove"):
        assert browser.get(f"{CENTRE}{path}").status == (200 if may else 403)
    for path in ("/add/centres", "/upload"):
        assert browser.get(path).status == (200 if may else 403)
    if not may:
        data = {
            "revision": "1",
            "reason": "x",
            "how": "x",
            "to": "1",
            "name": "X",
            "id": "x",
            "once": "k",
        }
        posts = [
            f"{CENTRE}/{step}"
            for step in ("edit", "review", "save", "confirm", "remove", "restore")
        ]
        posts += [
            f"{CENTRE}/restore/review",
            "/add/centres",
            "/add/centres/review",
            "/add/centres/save",
        ]
        for path in [*posts, "/upload/compare", "/upload/take"]:
            refused = browser.post(f"/admin{path}", data)
            assert (refused.status, "token with the scope edit" in refused.text) == (403, True), (
                path
            )
    assert maintainer_app.everything() == before


@pytest.mark.parametrize(
    "path", ["/centres/nobody", "/helplines/nobody", "/centres/nobody/edit", "/centres/x/history"]
)
def test_a_record_that_is_not_there_is_a_page(maintainer_app: MaintainerApp, path: str) -> None:
    """404, with where to go on."""
    page = signed_in_browser(maintainer_app, "anna").get(path)
    assert (page.status, "/admin/" in page.links) == (404, True)


def test_html_in_a_record_or_a_search_is_text(maintainer_app: MaintainerApp) -> None:
    """Whatever somebody typed is shown as it was typed, never as markup."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _changed(browser, name='"><script>alert(1)</script>')
    assert "<script" not in page.html
    assert "<script" not in browser.get("/", query_string={"q": "<script>"}).html


def test_two_tabs_of_one_person_do_not_overwrite_each_other(maintainer_app: MaintainerApp) -> None:
    """What was seen is the form's, not the session's."""
    browser = signed_in_browser(maintainer_app, "anna")
    first, second = browser.get(f"{CENTRE}/edit"), browser.get(f"{CENTRE}/edit")
    browser.send(browser.send(first, "/review", name="First"), "/save", reason="x")
    assert browser.send(second, "/review", email="hello@pag-asa.be").status == 412


def test_reading_changes_nothing(maintainer_app: MaintainerApp) -> None:
    """No GET writes."""
    browser = signed_in_browser(maintainer_app, "dora")
    before = [line for line in everything(maintainer_app.path) if '"tokens"' not in line]
    for path in (
        "/",
        CENTRE,
        f"{CENTRE}/edit",
        f"{CENTRE}/confirm",
        f"{CENTRE}/remove",
        f"{CENTRE}/history",
        "/report",
    ):
        browser.get(path)
    assert [line for line in everything(maintainer_app.path) if '"tokens"' not in line] == before
    headers: dict[str, Any] = HERE
    assert (
        browser.client.delete(
            "/admin/centres/pag-asa", base_url="https://localhost", headers=headers
        ).status_code
        == 405
    )


def test_hidden_records_are_listed_and_kept_from_others(tmp_path: Path) -> None:
    """The list shows them to maintainers; a search by postcode finds them."""
    browser = signed_in_browser(create_maintainer_app(tmp_path, more=[HIDDEN]), "rita")
    page = browser.get("/?q=9000")
    assert "Sheltered centre" in page.text
    assert urlsplit(page.path).path == "/admin/"
