"""The ways in which maintainers change a record, and what each says about a change."""

import html
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from directory_api.change.change import COLLECTIONS, Change, Stamp
from directory_api.change.proposal import Proposal
from directory_api.cli import main
from directory_api.features.desk import columns
from directory_api.features.desk.sheets import XLSX
from directory_api.features.desk.sheets.as_csv import as_csv
from tests.support.html_browser import Browser, Page, signed_in_browser
from tests.support.line_files import lines_of
from tests.support.maintainer_app import MaintainerApp
from tests.support.records import shipped_records
from tests.support.spreadsheets import grid_of, workbook
from tests.support.store_under_test import stores_of
from tests.support.write_side import json_bytes

Record = dict[str, Any]
# What is confirmed with a change: nothing, or the number of the helpline that it is about.
Typed = str | None
# What an edit does to a record.
ADDED, CHANGED, REMOVED = "added", "changed", "removed"
# Each way says its own next step.
_NEXT_STEP = re.compile(r" (If this is intended|To confirm the change), .*$")
# Files name the record of a fault, which is known elsewhere.
_OF_A_RECORD = re.compile(r" \([a-z0-9-]+\)$")


@dataclass(frozen=True, slots=True)
class Said:
    """What a way says: its status, the errors, what is to be confirmed, the warnings (None where
    they are said before, or elsewhere), and whether the change took effect at once.
    """

    status: int
    errors: frozenset[str] = frozenset()
    to_confirm: frozenset[str] = frozenset()
    warnings: frozenset[str] | None = None
    is_done: bool = False
    # The codes of the warnings, where they are said.
    codes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A record before and after an edit; None if there is none."""

    kind: str
    id: str
    before: Record | None
    after: Record | None

    @property
    def action(self) -> str:
        """What the edit does to the record."""
        return ADDED if self.before is None else CHANGED if self.after else REMOVED

    @property
    def path(self) -> str:
        """Its path, below /v1 and /admin."""
        return f"/{COLLECTIONS[self.kind]}/{self.id}"

    @property
    def change(self) -> Change:
        """The edit as it is stored."""
        return Change(self.kind, self.id, self.before, self.after)

    def document(self) -> Record:
        """The whole directory with it."""
        whole = shipped_records()
        collection = COLLECTIONS[self.kind]
        others = [each for each in whole[collection] if each["id"] != self.id]
        whole[collection] = [*others, *([self.after] if self.after else [])]
        return whole


@dataclass(frozen=True, slots=True)
class Attempt:
    """An edit that a maintainer begins. `folder` is for files."""

    app: MaintainerApp
    folder: Path
    edited: Edited
    by: str = "anna"


# A way begins with what a maintainer reads; the function that it returns sends the change.
Send = Callable[[Typed], Said]
# Imports a whole directory.
ImportWhole = Callable[[Attempt, Record, Typed], Said]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to edit records, what it can do to a record, and how its edits differ from those of
    other ways.
    """

    begin: Callable[[Attempt], Send]
    takes: frozenset[str]
    # It replaces the whole directory: what only hides something waits, too.
    is_file: bool = False
    # A second person makes it.
    is_second: bool = False
    # Why a rule or a mistake does not apply to it, by its name.
    exempt: Mapping[str, str] = field(default_factory=dict)


def _by_http(method: str) -> Callable[[Attempt], Send]:
    """One record at its address; a new one in its collection."""

    def begin(attempt: Attempt) -> Send:
        app, edited = attempt.app, attempt.edited
        path = f"/v1/records{edited.path}"
        body = edited.after
        if method == "PATCH" and edited.before and edited.after:
            body = _patch_of(edited.before, edited.after)
        headers = {} if edited.before is None else {"If-Match": app.etag(path)}

        def send(typed: Typed) -> Said:
            target = path.rpartition("/")[0] if edited.before is None else path
            query = {"confirm_number": typed} if typed else {}
            return _of_answer(
                app.send(
                    method, target, by=attempt.by, headers=headers, query_string=query, json=body
                )
            )

        return send

    return begin


def _patch_of(before: Record, after: Record) -> Record:
    """The JSON merge patch from one record to another."""
    patch: Record = {}
    for name in before | after:
        old, new = before.get(name), after.get(name)
        if old != new:
            if isinstance(old, dict) and isinstance(new, dict):
                patch[name] = _patch_of(old, new)
            else:
                patch[name] = new
    return patch


def _by_form(attempt: Attempt) -> Send:
    """The form of a record at /admin."""
    edited, browser = attempt.edited, signed_in_browser(attempt.app, attempt.by)
    confirmed = f"confirm_number.{edited.id}"
    if edited.after is None:
        page = browser.get(f"{edited.path}/remove")
        warnings = _items(page, "warnings") if edited.kind == "helpline" else None
        return _by_button(browser, page, "/remove", confirmed, warnings)
    start = browser.get(
        f"{edited.path}/edit" if edited.before else f"/add/{COLLECTIONS[edited.kind]}"
    )
    if start.status != 200:
        return lambda _: _of_page(start, None)
    form = start.form("/review")
    sent = MultiDict(
        {
            "revision": dict(form.fields)["revision"],
            **columns.flatten(edited.kind, edited.after),
        }
    )
    to = f"{start.path.removesuffix('/edit')}/review"

    def send(typed: Typed) -> Said:
        page = browser.post(to, sent)
        # What hiding an address does is said in more detail there.
        warnings = None if 'id="hides"' in page.html else _items(page, "warnings")
        return _by_button(browser, page, "/save", confirmed, warnings)(typed)

    return send


def _by_button(
    browser: Browser, page: Page, action: str, confirmed: str, warnings: frozenset[str] | None
) -> Send:
    """The last page of a form, which asks for the reason."""

    def send(typed: Typed) -> Said:
        if page.status != 200:
            return _of_page(page, None)
        fields = {"reason": "x", **({confirmed: typed} if typed else {})}
        said = {name.replace(".", "__"): text for name, text in fields.items()}
        return _of_page(browser.send(page, action, **said), warnings)

    return send


def csv_of(whole: Record) -> bytes:
    """A table of the whole directory, as `export` writes it."""
    return as_csv(
        {
            "directory": {"directory": {"sources": whole["sources"]}},
            **{kind: {each["id"]: each for each in whole[of]} for kind, of in COLLECTIONS.items()},
        }
    )


def xlsx_of(whole: Record) -> bytes:
    """A workbook of centres and helplines."""
    return workbook({of: grid_of(kind, whole[of]) for kind, of in COLLECTIONS.items()})


# How a whole directory is sent, by the kind of file.
_BODIES: Mapping[str, Callable[[Record], dict[str, Any]]] = {
    "JSON": lambda whole: {"json": whole},
    "CSV": lambda whole: {"data": csv_of(whole), "content_type": "text/csv"},
    "XLSX": lambda whole: {"data": xlsx_of(whole), "content_type": XLSX},
}


def _over_http(kind: str) -> ImportWhole:
    """A file that is sent to /v1/import; an administrator sends what was typed, and allows the
    rest.
    """

    def bring_in(attempt: Attempt, whole: Record, typed: Typed) -> Said:
        confirmed = {"confirm_number": typed, "allow_removals": "true"} if typed else {}
        by, sent = "dora" if typed else attempt.by, _BODIES[kind](whole)
        return _of_answer(
            attempt.app.send("POST", "/v1/import", by=by, query_string=confirmed, **sent)
        )

    return bring_in


def _by_command(attempt: Attempt, whole: Record, typed: Typed) -> Said:
    """JSON Lines, which the command imports."""
    lines_of(attempt.folder, whole)
    allowed = ("--allow-removals",) if typed else ()
    return _command(attempt.app, typed, "import", str(attempt.folder / "new.jsonl"), *allowed)


# Every kind of file, and how a whole directory is imported from it.
FILES: Mapping[str, ImportWhole] = {
    **{kind: _over_http(kind) for kind in _BODIES},
    "command import": _by_command,
}


def _by_file(kind: str) -> Callable[[Attempt], Send]:
    def begin(attempt: Attempt) -> Send:
        return lambda typed: FILES[kind](attempt, attempt.edited.document(), typed)

    return begin


def _by_upload(attempt: Attempt) -> Send:
    """The page for files, which shows the changes first. An administrator allows what is asked."""
    edited, raw = attempt.edited, json_bytes(attempt.edited.document())
    browser = signed_in_browser(attempt.app, attempt.by)
    data: Record = {"file": FileStorage(io.BytesIO(raw), "a.json", "file")}
    plan = browser.upload("/admin/upload/compare", MultiDict(data))
    if plan.status == 422 and "Is this the right file?" in plan.text:
        browser = signed_in_browser(attempt.app, "dora")
        data = {"file": FileStorage(io.BytesIO(raw), "a.json", "file"), "allow_removals": "yes"}
        plan = browser.upload("/admin/upload/compare", MultiDict(data))
    if plan.status == 200:
        tick_every_row(plan)
    return _by_button(browser, plan, "/take", f"confirm_number.{edited.id}", None)


def tick_every_row(preview: Page) -> None:
    """Tick every row of the preview of an import: one with the number of another has no tick."""
    form = preview.form("/take")
    rows = [("take", key) for name, key in form.fields if name == "shown"]
    form.fields = [each for each in form.fields if each[0] != "take"] + rows


def _stored(app: MaintainerApp, *changes: Change) -> int:
    """Write changes one after the other into the store, unchecked; the revision of the first."""
    store = stores_of(app.path).store
    first = store.revision() + 1
    for number, change in enumerate(changes, first):
        store.append([change], Stamp("x", app.directory.clock(), "x"), expected=number - 1)
    app.directory.live.refresh()
    return first


def _proposed(attempt: Attempt) -> str:
    """Store the edit as a proposal of a third person; its id."""
    now = attempt.app.directory.clock()
    proposal = Proposal(
        "9-1", attempt.edited.change, "token:x", "x", now, "x", now + timedelta(days=1)
    )
    _stored(attempt.app, Change("proposal", proposal.id, None, proposal.to_record()))
    return proposal.id


def _by_approval(attempt: Attempt) -> Send:
    """The approval of a proposal over HTTP."""
    path = f"/v1/proposals/{_proposed(attempt)}/approve"
    by = "bert" if attempt.by == "anna" else attempt.by

    def send(typed: Typed) -> Said:
        query = {"confirm_number": typed} if typed else {}
        said = _of_answer(attempt.app.send("POST", path, by=by, query_string=query))
        return Said(said.status, said.errors, said.to_confirm, None, said.is_done)

    return send


def _by_approval_page(attempt: Attempt) -> Send:
    """The approval of a proposal at /admin."""
    identity = _proposed(attempt)
    by = "bert" if attempt.by == "anna" else attempt.by
    browser = signed_in_browser(attempt.app, by)
    confirmed = f"confirm_number.{attempt.edited.id}"

    def send(typed: Typed) -> Said:
        fields = MultiDict({confirmed: typed} if typed else {})
        sent = browser.post(f"/admin/proposals/{identity}/approve", fields)
        return _of_page(sent, None)

    return send


def _gone_by(attempt: Attempt) -> int:
    """Let the edit have been in force, and not be any more; the revision at which it was."""
    return _stored(attempt.app, attempt.edited.change, attempt.edited.change.opposite)


def _by_restore(attempt: Attempt) -> Send:
    """An earlier state of one record over HTTP."""
    app, path = attempt.app, f"/v1/records{attempt.edited.path}"
    revision = _gone_by(attempt)
    record = app.send("GET", path)
    headers = {"If-Match": record.headers.get("ETag", "*")}

    def send(typed: Typed) -> Said:
        body = {"revision": revision, **({"confirm_number": [typed]} if typed else {})}
        to = f"{path}/restore"
        return _of_answer(app.send("POST", to, by=attempt.by, headers=headers, json=body))

    return send


def _by_undo(attempt: Attempt) -> Send:
    """The page that undoes a revision, here the one that took the edit back."""
    revision = _gone_by(attempt) + 1
    browser = signed_in_browser(attempt.app, attempt.by)
    page = browser.post(f"/admin/changes/{revision}/undo/review", {})
    return _by_button(browser, page, "/undo", f"confirm_number.{attempt.edited.id}", None)


def _by_restore_all(attempt: Attempt) -> Send:
    """The command that restores all records of a revision."""
    revision = str(_gone_by(attempt))

    def send(typed: Typed) -> Said:
        allowed = ("--allow-removals",) if typed else ()
        return _command(attempt.app, typed, "restore", revision, *allowed)

    return send


ANY = frozenset({ADDED, CHANGED, REMOVED})
STALE, SCOPE = "another was faster", "a scope is missing"
# The form has one field for a number, in which people write it as they dial it.
_ONE_FIELD = {
    "a digit in one form of a phone": "the printed form follows the number: as in “both forms”",
    "a phone without a plus": "it is read as a number of the centre's country",
}
_IN_A_FILE = {STALE: "a file has no version; the page for files compares it with what was shown"}
_AT_A_TERMINAL = {
    STALE: "a command has no version: it is compared with what is stored when it runs",
    SCOPE: "a person at the terminal may do everything",
}
# What is said of a state that was in force before.
_PAST = {
    "latitude beyond the pole": "a state that cannot be read was never in force",
}
WAYS: Mapping[str, Way] = {
    # A new record is sent to its collection, an existing one has an address.
    "PATCH": Way(_by_http("PATCH"), frozenset({CHANGED})),
    "PUT": Way(_by_http("PUT"), frozenset({CHANGED})),
    "POST": Way(_by_http("POST"), frozenset({ADDED})),
    "DELETE": Way(_by_http("DELETE"), frozenset({REMOVED})),
    "form": Way(_by_form, ANY, exempt=_ONE_FIELD),
    "JSON": Way(_by_file("JSON"), ANY, is_file=True, exempt=_IN_A_FILE),
    "CSV": Way(_by_file("CSV"), ANY, is_file=True, exempt=_IN_A_FILE),
    "XLSX": Way(_by_file("XLSX"), ANY, is_file=True, exempt=_IN_A_FILE),
    "upload": Way(_by_upload, ANY, is_file=True),
    "command import": Way(_by_file("command import"), ANY, is_file=True, exempt=_AT_A_TERMINAL),
    # It brings back a state in which the record was there.
    "restore": Way(_by_restore, frozenset({ADDED, CHANGED}), exempt=_PAST),
    "undo": Way(_by_undo, ANY, exempt=_PAST),
    "command restore": Way(_by_restore_all, ANY, exempt={**_PAST, **_AT_A_TERMINAL}),
    # Last: what a second person has approved once may come back at once.
    "approval": Way(_by_approval, ANY, is_second=True),
    "approval page": Way(_by_approval_page, ANY, is_second=True),
}


def put_back(app: MaintainerApp, revision: int) -> None:
    """Bring the store back to what it had at a revision, unchecked."""
    store = stores_of(app.path).store
    first: dict[tuple[str, str], Change] = {}
    last: dict[tuple[str, str], Change] = {}
    for entry in store.history(revisions=range(revision + 1, store.revision() + 1)):
        key = (entry.change.kind, entry.change.id)
        first[key] = entry.change
        last.setdefault(key, entry.change)
    back = [
        Change(*key, last[key].after, change.before)
        for key, change in first.items()
        if last[key].after != change.before
    ]
    if back:
        store.append(back, Stamp("x", app.directory.clock(), "back"), expected=store.revision())
        app.directory.live.refresh()


def _command(app: MaintainerApp, typed: Typed, *words: str) -> Said:
    settings = app.directory.settings
    confirmed = ("--confirm-number", typed) if typed else ()
    result = CliRunner().invoke(
        main,
        [*words, *confirmed],
        obj=app.directory.clock,
        env={
            "DIRECTORY_DATABASE_URL": settings.database_url,
            "DIRECTORY_REVIEW": settings.review,
            "DIRECTORY_READ_ONLY": settings.read_only,
        },
    )
    return _of_command(result)


def _of_command(result: Result) -> Said:
    lines = result.stderr.splitlines()
    told = frozenset(_plain(line.partition(": ")[2]) for line in lines[1:])
    if "must be confirmed" in result.stderr:
        return Said(result.exit_code, to_confirm=told)
    if result.exit_code:
        return Said(result.exit_code, told or frozenset(lines))
    warned = (line.split(": ", 2) for line in lines)
    warnings = frozenset(_plain(parts[2]) for parts in warned if parts[0] == "warning")
    return Said(result.exit_code, warnings=warnings, is_done="done: " in result.stdout)


def _of_answer(response: TestResponse) -> Said:
    body: Mapping[str, Any] = response.get_json()
    status = response.status_code
    if "code" in body:
        details = frozenset(_plain(error["detail"]) for error in body.get("errors", ()))
        if body["code"] == "confirmation-required":
            return Said(status, to_confirm=details)
        return Said(status, details or frozenset({body["detail"]}))
    warnings = frozenset(_plain(warning["detail"]) for warning in body["warnings"])
    codes = frozenset(warning["code"] for warning in body["warnings"])
    return Said(status, warnings=warnings, is_done=body["status"] == "applied", codes=codes)


def _of_page(page: Page, warnings: frozenset[str] | None) -> Said:
    if page.status != 200:
        names = (name for form in page.forms for name, _ in form.fields)
        untyped = [name for name in names if name.startswith("confirm_number.")]
        if untyped and "This is not the " in page.text:
            return Said(page.status, to_confirm=frozenset(untyped))
        return Said(page.status, _items(page, "faults") or frozenset({page.text}))
    waits = "/proposals/" in page.path or "Waiting for review: 1." in page.text
    return Said(page.status, warnings=warnings, is_done=not waits)


def _items(page: Page, heading: str) -> frozenset[str]:
    """The items of the list below a heading, without the names of fields."""
    section = page.html.partition(f'<h2 id="{heading}">')[2].partition("</section>")[0]
    items = re.findall(r"<li>(?:<b>.*?</b> |<a .*?</a>: )?(.*?)</li>", section)
    if heading == "faults":  # those of a file are in a table
        items += re.findall(r'<td data-label="Error">(.*?)</td>', page.html)
    return frozenset(_plain(html.unescape(item)) for item in items)


def _plain(detail: str) -> str:
    return _OF_A_RECORD.sub("", _NEXT_STEP.sub("", detail))
