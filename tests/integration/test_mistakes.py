"""One table of mistakes, and every way to change a record: the same mistake is stopped by the same
rule, with the same warnings, whatever the way.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from tests.support.ci import some
from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.mistakes import (
    HIDES,
    IN_A_FILE,
    MISTAKES,
    ONE,
    REFUSED,
    TYPED,
    Mistake,
    Record,
    shift_phones,
)
from tests.support.records import TERMINAL, shipped_records
from tests.support.ways_to_edit import FILES, WAYS, Edited, Whole, put_back
from tests.support.write_side import json_bytes

NEEDS = ("admin", "formats", "imports")

TRIED = some(MISTAKES, 2)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> MaintainerApp:
    """The shipped records and postcodes, with review by a second person."""
    app = create_maintainer_app(tmp_path_factory.mktemp("ways"), second_look="on")
    app.directory.seed_data.load(TERMINAL, reason="the postcodes")
    return app


@pytest.fixture
def shared(app: MaintainerApp) -> Iterator[MaintainerApp]:
    """The same, as it was after each test."""
    yield app
    put_back(app)


@pytest.mark.parametrize("mistake", TRIED, ids=[each.what for each in TRIED])
def test_a_mistake_is_stopped_in_the_same_way_by_every_way_to_edit(
    shared: MaintainerApp, tmp_path: Path, mistake: Mistake
) -> None:
    """Refused, typed once more, seen by a second person, or one person may do it; and warned of."""
    edited = Edited(mistake.kind, mistake.id, mistake.before(), mistake.after())
    warnings = set()
    for name, way in WAYS.items():
        said = way(shared, tmp_path, edited, None)
        assert bool(said.errors) is (REFUSED in mistake.stopped_by), (name, said)
        if said.errors:
            assert any(mistake.error in each for each in said.errors), (name, said)
            continue
        assert bool(said.to_confirm) is (TYPED in mistake.stopped_by), (name, said)
        if said.to_confirm:
            said = way(shared, tmp_path, edited, mistake.typed)
        at_once = {ONE} if name in FILES else {ONE, HIDES}
        assert said.is_done is bool(at_once & mistake.stopped_by), (name, said)
        if said.codes is not None:
            of_helpline = {"helpline-changed"} if TYPED in mistake.stopped_by else set()
            assert said.codes == mistake.warnings | of_helpline, (name, said)
        warnings.add(said.warnings)
        put_back(shared)
    assert len(warnings) <= 1


@pytest.mark.parametrize(("change", "told"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_a_file_that_changes_much_is_stopped_until_an_administrator_allows_it(
    shared: MaintainerApp, tmp_path: Path, change: Callable[[Record], object], told: tuple[str, ...]
) -> None:
    """Every kind of file says the same, with what each record had and would have."""
    whole = shipped_records()
    change(whole)
    said = {name: way(shared, tmp_path, Whole(whole), None) for name, way in FILES.items()}
    assert len({each.to_confirm for each in said.values()}) == 1, said
    needed = said["JSON"].to_confirm
    assert len(needed) == len(told)
    for part in told:
        assert any(part in each for each in needed), needed
    for name, way in FILES.items():
        allowed = way(shared, tmp_path, Whole(whole), "112")
        assert not allowed.to_confirm | allowed.errors, (name, allowed)
        # What is allowed is still said; that a helpline must be confirmed, in another way.
        assert needed <= allowed.warnings, (name, allowed)
        put_back(shared)


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
        assert "+3225116464 from pag-asa to payoke" in page.text
        assert ('name="allow_removals"' in page.html) is box
        assert ("tick the box below the file" in page.text) is box
        assert ("ask an administrator" in page.text) is not box
        assert not [way for way in ("--", "allow_removals=", "API") if way in page.text]
    file = FileStorage(io.BytesIO(json_bytes(whole)), "a.json", "file")
    fields = MultiDict([("file", file), ("allow_removals", "yes")])
    preview = browser.upload("/admin/upload/compare", fields)
    done = browser.send(preview, "/take", reason="x")
    bert = signed_in_browser(shared, "bert")
    proposal, *_ = _waiting(shared)
    one = bert.get(f"/proposals/{proposal['id']}")
    for page in (preview, done, bert.get("/proposals"), one):
        assert "+3225116464 from pag-asa to payoke" in page.text
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
    shared.patch("/v1/centres/payoke", phones=[{"number": "+3225116464", "kind": "main"}])
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
    for name, step in (("anna", "ask an administrator"), ("dora", "send allow_removals=true")):
        answer = shared.send("POST", "/v1/import", by=name, json=whole).get_json()
        for error in answer["errors"]:
            assert error["detail"].endswith(f"If this is intended, {step}.")
    line = shared.patch("/v1/helplines/be-112", number="100").get_json()
    (error,) = line["errors"]
    assert error["detail"].endswith("To confirm the change, send 100 once more as confirm_number.")
