"""A core without the feature `review`: nothing waits, and where changes had to, none is made."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from directory_api.change.change import HELD, Change, Stamp
from directory_api.change.guards import CONFIRMED
from directory_api.edit.gate import WithoutReview
from directory_api.left_out import leave_out
from directory_api.text.errors import ReviewMissing
from tests.support.api_client import problem
from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import CENTRE, create_maintainer_app
from tests.support.records import shipped_records
from tests.support.write_side import (
    ANNA,
    NOON,
    WriteSide,
    create_write_side,
    incoming,
    json_bytes,
    once,
    open_write_side,
)

NEEDS = ("admin",)

# A change that would wait.
NEW = "new@example.org"
EMAIL = {"email": NEW}


def _without_feature(write_side: WriteSide, *, required: bool = False) -> WriteSide:
    """The services over the same store, as a core without the feature builds them."""
    return open_write_side(
        write_side.path, review_required=lambda: required, make_gate=WithoutReview
    )


# Changes that would not wait; tests/integration/test_ways_to_edit.py has each way in.
AT_ONCE: dict[str, Callable[[WriteSide], object]] = {
    "a change that needs no review": lambda side: side.editor.verify(side.edit("pag-asa"), "x"),
    "what only hides": lambda side: side.editor.patch(side.edit("pag-asa"), {"phones": []}),
    "look only": lambda side: side.editor.patch(replace(side.edit("pag-asa"), dry_run=True), EMAIL),
}


@pytest.fixture
def changed(tmp_path: Path) -> WriteSide:
    """A store in which nothing ever had to wait, with one change of a record."""
    write_side = create_write_side(tmp_path / "directory.db")
    write_side.patch("payoke", name="Payoke vzw")
    return write_side


@pytest.mark.parametrize("way", AT_ONCE.values(), ids=AT_ONCE)
def test_every_change_is_refused_while_review_is_required(
    changed: WriteSide, way: Callable[[WriteSide], object]
) -> None:
    """One person alone would bring it into effect. The message says what to do."""
    before = changed.everything()
    with pytest.raises(ReviewMissing, match="must install"):
        way(_without_feature(changed, required=True))
    assert changed.everything() == before
    way(_without_feature(changed))  # it is refused for no other reason


def test_an_approval_by_name_changes_nothing_about_that(changed: WriteSide) -> None:
    """Nobody has seen the change."""
    records = shipped_records()
    side = _without_feature(changed, required=True)
    with pytest.raises(ReviewMissing):
        side.importer.bring_in(
            ANNA, incoming(json_bytes(records)), "x", confirmed=CONFIRMED, approved_by="bert"
        )


@pytest.mark.parametrize("is_open", [True, False], ids=["waits", "has waited"])
def test_a_store_in_which_a_change_ever_waited_takes_none(
    changed: WriteSide, *, is_open: bool
) -> None:
    """Whatever the setting is now: its records and its history tell."""
    waits = Change(HELD, "3-1", None, {"any": "thing"})
    for each in (waits,) if is_open else (waits, waits.opposite):
        changed.store.append([each], Stamp("x", NOON, ""), expected=changed.store.revision())
    before = changed.everything()
    side = _without_feature(changed)
    with pytest.raises(ReviewMissing):
        side.patch("surya", email=NEW)
    assert changed.everything() == before
    assert side.record("surya") == changed.record("surya")


def test_a_store_without_records_takes_its_first_ones(tmp_path: Path) -> None:
    """Nothing of it is public yet, as with the feature. The next change is refused."""
    side = open_write_side(
        tmp_path / "directory.db", review_required=lambda: True, make_gate=WithoutReview
    )
    assert side.seed_data.prepare()
    assert not side.seed_data.load(ANNA, reason="again").outcome.changes
    with pytest.raises(ReviewMissing):
        side.patch("pag-asa", email=NEW)


def test_nothing_waits_where_nothing_ever_had_to(changed: WriteSide) -> None:
    """A repeated request gets the same outcome."""
    side = _without_feature(changed)
    edit = replace(side.edit("pag-asa"), idempotency_key=once("a"))
    outcome = side.editor.patch(edit, EMAIL)
    assert (len(outcome.done), outcome.waiting, outcome.to_check) == (1, (), ())
    assert side.editor.patch(edit, EMAIL) == outcome
    assert side.record("pag-asa")["email"] == NEW


# The whole application


@pytest.fixture
def no_feature() -> None:
    """The feature is not there."""
    leave_out("feature review", "a reason")


@pytest.mark.usefixtures("no_feature")
def test_the_application_answers_and_refuses_changes(tmp_path: Path) -> None:
    """Programs and maintainers are told what is missing; waiting does not help."""
    app = create_maintainer_app(tmp_path, second_look="on")
    assert app.api.get(CENTRE).status_code == 200
    refused = app.patch(**EMAIL)
    assert "lacks the feature “review”" in problem(refused, 503, "not-writable")["detail"]
    assert "Retry-After" not in refused.headers
    browser = signed_in_browser(app, "anna")
    page = browser.get("/centres/pag-asa/confirm")
    assert "lacks the feature" in browser.send(page, "/confirm", how="a call").text
    assert app.api.get(CENTRE).get_json()["email"] != NEW


@pytest.mark.usefixtures("no_feature")
def test_the_pages_for_maintainers_have_nothing_about_proposals(tmp_path: Path) -> None:
    """Neither a link, nor a count, nor a page; records are edited."""
    app = create_maintainer_app(tmp_path)
    browser = signed_in_browser(app)
    for path in ("/", "/centres/pag-asa", "/centres/pag-asa/confirm", "/report"):
        page = browser.get(path)
        assert page.status == 200
        assert "roposal" not in page.html
    assert browser.get("/proposals").status == 404
    assert app.patch(**EMAIL).get_json()["result"] == "done"
