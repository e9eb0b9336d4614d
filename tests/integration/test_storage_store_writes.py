"""Every store keeps a change with its receipt or neither of them, also beside other writers."""

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.change import Change
from directory_api.store.sql.store import Store
from directory_api.store.state import RECEIPT_LIFE, Receipt
from directory_api.text.errors import StoreConflict
from tests.support.postgres import StoreUrl
from tests.support.servers import start_program
from tests.support.store_suite import STAMP, OpenStore, addition, place_with_code, program_on
from tests.support.whole_store import read_whole
from tests.support.write_side import unmeasured


def _receipt(key: str = "k", at: datetime = STAMP.at, **outcome: Any) -> Receipt:
    return Receipt(key, f"asked for {key}", at, outcome)


def test_a_receipt_is_kept_with_its_change(store: Store) -> None:
    """What was asked and what it came to is found under the key, and under no other."""
    receipt = _receipt(revision=1, warnings=["Énée"])
    store.append([addition("a")], STAMP, expected=0, receipt=receipt)
    assert store.receipt("k") == receipt
    assert store.receipt("K") is None


def test_a_receipt_of_a_refused_write_is_not_kept(store: Store) -> None:
    """Of a stale writer, and of one whose change cannot be written, nothing stays."""
    with pytest.raises(StoreConflict):
        store.append([addition("a")], STAMP, expected=7, receipt=_receipt())
    with pytest.raises(TypeError):
        store.append([addition("a", bad=object())], STAMP, expected=0, receipt=_receipt())
    assert store.receipt("k") is None


def test_a_receipt_that_cannot_be_written_takes_its_change_with_it(store: Store) -> None:
    """Records, postcodes and receipt are one transaction, whichever of them fails."""
    store.append([addition("a")], STAMP, expected=0, tables={"BE": [place_with_code("1000")]})
    before = read_whole(store)
    with pytest.raises(TypeError):
        store.append(
            [addition("b")], STAMP, expected=1, tables={"BE": []}, receipt=_receipt(bad=object())
        )
    assert read_whole(store) == before
    assert (store.history("centre", "b"), store.receipt("k")) == ((), None)


def test_receipts_of_more_than_a_day_ago_are_forgotten(store: Store) -> None:
    """Keeping one forgets those that are over, and lets their keys be used again."""
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


@pytest.mark.parametrize("expected", [0, 2, -1])
def test_a_stale_writer_is_refused_and_changes_nothing(store: Store, expected: int) -> None:
    """An append based on another revision conflicts, and changes nothing."""
    store.append([addition("a", n=1)], STAMP, expected=0, tables={"BE": [place_with_code("1000")]})
    before = read_whole(store)
    with pytest.raises(StoreConflict):
        store.append([addition("b")], STAMP, expected=expected, tables={"BE": []})
    assert read_whole(store) == before
    assert store.history("centre", "b") == ()


def test_a_writer_who_read_another_branch_is_refused_and_changes_nothing(store: Store) -> None:
    """It has the same revision, after a backup was restored, but another link."""
    store.append([addition("a", n=1)], STAMP, expected=0)
    before, version = read_whole(store), store.version()
    with pytest.raises(StoreConflict):
        store.append([addition("b")], STAMP, expected=1, version=f"{version[:-1]}-")
    assert read_whole(store) == before
    assert store.append([addition("b")], STAMP, expected=1, version=version) == 2


@pytest.mark.parametrize("poison", [{"bad": {1, 2}}, {"bad": object()}])
def test_a_failure_half_way_leaves_nothing_behind(store: Store, poison: dict[str, Any]) -> None:
    """If a later change fails, the earlier ones, their history and the revision are as before."""
    store.append([addition("a", n=1)], STAMP, expected=0)
    before = read_whole(store)
    with pytest.raises(TypeError):
        store.append(
            [addition("b"), Change("centre", "a", {"n": 1}, None), addition("c", **poison)],
            STAMP,
            expected=1,
        )
    assert read_whole(store) == before
    assert store.history("centre", "b") == ()
    assert store.append([addition("b")], STAMP, expected=1) == 2


def test_of_twenty_writers_with_one_revision_one_wins(
    open_store: OpenStore, tmp_path: Path
) -> None:
    """Twenty threads append to the same revision: one succeeds, nineteen conflict, one record is
    there.
    """
    open_store(tmp_path).create()
    barrier = threading.Barrier(20)

    def write(number: int) -> bool:
        store = open_store(tmp_path)
        barrier.wait()
        try:
            store.append([addition(f"c{number}")], STAMP, expected=0)
        except StoreConflict:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(write, range(20)))
    assert won.count(True) == 1
    kept = read_whole(open_store(tmp_path))
    assert (kept.revision, list(kept.contents["centre"])) == (1, [f"c{won.index(True)}"])


def test_readers_beside_a_writer_see_whole_revisions(open_store: OpenStore, tmp_path: Path) -> None:
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
                [addition("a", n=revision + 1), addition("b", n=revision + 1)],
                STAMP,
                expected=revision,
            )
        done.set()
        for one in looking:
            one.result()
    assert seen


def test_kill_9_loses_no_acknowledged_write(
    store: Store, store_url: StoreUrl, tmp_path: Path
) -> None:
    """A writer is killed at a random moment: each acknowledged write is complete, with its
    history and its receipt.
    """
    code = program_on(
        """
        revision = store.revision()
        while True:
            change = Change("centre", "c%d" % revision, None, {"n": revision, "text": "x" * 5000})
            receipt = Receipt("k%d" % revision, "asked", stamp.at, {"n": revision})
            revision = store.append([change], stamp, expected=revision, receipt=receipt)
            print(revision, flush=True)
        """,
        store_url(tmp_path),
    )
    rng = random.Random(5)
    for _ in range(4):
        before = store.revision()
        process = start_program(code, unmeasured())
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
        for number in range(kept.revision):
            assert len(store.history("centre", f"c{number}")) == 1
            receipt = store.receipt(f"k{number}")
            assert receipt
            assert receipt.outcome == {"n": number}
