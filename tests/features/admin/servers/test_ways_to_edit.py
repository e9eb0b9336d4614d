"""A phone number is changed by file, spreadsheet, API and browser, with the same checks and
history.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.change import HistoryEntry
from directory_api.config import Settings
from tests.support.browser import person
from tests.support.command_line import command
from tests.support.forking import serving_forked
from tests.support.servers import SERVE, Served, eventually

CENTRE = "/v1/centres/pag-asa"
OLD, NEW = "+3225116464", "+3225116465"
PRINTED = {OLD: "+32 2 511 64 64", NEW: "+32 2 511 64 65"}
# What another process writes is served after a moment; tests/servers/test_live_servers.py, which
# runs alone, has the limit of 2 seconds.
SECONDS = 60.0


@dataclass(frozen=True)
class Installation:
    """A server that runs, its store, a maintainer's token, and a browser."""

    served: Served
    directory: Directory
    folder: Path
    token: str
    browser: Browser

    def command(self, *words: str) -> str:
        """A maintainer's command on the same store; what it printed."""
        result = command(*words, database=self.folder / "directory.db")
        assert result.exit_code == 0, result.output
        return result.stdout

    def number(self) -> str:
        """The number that the server gives to everybody."""
        found: str = self.served.ask(CENTRE).json()["phones"][0]["number"]
        return found

    def last(self) -> HistoryEntry:
        """The newest entry of the record's history."""
        return self.directory.editor.history("centre", "pag-asa")[0]

    def send(self, method: str, path: str, body: Any, kind: str = "application/json") -> None:
        """A request with the token, about the record as it is now."""
        headers = {"Authorization": f"Bearer {self.token}", "If-Match": "*", "Content-Type": kind}
        reply = self.served.ask(path, method, json.dumps(body).encode(), headers)
        assert reply.status == 200, reply.body


@pytest.fixture(scope="module")
def installation(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """A running server; each test leaves the record as it was."""
    folder = tmp_path_factory.mktemp("installation")
    with serving_forked(SERVE, folder, rate_limit="") as served:
        directory = open_directory(Settings(database_url=f"sqlite:///{folder / 'directory.db'}"))
        token, _ = directory.tokens.create("anna", ["read-history", "edit"], 30)
        yield Installation(served, directory, folder, token, browser)


def _by_file(installation: Installation) -> None:
    file = installation.folder / "centres.json"
    file.write_text(_changed(installation.command("export")), encoding="utf-8")
    assert PRINTED[NEW] in installation.command("import", str(file), "--reason", "they told me")


def _by_spreadsheet(installation: Installation) -> None:
    # As a spreadsheet shows it: cells of text, the guard against formulas included.
    table = installation.command("export", "--format", "csv").removeprefix("\ufeff")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(table)):
        sheet.append([_changed(cell) for cell in row])
    book.save(installation.folder / "centres.xlsx")
    assert PRINTED[NEW] in installation.command(
        "import", str(installation.folder / "centres.xlsx"), "--reason", "they told me"
    )


def _by_api(installation: Installation) -> None:
    phones = json.loads(_changed(json.dumps(installation.served.ask(CENTRE).json()["phones"])))
    installation.send(
        "PATCH", f"{CENTRE}?reason=they+told+me", {"phones": phones}, "application/merge-patch+json"
    )


def _by_browser(installation: Installation) -> None:
    with person(installation.browser) as (context, asked):
        page = context.new_page()
        _sign_in(page, installation)
        page.get_by_role("link", name="PAG-ASA").click()
        page.get_by_role("link", name="Edit").click()
        page.locator("[name='phones.1.number']").fill(NEW)
        page.locator("[name='phones.1.display']").fill(PRINTED[NEW])
        page.get_by_role("button", name="Preview changes").last.click()
        assert f"{PRINTED[OLD]} → {PRINTED[NEW]}" in page.inner_text("main")
        page.get_by_label("Reason").fill("they told me")
        page.get_by_role("button", name="Save").last.click()
        assert "Visitors see the change now." in page.inner_text("main")
        assert all(
            request.url.startswith(f"http://127.0.0.1:{installation.served.port}/")
            for request in asked
        )


WAYS = {"file": _by_file, "spreadsheet": _by_spreadsheet, "api": _by_api, "browser": _by_browser}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_number_is_changed_and_brought_back(
    installation: Installation, way: Callable[[Installation], None]
) -> None:
    """Each way is served without a restart, has the same history, and can be restored."""
    eventually(SECONDS, lambda: installation.number() == OLD)
    start = installation.last().revision
    before = dict(installation.directory.editor.stored("centre", "pag-asa").record)
    way(installation)
    eventually(SECONDS, lambda: installation.number() == NEW)
    entry = installation.last()
    after = json.loads(_changed(json.dumps(before)))
    assert (entry.revision, entry.change.before, entry.change.after) == (start + 1, before, after)
    assert (entry.stamp.reason, entry.stamp.approved_by) == ("they told me", None)
    assert entry.stamp.author
    _restore(installation, way, start)
    eventually(SECONDS, lambda: installation.number() == OLD)
    assert (installation.last().revision, installation.last().change.after) == (start + 2, before)


def _restore(installation: Installation, way: Callable[[Installation], None], to: int) -> None:
    """Restore a revision in the same way, if it can do so; else by the command."""
    if way is _by_api:
        installation.send("POST", f"{CENTRE}/restore", {"revision": to})
    elif way is _by_browser:
        with person(installation.browser, java_script_enabled=False) as (context, _):
            page = context.new_page()
            _sign_in(page, installation)
            page.goto(f"http://127.0.0.1:{installation.served.port}/admin/centres/pag-asa/history")
            page.get_by_role("button", name=re.compile(rf"Restore this revision.*\({to}\)")).click()
            page.get_by_label("Reason").fill("the new number was wrong")
            page.get_by_role("button", name="Restore this revision").last.click()
            assert "Visitors see the change now" in page.inner_text("main")
    else:
        installation.command("restore", "pag-asa", str(to))


def _sign_in(page: Any, installation: Installation) -> None:
    page.goto(f"http://127.0.0.1:{installation.served.port}/admin")
    page.get_by_label("Your token").fill(installation.token)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def _changed(text: str) -> str:
    return text.replace(OLD, NEW).replace(PRINTED[OLD], PRINTED[NEW])
