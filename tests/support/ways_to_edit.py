"""The ways in which maintainers change a record, and what each says about a change."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from werkzeug.datastructures import MultiDict

from directory_api.change.change import COLLECTIONS
from directory_api.change.guards import CONFIRMED
from directory_api.cli import main
from directory_api.feature import provided
from directory_api.features.formats.as_csv import as_csv
from directory_api.features.imports.importer import importer_of
from directory_api.record import columns
from tests.support.html_browser import Browser, Page, signed_in_browser
from tests.support.line_files import lines_of
from tests.support.maintainer_app import MaintainerApp
from tests.support.records import TERMINAL, shipped_records
from tests.support.write_side import incoming, json_bytes

Record = dict[str, Any]
# What is confirmed with a change: nothing, or the number of the helpline that it is about.
Typed = str | None
# Each way says its own next step.
_NEXT_STEP = re.compile(r" (If this is intended|To confirm the change), .*$")
# Files name the record of a fault, which is known elsewhere.
_OF_A_RECORD = re.compile(r" \([a-z0-9-]+\)$")


@dataclass(frozen=True, slots=True)
class Said:
    """What a way says: the errors, what is to be confirmed, the warnings, and what takes effect at
    once.
    """

    errors: frozenset[str] = frozenset()
    to_confirm: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()
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
    def path(self) -> str:
        """Its path, below /v1 and /admin."""
        return f"/{COLLECTIONS[self.kind]}/{self.id}"

    def document(self) -> Record:
        """The whole directory with it."""
        whole = shipped_records()
        collection = COLLECTIONS[self.kind]
        others = [each for each in whole[collection] if each["id"] != self.id]
        whole[collection] = [*others, *([self.after] if self.after else [])]
        return whole


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole directory, as a file has it."""

    whole: Record

    def document(self) -> Record:
        """The whole directory."""
        return self.whole


Way = Callable[[MaintainerApp, Path, Edited, Typed], Said]
ByFile = Callable[[MaintainerApp, Path, Edited | Whole, Typed], Said]


def by_api(app: MaintainerApp, _folder: Path, edited: Edited, typed: Typed) -> Said:
    """One record over HTTP."""
    query = {"confirm_number": typed} if typed else {}
    path = f"/v1{edited.path}"
    if edited.after is None:
        answer = app.write("DELETE", path, match="*", query_string=query)
    elif edited.before is None:
        path = f"/v1/{COLLECTIONS[edited.kind]}"
        answer = app.send("POST", path, query_string=query, json=edited.after)
    else:
        answer = app.write("PUT", path, match="*", query_string=query, json=edited.after)
    return _of_answer(answer.get_json())


def by_form(app: MaintainerApp, _folder: Path, edited: Edited, typed: Typed) -> Said:
    """The pages of /admin."""
    browser = signed_in_browser(app, "anna")
    confirmed = {f"confirm_number.{edited.id}": typed} if typed else {}
    if edited.after is None:
        page = browser.get(f"{edited.path}/remove")
        meant = re.findall(r'<p class="notice warn">(.*?)</p>', page.html)
        warnings = tuple(map(html.unescape, meant)) if edited.kind == "helpline" else ()
        return _of_page(_post(browser, page, "/remove", {**confirmed, "reason": "x"}), warnings)
    start = f"{edited.path}/edit" if edited.before else f"/add/{COLLECTIONS[edited.kind]}"
    page = browser.get(start)
    form = page.form("/review")
    cells = columns.flatten(edited.kind, edited.after)
    sent = {"revision": dict(form.fields)["revision"], **cells}
    page = browser.post(
        next(to for _, to in form.buttons if to.endswith("/review")), MultiDict(sent)
    )
    if page.status != 200:
        return _of_page(page, ())
    warnings = _items(page, "warnings")
    return _of_page(_post(browser, page, "/save", {**confirmed, "reason": "x"}), warnings)


def by_spreadsheet(app: MaintainerApp, _folder: Path, edited: Edited | Whole, typed: Typed) -> Said:
    """A table of the whole directory."""
    whole = edited.document()
    contents: Mapping[str, Any] = {
        "directory": {"directory": {"sources": whole["sources"]}},
        **{kind: {each["id"]: each for each in whole[of]} for kind, of in COLLECTIONS.items()},
    }
    return _imported(app, typed, data=as_csv(contents), content_type="text/csv")


def by_json(app: MaintainerApp, _folder: Path, edited: Edited | Whole, typed: Typed) -> Said:
    """A file like centres.json."""
    return _imported(app, typed, json=edited.document())


def by_lines(app: MaintainerApp, folder: Path, edited: Edited | Whole, typed: Typed) -> Said:
    """JSON Lines by a command."""
    lines_of(folder, edited.document())
    confirmed = ["--allow-removals", "--confirm-number", typed] if typed else []
    result = CliRunner().invoke(
        main,
        ["import", str(folder / "new.jsonl"), *confirmed],
        env={
            "DIRECTORY_DATABASE_URL": app.directory.settings.database_url,
            "DIRECTORY_SECOND_LOOK": "on",
        },
    )
    told = [line.partition(": ")[2] for line in result.stderr.splitlines()[1:]]
    if "must be confirmed" in result.stderr:
        return Said(to_confirm=frozenset(map(_plain, told)))
    if result.exit_code:
        return Said(frozenset(map(_plain, told)))
    warned = (line.split(": ", 2) for line in result.stderr.splitlines())
    warnings = frozenset(_plain(parts[2]) for parts in warned if parts[0] == "warning")
    return Said(warnings=warnings, is_done="done: " in result.stdout)


# Those that replace the whole directory.
FILES: Mapping[str, ByFile] = {"spreadsheet": by_spreadsheet, "JSON": by_json, "lines": by_lines}
WAYS: Mapping[str, Way] = {"API": by_api, "form": by_form, **FILES}


def put_back(app: MaintainerApp) -> None:
    """Restore the shipped records, and withdraw what waits."""
    for provide in provided("proposals"):
        proposals = provide(app.directory.writer)
        for proposal, _ in proposals.waiting():
            if not proposal.is_in_force:
                proposals.reject(TERMINAL, proposal.id, "x")
    importer_of(app.directory).bring_in(
        TERMINAL,
        incoming(json_bytes(shipped_records())),
        "back",
        confirmed=CONFIRMED,
        approved_by="two others",
    )


def _imported(app: MaintainerApp, typed: Typed, **body: Any) -> Said:
    confirmed = {"confirm_number": typed, "allow_removals": "true"} if typed else {}
    answer = app.send(
        "POST", "/v1/import", by="dora" if typed else "anna", query_string=confirmed, **body
    )
    return _of_answer(answer.get_json())


def _of_answer(answer: Mapping[str, Any]) -> Said:
    if "status" in answer:
        details = frozenset(_plain(error["detail"]) for error in answer["errors"])
        is_unconfirmed = answer["code"] == "confirmation-needed"
        return Said(to_confirm=details) if is_unconfirmed else Said(details)
    warnings = frozenset(_plain(warning["detail"]) for warning in answer["warnings"])
    codes = frozenset(warning["code"] for warning in answer["warnings"])
    return Said(warnings=warnings, is_done=answer["result"] == "done", codes=codes)


def _of_page(page: Page, warnings: tuple[str, ...]) -> Said:
    if page.status == 422:
        names = (name for form in page.forms for name, _ in form.fields)
        untyped = [name for name in names if name.startswith("confirm_number.")]
        if untyped and "This is not the " in page.text:
            return Said(to_confirm=frozenset(untyped))
        return Said(frozenset(_items(page, "faults")) or frozenset({page.text}))
    return Said(warnings=frozenset(warnings), is_done="/proposals/" not in page.path)


def _post(browser: Browser, page: Page, action: str, typed: Mapping[str, str]) -> Page:
    return browser.send(
        page, action, **{name.replace(".", "__"): text for name, text in typed.items()}
    )


def _items(page: Page, heading: str) -> tuple[str, ...]:
    """The items of the list below a heading, without the names of fields."""
    section = page.html.partition(f'<h2 id="{heading}">')[2].partition("</section>")[0]
    items = re.findall(r"<li>(?:<b>.*?</b> |<a .*?</a>: )?(.*?)</li>", section)
    return tuple(_plain(html.unescape(item)) for item in items)


def _plain(detail: str) -> str:
    return _OF_A_RECORD.sub("", _NEXT_STEP.sub("", detail))
