"""Proposals in the browser: approve, reject, withdraw."""

import io
import json

from werkzeug.datastructures import FileStorage, MultiDict

from tests.support.html_browser import Browser, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp

NEEDS = ("desk",)


def _propose(maintainer_app: MaintainerApp, name: str = "anna") -> Page:
    browser = signed_in_browser(maintainer_app, name)
    review = browser.send(browser.get("/centres/pag-asa/edit"), "/review", email="hello@pag-asa.be")
    assert "another maintainer must approve the change" in review.text
    return browser.send(review, "/save", reason="by telephone")


def test_what_people_act_on_waits_and_is_approved_by_another(review_app: MaintainerApp) -> None:
    """Saving leads to the waiting change; the record says so; another person approves it."""
    waiting = _propose(review_app)
    assert waiting.path == "/admin/proposals/2-1"
    assert "Your change is saved as a proposal" in waiting.text
    assert review_app.public()["email"] == "info@pag-asa.be"
    bert = signed_in_browser(review_app, "bert")
    assert "e-mail changed: info@pag-asa.be → hello@pag-asa.be" in bert.get("/todo").text
    record = bert.get("/centres/pag-asa")
    assert "A change by anna is waiting for review" in record.text
    assert "A change by anna is waiting for review" not in bert.get("/centres/surya").text
    proposal = bert.get("/proposals/2-1")
    assert "e-mail changed: info@pag-asa.be → hello@pag-asa.be" in proposal.text
    assert "“by telephone”" in proposal.text
    approved = bert.send(proposal, "/approve")
    assert (approved.path, "Approved. Visitors see the change now." in approved.text) == (
        "/admin/todo",
        True,
    )
    assert review_app.public()["email"] == "hello@pag-asa.be"
    assert "approved by bert" in bert.get("/centres/pag-asa/history").text


def test_the_page_offers_only_the_decisions_that_its_reader_may_make(
    review_app: MaintainerApp,
) -> None:
    """The author may withdraw, who only reads neither, and what is outdated is not approved."""

    def offered(name: str) -> set[str]:
        page = signed_in_browser(review_app, name).get("/proposals/2-1")
        actions = [form.action for form in page.forms if "/proposals/" in form.action]
        return {action.rpartition("/")[2] for action in actions}

    _propose(review_app, "bert")
    assert offered("carl") == {"approve", "reject"}
    assert offered("bert") == {"reject"}
    assert offered("rita") == set()
    (other,) = review_app.patch(email="other@pag-asa.be").get_json()["proposals"]
    path = f"/v1/proposals/{other['id']}/approve"
    assert review_app.send("POST", path, by="carl").status_code == 200
    assert offered("carl") == {"reject"}


def test_a_proposal_is_rejected_with_a_reason(review_app: MaintainerApp) -> None:
    """Without one it is asked for; then nothing waits, and nothing has changed."""
    _propose(review_app)
    bert = signed_in_browser(review_app, "bert")
    page = bert.send(bert.get("/proposals/2-1"), "/reject", reason="")
    assert (page.status, page.by_id("f-reason")["aria-invalid"]) == (422, "true")
    dropped = bert.send(page, "/reject", reason="the number is another's")
    assert "/proposals/" not in dropped.html
    assert "The proposal was rejected or withdrawn." in dropped.text
    assert review_app.public()["email"] == "info@pag-asa.be"
    assert bert.get("/proposals/2-1").status == 404


def test_a_removal_and_a_new_centre_wait_too(review_app: MaintainerApp) -> None:
    """They have no record to lead to: the page of what waits tells them."""
    anna = signed_in_browser(review_app, "anna")
    gone = anna.send(anna.get("/centres/surya/remove"), "/remove", reason="x")
    assert (gone.path, "removed: Sürya" in gone.text) == ("/admin/proposals/2-1", True)
    history = anna.get("/centres/pag-asa/history")
    assert history.status == 200


def _compare(browser: Browser, raw: bytes, **fields: str) -> Page:
    file = FileStorage(io.BytesIO(raw), "the <file>.csv", "file")
    return browser.upload("/admin/upload/compare", MultiDict([("file", file), *fields.items()]))


def _taken(browser: Browser, plan: Page, **typed: str) -> Page:
    form = plan.form("/upload/take")
    return browser.upload(form.action, form.filled(typed))


def test_part_of_a_file_may_wait(review_app: MaintainerApp) -> None:
    """An e-mail address waits, a language is in force; both are told apart."""
    browser = signed_in_browser(review_app, "anna")
    whole = review_app.file()
    whole["centres"][0]["email"] = "hi@pag-asa.be"
    whole["centres"][1]["languages"].append({"code": "uk"})
    plan = _compare(browser, json.dumps(whole).encode())
    assert "Changes that take effect at once: 1. Changes that wait for review: 1." in plan.text
    taken = _taken(browser, plan, reason="x")
    assert "In effect now: 1. Waiting for review: 1." in taken.text
    assert "/admin/todo" in taken.links
