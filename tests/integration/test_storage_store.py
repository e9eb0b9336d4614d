"""What every store does: it is created once, and gives back what was written."""

import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory_api.change.change import diff
from directory_api.store.sql.store import Store
from directory_api.store.state import StoreState
from directory_api.text.errors import StoreMissing
from tests.support.postgres import StoreUrl
from tests.support.servers import start_program
from tests.support.store_suite import STAMP, OpenStore, addition, place_with_code, program_on
from tests.support.whole_store import read_whole


def _contents(kept: StoreState) -> dict[str, dict[str, Any]]:
    return {kind: dict(records) for kind, records in kept.contents.items()}


def test_an_empty_store_is_at_revision_0(store: Store) -> None:
    """A new store keeps nothing."""
    kept = read_whole(store)
    assert (kept.revision, dict(kept.contents), kept.places) == (0, {}, ())
    assert store.revision() == 0
    assert store.history("centre", "a") == ()


def test_migrating_again_changes_nothing(store: Store) -> None:
    """A second create, and a migrate, keep every record and the revision."""
    store.append([addition("a", n=1)], STAMP, expected=0)
    before = read_whole(store)
    store.create()
    store.migrate()
    assert read_whole(store) == before


def test_many_threads_may_create_it_at_once(open_store: OpenStore, tmp_path: Path) -> None:
    """Twelve threads that start with nothing make one empty store."""
    barrier = threading.Barrier(12)

    def start(_: int) -> int:
        store = open_store(tmp_path)
        barrier.wait()
        store.create()
        return store.revision()

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(start, range(12))) == [0] * 12


def test_many_processes_may_create_it_at_once(
    open_store: OpenStore, store_url: StoreUrl, tmp_path: Path
) -> None:
    """Six processes that start at the same moment make one store, which then takes writes."""
    code = program_on("store.create(); print(store.revision())", store_url(tmp_path))
    processes = [start_program(code, os.environ) for _ in range(6)]
    assert [process.communicate()[0] for process in processes] == [b"0\n"] * 6
    assert open_store(tmp_path).append([addition("a")], STAMP, expected=0) == 1


RECORDS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=5),
        st.text(st.characters(codec="utf-8"), max_size=5)
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False, allow_infinity=False),
    ),
)


@given(
    st.lists(
        st.fixed_dictionaries({"centre": RECORDS, "helpline": RECORDS}), min_size=1, max_size=4
    )
)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_appended_is_read_back(
    open_store: OpenStore,
    tmp_path_factory: pytest.TempPathFactory,
    states: list[dict[str, dict[str, dict[str, Any]]]],
) -> None:
    """Any sequence of states is written as differences, read back, and replayed by the history."""
    store = open_store(tmp_path_factory.mktemp("store"))
    store.create()
    for number, wanted in enumerate(states):
        kept = read_whole(store)
        assert (
            store.append(diff(kept.contents, wanted), STAMP, expected=number)
            == number + 1
            == store.revision()
        )
        contents = _contents(read_whole(store))
        assert {kind: contents.get(kind, {}) for kind in wanted} == wanted
    for kind, identity in [
        (kind, identity) for kind in ("centre", "helpline") for identity in "abc"
    ]:
        entries = store.history(kind, identity)[::-1]
        replayed = None
        for entry in entries:
            assert entry.change.before == replayed
            assert entry.change.after == states[entry.revision - 1][kind].get(identity)
            replayed = entry.change.after
        assert replayed == states[-1][kind].get(identity)


def test_the_records_are_read_alone_where_no_more_is_wanted(store: Store) -> None:
    """They are the same as those that are read with the past and the postcodes."""
    store.append([addition("a", n=1)], STAMP, expected=0, tables={"BE": [place_with_code("1000")]})
    whole = read_whole(store)
    assert len(whole.places) == 1
    assert whole.history.recent
    assert store.records() == StoreState(
        whole.revision, whole.version, whole.contents, whole.revisions, whole.links
    )


def test_a_store_has_an_id_of_its_own(open_store: OpenStore, tmp_path: Path) -> None:
    """The id stays while the store is written to and migrated again; no two stores share one."""
    names = []
    for number in range(3):
        store = open_store(tmp_path / str(number))
        store.create()
        name = read_whole(store).history.store
        assert re.fullmatch("[0-9a-f]{1,16}", name)
        store.append([addition("a")], STAMP, expected=0)
        store.create()
        assert (
            read_whole(store).history.store
            == read_whole(open_store(tmp_path / str(number))).history.store
            == name
        )
        assert name in store.version()
        names.append(name)
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    "action",
    [
        "migrate",
        "revision",
        "version",
        "records",
        "read",
        "postcodes",
        "follows",
        "append",
        "history",
        "receipt",
    ],
)
def test_a_store_that_is_not_there_is_unavailable(
    open_store: OpenStore, tmp_path: Path, action: str
) -> None:
    """Every method but create and exists raises StoreMissing, and creates nothing."""
    store = open_store(tmp_path / "nowhere")
    actions: dict[str, Callable[[], object]] = {
        "migrate": store.migrate,
        "revision": store.revision,
        "version": store.version,
        "records": store.records,
        "read": store.read,
        "postcodes": store.postcodes,
        "follows": lambda: store.follows("1:1:1"),
        "append": lambda: store.append([addition("a")], STAMP, expected=0),
        "history": lambda: store.history("centre", "a"),
        "receipt": lambda: store.receipt("k"),
    }
    assert not store.exists()
    with pytest.raises(StoreMissing):
        actions[action]()
    assert not (tmp_path / "nowhere").exists()
    store.create()
    assert store.exists()
