"""A database file that was cut, removed, replaced by another, or changed by SQL."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from directory_api.bootstrap import Directory, open_directory
from directory_api.edit.editor import Edit
from directory_api.features.operations.maintenance.adoption import adopter_of
from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.live.editions import utc_now
from directory_api.store.digests import checksum, rows_digest
from directory_api.text.errors import StoreUnavailable
from directory_api.web.app import create_app
from tests.faults.damaged import Copies, Place, judged, prepared
from tests.faults.outcome import Outcome, Size, fault
from tests.support.maintainer_app import CENTRE, MaintainerApp, create_maintainer_app
from tests.support.records import TERMINAL
from tests.support.tampering import history_tampering, record_tampering

NEEDS = ("operations",)

Harm = Callable[[Place, Copies], object]


def _make_folder(place: Place, _: Copies) -> None:
    place.database.unlink()
    place.database.mkdir()


# What leaves nothing to read; what was in force stays in force.
HARMS: Mapping[str, Harm] = {
    "deleted": lambda place, _: place.database.unlink(),
    "empty": lambda place, _: place.database.write_bytes(b""),
    "a text": lambda place, _: place.database.write_text("nothing\n" * 5000),
    "a folder": _make_folder,
    "another program's database": lambda place, _: _write_other_program(place.database),
}
# Whole directories. They are not served until an operator adopts them.
WHOLE: Mapping[str, Harm] = {
    "an older copy": lambda place, copies: place.database.write_bytes(copies.older),
    "another directory": lambda place, copies: place.database.write_bytes(copies.other),
}


def _write_other_program(database: Path) -> None:
    database.unlink()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE notes (text)")


def _cut(length: int) -> Harm:
    return lambda place, copies: place.database.write_bytes(copies.newer[:length])


@fault(
    "a cut database file",
    "the directory in force stays in force as degraded, or responses are 503 with the helplines; "
    "no file is created",
)
def test_a_cut_file_takes_nothing_away(outcome: Outcome, size: Size) -> None:
    """Cut the file at lengths that are evenly apart, also within pages."""
    copies = prepared()
    number = size.of(40, 1_000)
    lengths = (len(copies.newer) * part // number for part in range(1, number))
    _caused(outcome, copies, {f"cut at {length} bytes": _cut(length) for length in lengths})
    outcome.figures = f"{number - 1} lengths, each at a start and while it runs"


@fault(
    "a database file that is gone or replaced",
    "as for a cut file; a complete directory in its place is served only after an operator adopts "
    "it, with other ETags",
)
def test_a_file_that_is_gone_or_replaced_is_not_followed(outcome: Outcome) -> None:
    """Remove the file, or replace it by each of a few others."""
    copies = prepared()
    _caused(outcome, copies, HARMS)
    for name, harm in WHOLE.items():
        _take_whole(outcome, copies, name, harm)
    outcome.figures = ", ".join([*HARMS, *WHOLE])


def _caused(outcome: Outcome, copies: Copies, harms: Mapping[str, Harm]) -> None:
    with TemporaryDirectory() as name:
        place = Place(Path(name))
        for label, harm in harms.items():
            _while_running(outcome, place, copies, label, harm)
            _at_start(outcome, place, copies, label, harm)
            _without_last_good(outcome, place, copies, label, harm)


def _while_running(outcome: Outcome, place: Place, copies: Copies, label: str, harm: Harm) -> None:
    _put(place, copies.older)
    directory = place.opened()
    place.database.write_bytes(copies.newer)
    harm(place, copies)
    _expect_last_in_force(outcome, place, copies, f"{label}, while running", directory)
    _put(place, copies.newer)
    directory.live.refresh()
    is_recovered = (
        directory.live.health.degraded is None and judged(directory, place, copies) is None
    )
    outcome.expect(is_recovered, "unanswered", f"{label}: no recovery")


def _at_start(outcome: Outcome, place: Place, copies: Copies, label: str, harm: Harm) -> None:
    _put(place, copies.newer)
    place.snapshot.write_bytes(copies.older_snapshot)
    harm(place, copies)
    before = place.content()
    directory = place.opened()
    # As `serve` does before it starts its workers.
    with suppress(StoreUnavailable):
        directory.prepare()
    outcome.expect(place.content() == before, "wrong", f"{label}, at a start: a file changed")
    _expect_last_in_force(outcome, place, copies, f"{label}, at a start", directory)


def _expect_last_in_force(
    outcome: Outcome, place: Place, copies: Copies, label: str, directory: Directory
) -> None:
    before = place.content()
    directory.live.refresh()
    outcome.tries += 1
    broken = judged(directory, place, copies)
    if broken:
        outcome.breach(broken, label)
    # A file that lost only free pages is whole.
    if directory.live.health.degraded is None:
        return
    try:
        directory.editor.patch(Edit(TERMINAL, "centre", "pag-asa", "why"), {"name": "Lost"})
        outcome.breach("lost", f"{label}: an edit was taken")
    except StoreUnavailable:
        pass
    outcome.expect(place.content() == before, "wrong", f"{label}: a file changed")


def _without_last_good(
    outcome: Outcome, place: Place, copies: Copies, label: str, harm: Harm
) -> None:
    _put(place, copies.newer)
    place.snapshot.unlink()
    harm(place, copies)
    before = place.content()
    directory = place.opened()
    outcome.tries += 1
    if directory.live.ready:
        broken = judged(directory, place, copies)
        outcome.expect(broken is None, "wrong", f"{label}, without a snapshot")
        place.snapshot.unlink(missing_ok=True)
        return
    outcome.expect(place.content() == before, "wrong", f"{label}: a file was created")
    client = create_app(directory).test_client()
    for path in ("/v1/nearest?postcode=1000", "/v1/helplines", "/readyz"):
        response = client.get(path)
        numbers = [line.get("number") for line in response.get_json().get("helplines", ())]
        is_right = response.status_code == 503 and "112" in numbers
        outcome.expect(is_right, "missing", f"{label}: {path} is {response.status_code}")


def _take_whole(outcome: Outcome, copies: Copies, label: str, harm: Harm) -> None:
    """A whole directory comes into force when it is adopted, and caches are told by its ETags."""
    with TemporaryDirectory() as name:
        place = Place(Path(name))
        _put(place, copies.newer)
        running = place.opened()
        before = running.live.snapshot
        device = create_app(running).test_client()
        seen = {"If-None-Match": device.get("/v1/").headers["ETag"]}
        harm(place, copies)
        running.live.refresh()
        started = place.opened()
        for directory in (running, started):
            outcome.tries += 1
            is_kept = directory.live.snapshot.revision_hash == before.revision_hash
            outcome.expect(is_kept, "wrong", f"{label} is followed")
            is_told = (
                directory.live.health.is_replaced and directory.live.health.degraded is not None
            )
            outcome.expect(is_told, "silent", f"{label} is not reported")
            try:
                directory.editor.patch(Edit(TERMINAL, "centre", "pag-asa", "why"), {"name": "Lost"})
                outcome.breach("lost", f"{label}: an edit was taken")
            except StoreUnavailable:
                pass
        adopter_of(place.opened()).adopt(TERMINAL)
        running.live.refresh()
        started = place.opened()
        for directory in (running, started):
            outcome.tries += 1
            snapshot = directory.live.snapshot
            is_told = (snapshot.store, snapshot.revision, snapshot.revision_hash) != (
                before.store,
                before.revision,
                before.revision_hash,
            )
            is_right = directory.live.health.degraded is None and is_told
            outcome.expect(is_right, "silent", f"{label} is not in force")
        status = device.get("/v1/", headers=seen).status_code
        outcome.expect(status == 200, "silent", f"{label}: a cache gets {status}")
        names = {each.name for each in (running.live.snapshot.by_id["pag-asa"],)}
        names.add(started.live.snapshot.by_id["pag-asa"].name)
        outcome.expect(len(names) == 1, "wrong", f"{label}: running and started differ")


def _put(place: Place, database: bytes) -> None:
    if place.database.is_dir():
        place.database.rmdir()
    place.database.write_bytes(database)


IDENTITY = "pag-asa"
TAMPERED_REVISION = 3
NUMBERS = tuple(f"+322511000{number}" for number in range(1, 5))


@fault(
    "a row changed by SQL",
    "`check` names it; it is neither served nor restored",
)
def test_a_row_that_was_changed_by_sql_is_not_served(outcome: Outcome) -> None:
    """Change one row of the records, the history or the chain by SQL."""
    histories = history_tampering(IDENTITY, TAMPERED_REVISION)
    records = record_tampering(IDENTITY, record_hash="checksum", row_hash="row_digest")
    with TemporaryDirectory() as name:
        app = create_maintainer_app(Path(name), now=utc_now)
        for number in NUMBERS:
            assert app.patch(phones=[{"number": number, "kind": "main"}]).status_code == 200
        base = Base(app, app.path.read_bytes(), _answers(app), app.history())
        for statement in (*histories, *records):
            outcome.tries += 1
            _tamper(outcome, base, statement)
    outcome.figures = f"{len(histories)} of the history and the chain, {len(records)} of records"


@dataclass(frozen=True)
class Base:
    """A database with edits, what it answers, and the history of the edited centre."""

    app: MaintainerApp
    database: bytes
    answers: Mapping[str, bytes]
    history: Sequence[Mapping[str, Any]]


def _answers(app: MaintainerApp) -> dict[str, bytes]:
    paths = ("/v1/centres?limit=100", CENTRE, "/v1/helplines")
    return {path: app.api.get(path).data for path in paths}


def _tamper(outcome: Outcome, base: Base, statement: str) -> None:
    base.app.path.write_bytes(base.database)
    with closing(sqlite3.connect(base.app.path)) as connection, connection:
        connection.create_function("checksum", -1, checksum)
        connection.create_function("row_digest", -1, lambda *row: rows_digest([row]))
        assert connection.execute(statement).rowcount > 0, statement
    directory = open_directory(base.app.directory.settings)
    named = maintenance_of(directory).check()
    outcome.expect(bool(named), "silent", f"check finds nothing after {statement}")
    directory.live.refresh()
    outcome.expect(directory.live.health.degraded is not None, "silent", f"ready after {statement}")
    started = MaintainerApp(directory, create_app(directory), base.app.secrets, base.app.path)
    for app in (base.app, started):
        _expect_nothing_of_it(outcome, base, app, statement)


def _expect_nothing_of_it(outcome: Outcome, base: Base, app: MaintainerApp, statement: str) -> None:
    outcome.expect(_answers(app) == base.answers, "wrong", f"an answer differs after {statement}")
    response = app.send("GET", f"{CENTRE}/history")
    entries = response.get_json().get("entries", [])
    is_written = response.status_code in (200, 503) and all(
        each in base.history for each in entries
    )
    outcome.expect(is_written, "wrong", f"the history tells of {statement}")
    body = {"revision": TAMPERED_REVISION}
    restored = app.send("POST", f"{CENTRE}/restore", headers={"If-Match": "*"}, json=body)
    if restored.status_code == 200:
        number = restored.get_json()["record"]["phones"][0]["number"]
        is_right = number == NUMBERS[TAMPERED_REVISION - 2]
        outcome.expect(is_right, "wrong", f"another record was restored after {statement}")
    else:
        is_503 = restored.status_code == 503
        outcome.expect(is_503, "wrong", f"{restored.status_code} after {statement}")
