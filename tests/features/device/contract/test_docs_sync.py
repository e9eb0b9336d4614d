"""docs/sync.md: a device that does what it says ends equal to the server."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.store.sql import updates
from directory_api.web.app import create_app
from tests.support.browser import serving_app
from tests.support.sync_client import (
    ACTIONS,
    SYNCS,
    TEXT,
    NodeFailed,
    Site,
    Sync,
    edit_at_random,
    in_node,
    node_running,
    python_client,
    site,
)
from tests.support.write_side import NOON

NEEDS = ("imports",)

# How many edits the server keeps apart (RECENT, which is 100); and more than that, enough for each
# kind of edit to occur.
KEPT_APART, EDITS = 40, 80
APPLIED = {
    "python": python_client()["applied"],
    "javascript": lambda bundle, answer: in_node(
        "applied(given.bundle, given.answer)", {"bundle": bundle, "answer": answer}
    ),
}


def _get(origin: str, path: str) -> Any:
    with urlopen(origin + path, timeout=10) as answer:
        return json.load(answer)


@pytest.fixture(scope="module", autouse=True)
def _node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Node.js for the tests of this module."""
    with node_running(tmp_path_factory.mktemp("node")):
        yield


@pytest.fixture(params=sorted(SYNCS))
def sync(request: pytest.FixtureRequest) -> Sync:
    """The page's client in each language."""
    return SYNCS[request.param]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Site]:
    """A directory of the test's own."""
    with site(tmp_path) as made:
        yield made


def test_through_many_edits_devices_equal_the_server(
    served: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Devices that sync every few edits, in either language, and two that were away all hold the
    bundle.
    """
    monkeypatch.setattr(updates, "RECENT", KEPT_APART)
    away = _get(served.origin, "/v1/bundle/BE")
    kept: dict[str, Any] = dict.fromkeys(SYNCS)
    while served.edits < EDITS:
        for _ in range(served.chance.randint(1, 25)):
            edit_at_random(served)
        wanted = _get(served.origin, "/v1/bundle/BE")
        for language, sync in SYNCS.items():
            kept[language] = sync(served.origin, "BE", kept[language], NOON)
            assert kept[language] == wanted, (language, served.edits)
    assert served.done.keys() == {action.__name__ for action in ACTIONS}
    for sync in SYNCS.values():
        assert sync(served.origin, "BE", away, NOON) == wanted


def test_a_month_of_edits_comes_in_one_answer(served: Site) -> None:
    """If no table or country changed, the changes suffice, once or twice, in each language; so does
    the file of all changes.
    """
    bundle = _get(served.origin, "/v1/bundle/BE")
    for _ in range(100):
        edit_at_random(served, at_home=True)
    wanted = _get(served.origin, "/v1/bundle/BE")
    assert wanted != bundle
    for path in (bundle["changes"], "/v1/changes"):
        answer = _get(served.origin, path)
        for language, applied in APPLIED.items():
            once = applied(bundle, answer)
            assert once == wanted, language
            assert applied(once, answer) == wanted, language


def test_a_database_made_anew_is_noticed(served: Site, sync: Sync, tmp_path: Path) -> None:
    """If another database has replaced the old one at the same revision, the bundle is fetched
    again.
    """
    (tmp_path / "anew").mkdir()
    with site(tmp_path / "anew", centres=3) as other:
        bundle = _get(served.origin, "/v1/bundle/BE")
        wanted = _get(other.origin, "/v1/bundle/BE")
        assert wanted["revision"] == bundle["revision"]
        with pytest.raises(HTTPError, match="410") as refused:
            _get(other.origin, bundle["changes"])
        refused.value.close()
        assert sync(other.origin, "BE", bundle, NOON) == wanted


def test_a_copy_put_back_is_noticed(served: Site, sync: Sync) -> None:
    """A server that is behind the device has lost what the device knows; what it has is right."""
    copy = (served.folder / "directory.db").read_bytes()
    wanted = _get(served.origin, "/v1/bundle/BE")
    served.patch("made-up-001", name="Lost")
    bundle = _get(served.origin, "/v1/bundle/BE")
    (served.folder / "directory.db").write_bytes(copy)
    served.directory.live.adopt()
    assert sync(served.origin, "BE", bundle, NOON) == wanted != bundle


def test_new_hours_are_taken_while_a_week_of_them_is_left(served: Site, sync: Sync) -> None:
    """A day later the changes suffice; a week later the bundle is fetched again, with hours for two
    weeks.
    """
    hours = {"opening_hours": "Mo-Su 09:00-17:00", "timezone": "Europe/Brussels"}
    served.patch("made-up-001", **hours)
    bundle = _get(served.origin, "/v1/bundle/BE")
    served.clock.pass_by(timedelta(days=1))
    served.patch("made-up-002", **hours)
    changed = sync(served.origin, "BE", bundle, served.clock())
    wanted = _get(served.origin, "/v1/bundle/BE")
    assert (changed["revision"], changed["until"]) == (wanted["revision"], bundle["until"])
    assert changed["made"] == bundle["made"] < wanted["made"]
    assert changed["centres"][1] == bundle["centres"][1]
    assert changed["centres"][2] == wanted["centres"][2]
    served.clock.pass_by(timedelta(days=6))
    anew = sync(served.origin, "BE", changed, served.clock())
    assert anew == _get(served.origin, "/v1/bundle/BE")
    assert datetime.fromisoformat(anew["until"]) - served.clock() > timedelta(days=13)


def test_an_older_copy_of_the_changes_takes_nothing_back(served: Site) -> None:
    """Changes that do not continue the device's revision and store, such as an old file, are not
    applied.
    """
    old = _get(served.origin, "/v1/changes")
    served.patch("made-up-001", name="New")
    bundle, gap = _get(served.origin, "/v1/bundle/BE"), _get(served.origin, "/v1/changes")
    gap["from"] = str(int(bundle["revision"]) + 1)
    for applied in APPLIED.values():
        assert applied(bundle, old) is None
        assert applied(bundle, gap) is None
        assert applied(bundle, {**_get(served.origin, "/v1/changes"), "store": "a"}) is None


def test_without_an_answer_the_device_keeps_what_it_has(served: Site, tmp_path: Path) -> None:
    """A server in trouble, and none at all, are errors of the client, not an empty bundle."""
    bundle = _get(served.origin, "/v1/bundle/BE")
    empty = open_directory(
        Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}", rate_limit="")
    )
    with serving_app(create_app(empty)) as origin:
        with pytest.raises(HTTPError, match="503") as refused:
            SYNCS["python"](origin, "BE", bundle, NOON)
        refused.value.close()
        with pytest.raises(NodeFailed, match="503"):
            SYNCS["javascript"](origin, "BE", bundle, NOON)
    with pytest.raises(OSError, match="refused"):
        SYNCS["python"](origin, "BE", bundle, NOON)
    with pytest.raises(NodeFailed, match="fetch failed"):
        SYNCS["javascript"](origin, "BE", bundle, NOON)


def test_the_page_names_each_member(served: Site) -> None:
    """Each member of the answer, and of a change, stands on the page."""
    answer = _get(served.origin, "/v1/changes")
    for name in {*answer, *(member for change in answer["changes"] for member in change)}:
        assert name in TEXT, name


def test_a_centre_of_an_abandoned_past_does_not_stay(sync: Sync, tmp_path: Path) -> None:
    """A copy is put back and edited. A server refuses the cursor; a folder of files answers from
    the beginning. Either way the device ends equal to the server.
    """
    with site(tmp_path, centres=3) as served:
        copy = tmp_path / "copy.db"
        shutil.copy(tmp_path / "directory.db", copy)
        record = {**served.file["centres"][0], "id": "abandoned"}
        served.directory.editor.create(served.edit("centre", "abandoned"), record)
        held = _get(served.origin, "/v1/bundle/BE.json")
        copy.replace(tmp_path / "directory.db")
        served.directory.live.adopt()
        served.patch("made-up-000", name="The second way")
        now = _get(served.origin, "/v1/bundle/BE.json")
        assert held["revision"] == now["revision"]
        assert sync(served.origin, "BE", held, NOON) == now
        from_files = {**held, "changes": "/v1/changes.json"}
        assert sync(served.origin, "BE", from_files, NOON) == now


@pytest.mark.parametrize("language", sorted(APPLIED))
def test_changes_of_another_format_lead_to_the_bundle(tmp_path: Path, language: str) -> None:
    """A device that stored a bundle before the server was updated fetches the bundle again."""
    with site(tmp_path) as served:
        bundle = _get(served.origin, "/v1/bundle/BE")
        answer = _get(served.origin, bundle["changes"])
        assert APPLIED[language](bundle, answer)
        older = {**bundle, "format": bundle["format"] - 1}
        assert APPLIED[language](older, answer) is None
