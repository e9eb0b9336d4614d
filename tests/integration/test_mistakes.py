"""One table of mistakes, and every way to change a record: the same mistake is stopped by the same
rule, with the same warnings, whatever the way.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

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
    file = FileStorage(io.BytesIO(json_bytes(whole)), "a.json", "file")
    fields = MultiDict([("file", file), ("allow_removals", "yes")])
    assert "Preview the import" in browser.upload("/admin/upload/compare", fields).text
