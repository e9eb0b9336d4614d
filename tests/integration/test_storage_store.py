"""The suite for every store: it uses only the Store protocol, and runs on each implementation."""

import os
import random
import re
import signal
import textwrap
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory_api.domain.changes.change import RECENT, Change, Stamp, diff
from directory_api.domain.errors import StoreConflict, StoreMissing, StoreUnavailable
from directory_api.domain.geo.geometry import Point
from directory_api.domain.geo.postcode import NamedPoint, Place, place_of
from directory_api.storage.base import (
    RECEIPT_LIFE,
    SMALL_KINDS,
    Mention,
    Receipt,
    Store,
    StoreState,
)
from directory_api.storage.stores import stores_at
from tests.support.forking import start_forked_program
from tests.support.postgres import StoreUrl
from tests.support.whole_store import read_whole
from tests.support.write_side import unmeasured

Open = Callable[[Path], Store]
STAMP = Stamp("anna", datetime(2026, 11, 24, 12, 0, 0, 5, tzinfo=UTC), "a phone call")


@pytest.fixture
def open_store(store_url: StoreUrl) -> Open:
    """How to open the store under test."""
    return lambda folder: stores_at(store_url(folder)).store


@pytest.fixture
def store(open_store: Open, tmp_path: Path) -> Store:
    """An empty store, migrated."""
    store = open_store(tmp_path)
    store.create()
    return store


def _add(identity: str, **record: Any) -> Change:
    return Change("centre", identity, None, record)


def _place(code: str, country: str = "BE") -> Place:
    row = NamedPoint("Sint-Één", Point(50.123456, 4.0))
    return place_of(country, code, [row], {"nl": "Één"}, "BE-VAN", ["Autre"])


def _contents(kept: StoreState) -> dict[str, dict[str, Any]]:
    return {kind: dict(records) for kind, records in kept.contents.items()}


def test_an_empty_store_is_at_revision_0(store: Store) -> None:
    """A new store keeps nothing."""
    kept = read_whole(store)
    assert (kept.revision, dict(kept.contents), kept.postcodes.places) == (0, {}, ())
    assert store.revision() == 0
    assert store.history("centre", "a") == ()


def test_migrating_again_changes_nothing(store: Store) -> None:
    """A second create, and a migrate, keep every record and the revision."""
    store.append([_add("a", n=1)], STAMP, expected=0)
    before = read_whole(store)
    store.create()
    store.migrate()
    assert read_whole(store) == before


def test_many_threads_may_migrate_at_once(open_store: Open, tmp_path: Path) -> None:
    """Twelve threads that start with nothing make one empty store."""
    barrier = threading.Barrier(12)

    def start(_: int) -> int:
        store = open_store(tmp_path)
        barrier.wait()
        store.create()
        return store.revision()

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(start, range(12))) == [0] * 12


def test_many_processes_may_migrate_at_once(
    open_store: Open, store_url: StoreUrl, tmp_path: Path
) -> None:
    """Six processes that start at the same moment make one store, which then takes writes."""
    code = _program("store.create(); print(store.revision())", store_url(tmp_path))
    processes = [start_forked_program(code, os.environ) for _ in range(6)]
    assert [process.communicate()[0] for process in processes] == [b"0\n"] * 6
    assert open_store(tmp_path).append([_add("a")], STAMP, expected=0) == 1


RECORDS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=5),
        st.text(st.characters(codec="utf-8"), max_size=5)
        | st.integers(-(2**80), 2**80)
        | st.floats(allow_nan=False),
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
    open_store: Open,
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


def test_history_tells_who_when_and_why_newest_first(store: Store) -> None:
    """Each change of a record is an entry with its stamp; other records have their own entries."""
    store.append([_add("a", n=1), _add("b", n=9)], STAMP, expected=0)
    later = Stamp("bert", datetime(2026, 11, 25, tzinfo=UTC), "moved")
    store.append([Change("centre", "a", {"n": 1}, {"n": 2})], later, expected=1)
    store.append([Change("centre", "a", {"n": 2}, None)], STAMP, expected=2)
    entries = store.history("centre", "a")
    assert [(entry.revision, entry.change.before, entry.change.after) for entry in entries] == [
        (3, {"n": 2}, None),
        (2, {"n": 1}, {"n": 2}),
        (1, None, {"n": 1}),
    ]
    assert [(entry.stamp.author, entry.stamp.at, entry.stamp.reason) for entry in entries[1:]] == [
        ("bert", later.at, "moved"),
        ("anna", STAMP.at, "a phone call"),
    ]
    assert [(entry.change.kind, entry.change.id) for entry in store.history("centre", "b")] == [
        ("centre", "b")
    ]
    assert store.history("helpline", "a") == ()


def test_each_record_knows_the_revision_that_wrote_it(store: Store) -> None:
    """A record keeps its revision while others change; new, changed and restored ones have the
    latest.
    """
    store.append([_add("a", n=1), _add("b", n=1)], STAMP, expected=0)
    store.append(
        [Change("centre", "b", {"n": 1}, {"n": 2}), Change("helpline", "a", None, {})],
        STAMP,
        expected=1,
    )
    assert read_whole(store).revisions == {
        ("centre", "a"): 1,
        ("centre", "b"): 2,
        ("helpline", "a"): 2,
    }
    store.append([Change("centre", "a", {"n": 1}, None)], STAMP, expected=2)
    assert read_whole(store).revisions == {("centre", "b"): 2, ("helpline", "a"): 2}
    store.append([_add("a", n=1)], STAMP, expected=3)
    assert read_whole(store).revisions == {
        ("centre", "a"): 4,
        ("centre", "b"): 2,
        ("helpline", "a"): 2,
    }


def test_history_tells_who_looked_at_it_first(store: Store) -> None:
    """Who approved a change is kept beside who made it; where nobody did, nobody is named."""
    store.append([_add("a")], STAMP, expected=0)
    store.append([_add("b")], replace(STAMP, approved_by="bert"), expected=1)
    assert [entry.stamp.approved_by for entry in store.history()] == ["bert", None]
    assert store.history()[1].stamp == STAMP


def test_history_is_asked_for_by_kind_by_id_and_by_number(store: Store) -> None:
    """Every filter leaves out what it should, newest first, and `most` cuts off the oldest."""
    kinds = [("centre", "a"), ("helpline", "a"), ("centre", "b"), ("centre", "a")]
    for number, (kind, identity) in enumerate(kinds):
        store.append([Change(kind, identity, None, {"n": number})], STAMP, expected=number)

    def asked(*what: str | None, most: int = 100) -> list[int]:
        return [entry.revision for entry in store.history(*what, most=most)]

    assert asked() == [4, 3, 2, 1]
    assert asked("centre") == [4, 3, 1]
    assert asked("centre", "a") == [4, 1]
    assert asked(None, "a") == [4, 2, 1]
    assert asked("helpline", "b") == asked("boundary") == []
    assert asked(most=3) == [4, 3, 2]
    assert asked("centre", most=1) == [4]
    assert asked(most=0) == []


def test_the_records_are_read_alone_where_no_more_is_wanted(store: Store) -> None:
    """They are the same as those that are read with the past and the postcodes."""
    store.append([_add("a", n=1)], STAMP, expected=0, tables={"BE": [_place("1000")]})
    whole = read_whole(store)
    assert len(whole.postcodes.places) == 1
    assert whole.past.recent
    assert store.records() == StoreState(
        whole.revision, whole.version, whole.contents, whole.revisions, whole.links
    )


def test_an_excerpt_has_what_an_edit_needs(store: Store) -> None:
    """The records that are named, if they exist, and all of the small kinds; with their revisions
    and links, as in the whole.
    """
    store.append([_add("a", n=1), _add("b", n=1)], STAMP, expected=0)
    small = [Change(kind, "x", None, {"n": 2}) for kind in SMALL_KINDS]
    store.append([*small, Change("table", "BE", None, {})], STAMP, expected=1)
    store.append([_add("c")], STAMP, expected=2)
    whole = store.records()
    excerpt = store.excerpt([("centre", "b"), ("centre", "z"), ("helpline", "x")])
    assert _contents(excerpt) == {
        "centre": {"b": {"n": 1}},
        **{kind: {"x": {"n": 2}} for kind in SMALL_KINDS},
    }
    assert (excerpt.revision, excerpt.version) == (whole.revision, whole.version)
    assert excerpt.revisions == {
        key: whole.revisions[key]
        for key in (("centre", "b"), *((kind, "x") for kind in SMALL_KINDS))
    }
    for revision in (1, 2, 3):
        assert excerpt.links.version(revision) == whole.links.version(revision)
    assert "centre" not in store.excerpt([]).contents


@pytest.mark.parametrize(
    ("texts", "ids"),
    [
        (["BE"], "ac"),
        (["BE", "été"], "abc"),
        (["50%_!"], "d"),
        (['a "word"'], "e"),
        (["B"], ""),
        ([], ""),
        (["BE", *map(str, range(1000))], "abcde"),
    ],
)
def test_records_are_found_by_what_they_mention(
    store: Store, texts: list[str], ids: list[str]
) -> None:
    """A whole value of their JSON, by id, with their place among all of the kind. Of very many
    texts none is looked for: all records may have one.
    """
    records: dict[str, dict[str, Any]] = {
        "d": {"note": "50%_!"},
        "c": {"countries": ["LU", "BE"]},
        "b": {"note": "été"},
        "a": {"country": "BE"},
        "e": {"note": 'a "word"'},
    }
    changes = [Change("centre", key, None, record) for key, record in records.items()]
    store.append([*changes, Change("helpline", "a", None, {"country": "BE"})], STAMP, expected=0)
    assert list(store.mentioning("centre", texts)) == [
        Mention("abcde".index(key), key, records[key]) for key in ids
    ]


def test_postcodes_that_have_not_changed_are_not_read_again(store: Store) -> None:
    """The caller's own are returned after a change of a record, and after the same table again."""
    places = [_place("1000"), _place("2000")]
    store.append([_add("a", n=1)], STAMP, expected=0, tables={"BE": places})
    known = read_whole(store).postcodes
    store.append([Change("centre", "a", {"n": 1}, {"n": 2})], STAMP, expected=1)
    after_an_edit = read_whole(store, known)
    assert after_an_edit.postcodes is known
    assert (after_an_edit.revision, after_an_edit.contents["centre"]["a"]) == (2, {"n": 2})
    store.append([], STAMP, expected=2, tables={"BE": places[::-1]})
    assert read_whole(store, known).postcodes is known
    assert read_whole(store).postcodes == known


def test_postcodes_that_have_changed_are_read(store: Store) -> None:
    """One more, one fewer, another name, and another country each count as a change."""
    renamed = replace(_place("1000"), name="Ailleurs")
    tables: list[dict[str, list[Place]]] = [
        {"BE": [_place("1000")]},
        {"BE": [_place("1000"), _place("2000")]},
        {"BE": [_place("2000")]},
        {"BE": [renamed]},
        {"LU": [_place("1111", "LU")]},
        {"BE": [], "LU": []},
    ]
    known = read_whole(store).postcodes
    for revision, table in enumerate(tables):
        store.append([], STAMP, expected=revision, tables=table)
        found = read_whole(store, known).postcodes
        assert found is not known
        assert found == read_whole(store).postcodes
        known = found
    assert known.places == ()


def test_postcodes_and_records_are_of_one_revision(open_store: Open, tmp_path: Path) -> None:
    """Whatever a reader knows already, a writer beside it never makes them differ."""
    writer = open_store(tmp_path)
    writer.create()
    done = threading.Event()

    def look() -> int:
        reader, known, looks = open_store(tmp_path), None, 0
        while not done.is_set():
            whole = read_whole(reader, known)
            known = whole.postcodes
            codes = [place.code for place in known.places]
            assert codes == [str(1000 + whole.revision // 2)] * bool(whole.revision)
            looks += 1
        return looks

    with ThreadPoolExecutor(2) as pool:
        looking = [pool.submit(look) for _ in range(2)]
        for revision in range(1, 21):
            # Every other revision changes the table.
            table = {"BE": [_place(str(1000 + revision // 2))]}
            tables = table if revision == 1 or revision % 2 == 0 else None
            writer.append([_add(f"c{revision}")], STAMP, expected=revision - 1, tables=tables)
        done.set()
        assert all(one.result() for one in looking)


def test_a_store_has_a_name_of_its_own(open_store: Open, tmp_path: Path) -> None:
    """The name stays while the store is written to and migrated again; no two stores share one."""
    names = []
    for number in range(3):
        store = open_store(tmp_path / str(number))
        store.create()
        name = read_whole(store).past.store
        assert re.fullmatch("[0-9a-f]{1,16}", name)
        store.append([_add("a")], STAMP, expected=0)
        store.create()
        assert (
            read_whole(store).past.store
            == read_whole(open_store(tmp_path / str(number))).past.store
            == name
        )
        assert name in store.version()
        names.append(name)
    assert len(set(names)) == 3


def test_every_record_that_is_or_was_has_its_last_change(store: Store) -> None:
    """Its revision and time, whatever else changed since; also for removed and restored records."""
    later = replace(STAMP, at=STAMP.at + timedelta(days=1))
    store.append([_add("a"), _add("b"), Change("helpline", "a", None, {})], STAMP, expected=0)
    store.append(
        [Change("centre", "a", {}, {"name": "A"}), Change("centre", "b", {}, None)],
        later,
        expected=1,
    )
    last = {
        ("centre", "a"): (2, later.at),
        ("centre", "b"): (2, later.at),
        ("helpline", "a"): (1, STAMP.at),
    }
    assert read_whole(store).past.last == last
    store.append([_add("b", name="again")], STAMP, expected=2)
    assert read_whole(store).past.last == {**last, ("centre", "b"): (3, STAMP.at)}


def test_the_last_changes_of_centres_and_helplines_are_at_hand(store: Store) -> None:
    """RECENT of them, newest first, as in the history."""
    kinds = ("centre", "helpline", "table", "proposal")
    store.append([Change(kind, "a", None, {}) for kind in kinds], STAMP, expected=0)
    assert read_whole(store).past.recent == (*store.history("helpline"), *store.history("centre"))
    store.append([_add(f"c{number}") for number in range(RECENT)], STAMP, expected=1)
    assert read_whole(store).past.recent == store.history("centre", most=RECENT)


def test_what_only_maintainers_see_is_in_the_history_and_not_in_the_past(store: Store) -> None:
    """However many such changes there are, the past is unchanged, and the record is the new one."""
    store.append([_add("a", n=0), _add("b")], STAMP, expected=0)
    before = read_whole(store).past
    for n in range(RECENT + 1):
        change = Change("centre", "a", {"n": n}, {"n": n + 1})
        store.append(
            [change], STAMP, expected=n + 1, unseen={("centre", "a"), ("centre", "elsewhere")}
        )
    kept = read_whole(store)
    assert kept.past == before
    assert kept.contents["centre"]["a"] == {"n": RECENT + 1}
    assert len(store.history("centre", "a", most=200)) == RECENT + 2


def _receipt(key: str = "k", at: datetime = STAMP.at, **outcome: Any) -> Receipt:
    return Receipt(key, f"asked for {key}", at, outcome)


def test_a_receipt_is_kept_with_its_change(store: Store) -> None:
    """What was asked and what it came to is found under the key, and under no other."""
    receipt = _receipt(revision=1, warnings=["Énée"])
    store.append([_add("a")], STAMP, expected=0, receipt=receipt)
    assert store.receipt("k") == receipt
    assert store.receipt("K") is None


def test_a_receipt_of_a_refused_write_is_not_kept(store: Store) -> None:
    """Of a stale writer, and of one whose change cannot be written, nothing stays."""
    with pytest.raises(StoreConflict):
        store.append([_add("a")], STAMP, expected=7, receipt=_receipt())
    with pytest.raises(TypeError):
        store.append([_add("a", bad=object())], STAMP, expected=0, receipt=_receipt())
    assert store.receipt("k") is None


def test_a_receipt_that_cannot_be_written_takes_its_change_with_it(store: Store) -> None:
    """Records, postcodes and receipt are one transaction, whichever of them fails."""
    store.append([_add("a")], STAMP, expected=0, tables={"BE": [_place("1000")]})
    before = read_whole(store)
    with pytest.raises(TypeError):
        store.append(
            [_add("b")], STAMP, expected=1, tables={"BE": []}, receipt=_receipt(bad=object())
        )
    assert read_whole(store) == before
    assert (store.history("centre", "b"), store.receipt("k")) == ((), None)


def test_receipts_of_more_than_a_day_ago_are_forgotten(store: Store) -> None:
    """Keeping one forgets those that are over, and lets their keys be used anew."""
    store.append([], STAMP, expected=0, receipt=_receipt("old", STAMP.at - RECEIPT_LIFE))
    store.append([], STAMP, expected=1, receipt=_receipt("young", STAMP.at))
    assert store.receipt("old")
    later = STAMP.at + timedelta(microseconds=1)
    store.append([], STAMP, expected=2, receipt=_receipt("old", later, revision=3))
    assert store.receipt("old") == _receipt("old", later, revision=3)
    store.append([], STAMP, expected=3, receipt=_receipt("new", later + RECEIPT_LIFE))
    assert [store.receipt(key) is not None for key in ("old", "young", "new")] == [
        True,
        False,
        True,
    ]


def test_a_postcode_table_is_replaced_whole_and_alone(store: Store) -> None:
    """It replaces the country's earlier table; other countries' stay; every field of a place is
    read back.
    """
    store.append(
        [],
        STAMP,
        expected=0,
        tables={"BE": [_place("1000"), _place("2000")], "LU": [_place("1111", "LU")]},
    )
    assert read_whole(store).postcodes.places == (
        _place("1000"),
        _place("2000"),
        _place("1111", "LU"),
    )
    store.append([], STAMP, expected=1, tables={"BE": [_place("3000")]})
    assert read_whole(store).postcodes.places == (_place("3000"), _place("1111", "LU"))
    store.append([], STAMP, expected=2, tables={"LU": []})
    assert read_whole(store).postcodes.places == (_place("3000"),)


@pytest.mark.parametrize("expected", [0, 2, -1])
def test_a_stale_writer_is_refused_and_changes_nothing(store: Store, expected: int) -> None:
    """An append based on another revision conflicts, and changes nothing."""
    store.append([_add("a", n=1)], STAMP, expected=0, tables={"BE": [_place("1000")]})
    before = read_whole(store)
    with pytest.raises(StoreConflict):
        store.append([_add("b")], STAMP, expected=expected, tables={"BE": []})
    assert read_whole(store) == before
    assert store.history("centre", "b") == ()


@pytest.mark.parametrize("poison", [{"bad": {1, 2}}, {"bad": object()}])
def test_a_failure_half_way_leaves_nothing_behind(store: Store, poison: dict[str, Any]) -> None:
    """If a later change fails, the earlier ones, their history and the revision are as before."""
    store.append([_add("a", n=1)], STAMP, expected=0)
    before = read_whole(store)
    with pytest.raises(TypeError):
        store.append(
            [_add("b"), Change("centre", "a", {"n": 1}, None), _add("c", **poison)],
            STAMP,
            expected=1,
        )
    assert read_whole(store) == before
    assert store.history("centre", "b") == ()
    assert store.append([_add("b")], STAMP, expected=1) == 2


def test_of_twenty_writers_with_one_revision_one_wins(open_store: Open, tmp_path: Path) -> None:
    """Twenty threads append to the same revision: one succeeds, nineteen conflict, one record is
    there.
    """
    open_store(tmp_path).create()
    barrier = threading.Barrier(20)

    def write(number: int) -> bool:
        store = open_store(tmp_path)
        barrier.wait()
        try:
            store.append([_add(f"c{number}")], STAMP, expected=0)
        except StoreConflict:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(write, range(20)))
    assert won.count(True) == 1
    kept = read_whole(open_store(tmp_path))
    assert (kept.revision, list(kept.contents["centre"])) == (1, [f"c{won.index(True)}"])


def test_readers_beside_a_writer_see_whole_revisions(open_store: Open, tmp_path: Path) -> None:
    """While a thread writes two records at a time, each read has both at one revision."""
    writer = open_store(tmp_path)
    writer.create()
    done = threading.Event()
    seen: list[int] = []

    def look() -> None:
        reader = open_store(tmp_path)
        while not done.is_set():
            kept = read_whole(reader)
            numbers = {record["n"] for record in kept.contents.get("centre", {}).values()}
            assert numbers == ({kept.revision} if kept.revision else set())
            seen.append(kept.revision)

    with ThreadPoolExecutor(2) as pool:
        looking = [pool.submit(look) for _ in range(2)]
        for revision in range(20):
            writer.append(
                [_add("a", n=revision + 1), _add("b", n=revision + 1)], STAMP, expected=revision
            )
        done.set()
        for one in looking:
            one.result()
    assert seen


def _program(deed: str, url: str) -> str:
    """A Python program that does the deed with the store at a URL."""
    return textwrap.dedent("""
        import datetime, sys
        from directory_api.domain.changes.change import Change, Stamp
        from directory_api.storage.stores import stores_at
        store = stores_at({url!r}).store
        stamp = Stamp("p", datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), "r")
    """).format(url=url) + textwrap.dedent(deed)


def test_kill_9_loses_no_acknowledged_write(
    store: Store, store_url: StoreUrl, tmp_path: Path
) -> None:
    """A writer is killed at a random moment: each acknowledged write is complete, with its
    history.
    """
    code = _program(
        """
        revision = store.revision()
        while True:
            change = Change("centre", "c%d" % revision, None, {"n": revision, "text": "x" * 5000})
            revision = store.append([change], stamp, expected=revision)
            print(revision, flush=True)
        """,
        store_url(tmp_path),
    )
    rng = random.Random(5)
    for _ in range(4):
        before = store.revision()
        process = start_forked_program(code, unmeasured())
        assert process.stdout
        acknowledged = int(process.stdout.readline())
        time.sleep(rng.uniform(0.0, 0.08))
        os.kill(process.pid, signal.SIGKILL)
        lines = process.communicate()[0].split(b"\n")[:-1]
        acknowledged = int(lines[-1]) if lines else acknowledged
        kept = read_whole(store)
        assert before < acknowledged <= kept.revision <= acknowledged + 1
        assert sorted(kept.contents["centre"]) == sorted(
            f"c{number}" for number in range(kept.revision)
        )
        assert all(
            len(store.history("centre", f"c{number}")) == 1 for number in range(kept.revision)
        )


@pytest.mark.parametrize(
    "deed",
    [
        "migrate",
        "revision",
        "version",
        "records",
        "excerpt",
        "mentioning",
        "changes_since",
        "append",
        "history",
        "receipt",
    ],
)
def test_a_store_that_is_not_there_is_unavailable(
    open_store: Open, tmp_path: Path, deed: str
) -> None:
    """Every method except create raises StoreUnavailable without a store, and creates nothing."""
    store = open_store(tmp_path / "nowhere")
    deeds: dict[str, Callable[[], object]] = {
        "migrate": store.migrate,
        "revision": store.revision,
        "version": store.version,
        "records": store.records,
        "excerpt": lambda: store.excerpt([]),
        "mentioning": lambda: list(store.mentioning("centre", ["a"])),
        "changes_since": lambda: store.changes_since().__enter__(),
        "append": lambda: store.append([_add("a")], STAMP, expected=0),
        "history": lambda: store.history("centre", "a"),
        "receipt": lambda: store.receipt("k"),
    }
    assert not store.exists()
    with pytest.raises(StoreMissing if deed == "migrate" else StoreUnavailable):
        deeds[deed]()
    assert not (tmp_path / "nowhere").exists()
    store.create()
    assert store.exists()
