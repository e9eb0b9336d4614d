"""What a person who approves a change is shown, and types once more."""

import io
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from directory_api.change.change import Change, Stamp
from directory_api.change.proposal import Proposal
from tests.review.integration.longest_values import Longest
from tests.support.api_client import problem
from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import MaintainerApp
from tests.support.store_under_test import stores_of
from tests.support.whole_store import read_whole
from tests.support.write_side import json_bytes

NEEDS = ("desk",)


def _proposed(app: MaintainerApp, change: Change) -> str:
    """Store a proposal of Anna's, and return its id."""
    store, now = stores_of(app.path).store, app.directory.clock()
    proposal = Proposal("9-1", change, "token:a", "anna", now, "x", now + timedelta(days=1))
    added = Change("proposal", proposal.id, None, proposal.to_record())
    store.append([added], Stamp("anna", now, "x"), expected=store.revision())
    return proposal.id


@pytest.mark.parametrize("is_after", [True, False], ids=["new values", "old values"])
@pytest.mark.parametrize(
    ("kind", "identity"),
    [("centre", "pag-asa"), ("helpline", "be-112"), ("directory", "directory")],
)
def test_a_proposal_shows_the_end_of_the_longest_value_of_every_member(
    review_app: MaintainerApp, kind: str, identity: str, is_after: bool
) -> None:
    """Of every kind, before and after: what is approved is on the page, and open; but for digests,
    which no one can read.
    """
    stored: Any = read_whole(stores_of(review_app.path).store).contents[kind][identity]
    longest = Longest(kind)
    record = longest.record() | ({"id": identity} if "id" in stored else {})
    change = Change(kind, identity, stored, record)
    waits = _proposed(review_app, change if is_after else change.opposite)
    page = signed_in_browser(review_app).get(f"/proposals/{waits}")
    shown = page.html.partition('<details class="sides" open>')[2].partition("</details>")[0]
    missing = {
        member: marker
        for member, marker in longest.markers.items()
        if marker not in shown and member != "id" and not member.endswith("digest")
    }
    assert not missing
    assert "host: <b>www.example.org</b>" in shown


def test_the_preview_of_an_import_shows_the_whole_header(review_app: MaintainerApp) -> None:
    """The publisher and the sources are on the page for visitors."""
    whole = review_app.file()
    end = "NEW NUMBER OF ALL CENTRES: +32 470 12 34 56"
    whole["publisher"] = f"{'Directory of centres. ' * 3}{end}"
    whole["sources"][0]["url"] = f"https://www.myria.be.{'a' * 40}.org/page"
    browser = signed_in_browser(review_app, "anna")
    file = FileStorage(io.BytesIO(json_bytes(whole)), "a.json", "file")
    preview = browser.upload("/admin/upload/compare", MultiDict([("file", file)]))
    assert end in preview.text
    assert f"host: <b>www.myria.be.{'a' * 40}.org</b>" in preview.html
    done = browser.send(preview, "/take", reason="x")
    assert end in done.text
    assert end in signed_in_browser(review_app).get("/proposals/2-1").text


def test_a_column_that_starts_a_row_later_is_hinted_at_beside_the_errors(
    review_app: MaintainerApp,
) -> None:
    """A tired person would repair the cells with errors, and nothing else."""
    whole = review_app.file()
    numbers = [centre["phones"][0].pop("number") for centre in whole["centres"]]
    for centre, number in zip(whole["centres"][1:], numbers, strict=False):
        centre["phones"][0]["number"] = number
    browser = signed_in_browser(review_app, "anna")
    file = FileStorage(io.BytesIO(json_bytes(whole)), "a.json", "file")
    page = browser.upload("/admin/upload/compare", MultiDict([("file", file)]))
    assert "This field is required." in page.text
    assert "Payoke has +3225116464 of PAG-ASA; Sürya has +3232011690 of Payoke" in page.text
    assert "Has a column moved?" in page.text
    body = review_app.send("POST", "/v1/import", json=whole).get_json()
    assert (body["code"], body["errors"][0]["code"]) == ("records-invalid", "numbers_moved")
    for centre in whole["centres"][2:]:
        centre["phones"] = []
    body = review_app.send("POST", "/v1/import", json=whole).get_json()
    assert "numbers_moved" not in [error.get("code") for error in body["errors"]]


def test_what_only_maintainers_see_is_not_said_to_be_public(review_app: MaintainerApp) -> None:
    """An acknowledged warning is saved for them alone."""
    browser = signed_in_browser(review_app, "anna")
    about = "warning=other_domain&value=asblsurya.be,%20asblsurya.org"
    page = browser.get(f"/centres/surya/acknowledge?{about}")
    saved = browser.send(page, "/acknowledge", reason="it is right")
    assert "Saved. Only maintainers see this." in saved.text
    assert "Visitors see the change" not in saved.text
    confirm = browser.get("/centres/pag-asa/confirm")
    assert (
        "Saved. Visitors see the change now."
        in browser.send(confirm, "/confirm/read", how="x").text
    )


def _new_emergency_number(app: MaintainerApp) -> str:
    path = "/v1/records/helplines/be-112?confirm_number=100"
    (proposal,) = app.write("PATCH", path, json={"number": "100"}).get_json()["proposals"]
    return str(proposal["id"])


def test_over_the_api_the_approved_number_is_sent_once_more(review_app: MaintainerApp) -> None:
    """Also of a helpline whose removal is in force, and is only looked at."""
    path = f"/v1/proposals/{_new_emergency_number(review_app)}/approve"
    for typed in ("", "?confirm_number=112"):
        body = problem(
            review_app.send("POST", f"{path}{typed}", by="bert"), 422, "confirmation-required"
        )
        assert [error["code"] for error in body["errors"]] == ["number_not_typed"]
    assert review_app.send("POST", f"{path}?confirm_number=100", by="bert").status_code == 200
    assert review_app.public("/v1/helplines/be-112")["number"] == "100"
    line = "/v1/records/helplines/fr-119?confirm_number=119"
    (in_force,) = review_app.write("DELETE", line).get_json()["to_check"]
    path = f"/v1/proposals/{in_force['id']}/approve"
    assert review_app.send("POST", path, by="bert").status_code == 422
    looked = review_app.send("POST", f"{path}?confirm_number=119", by="bert")
    assert looked.status_code == 200


def test_proposals_about_emergency_numbers_come_first(review_app: MaintainerApp) -> None:
    """Then those about other helplines, then those about centres, whatever is older."""
    review_app.patch(email="hello@pag-asa.be")
    note = {"note": {"en": "Call before you go."}}
    review_app.patch("/v1/records/helplines/be-trafficking-line", **note)
    review_app.patch("/v1/records/centres/surya", email="hello@surya.be")
    review_app.patch("/v1/records/helplines/be-101", **note)
    listed = review_app.send("GET", "/v1/proposals").get_json()["proposals"]
    order = ["be-101", "be-trafficking-line", "pag-asa", "surya"]
    assert [each["change"]["id"] for each in listed] == order
    page = signed_in_browser(review_app).get("/todo")
    ids = [f"/admin/proposals/{each['id']}" for each in listed]
    assert [link for link in page.links if "/proposals/" in link] == ids
