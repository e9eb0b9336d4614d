"""Ten tasks of maintainers, each done on a phone by touch and on a desktop by keyboard.

Each page on the way is whole: axe-core finds nothing, and nothing is too wide. What the tasks cost
is in docs/maintainers.md; `--walk-table` prints it again.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.features.imports.exporter import exporter_of
from directory_api.features.imports.importer import importer_of
from directory_api.files.raw_records import Incoming
from directory_api.record.token import Actor
from tests.features.admin.browser.walker import Cost, Walker
from tests.support.forking import serving_forked
from tests.support.servers import SERVE
from tests.support.walk_table import PROPERTY

NEEDS = ("pages", "imports", "sheets", "review", "call_round")

PHONE, DESKTOP = 360, 1280
SIZES: Mapping[int, Mapping[str, Any]] = {
    PHONE: {"viewport": {"width": PHONE, "height": 740}, "has_touch": True, "is_mobile": True},
    DESKTOP: {"viewport": {"width": DESKTOP, "height": 900}},
}
ANNA = Actor("token:x", "anna", ("edit",))


class Desk:
    """Where things are on the pages: every locator of the ten tasks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def record(self, name: str) -> Locator:
        """The link to a record, in a list."""
        return self.page.get_by_role("link", name=name, exact=True)

    def menu(self, label: str) -> Locator:
        """An entry of the menu."""
        menu = self.page.get_by_role("navigation", name="Main menu")
        return menu.get_by_role("link", name=label, exact=True)

    def change(self, part: str) -> Locator:
        """What opens the form of a part of a record."""
        return self.page.locator("summary").get_by_text(f"Change {part}", exact=True)

    def fold(self, label: str) -> Locator:
        """A fold of the form that is open, by the words at its beginning."""
        form = self.page.locator("details.change[open]")
        return form.locator("summary").filter(has_text=re.compile(rf"^\s*{label}"))

    def field(self, label: str) -> Locator:
        """A field of the form that is open, or of the page."""
        form = self.page.locator("details.change[open]")
        within = form if form.count() else self.page
        return within.get_by_label(label, exact=True).locator("visible=true").first

    def button(self, label: str) -> Locator:
        """A button that can be seen."""
        return self.page.get_by_role("button", name=label).locator("visible=true").first

    def link(self, label: str) -> Locator:
        """A link by the words at its beginning."""
        return self.page.get_by_role("link", name=re.compile(rf"^{label}")).first

    def answers(self, answer: str) -> list[Locator]:
        """The boxes with an answer, in each question of a sheet that has it."""
        return self.page.get_by_role("radio", name=answer, exact=True).all()

    def done(self, text: str) -> Locator:
        """What the page says that was done."""
        return self.page.get_by_role("status").filter(has_text=text)


@dataclass(frozen=True)
class Trial:
    """A running server, the tokens of its maintainers, and its directory."""

    origin: str
    secrets: Mapping[str, str]
    directory: Directory


@dataclass(frozen=True)
class Task:
    """A task: what it is called, how it is done, who does it, and the most that it may cost."""

    name: str
    walk: Callable[[Walker, Desk, Trial], None]
    most: Cost
    by: str = "anna"
    prepare: Callable[[Directory], None] | None = None
    second_look: str = "off"


def _change(walker: Walker, desk: Desk, name: str, part: str) -> None:
    walker.press(desk.record(name))
    walker.arrives(name)
    walker.press(desk.change(part))


def _save(walker: Walker, desk: Desk) -> None:
    walker.press(desk.button("Preview the change"))
    walker.arrives("Check your changes")
    walker.press(desk.button("Save"))
    expect(desk.done("Saved.")).to_be_visible()


def phone(walker: Walker, desk: Desk, _trial: Trial) -> None:
    """The centre has another number."""
    _change(walker, desk, "Payoke", "phones")
    walker.fill(desk.field("Number"), "03 201 16 91")
    _save(walker, desk)
    expect(walker.page.get_by_role("link", name="Call +32 3 201 16 91")).to_be_visible()


def mistake(walker: Walker, desk: Desk, _trial: Trial) -> None:
    """A word of the English description is wrong."""
    _change(walker, desk, "Sürya", "name and description")
    walker.press(desk.fold("Description"))
    walker.correct(desk.field("English (en)"), "recognised", "approved")
    _save(walker, desk)
    expect(walker.page.get_by_role("article")).to_contain_text("approved by the Belgian")


def new_centre(walker: Walker, desk: Desk, trial: Trial) -> None:
    """A centre has opened: what is needed to find and call it."""
    walker.press(desk.link("Add a centre"))
    walker.arrives("Add a centre")
    walker.fill(desk.field("Id"), "new-house")
    walker.fill(desk.field("Name"), "New house")
    walker.choose(desk.field("Kind"), "Reception centre")
    walker.choose(desk.field("Status"), "Active")
    walker.fill(desk.field("Street and number"), "Korte Nieuwstraat 1")
    walker.fill(desk.field("Postcode"), "2000")
    walker.fill(desk.field("Country"), "BE")
    walker.choose(desk.field("Who can see the address"), "Public")
    walker.fill(desk.field("Latitude"), "51.2194, 4.4025")
    walker.choose(desk.field("Precision"), "Street: within about 150 m")
    for row in ("Phone 1", "Language 1"):
        walker.press(walker.page.locator("summary").get_by_text(f"Add: {row}", exact=True))
    walker.fill(desk.field("Number"), "03 201 16 90")
    number = walker.page.get_by_role("group", name="Phone 1")
    walker.choose(number.get_by_label("Kind"), "Main number")
    walker.fill(walker.page.locator("[id='f-languages.1.code']"), "nl")
    walker.press(desk.button("Preview changes"))
    walker.arrives("Check your changes")
    walker.fill(desk.field("Reason"), "it has opened")
    walker.press(desk.button("Save"))
    expect(desk.done("Saved.")).to_be_visible()
    trial.directory.live.refresh()
    centre = trial.directory.live.snapshot.by_id["new-house"]
    assert centre.phones[0].number == "+3232011690"


def hours(walker: Walker, desk: Desk, trial: Trial) -> None:
    """Open on five days with a pause at noon, closed on public holidays."""
    _change(walker, desk, "Sürya", "opening hours")
    walker.choose(desk.field("Monday"), "Open")
    walker.fill(desk.field("Monday, times"), "9-12, 13-17")
    for day in ("Tuesday", "Wednesday", "Thursday", "Friday"):
        walker.choose(desk.field(day), "As on Monday")
    walker.choose(desk.field("Public holidays"), "Closed")
    _save(walker, desk)
    trial.directory.live.refresh()
    stored = trial.directory.live.snapshot.by_id["surya"].opening_hours
    assert stored == "Mo-Fr 09:00-12:00,13:00-17:00; PH off"


def hide(walker: Walker, desk: Desk, _trial: Trial) -> None:
    """The centre has moved to an address that nobody may know."""
    _change(walker, desk, "Sürya", "address and point")
    walker.choose(desk.field("Who can see the address"), "Hidden")
    _save(walker, desk)
    card = walker.page.get_by_role("article")
    expect(card).not_to_contain_text("Rue Rouveroy")


def closure(walker: Walker, desk: Desk, _trial: Trial) -> None:
    """Closed for a month, and open again by itself."""
    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    _change(walker, desk, "Sürya", "status")
    walker.choose(desk.field("Status"), "Temporarily closed")
    walker.fill(desk.field("Closed until"), until)
    _save(walker, desk)
    expect(walker.page.get_by_role("article")).to_contain_text("Temporarily closed")


def confirm(walker: Walker, desk: Desk, _trial: Trial) -> None:
    """Three centres are called, and say that all is right."""
    walker.press(desk.menu("Calls"))
    for name in ("PAG-ASA", "Payoke", "Sürya"):
        walker.arrives("Call and confirm")
        walker.press(desk.record(name))
        walker.arrives(f"Call {name}")
        for answer in desk.answers("Right"):
            walker.tick(answer)
        walker.press(desk.button("Save"))
        expect(desk.done("Confirmed.")).to_be_visible()


def spreadsheet(walker: Walker, desk: Desk, trial: Trial) -> None:
    """A spreadsheet has five errors, which are all said at once; the corrected one is imported."""
    walker.press(desk.menu("Import"))
    walker.arrives("Import a file")
    walker.upload(desk.field("File"), "centres.csv", _table(trial.directory, _with_errors))
    walker.press(desk.button("Preview the import"))
    walker.arrives("Import a file")
    expect(walker.page.get_by_role("heading", name="5 errors in the file")).to_be_visible()
    walker.upload(desk.field("File"), "centres.csv", _table(trial.directory, _corrected))
    walker.press(desk.button("Preview the import"))
    walker.arrives("Preview the import")
    walker.fill(desk.field("Reason"), "monthly file")
    walker.press(desk.button("Import the file"))
    walker.arrives("Import finished")
    trial.directory.live.refresh()
    assert trial.directory.live.snapshot.by_id["payoke"].email == "new@payoke.be"


def review(walker: Walker, desk: Desk, trial: Trial) -> None:
    """A change of another person is checked and approved."""
    walker.press(desk.menu("Proposals"))
    walker.arrives("Proposals to review")
    walker.press(desk.record("Payoke"))
    walker.arrives("Proposal for Payoke")
    walker.press(desk.button("Approve: I have checked it"))
    expect(desk.done("Approved.")).to_be_visible()
    trial.directory.live.refresh()
    assert trial.directory.live.snapshot.by_id["payoke"].phones[0].number == "+3232011692"


def undo(walker: Walker, desk: Desk, trial: Trial) -> None:
    """The wrong file was imported: all of its changes are taken back."""
    walker.press(desk.menu("Recent changes"))
    walker.arrives("Recent changes")
    walker.press(desk.button("Undo all of these changes").first)
    walker.arrives("Undo revision")
    walker.fill(desk.field("Reason"), "the wrong file")
    walker.press(desk.button("Undo this revision"))
    walker.arrives("Undone")
    expect(desk.done("3 in effect now")).to_be_visible()
    trial.directory.live.refresh()
    names = [each.name for each in trial.directory.live.snapshot.centres]
    assert names == ["PAG-ASA", "Payoke", "Sürya"]


def _propose(directory: Directory) -> None:
    phones = [{"number": "+3232011692", "kind": "main"}]
    edit = Edit(ANNA, "centre", "payoke", "told by the centre")
    assert directory.editor.patch(edit, {"phones": phones}).waiting


def _import(directory: Directory) -> None:
    table = _table(directory, lambda row: row.update(name=f"{row['name']} (old)"))
    importer = importer_of(directory)
    importer.bring_in(ANNA, Incoming(table, "centres.csv"), "monthly file")


def _table(directory: Directory, change: Callable[[dict[str, str]], object]) -> bytes:
    """Return the records as a table, in which each row of a centre was changed."""
    rows = list(csv.DictReader(io.StringIO(exporter_of(directory).export("csv").decode())))
    for row in rows:
        if row["status"]:  # helplines and sources have none
            change(row)
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _with_errors(row: dict[str, str]) -> None:
    wrong: Mapping[str, Mapping[str, str]] = {
        "payoke": {"phones.1.number": "03 201", "email": "info at payoke.be"},
        "surya": {"opening_hours": "ma-vr 9u-17u", "website": "surya"},
        "pag-asa": {"status": "open"},
    }
    row |= wrong[row["id"]]


def _corrected(row: dict[str, str]) -> None:
    if row["id"] == "payoke":
        row["email"] = "new@payoke.be"


TASKS = (
    Task("Change a phone", phone, Cost(clicks=4, fields=1, pages=3)),
    Task("Correct a typing mistake", mistake, Cost(clicks=5, fields=1, pages=3)),
    Task("Add a centre", new_centre, Cost(clicks=5, fields=14, pages=3)),
    Task("Hours with lunch and holidays", hours, Cost(clicks=4, fields=7, pages=3)),
    Task("Hide an address", hide, Cost(clicks=4, fields=1, pages=3)),
    Task("Close for a time", closure, Cost(clicks=4, fields=2, pages=3)),
    Task("Confirm three centres by phone", confirm, Cost(clicks=23, fields=0, pages=7)),
    Task("A spreadsheet with five errors", spreadsheet, Cost(clicks=6, fields=1, pages=4)),
    Task(
        "Review by a second person",
        review,
        Cost(clicks=3, fields=0, pages=3),
        by="bert",
        prepare=_propose,
        second_look="on",
    ),
    Task("Undo an import", undo, Cost(clicks=3, fields=1, pages=3), prepare=_import),
)


@pytest.fixture(params=TASKS, ids=lambda task: task.walk.__name__)
def task(request: pytest.FixtureRequest) -> Task:
    """One of the tasks."""
    found: Task = request.param
    return found


@pytest.fixture
def trial(task: Task, tmp_path: Path) -> Iterator[Trial]:
    """A server over the shipped records, in which a task can be done."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'directory.db'}", second_look=task.second_look
    )
    directory = open_directory(settings)
    directory.prepare()
    scopes = ["read-history", "edit", "approve"]
    secrets = {name: directory.tokens.create(name, scopes, 30)[0] for name in ("anna", "bert")}
    if task.prepare:
        task.prepare(directory)
    with serving_forked(SERVE, tmp_path, rate_limit="", second_look=task.second_look) as served:
        yield Trial(f"http://127.0.0.1:{served.port}", secrets, directory)


@pytest.mark.parametrize("width", SIZES)
def test_a_task_costs_no_more_than_this(
    browser: Browser,
    trial: Trial,
    task: Task,
    width: int,
    record_property: Callable[[str, object], None],
) -> None:
    """From the list of records, after signing in; scrolling and keys are only counted."""
    context = browser.new_context(**SIZES[width])
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{trial.origin}/admin")
    page.get_by_label("Your token").fill(trial.secrets[task.by])
    page.get_by_role("button", name="Sign in").click()
    walker = Walker(page, by_touch=width == PHONE)
    walker.arrives("Centres and helplines")
    walker.cost = Cost()
    task.walk(walker, Desk(page), trial)
    cost = walker.cost
    figures = (cost.clicks, cost.fields, cost.pages, f"{cost.screens:.1f}", f"{cost.seconds:.0f}")
    record_property(PROPERTY, [task.name, width, *figures])
    context.close()
    assert cost.clicks <= task.most.clicks
    assert cost.fields <= task.most.fields
    assert cost.pages <= task.most.pages
