"""Records confirmed, removed and restored at /admin."""

from pathlib import Path

from tests.support.html_browser import CENTRE, changed, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.moments import TODAY


def test_a_centre_is_confirmed_as_right_today(maintainer_app: MaintainerApp) -> None:
    """The page shows what people call and go to; the record is fresh afterwards."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/confirm")
    for value in (
        "+32 2 511 64 64",
        "info@pag-asa.be",
        "Cellebroersstraat 16b",
        "Monday – Friday: 09:00 – 17:00",
    ):
        assert value in page.text
    assert "Mo-Fr" not in page.text
    dutch = browser.get(f"{CENTRE}/confirm", headers={"Accept-Language": "nl"})
    assert "maandag – vrijdag: 09:00 – 17:00" in dutch.text
    assert "myria" not in page.text
    saved = browser.send(page, "/confirm/read", how="called the main number")
    assert (saved.path, "fresh" in saved.text) == ("/admin/centres/pag-asa", True)
    stored = maintainer_app.send("GET", "/v1/records/centres/pag-asa").get_json()
    assert stored["verified"]["by"] == "anna"


def test_a_centre_is_removed_and_brought_back(maintainer_app: MaintainerApp) -> None:
    """The page advises closing it instead; its history stays, and each revision can be restored."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get(f"{CENTRE}/remove")
    assert "set its status to “permanently closed”" in page.text
    history = browser.send(page, "/remove", reason="never was one")
    assert history.path == "/admin/centres/pag-asa/history"
    assert maintainer_app.api.get("/v1/centres/pag-asa").status_code == 404
    review = browser.send(history, "/restore/review")
    assert "added: PAG-ASA" in review.text
    assert browser.send(review, "/restore", reason="it is one").path == "/admin/centres/pag-asa"
    assert maintainer_app.public()["name"] == "PAG-ASA"


def test_a_helpline_is_removed_without_that_advice(maintainer_app: MaintainerApp) -> None:
    """Only centres can be closed; a country's last emergency number cannot be removed."""
    browser = signed_in_browser(maintainer_app, "anna")
    refused = browser.get("/helplines/be-112/remove")
    assert (refused.status, "112 is the only emergency number of Belgium" in refused.text) == (
        422,
        True,
    )
    typed = {"confirm_number__be-reporting-site": "www.stophumantrafficking.be"}
    page = browser.get("/helplines/be-reporting-site/remove")
    assert "permanently closed" not in page.text
    gone = browser.send(page, "/remove", reason="x", **typed)
    assert gone.path == "/admin/helplines/be-reporting-site/history"


def test_restoring_what_changed_meanwhile_asks_again(maintainer_app: MaintainerApp) -> None:
    """Also while another maintainer looks at the differences, restores or removes it."""
    browser = signed_in_browser(maintainer_app, "anna")
    maintainer_app.patch(name="Wrong")
    history = browser.get(f"{CENTRE}/history")
    # Every revision is offered except the present one.
    offered = [form for form in history.forms if form.action.endswith("/restore/review")]
    assert [dict(form.fields)["to"] for form in offered] == ["1"]
    review = browser.send(history, "/restore/review")
    maintainer_app.patch(name="Mended by another")
    for page in (
        browser.send(history, "/restore/review"),
        browser.send(review, "/restore", reason="x"),
    ):
        assert page.status == 412
        assert "name changed: Mended by another → PAG-ASA" in page.text
    assert maintainer_app.public()["name"] == "Mended by another"
    maintainer_app.write("DELETE", "/v1/records/centres/pag-asa")
    assert browser.send(page, "/restore", reason="x").status == 412


def test_a_confirmation_is_in_words_in_the_values_before_and_after(
    maintainer_app: MaintainerApp,
) -> None:
    """That of the whole record and that of a part, in the history and before it is restored; the
    digests of what was confirmed are for no reader.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    maintainer_app.write("POST", f"/v1/records{CENTRE}/verify", json={"how": "visited them"})
    review = changed(browser, phones__1__number="+3225116465")
    browser.send(review, "/save", reason="called it", checked="yes")
    history = browser.get(f"{CENTRE}/history")
    form = [form for form in history.forms if ("to", "1") in form.fields][-1]
    restored = browser.post(form.action, form.filled({}))
    day = "/".join(TODAY.isoformat().split("-")[::-1])
    said = f"{day} by anna (visited them); phones alone: {day} by anna (called it)"
    for page in (history, restored):
        assert said in page.text
        for raw in ("sha256", "digest", "verified"):
            assert raw not in page.text
    assert '<details class="sides">' in restored.html


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
        maintainer_app.patch("/v1/records/centres/surya", website=website)
    browser = signed_in_browser(maintainer_app, "anna")
    review = browser.send(browser.get("/centres/surya/history"), "/restore/review")
    assert "The e-mail is at asblsurya.be, the web site at example.org" in review.text


def test_a_whole_import_is_undone_by_a_button(maintainer_app: MaintainerApp) -> None:
    """Recent changes group the records of a revision; the preview names each, and asks why."""
    file = maintainer_app.file()
    for centre in file["centres"]:
        centre["address"]["street"] = "Wrong street 1"
    path = "/v1/import?allow_removals=true"
    imported = maintainer_app.send("POST", path, json=file, by="dora")
    assert imported.get_json()["status"] == "applied"
    anna = signed_in_browser(maintainer_app, "anna")
    refused = anna.send(anna.get("/changes"), "/changes/2/undo/review")
    assert (refused.status, "Only an administrator can allow this." in refused.text) == (422, True)
    forced = anna.post("/admin/changes/2/undo/review", {"allow_removals": "yes"})
    assert forced.status == 403
    browser = signed_in_browser(maintainer_app, "dora")
    changes = browser.get("/changes")
    assert "3 records, revision 2" in changes.text
    refused = browser.send(changes, "/changes/2/undo/review")
    assert "addresses of 3 of 3 centres would change" in refused.text
    review = browser.send(refused, "/changes/2/undo/review", allow_removals="yes")
    assert "Wrong street 1 → Cellebroersstraat 16b" in review.text
    maintainer_app.patch(name="PAG-ASA vzw")
    again = browser.send(review, "/changes/2/undo", reason="the wrong file")
    assert again.status == 412
    done = browser.send(again, "/changes/2/undo", reason="the wrong file")
    assert (done.status, "In effect now: 3." in done.text) == (200, True)
    public = maintainer_app.public()
    assert (public["address"]["street"], public["name"]) == ("Cellebroersstraat 16b", "PAG-ASA vzw")
    nothing = browser.send(browser.get("/changes"), "/changes/2/undo/review")
    assert "There is nothing to undo" in nothing.text
