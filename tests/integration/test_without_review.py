"""A core without the feature `review`: nothing waits, and where changes had to, none is made."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from directory_api import feature
from directory_api.bootstrap import Directory, open_directory
from directory_api.change.change import HELD
from directory_api.change.guards import CONFIRMED
from directory_api.edit.gate import WithoutReview, gate_of
from directory_api.text.errors import ReviewMissing
from tests.support.api_client import problem
from tests.support.command_line import command
from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import CENTRE, MaintainerApp, create_maintainer_app
from tests.support.records import shipped_records
from tests.support.write_side import (
    ANNA,
    BERT,
    WriteSide,
    create_write_side,
    incoming,
    json_bytes,
    once,
    open_write_side,
)

# A change that would wait.
NEW = "new@example.org"
EMAIL = {"email": NEW}


def _without_feature(write_side: WriteSide, *, required: bool = False) -> WriteSide:
    """The services over the same store, as a core without the feature builds them."""
    return open_write_side(
        write_side.path, review_required=lambda: required, make_gate=WithoutReview
    )


def _with_review(folder: Path) -> WriteSide:
    return create_write_side(folder / "directory.db", review_required=lambda: True)


def _import(write_side: WriteSide) -> object:
    records = shipped_records()
    records["centres"][0]["email"] = NEW
    return write_side.importer.bring_in(
        ANNA, incoming(json_bytes(records)), "a file", confirmed=CONFIRMED
    )


# Each way in which a maintainer changes a record.
WAYS: dict[str, Callable[[WriteSide], object]] = {
    "patch": lambda side: side.editor.patch(side.edit("pag-asa"), EMAIL),
    "a change that needs no review": lambda side: side.editor.verify(side.edit("pag-asa"), "x"),
    "what only hides": lambda side: side.editor.patch(side.edit("pag-asa"), {"phones": []}),
    "remove": lambda side: side.editor.remove(side.edit("pag-asa")),
    "create": lambda side: side.editor.create(
        side.edit("new"), {**side.record("pag-asa"), "id": "new"}
    ),
    "restore": lambda side: side.editor.restore(side.edit("payoke"), 1),
    "undo": lambda side: side.rollback.undo(ANNA, 2, "a mistake"),
    "restore all": lambda side: side.rollback.restore_all(ANNA, 1, "a mistake"),
    "import": _import,
    "look only": lambda side: side.editor.patch(replace(side.edit("pag-asa"), dry_run=True), EMAIL),
}


@pytest.fixture
def changed(tmp_path: Path) -> WriteSide:
    """A store in which nothing ever had to wait, with one change of a record."""
    write_side = create_write_side(tmp_path / "directory.db")
    write_side.patch("payoke", name="Payoke vzw")
    return write_side


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
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


@pytest.mark.parametrize("end", ["waits", "approved", "rejected", "expired"])
def test_a_store_in_which_a_change_ever_waited_takes_none(tmp_path: Path, end: str) -> None:
    """Whatever became of that change, and whatever the setting is now: its history tells."""
    write_side = _with_review(tmp_path)
    (proposal,) = write_side.editor.patch(write_side.edit("pag-asa"), EMAIL).waiting
    if end == "approved":
        write_side.proposals.approve(BERT, proposal.id)
    elif end == "rejected":
        write_side.proposals.reject(BERT, proposal.id, "no")
    elif end == "expired":
        write_side.clock.now = proposal.expires
        write_side.editor.verify(write_side.edit("surya"), "a visit")
    before = write_side.everything()
    side = _without_feature(write_side)
    with pytest.raises(ReviewMissing):
        side.patch("surya", email=NEW)
    assert write_side.everything() == before
    assert side.record("surya") == write_side.record("surya")


def test_a_change_that_was_to_be_looked_at_is_remembered_too(tmp_path: Path) -> None:
    """It took effect at once, because it only hides a phone."""
    write_side = _with_review(tmp_path)
    assert write_side.editor.patch(write_side.edit("pag-asa"), {"phones": []}).to_check
    with pytest.raises(ReviewMissing):
        _without_feature(write_side).patch("surya", email=NEW)


def test_a_repeated_request_that_waited_is_not_answered_as_if_it_had_not(tmp_path: Path) -> None:
    """The core cannot read what waits."""
    write_side = _with_review(tmp_path)
    edit = replace(write_side.edit("pag-asa"), idempotency_key=once("a"))
    write_side.editor.patch(edit, EMAIL)
    with pytest.raises(ReviewMissing):
        _without_feature(write_side).editor.patch(edit, EMAIL)


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
def no_feature(monkeypatch: pytest.MonkeyPatch) -> None:
    """The feature is not among those that the core asks."""
    features: tuple[ModuleType, ...] = feature._features()
    others = tuple(each for each in features if not each.__name__.endswith(".review"))
    assert len(others) == len(features) - 1
    monkeypatch.setattr(feature, "_features", lambda: others)


@pytest.mark.usefixtures("no_feature")
def test_the_application_answers_and_refuses_changes(tmp_path: Path) -> None:
    """Programs and maintainers are told what is missing; waiting does not help."""
    app = create_maintainer_app(tmp_path, second_look="on")
    assert app.api.get(CENTRE).status_code == 200
    refused = app.patch(**EMAIL)
    assert "lacks the feature `review`" in problem(refused, 503, "not-writable")["detail"]
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


def _directory(app: MaintainerApp) -> Directory:
    return open_directory(app.directory.settings)


def test_the_gate_is_that_of_the_feature_if_it_is_there(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Otherwise these tests would say nothing about the core without it."""
    app = create_maintainer_app(tmp_path)
    store = app.directory.writer.store
    assert not isinstance(gate_of(store, lambda: False), WithoutReview)
    request.getfixturevalue("no_feature")
    assert isinstance(_directory(app).writer.gate, WithoutReview)


@pytest.mark.sqlite_file
def test_a_store_with_proposals_opens_and_is_checked_and_saved(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Without the feature they are rows as any others."""
    app = create_maintainer_app(tmp_path, second_look="on")
    assert app.patch(**EMAIL).get_json()["result"] == "waiting"
    request.getfixturevalue("no_feature")
    directory = _directory(app)
    directory.open()
    assert directory.live.ready
    assert directory.writer.store.excerpt([]).contents[HELD]
    for words in (["check"], ["backup", tmp_path / "copy.db"]):
        result = command(*words, database=app.path)
        assert result.exit_code == 0, result.output
