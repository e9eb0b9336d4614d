"""Records confirmed, removed and restored at /admin."""

from pathlib import Path

from tests.support.html_browser import CENTRE, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app


def test_a_centre_is_confirmed_as_right_today(maintainer_app: MaintainerApp) -> None:
    """The page shows what people call and go to; the record is fresh afterwards."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/confirm")
    for value in (
        "+3225116464",
        "info@pag-asa.be",
        "Cellebroersstraat 16b",
        "Monday – Friday: 09:00 – 17:00",
    ):
        assert value in page.text
    assert "Mo-Fr" not in page.text
    dutch = browser.get(f"{CENTRE}/confirm", headers={"Accept-Language": "nl"})
    assert "maandag – vrijdag: 09:00 – 17:00" in dutch.text
    assert "myria" not in page.text
    refused = browser.send(page, "/confirm", how="")
    assert (refused.status, refused.by_id("f-how")["aria-invalid"]) == (422, "true")
    saved = browser.send(refused, "/confirm", how="called the main number")
    assert (saved.path, "fresh" in saved.text) == ("/admin/centres/pag-asa", True)
    stored = maintainer_app.send("GET", "/v1/centres/pag-asa/record").get_json()
    assert stored["verified"]["by"] == "anna"


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
    assert (refused.status, "112 is the only emergency number of Belgium" in refused.text) == (
        422,
        True,
    )
    typed = {"confirm_number__be-reporting-site": "www.stophumantrafficking.be"}
    page = browser.get("/helplines/be-reporting-site/remove")
    gone = browser.send(page, "/remove", reason="x", **typed)
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


def test_the_number_of_a_helpline_is_typed_before_it_is_restored(
    maintainer_app: MaintainerApp,
) -> None:
    """As for each other change of it; a wrong one shows the differences again."""
    path = "/v1/helplines/be-trafficking-line"
    right = maintainer_app.public(path)["number"]
    typed = f"{path}?confirm_number=%2B3278055801"
    assert maintainer_app.patch(typed, number="+3278055801", display=None).status_code == 200
    browser = signed_in_browser(maintainer_app, "anna")
    review = browser.send(browser.get("/helplines/be-trafficking-line/history"), "/restore/review")
    name = "confirm_number__be-trafficking-line"
    refused = browser.send(review, "/restore", reason="x", **{name: "+3278055801"})
    assert refused.status == 422
    assert "This is not the number. Check it, then type it here." in refused.text
    assert maintainer_app.public(path)["number"] == "+3278055801"
    saved = browser.send(refused, "/restore", reason="x", **{name: right})
    assert saved.path == "/admin/helplines/be-trafficking-line"
    assert maintainer_app.public(path)["number"] == right


def test_restoring_what_changed_meanwhile_asks_again(maintainer_app: MaintainerApp) -> None:
    """Also while another maintainer looks at the differences, restores or removes it."""
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
    """What was odd then is told now; it was acknowledged about another domain."""
    maintainer_app = create_maintainer_app(tmp_path)
    for website in ("https://www.example.org/", "https://www.asblsurya.org/"):
        maintainer_app.patch("/v1/centres/surya", website=website)
    browser = signed_in_browser(maintainer_app, "anna")
    review = browser.send(browser.get("/centres/surya/history"), "/restore/review")
    assert "The e-mail is at asblsurya.be, the web site at example.org" in review.text


def test_a_whole_import_is_undone_by_a_button(maintainer_app: MaintainerApp) -> None:
    """Recent changes group the records of a revision; the preview names each, and asks why."""
    file = maintainer_app.file()
    for centre in file["centres"]:
        centre["email"] = "wrong@example.org"
    path = "/v1/import?allow_removals=true"
    imported = maintainer_app.send("POST", path, json=file, by="dora")
    assert imported.get_json()["result"] == "done"
    anna = signed_in_browser(maintainer_app, "anna")
    refused = anna.send(anna.get("/changes"), "/changes/2/undo/review")
    assert (refused.status, "Only an administrator can allow this." in refused.text) == (422, True)
    forced = anna.post("/admin/changes/2/undo/review", {"allow_removals": "yes"})
    assert forced.status == 403
    browser = signed_in_browser(maintainer_app, "dora")
    changes = browser.get("/changes")
    assert "3 records, revision 2" in changes.text
    refused = browser.send(changes, "/changes/2/undo/review")
    assert "e-mail addresses of 3 of 3 centres would change" in refused.text
    review = browser.send(refused, "/changes/2/undo/review", allow_removals="yes")
    assert "wrong@example.org → info@pag-asa.be" in review.text
    refused = browser.send(review, "/changes/2/undo", reason="")
    assert (refused.status, refused.by_id("f-reason")["aria-invalid"]) == (422, "true")
    maintainer_app.patch(name="PAG-ASA vzw")
    again = browser.send(refused, "/changes/2/undo", reason="the wrong file")
    assert (again.status, "Nothing was undone." in again.text) == (412, True)
    done = browser.send(again, "/changes/2/undo", reason="the wrong file")
    assert (done.status, "In effect now: 3." in done.text) == (200, True)
    public = maintainer_app.public()
    assert (public["email"], public["name"]) == ("info@pag-asa.be", "PAG-ASA vzw")
    nothing = browser.send(browser.get("/changes"), "/changes/2/undo/review")
    assert "There is nothing to undo" in nothing.text


def test_the_number_of_a_helpline_is_typed_before_its_change_is_undone(
    maintainer_app: MaintainerApp,
) -> None:
    """As before it is restored."""
    path = "/v1/helplines/be-trafficking-line"
    right = maintainer_app.public(path)["number"]
    typed = f"{path}?confirm_number=%2B3278055801"
    assert maintainer_app.patch(typed, number="+3278055801", display=None).status_code == 200
    browser = signed_in_browser(maintainer_app, "anna")
    review = browser.send(browser.get("/changes"), "/changes/2/undo/review")
    assert "is the line for victims that is shown to everybody in Belgium." in review.text
    name = "confirm_number__be-trafficking-line"
    refused = browser.send(review, "/changes/2/undo", reason="x", **{name: "+3278055801"})
    assert refused.status == 422
    assert "This is not the number. Check it, then type it here." in refused.text
    assert maintainer_app.public(path)["number"] == "+3278055801"
    done = browser.send(refused, "/changes/2/undo", reason="x", **{name: right})
    assert "In effect now: 1." in done.text
    assert maintainer_app.public(path)["number"] == right
