"""One person hides where a centre is at once, and never shows it again alone."""

from collections.abc import Callable
from typing import Any

import pytest

from directory_api.change.guards import ALL_ALLOWED
from directory_api.change.outcome import Outcome
from directory_api.text.errors import RecordsInvalid
from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import MaintainerApp
from tests.support.records import shipped_records
from tests.support.write_side import (
    ANNA,
    BERT,
    CARL,
    WriteSide,
    incoming,
    json_bytes,
    open_write_side,
    published,
)

NEEDS = ("desk",)

TEMPORARY: dict[str, Any] = {
    "until": "2120-11-28",
    "address": {
        "street": "Testlaan 12",
        "postcode": "2000",
        "locality": {"nl": "Antwerpen"},
        "country": "BE",
        "subdivision": "BE-VAN",
    },
    "location": {"lat": 51.2213, "lon": 4.4051, "precision": "street"},
    "phones": [{"number": "+3232013790", "kind": "main"}],
    "opening_hours": "Mo-Fr 10:00-12:00",
}


def _hide(write_side: WriteSide, visibility: str, *, actor: Any = ANNA) -> Outcome:
    edit = write_side.edit("payoke", actor=actor)
    return write_side.editor.patch(edit, {"address_visibility": visibility})


def _street(write_side: WriteSide) -> str:
    street: str = write_side.record("payoke")["address"]["street"]
    return street


def _replace(side: WriteSide) -> Outcome:
    record = {**side.record("payoke"), "address_visibility": "public"}
    return side.editor.replace(side.edit("payoke"), record)


def _import(side: WriteSide) -> Outcome:
    raw = json_bytes(shipped_records())
    return side.importer.bring_in(ANNA, incoming(raw), "a file", allowed=ALL_ALLOWED)


# Each way to the state before the address was hidden, in revision 2.
BACK: dict[str, Callable[[WriteSide], Outcome]] = {
    "restore": lambda side: side.editor.restore(side.edit("payoke"), 1),
    "restore by another": lambda side: side.editor.restore(side.edit("payoke", actor=CARL), 1),
    "undo": lambda side: side.rollback.undo(ANNA, 2, "back"),
    "restore everything": lambda side: side.rollback.restore_all(ANNA, 1, "back"),
    "a part of the record": lambda side: _hide(side, "public"),
    "the whole record": _replace,
    "a file": _import,
}


@pytest.mark.parametrize("visibility", ["locality", "hidden"])
@pytest.mark.parametrize("way", BACK.values(), ids=BACK)
def test_an_address_that_one_person_hid_is_shown_again_by_two(
    write_side: WriteSide, way: Callable[[WriteSide], Outcome], visibility: str
) -> None:
    """Although the state before was known to be good, whichever way leads to it."""
    street = _street(write_side)
    assert _hide(write_side, visibility).applied
    assert street not in published(write_side.live)
    outcome = way(write_side)
    assert (outcome.applied, len(outcome.proposals)) == ((), 1)
    assert street not in published(write_side.live)
    write_side.proposals.approve(BERT, outcome.proposals[0].id)
    assert street in published(write_side.live)


def test_an_address_is_not_shown_more_by_one_person(write_side: WriteSide) -> None:
    """From hidden to its locality, which was known to be good."""
    assert _hide(write_side, "locality").applied
    write_side.proposals.approve(BERT, write_side.proposals.waiting()[0][0].id)
    assert _hide(write_side, "hidden").applied
    assert write_side.editor.restore(write_side.edit("payoke"), 2).proposals


def test_a_hidden_address_does_not_return_after_another_was_public(write_side: WriteSide) -> None:
    """Nor with the centre, after two have removed it."""
    street = _street(write_side)
    assert _hide(write_side, "hidden").applied
    moved = {**write_side.record("payoke")["address"], "street": "Elders 1"}
    edit = write_side.edit("payoke")
    public = {"address": moved, "address_visibility": "public"}
    (proposal,) = write_side.editor.patch(edit, public).proposals
    write_side.proposals.approve(BERT, proposal.id)
    assert write_side.editor.restore(write_side.edit("payoke"), 1).proposals
    (removal,) = write_side.editor.remove(write_side.edit("payoke")).proposals
    write_side.proposals.approve(BERT, removal.id)
    assert write_side.editor.restore(write_side.edit("payoke"), 1).proposals
    assert street not in published(write_side.live)


def test_what_shows_nothing_of_the_address_still_comes_back_at_once(write_side: WriteSide) -> None:
    """A wrong number of a centre with a hidden address is corrected by one person."""
    phones = {"phones": [{"number": "+3232013790", "kind": "main"}]}
    assert _hide(write_side, "hidden").applied
    hidden = write_side.store.revision()
    (proposal,) = write_side.editor.patch(write_side.edit("payoke"), phones).proposals
    write_side.proposals.approve(BERT, proposal.id)
    outcome = write_side.editor.restore(write_side.edit("payoke", actor=CARL), hidden)
    assert (len(outcome.applied), outcome.proposals) == (1, ())
    assert "+3232013790" not in published(write_side.live)


def _with_temporary(side: WriteSide) -> None:
    """Give Payoke temporary values, as before a second person was required."""
    open_write_side(side.path).patch("payoke", temporary=TEMPORARY)


def _without(*names: str) -> dict[str, Any]:
    """Return the merge patch that removes temporary values."""
    return {"temporary": dict.fromkeys(names)}


@pytest.mark.parametrize(
    "patch",
    [
        {"temporary": None},
        _without("phones"),
        _without("opening_hours"),
        _without("address", "location"),
        {**_without("address", "location"), "address_visibility": "hidden"},
        {**_without("address", "location"), "address_visibility": "locality"},
        {"temporary": None, "address_visibility": "hidden", "phones": None},
    ],
    ids=str,
)
def test_one_person_removes_temporary_values_at_once(
    write_side: WriteSide, patch: dict[str, Any]
) -> None:
    """Also together with hiding the address; another person looks at it afterwards."""
    _with_temporary(write_side)
    outcome = write_side.editor.patch(write_side.edit("payoke"), patch)
    assert (len(outcome.applied), outcome.proposals, len(outcome.to_check)) == (1, (), 1)
    is_left = "address" in write_side.record("payoke").get("temporary", {})
    assert ("Testlaan" in published(write_side.live)) is is_left


def test_a_temporary_address_does_not_come_back_by_one_person(write_side: WriteSide) -> None:
    """It may have been removed because people there were in danger."""
    write_side.editor.patch(write_side.edit("payoke"), {"temporary": TEMPORARY})
    write_side.proposals.approve(BERT, write_side.proposals.waiting()[0][0].id)
    shown = write_side.store.revision()
    assert write_side.editor.patch(write_side.edit("payoke"), {"temporary": None}).applied
    assert write_side.editor.restore(write_side.edit("payoke"), shown).proposals
    assert "Testlaan" not in published(write_side.live)


def test_an_address_with_a_temporary_one_is_not_hidden_before_that_is_removed(
    write_side: WriteSide,
) -> None:
    """The refusal says what to remove."""
    _with_temporary(write_side)
    with pytest.raises(RecordsInvalid) as refused:
        _hide(write_side, "hidden")
    (fault,) = refused.value.faults
    assert (fault.pointer or "").endswith("/temporary/address/street")
    assert "Remove the temporary address and its point" in fault.detail


@pytest.mark.parametrize("visibility", ["locality", "hidden"])
@pytest.mark.parametrize("part", ["", "address"])
def test_the_form_removes_the_temporary_address_together_with_the_permanent_one(
    review_app: MaintainerApp, part: str, visibility: str
) -> None:
    """In the form of the address and of the whole record; the page says so before."""
    app = review_app
    write_side = open_write_side(app.path)
    _with_temporary(write_side)
    browser = signed_in_browser(app, "anna")
    query = f"?part={part}" if part else ""
    form = browser.get(f"/centres/payoke/edit{query}").form("/review")
    review = browser.post(form.action, form.filled({"address_visibility": visibility}))
    assert review.status == 200
    assert "The temporary address, which is removed, too" in review.text
    assert "as soon as you save it" in review.text
    saved = browser.send(review, "/save", reason="a threat")
    assert saved.path == "/admin/centres/payoke"
    stored = app.directory.editor.stored("centre", "payoke").record
    assert stored["address_visibility"] == visibility
    kept = {n: v for n, v in TEMPORARY.items() if n not in ("address", "location")}
    assert stored["temporary"] == kept
    assert "Testlaan" not in published(app.directory.live)


def test_the_form_removes_temporary_values_that_are_an_address_alone(
    review_app: MaintainerApp,
) -> None:
    """No empty time is left of them."""
    app = review_app
    alone = {name: TEMPORARY[name] for name in ("until", "address", "location")}
    open_write_side(app.path).patch("payoke", temporary=alone)
    browser = signed_in_browser(app, "anna")
    form = browser.get("/centres/payoke/edit?part=address").form("/review")
    review = browser.post(form.action, form.filled({"address_visibility": "hidden"}))
    browser.send(review, "/save", reason="a threat")
    stored = app.directory.editor.stored("centre", "payoke").record
    assert (stored["address_visibility"], stored.get("temporary")) == ("hidden", None)


def test_a_temporary_address_of_a_hidden_centre_is_refused_in_its_field(
    review_app: MaintainerApp,
) -> None:
    """What is typed there is not dropped without a word."""
    app = review_app
    open_write_side(app.path).patch("payoke", address_visibility="hidden")
    browser = signed_in_browser(app, "anna")
    form = browser.get("/centres/payoke/edit?part=temporary").form("/review")
    typed = {
        "temporary.until": "2120-11-28",
        "temporary.address.street": "Testlaan 12",
        "temporary.address.postcode": "2000",
        "temporary.address.locality.nl": "Antwerpen",
        "temporary.location.point": "51.2213, 4.4051",
        "temporary.location.precision": "street",
    }
    page = browser.post(form.action, form.filled(typed))
    assert page.status == 422
    assert "cannot have a temporary address" in page.beside("temporary.address.street")


def test_an_address_is_hidden_at_once_together_with_its_street(write_side: WriteSide) -> None:
    """The way out where a name only resembles the street: no one has to wait for a new name."""
    named = {"name": "Centre Rouveroy"}
    write_side.editor.patch(write_side.edit("surya"), named)
    write_side.proposals.approve(BERT, write_side.proposals.waiting()[0][0].id)
    hidden: dict[str, Any] = {"address_visibility": "hidden"}
    with pytest.raises(RecordsInvalid) as refused:
        write_side.editor.patch(write_side.edit("surya"), hidden)
    assert "remove the street from the address" in refused.value.faults[0].detail
    hidden |= {"address": {"street": None}}
    outcome = write_side.editor.patch(write_side.edit("surya"), hidden)
    assert (len(outcome.applied), outcome.proposals) == (1, ())
    assert "Rouveroy 2" not in published(write_side.live)
