"""One matrix: each way to change records, and what must hold on all of them. The same mistake is
stopped by the same rule with the same warnings, and a request that is not allowed changes nothing.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from directory_api.bootstrap import open_directory
from directory_api.change import directory as change_directory
from directory_api.change.change import Change, Stamp
from directory_api.web.app import create_app
from tests.support.amount import some
from tests.support.api_client import problem
from tests.support.cited import without_old_sources
from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import CENTRE, MaintainerApp, create_maintainer_app
from tests.support.mistakes import (
    HIDES,
    IN_A_FILE,
    MISTAKES,
    ONE,
    REFUSED,
    SECOND,
    TYPED,
    Mistake,
    Record,
    shift_phones,
)
from tests.support.records import TERMINAL, made_up_centre, shipped_records
from tests.support.ways_to_edit import (
    ADDED,
    CHANGED,
    FILES,
    REMOVED,
    SCOPE,
    STALE,
    WAYS,
    Attempt,
    Edited,
    put_back,
    tick_every_row,
)
from tests.support.write_side import json_bytes

NEEDS = ("desk", "formats")

TRIED = some(MISTAKES)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> MaintainerApp:
    """The shipped records and postcodes, with review by a second person."""
    app = create_maintainer_app(tmp_path_factory.mktemp("ways"), review="on")
    app.directory.seed_data.load(TERMINAL, reason="the postcodes")
    return app


@pytest.fixture
def shared(app: MaintainerApp) -> Iterator[MaintainerApp]:
    """The same, as it was after each test."""
    revision = app.directory.writer.store.revision()
    yield app
    put_back(app, revision)


@pytest.mark.parametrize("mistake", TRIED, ids=[each.what for each in TRIED])
def test_a_mistake_is_stopped_in_the_same_way_by_every_way_to_edit(
    shared: MaintainerApp, tmp_path: Path, mistake: Mistake
) -> None:
    """Refused, typed once more, seen by a second person, or one person may do it; and warned of."""
    edited = Edited(mistake.kind, mistake.id, mistake.before(), mistake.after())
    warnings = set()
    ways = {
        name: way
        for name, way in WAYS.items()
        if edited.action in way.takes and mistake.what not in way.exempt
    }
    revision = shared.directory.writer.store.revision()
    for name, way in ways.items():
        put_back(shared, revision)
        send = way.begin(Attempt(shared, tmp_path, edited))
        said = send(None)
        # Who approves is asked for the number first.
        if way.is_second and REFUSED in mistake.stopped_by and said.to_confirm:
            said = send(mistake.typed)
        assert bool(said.errors) is (REFUSED in mistake.stopped_by), (name, said)
        if said.errors:
            assert any(mistake.error in each for each in said.errors), (name, said)
            continue
        assert bool(said.to_confirm) is (TYPED in mistake.stopped_by), (name, said)
        if said.to_confirm:
            said = send(mistake.typed)
        at_once = {ONE} if way.is_file else {ONE, HIDES}
        at_once |= {SECOND} if way.is_second else set()
        assert said.is_done is bool(at_once & mistake.stopped_by), (name, said)
        stored = dict(shared.directory.writer.store.records().contents)
        record = stored.get(edited.kind, {}).get(edited.id)
        assert record == (edited.after if said.is_done else edited.before), name
        if said.codes is not None:
            of_helpline = {"helpline_changed"} if TYPED in mistake.stopped_by else set()
            assert said.codes == mistake.warnings | of_helpline, (name, said)
        if said.warnings is not None:
            warnings.add(said.warnings)
    assert len(warnings) <= 1


# One edit of each kind, which nothing stops where no second person is needed.
_NEW = made_up_centre(1)
_PAGASA, _, _SURYA = shipped_records()["centres"]
_EDITS = {
    CHANGED: Edited(
        "centre",
        "pag-asa",
        _PAGASA,
        without_old_sources(_PAGASA, {**_PAGASA, "email": "help@pag-asa.be"}),
    ),
    ADDED: Edited("centre", _NEW["id"], None, _NEW),
    REMOVED: Edited("centre", "surya", _SURYA, None),
}
_CASES = [(name, action) for name, way in WAYS.items() for action in _EDITS if action in way.takes]
_IDS = [f"{name}, {action}" for name, action in _CASES]


@pytest.mark.parametrize(("name", "action"), _CASES, ids=_IDS)
def test_every_way_leaves_the_same_history_and_is_served(
    maintainer_app: MaintainerApp, tmp_path: Path, name: str, action: str
) -> None:
    """One entry with both states; everybody has the new one."""
    edited = _EDITS[action]
    send = WAYS[name].begin(Attempt(maintainer_app, tmp_path, edited))
    assert send(None).is_done
    (entry, *_) = maintainer_app.directory.editor.history(edited.kind, edited.id)
    assert entry.change == edited.change
    assert entry.stamp.author
    assert entry.stamp.reason
    maintainer_app.directory.live.refresh()  # commands are other processes
    response = maintainer_app.api.get(f"/v1{edited.path}")
    assert response.status_code == (404 if edited.after is None else 200)
    if edited.after:
        assert response.get_json().get("email") == edited.after.get("email")


@pytest.mark.parametrize(
    "name", [name for name, way in WAYS.items() if ADDED in way.takes and not way.is_file]
)
def test_no_way_adds_more_records_than_a_directory_can_have(
    maintainer_app: MaintainerApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The refusal says what to do instead. Files have a test of their own."""
    directory, whole = maintainer_app.directory, shipped_records()
    most = max(map(len, (whole["centres"], whole["helplines"], whole["sources"])))
    monkeypatch.setattr(change_directory, "MOST_RECORDS", most)
    others = [made_up_centre(number) for number in range(2, 2 + most - len(whole["centres"]))]
    directory.writer.store.append(
        [Change("centre", each["id"], None, each) for each in others],
        Stamp("x", directory.clock(), "x"),
        expected=directory.writer.store.revision(),
    )
    directory.live.refresh()
    send = WAYS[name].begin(Attempt(maintainer_app, tmp_path, _EDITS[ADDED]))
    said = send(None)
    assert any("make several directories" in each for each in said.errors), said
    assert not said.is_done
    assert len(directory.live.snapshot.centres) == most


def _confirmed(app: MaintainerApp) -> Record:
    response = app.write("POST", f"{CENTRE}/verify", json={"how": "called"})
    record: Record = response.get_json()["record"]
    return record


def _freshness(app: MaintainerApp) -> tuple[str, bool]:
    public = app.public()
    return public["freshness"], public["verified"].get("changed_since", False)


@pytest.mark.parametrize("name", [name for name, way in WAYS.items() if CHANGED in way.takes])
def test_a_new_address_ends_the_confirmation_by_every_way(
    maintainer_app: MaintainerApp, tmp_path: Path, name: str
) -> None:
    """The record is due at once, until the confirmed address is back."""
    record = _confirmed(maintainer_app)
    edited = Edited("centre", "pag-asa", record, {**record, "email": "help@pag-asa.be"})
    version = maintainer_app.directory.writer.store.revision()
    assert _freshness(maintainer_app) == ("fresh", False)
    assert WAYS[name].begin(Attempt(maintainer_app, tmp_path, edited))(None).is_done
    maintainer_app.directory.live.refresh()
    assert _freshness(maintainer_app) == ("due", True)
    maintainer_app.write("POST", f"{CENTRE}/restore", json={"revision": version})
    assert _freshness(maintainer_app) == ("fresh", False)


@dataclass(frozen=True)
class Rule:
    """What stops a request whatever it changes: how the app and the maintainer are, what happens
    between reading and sending, and with which status HTTP refuses it.
    """

    status: int
    by: str = "anna"
    is_read_only: bool = False
    meanwhile: Callable[[MaintainerApp, Edited], object] = lambda _app, _edited: None


def _faster(app: MaintainerApp, edited: Edited) -> None:
    """Another maintainer changes the same record, or adds it."""
    if edited.before is None:
        assert (
            app.send("POST", "/v1/records/centres", by="carl", json=edited.after).status_code == 201
        )
    else:
        response = app.write(
            "PATCH", f"/v1/records{edited.path}", by="carl", json={"email": "other@example.org"}
        )
        assert response.status_code == 200


RULES = {
    STALE: Rule(412, meanwhile=_faster),
    SCOPE: Rule(403, by="rita"),
    "read-only": Rule(403, is_read_only=True),
}
# The id of a new record is taken; a proposal is outdated.
_CONFLICTS = ("POST", "approval", "approval page")
# Each way once, the form with each of its pages.
_REFUSED = [
    (rule, name, action)
    for rule in RULES
    for name, action in _CASES
    if rule not in WAYS[name].exempt
    if name == "form" or action == CHANGED or CHANGED not in WAYS[name].takes
]


@pytest.mark.parametrize(("rule", "name", "action"), _REFUSED, ids=map(", ".join, _REFUSED))
def test_a_request_that_is_not_allowed_changes_nothing(
    tmp_path: Path, rule: str, name: str, action: str
) -> None:
    """Whatever it would change; HTTP has the same status on every way, a command fails."""
    way, edited, told = WAYS[name], _EDITS[action], RULES[rule]
    app = create_maintainer_app(tmp_path)
    if told.is_read_only:
        app = _read_only(app)
    send = way.begin(Attempt(app, tmp_path, edited, told.by))
    told.meanwhile(app, edited)
    before = app.everything()
    said = send(None)
    assert said.errors
    assert not said.is_done
    is_conflict = rule == STALE and (name in _CONFLICTS or action == ADDED)
    expected = 1 if name.startswith("command") else 409 if is_conflict else told.status
    assert said.status == expected, said
    assert app.everything() == before


def _read_only(app: MaintainerApp) -> MaintainerApp:
    """A server that only reads the same directory; its maintainers signed in elsewhere."""
    settings = replace(app.directory.settings, read_only="on")
    reading = open_directory(settings, app.directory.clock)
    reading.live.refresh()
    there = replace(app.directory, settings=settings)
    return replace(app, directory=there, app=create_app(reading))


@pytest.mark.parametrize(("change", "told"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_a_file_that_changes_much_is_stopped_until_an_administrator_allows_it(
    shared: MaintainerApp, tmp_path: Path, change: Callable[[Record], object], told: tuple[str, ...]
) -> None:
    """Every kind of file says the same, with what each record had and would have."""
    whole = shipped_records()
    change(whole)
    attempt = Attempt(shared, tmp_path, Edited("centre", "pag-asa", None, None))
    said = {name: bring_in(attempt, whole, None) for name, bring_in in FILES.items()}
    assert len({each.to_confirm for each in said.values()}) == 1, said
    needed = said["JSON"].to_confirm
    assert len(needed) == len(told)
    for part in told:
        assert any(part in each for each in needed), needed
    revision = shared.directory.writer.store.revision()
    for name, bring_in in FILES.items():
        put_back(shared, revision)
        allowed = bring_in(attempt, whole, "112")
        assert not allowed.to_confirm | allowed.errors, (name, allowed)
        # What is allowed is still said; that a helpline must be confirmed, in another way.
        assert allowed.warnings is not None, (name, allowed)
        assert needed <= allowed.warnings, (name, allowed)


def test_a_shifted_spreadsheet_is_stopped_on_the_page_for_imports(shared: MaintainerApp) -> None:
    """The page shows what would change; an administrator may allow it with the box, and sees the
    preview.
    """
    whole = shipped_records()
    shift_phones(whole)
    for name, box in (("anna", False), ("dora", True)):
        browser = signed_in_browser(shared, name)
        file = FileStorage(io.BytesIO(json_bytes(whole)), "a.json", "file")
        page = browser.upload("/admin/upload/compare", MultiDict([("file", file)]))
        assert (page.status, "Is this the right file?" in page.text) == (422, True)
        assert "+3225116464 from PAG-ASA to Payoke" in page.text
        assert ('name="allow_removals"' in page.html) is box
        assert ("tick the box below the file" in page.text) is box
        assert ("ask an administrator" in page.text) is not box
        assert ("more than a third" in browser.get("/upload").text) is box
        assert not [way for way in ("--", "allow_removals=", "API") if way in page.text]
    file = FileStorage(io.BytesIO(json_bytes(whole)), "a.json", "file")
    fields = MultiDict([("file", file), ("allow_removals", "yes")])
    preview = browser.upload("/admin/upload/compare", fields)
    tick_every_row(preview)
    done = browser.send(preview, "/take", reason="x")
    bert = signed_in_browser(shared, "bert")
    proposal, *_ = _waiting(shared)
    one = bert.get(f"/proposals/{proposal['id']}")
    for page in (preview, done, one):
        assert "+3225116464 from PAG-ASA to Payoke" in page.text
        assert "Has a column moved?" in page.text
        assert "The phones of 3 of 3 centres would change" in page.text


def _waiting(app: MaintainerApp) -> list[dict[str, Any]]:
    open_proposals = app.send("GET", "/v1/proposals").get_json()["proposals"]
    return [each for each in open_proposals if not each["in_force"]]


def test_who_approves_a_number_reads_that_it_is_that_of_another_centre(
    shared: MaintainerApp,
) -> None:
    """On the page and over the API, although the number of the other centre changes, too."""
    shared.patch(phones=[{"number": "+3232011690", "kind": "main"}])
    shared.patch("/v1/records/centres/payoke", phones=[{"number": "+3225116464", "kind": "main"}])
    told = {
        "pag-asa": "+3232011690 is the number of Payoke (payoke) now.",
        "payoke": "+3225116464 is the number of PAG-ASA (pag-asa) now.",
    }
    for each in _waiting(shared):
        sentence = told.pop(each["change"]["id"])
        assert sentence in each["warnings"][0]
        assert sentence in signed_in_browser(shared, "bert").get(f"/proposals/{each['id']}").text
    assert not told


def test_over_the_api_an_editor_is_told_to_ask_an_administrator(shared: MaintainerApp) -> None:
    """Who has the scope is told what to send; both are told nothing about other ways."""
    whole = shipped_records()
    shift_phones(whole)
    allowing = shared.send("POST", "/v1/import?allow_removals=true", json=whole)
    assert "admin" in problem(allowing, 403, "scope-missing")["detail"]
    for name, step in (("anna", "ask an administrator"), ("dora", "send allow_removals=true")):
        body = shared.send("POST", "/v1/import", by=name, json=whole).get_json()
        for error in body["errors"]:
            assert error["detail"].endswith(f"If this is intended, {step}.")
    line = shared.patch("/v1/records/helplines/be-112", number="100").get_json()
    (error,) = line["errors"]
    assert error["detail"].endswith("To confirm the change, send 100 once more as confirm_number.")
