"""The pages for maintainers, each asked for in this process, by processor time.

The directory is made up: 300 centres as large as the shipped ones, 20 of them contested, 20 changes
that wait for a second person, and a centre with 50 changes.
"""

import csv
import io
import json
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.change import Change, Stamp
from directory_api.config import Settings, shipped
from directory_api.edit.editor import Edit
from directory_api.record.records import Centre
from directory_api.record.token import Actor
from directory_api.store.stores import stores_at
from directory_api.web.app import create_app
from directory_api.web.wsgi.application import Application
from tools.bench.centres import telephone
from tools.bench.report import Table

CENTRES, CONTESTED, WAITING, CHANGES, IMPORTED = 300, 20, 20, 50, 30
# What a page may take, in seconds of processor time.
MOST_SECONDS = 0.1
ROUNDS = 7
_HERE = {"Sec-Fetch-Site": "same-origin"}
_ORIGIN = "https://localhost"
_VALUES: Mapping[str, str] = {"collection": "centres", "id": "made-up-000"}
# Not pages of a record, though they have an id.
_OTHER_IDS = ("/admin/proposals/",)
_MORE = ("/admin/?page=6", "/admin/?q=made-up-1", "/admin/centres/made-up-000/edit?part=hours")


@dataclass(frozen=True)
class Page:
    """A page: how it is called, its address, and the file that is sent to it."""

    name: str
    path: str
    file: bytes = b""


def measure(folder: Path) -> Table:
    """Measure every page."""
    directory, proposal = _directory(folder / "admin.db")
    app = create_app(directory, log_requests=False)
    client = app.test_client()
    secret, _ = directory.tokens.create("anna", ("read_history", "edit", "approve", "admin"), 30)
    client.post("/admin/sign-in", data={"token": secret}, headers=_HERE, base_url=_ORIGIN)
    rows = [_measured(client, page) for page in _pages(app, client, proposal)]
    slow = [name for name, seconds, _ in rows if seconds > MOST_SECONDS]
    return Table(
        ("page", "ms", "of the limit", "kB"),
        [
            (name, f"{seconds * 1000:.0f}", f"{seconds / MOST_SECONDS:.2f}", f"{size / 1000:.0f}")
            for name, seconds, size in sorted(rows, key=lambda row: -row[1])
        ],
        [f"Over {MOST_SECONDS * 1000:.0f} ms: {', '.join(slow) or 'none'}."],
    )


def _measured(client: FlaskClient, page: Page) -> tuple[str, float, int]:
    """Return the name, the median of the seconds, and the bytes of a page."""
    _ask(client, page)  # compiles templates, as once in each process
    timings = [_ask(client, page) for _ in range(ROUNDS)]
    return page.name, statistics.median(seconds for seconds, _ in timings), timings[0][1]


def _ask(client: FlaskClient, page: Page) -> tuple[float, int]:
    # The file of a form is closed after its request.
    form = {"file": (BytesIO(page.file), "file.csv")} if page.file else None
    method = "POST" if page.file else "GET"
    started = time.process_time()
    response = client.open(page.path, method=method, data=form, headers=_HERE, base_url=_ORIGIN)
    taken = time.process_time() - started
    if response.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{page.path}: {response.status}")
    return taken, len(response.get_data())


def _pages(app: Application, client: FlaskClient, proposal: str) -> Iterator[Page]:
    for rule in app.part("/admin").url_map.iter_rules():
        known = rule.arguments <= _VALUES.keys() and not rule.rule.startswith(_OTHER_IDS)
        if known and "GET" in (rule.methods or ()) and rule.rule.startswith("/admin/"):
            _, path = rule.build({name: _VALUES[name] for name in rule.arguments}) or ("", "")
            response = client.get(path, base_url=_ORIGIN)
            if (response.status_code, response.mimetype) == (HTTPStatus.OK, "text/html"):
                yield Page(path, path)
    for path in _MORE:
        yield Page(path, path)
    yield Page("a proposal", f"/admin/proposals/{proposal}")
    table = _changed(client.get("/admin/download/centres.csv", base_url=_ORIGIN).text)
    yield Page(f"the preview of an import with {IMPORTED} changes", "/admin/upload/compare", table)


def _changed(table: str) -> bytes:
    """Return the table of a whole directory with some changes."""
    rows = list(csv.DictReader(io.StringIO(table)))
    for row in rows[:IMPORTED]:
        row["email"] = "new@example.org"
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _directory(database: Path) -> tuple[Directory, str]:
    """Return the directory, and the id of one of the proposals."""
    url = f"sqlite:///{database}"
    directory = open_directory(Settings(database_url=url, rate_limit="", review="on"))
    directory.prepare()
    store, now = stores_at(url).store, datetime.now(UTC)
    records = [_record(number, now.date()) for number in range(CENTRES)]
    added = [Change("centre", each["id"], None, each) for each in records]
    store.append(added, Stamp("tools/bench", now, "made up"), expected=store.revision())
    before = records[0]
    for number in range(CHANGES):
        after = {**before, "opening_hours": f"Mo-Fr 09:{number:02}-17:00; PH off"}
        change = Change("centre", before["id"], before, after)
        store.append([change], Stamp("anna", now, "told by the centre"), expected=store.revision())
        before = after
    directory.live.refresh()
    outcomes = [
        directory.editor.patch(
            Edit(Actor("token:b", "bert", ("edit",)), "centre", record["id"], "told by the centre"),
            {"name": f"{record['name']}, new name", "email": "new@example.org"},
        )
        for record in records[:WAITING]
    ]
    return directory, outcomes[0].proposals[0].id


def _record(number: int, today: date) -> dict[str, Any]:
    """Return a shipped centre under another name, with numbers that are reserved for fiction."""
    shipped_centres = json.loads((shipped("data") / "centres.json").read_bytes())["centres"]
    record = dict(shipped_centres[number % len(shipped_centres)])
    record |= {"id": f"made-up-{number:03}", "name": f"Made up {number:03}"}
    record["phones"] = [
        {"number": telephone(number + place * CENTRES), "kind": phone["kind"]}
        for place, phone in enumerate(record["phones"])
    ]
    contested = next(each["contested"] for each in shipped_centres if "contested" in each)
    record.pop("contested", None)
    if number < CONTESTED:
        record["contested"] = contested
    if number % 2:
        record["verified"] = {
            "on": (today - timedelta(days=number)).isoformat(),
            "by": "anna",
            "how": "by phone",
        }
    return Centre.from_record(record).to_record()
