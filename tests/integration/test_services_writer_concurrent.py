"""Several writers at once, in one process and in several: no update is lost."""

import os
import textwrap
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.change import HistoryEntry, Stamp, document
from directory_api.change.outcome import Outcome
from directory_api.edit import writer
from directory_api.edit.draft import ChangeRequest
from directory_api.edit.editor import Editor
from directory_api.edit.writer import ATTEMPTS, Writer
from directory_api.store.sql.database import Engine
from directory_api.store.sql.store import Store
from directory_api.store.state import StoreState
from directory_api.text.errors import IdTaken, StaleRecord, StoreConflict
from tests.support.records import made_up_centre
from tests.support.servers import start_program
from tests.support.store_under_test import stores_of, url_of
from tests.support.write_side import (
    ANNA,
    NOON,
    Clock,
    WriteSide,
    create_write_side,
    live_snapshot,
    once,
)


class OvertakenStore(Store):
    """A store where another process writes immediately before each of the next writes."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.before: list[Callable[[], object]] = []
        self.before_history: list[Callable[[], object]] = []

    def history(self, *args: Any, **named: Any) -> tuple[HistoryEntry, ...]:
        if self.before_history:
            self.before_history.pop(0)()
        return super().history(*args, **named)

    def append(self, *args: Any, **named: Any) -> int:
        if self.before:
            self.before.pop(0)()
        return super().append(*args, **named)


@pytest.fixture
def overtaken(write_side: WriteSide) -> tuple[Editor, OvertakenStore]:
    """An editor over the same database, before whose writes another one can happen."""
    store = OvertakenStore(stores_of(write_side.path).engine)
    return Editor(
        Writer(store, live_snapshot(store, write_side.path.parent), Clock(), lambda: False)
    ), store


def test_a_writer_who_is_overtaken_elsewhere_tries_again_and_wins(
    write_side: WriteSide, overtaken: tuple[Editor, OvertakenStore]
) -> None:
    """Another record is changed first, twice; the change is then made on top, and all three are
    stored.
    """
    editor, store = overtaken
    store.before = [
        lambda: write_side.patch("surya", name="Surya"),
        lambda: write_side.patch("pag-asa", name="Pagasa"),
    ]
    outcome = editor.patch(
        write_side.edit("payoke", expected_versions=frozenset({write_side.version(1)})),
        {"name": "Payoke vzw"},
    )
    assert outcome.revision == 4
    names = [write_side.record(key)["name"] for key in ("payoke", "surya", "pag-asa")]
    assert names == ["Payoke vzw", "Surya", "Pagasa"]


def test_a_writer_who_is_overtaken_on_the_same_record_is_told(
    write_side: WriteSide, overtaken: tuple[Editor, OvertakenStore]
) -> None:
    """What was seen is not what is there any more: StaleRecord, and the other's change stays."""
    editor, store = overtaken
    store.before = [lambda: write_side.patch("payoke", name="The other's")]
    with pytest.raises(StaleRecord):
        editor.patch(
            write_side.edit("payoke", expected_versions=frozenset({write_side.version(1)})),
            {"name": "Payoke vzw"},
        )
    assert write_side.record("payoke")["name"] == "The other's"
    assert len(write_side.editor.history("centre", "payoke")) == 2


def test_whoever_is_overtaken_for_ever_is_told_to_try_later(
    write_side: WriteSide, overtaken: tuple[Editor, OvertakenStore]
) -> None:
    """After as many attempts as there are, StoreConflict; nothing of the change is there."""
    editor, store = overtaken

    def write() -> int:
        return write_side.store.append(
            [], Stamp("other", NOON, ""), expected=write_side.store.revision()
        )

    store.before = [write] * ATTEMPTS
    with pytest.raises(StoreConflict, match="try again"):
        editor.patch(write_side.edit("payoke"), {"name": "Payoke vzw"})
    assert store.before == []
    assert len(write_side.editor.history("centre", "payoke")) == 1


@pytest.mark.needs("desk")
def test_who_waits_for_a_long_write_gives_up(
    write_side: WriteSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import of many records takes long; each thread that waited for it would be missing for
    visitors.
    """
    monkeypatch.setattr(writer, "TURN_SECONDS", 0.0)

    def meanwhile(state: StoreState) -> ChangeRequest:
        with pytest.raises(StoreConflict, match="at the same time; try again"):
            write_side.editor.patch(write_side.edit("payoke"), {"name": "Renamed"})
        return ChangeRequest(document(state.contents))

    assert write_side.writer.write(ANNA, "an import", meanwhile).changes == ()
    assert write_side.editor.patch(write_side.edit("payoke"), {"name": "Renamed"}).changes


def test_the_same_key_at_two_processes_at_once_is_one_change(
    write_side: WriteSide, overtaken: tuple[Editor, OvertakenStore]
) -> None:
    """The repetition that loses gives the result of the other one, and writes nothing."""
    editor, store = overtaken
    edit = write_side.edit("payoke", idempotency_key=once("k"))
    theirs: list[Outcome] = []
    store.before = [lambda: theirs.append(write_side.editor.patch(edit, {"name": "Payoke vzw"}))]
    assert [editor.patch(edit, {"name": "Payoke vzw"})] == theirs
    assert len(write_side.editor.history("centre", "payoke")) == 2


def test_the_same_new_record_at_two_processes_at_once_is_one_change(
    write_side: WriteSide, overtaken: tuple[Editor, OvertakenStore]
) -> None:
    """The one that finds the id taken, by the same request, gives the result of the other one."""
    editor, store = overtaken
    edit = write_side.edit("made-up-001", idempotency_key=once("k"))
    theirs: list[Outcome] = []
    create = partial(write_side.editor.create, edit, made_up_centre(1))
    store.before_history = [lambda: theirs.append(create())]
    assert [editor.create(edit, made_up_centre(1))] == theirs
    store.before_history = []
    with pytest.raises(IdTaken):
        editor.create(write_side.edit("made-up-001"), made_up_centre(1))


def _program(path: Path, code: str) -> str:
    """A Python program that runs the code with an editor on the database."""
    return textwrap.dedent("""
        import datetime, pathlib, sys, tempfile
        from directory_api.live.last_good import LastGoodSnapshot
        from directory_api.live.live_snapshot import LiveSnapshot
        from directory_api.edit.editor import Edit, Editor
        from directory_api.edit.writer import Writer, IdempotencyKey
        from directory_api.text.errors import StaleRecord, StoreConflict
        from directory_api.record.token import Actor
        from directory_api.store.stores import stores_at
        store = stores_at({url!r}).store
        now = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
        last_good = LastGoodSnapshot(pathlib.Path(tempfile.mkdtemp(dir={folder!r})) / "last.json")
        live = LiveSnapshot(store, last_good)
        editor = Editor(Writer(store, live, lambda: now, lambda: False))
        anna, key = Actor("token:a", "anna", ("edit",)), "made-up-001"
        def add_one(once=None):
            held = editor.stored("centre", key)
            number = int(held.record["name"]) + 1
            expected, once = frozenset({{held.version}}), once and once(number)
            edit = Edit(anna, "centre", key, "one more", expected, once)
            editor.patch(edit, {{"name": str(number)}})
            return number
    """).format(url=url_of(path), folder=str(path.parent)) + textwrap.dedent(code)


def test_four_processes_lose_no_update(tmp_path: Path) -> None:
    """Each adds one to the same number fifteen times, based on what it read; no increment
    is lost.
    """
    write_side = create_write_side(tmp_path / "directory.db", [made_up_centre(1, name="0")])
    code = _program(
        write_side.path,
        """
        done = 0
        while done < 15:
            try:
                print(add_one())
                done += 1
            except (StaleRecord, StoreConflict):
                pass
        """,
    )
    processes = [start_program(code, os.environ) for _ in range(4)]
    numbers = [int(line) for process in processes for line in process.communicate()[0].split()]
    assert Counter(numbers) == Counter(range(1, 61))
    assert write_side.record("made-up-001")["name"] == "60"
    assert len(write_side.editor.history("centre", "made-up-001")) == 61
