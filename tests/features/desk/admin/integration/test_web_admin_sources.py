"""The sources of the directory at /admin: listed with what cites them, and changed."""

from collections.abc import Mapping
from typing import Any

import pytest

from directory_api.record.schemas import SourceSchema
from tests.support.html_browser import COOKIE, Browser, Page, PageForm, signed_in_browser
from tests.support.maintainer_app import MaintainerApp
from tests.support.records import shipped_records

NEW = {
    "title": "Annual report",
    "publisher": "Example",
    "published": "28/2/2026",
    "accessed": "3/2026",
}


def _sources(app: MaintainerApp) -> dict[str, Mapping[str, Any]]:
    return {each["id"]: each for each in app.file()["sources"]}


def _form(page: Page) -> PageForm:
    """Return the form of the first button on the page of a source."""
    return page.form("/review")


def _added(browser: Browser, **typed: str) -> Page:
    page = browser.send(browser.get("/sources/add"), "/review", **{**NEW, **typed})
    return browser.send(page, "/save", reason="new")


def test_the_form_of_a_source_has_every_member(maintainer_app: MaintainerApp) -> None:
    """What it lacks would be lost when it is saved."""
    page = signed_in_browser(maintainer_app, "anna").get("/sources/myria/edit")
    form = page.form("/review")
    fields = {name for name, _ in form.fields} | form.boxes
    assert SourceSchema().fields.keys() - {"id"} <= fields


def test_each_source_is_listed_with_what_cites_it(maintainer_app: MaintainerApp) -> None:
    """Its page leads to the parts of the records that cite it; a search finds it by its title."""
    browser = signed_in_browser(maintainer_app, "rita")
    listed = [each for number in (1, 2, 3) for each in browser.get(f"/sources?page={number}").links]
    for source in shipped_records()["sources"]:
        assert f"/admin/sources/{source['id']}" in listed
    found = browser.get("/sources", query_string={"q": "shelters myria"})
    assert [link for link in found.links if "/sources/" in link] == ["/admin/sources/myria"]
    assert "No source matches" in browser.get("/sources", query_string={"q": "zzz"}).text
    links = browser.get("/sources/lesmarolles").links
    for part in ("languages", "offers", "hours", "phones"):
        assert f"/admin/centres/pag-asa#change-{part}" in links
    assert "/admin/helplines/be-112" in browser.get("/sources/bipt").links
    assert browser.get("/sources/nothing").status == 404


def test_a_source_is_added_and_can_be_cited(maintainer_app: MaintainerApp) -> None:
    """Its id is made from the publisher, with a number where that is taken."""
    browser = signed_in_browser(maintainer_app, "anna")
    saved = _added(browser)
    assert saved.path == "/admin/sources/example"
    source = {"id": "example", "title": "Annual report", "publisher": "Example"}
    assert _sources(maintainer_app)["example"] == {
        **source,
        "published": "2026-02-28",
        "accessed": "2026-03",
    }
    assert _added(browser).path == "/admin/sources/example-2"
    page = browser.get("/centres/pag-asa/edit")
    assert "Example: Annual report" in page.html
    page = browser.send(page, "/review", sources__name="Annual report (example-2)")
    assert "source of name added" in page.text
    assert browser.send(page, "/save", reason="read").status == 200
    stored = maintainer_app.directory.editor.stored("centre", "pag-asa").record
    assert stored["sources"]["name"] == ["example-2"]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"title": ""}, "title", "required"),
        ({"url": "http://example.org"}, "url", "https"),
        ({"accessed": "spring"}, "accessed", "11/2026"),
        ({"published": "spring"}, "published", "28/11/2026"),
        ({"id": "myria"}, "id", "Another source has this id"),
    ],
)
def test_a_fault_of_a_source_is_beside_its_field(
    maintainer_app: MaintainerApp, typed: Mapping[str, str], field: str, words: str
) -> None:
    """And what was typed is still there."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.send(browser.get("/sources/add"), "/review", **{**NEW, **typed})
    assert page.status in (409, 422)
    assert [link for link in page.links if link.startswith("#f-")] == [f"#f-{field}"]
    assert words in page.beside(field)
    assert ("publisher", "Example") in page.form("/review").fields


def test_a_source_is_edited(maintainer_app: MaintainerApp) -> None:
    """The preview says what changes; sent back unchanged, nothing does."""
    browser = signed_in_browser(maintainer_app, "anna")
    before = _sources(maintainer_app)
    page = browser.send(browser.get("/sources/myria/edit"), "/review")
    assert "You have not changed anything" in page.text
    page = browser.send(browser.get("/sources/myria/edit"), "/review", title="Shelters")
    assert "source Shelters: title changed: “Shelters for victims” → Shelters" in page.text
    assert "Saved." in browser.send(page, "/save", reason="renamed").text
    assert _sources(maintainer_app) == {**before, "myria": {**before["myria"], "title": "Shelters"}}
    assert "renamed" in browser.get("/changes").text


def test_a_retired_source_stays_where_it_is_cited_and_is_not_offered(
    maintainer_app: MaintainerApp,
) -> None:
    """Until it is used again."""
    browser = signed_in_browser(maintainer_app, "anna")
    label = '<option value="myria.be: “Shelters for victims”">'
    assert label in browser.get("/centres/pag-asa").html
    page = browser.get("/sources/myria")
    retiring = browser.post("/admin/sources/myria/review", _form(page).filled({}))
    assert "retired added: yes" in retiring.text
    assert "This source is retired" in browser.send(retiring, "/save", reason="gone").text
    assert _sources(maintainer_app)["myria"]["retired"] is True
    record = browser.get("/centres/pag-asa")
    assert label not in record.html
    assert "Shelters for victims" in record.text
    assert browser.send(browser.get("/centres/pag-asa/edit"), "/review").status == 200
    page = browser.get("/sources/myria")
    again = browser.post("/admin/sources/myria/review", _form(page).filled({}))
    browser.send(again, "/save", reason="back")
    assert "retired" not in _sources(maintainer_app)["myria"]


def test_a_source_is_removed_only_where_nothing_cites_it(maintainer_app: MaintainerApp) -> None:
    """A cited one has no button, and a form that asks for it is refused."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = _added(browser)
    form = next(
        form for form in page.forms if ("", "/admin/sources/example/review") in form.buttons
    )
    page = browser.post(form.action, {**dict(form.fields), "action": "remove"})
    assert "source dropped" in page.text
    assert "The source is removed" in browser.send(page, "/save", reason="a mistake").text
    assert "example" not in _sources(maintainer_app)
    page = browser.get("/sources/myria")
    assert "Remove" not in page.text
    form = _form(page)
    refused = browser.post(form.action, {**dict(form.fields), "action": "remove"})
    assert (refused.status, "Records cite this source" in refused.text) == (422, True)


def test_a_form_of_a_source_is_there_again_after_signing_in(
    maintainer_app: MaintainerApp,
) -> None:
    """When the session has ended."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get("/sources/add")
    browser.client.delete_cookie(COOKIE)
    page = browser.send(page, "/review", **NEW)
    assert page.status == 401
    again = browser.send(page, "/sign-in", token=maintainer_app.secrets["anna"])
    assert ("title", "Annual report") in again.form("/sources/add/review").fields


@pytest.mark.sqlite_file
def test_while_the_store_is_away_the_form_of_a_source_stays(maintainer_app: MaintainerApp) -> None:
    """With everything that was typed."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get("/sources/add")
    maintainer_app.path.rename(maintainer_app.path.with_suffix(".away"))
    page = browser.send(page, "/review", **NEW)
    assert (page.status, "Nothing was saved" in page.text) == (503, True)
    assert ("title", "Annual report") in page.form("/sources/add/review").fields


def test_who_may_not_edit_sees_the_sources_only(maintainer_app: MaintainerApp) -> None:
    """No button, and every address that changes something is refused."""
    browser = signed_in_browser(maintainer_app, "rita")
    before = maintainer_app.everything()
    assert not [link for link in browser.get("/sources").links if link.endswith("/add")]
    actions = {form.action for form in browser.get("/sources/myria").forms}
    assert actions == {"/admin/language", "/admin/sign-out"}
    for path in ("/sources/add", "/sources/myria/edit"):
        assert browser.get(path).status == 403
    for path in ("/sources/add", "/sources/myria/edit"):
        base = path.removesuffix("/edit")
        for step in (path, f"{base}/review", f"{base}/save"):
            data = {**NEW, "reason": "x", "revision": "1"}
            assert browser.post(f"/admin{step}", data).status == 403
    assert maintainer_app.everything() == before
