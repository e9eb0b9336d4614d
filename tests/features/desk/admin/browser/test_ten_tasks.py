"""Eleven tasks of maintainers, each done on a phone by touch and on a desktop by keyboard.

Each page on the way is whole: axe-core finds nothing, and nothing is too wide. `--table=tasks`
prints what the tasks cost.
"""

import csv
import io
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
from directory_api.features.desk.catalogues import texts_in
from directory_api.features.desk.imports.exporter import exporter_of
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.record.records import Centre
from directory_api.record.token import Actor
from directory_api.text.message import translate
from tests.features.desk.admin.browser.walker import Cost, Walker
from tests.support.servers import SERVE, serving

pytestmark = pytest.mark.nightly

NEEDS = ("pages",)

PHONE, DESKTOP = 360, 1280
# English at both widths; Dutch on a phone.
WAYS = ((PHONE, "en"), (DESKTOP, "en"), (PHONE, "nl"))
SIZES: Mapping[int, Mapping[str, Any]] = {
    PHONE: {"viewport": {"width": PHONE, "height": 740}, "has_touch": True, "is_mobile": True},
    DESKTOP: {"viewport": {"width": DESKTOP, "height": 900}},
}
ANNA = Actor("token:x", "anna", ("edit",))


class Desk:
    """Where things are on the pages: every locator of the tasks, in each language.

    Records have the same names in each language, and the menu the same addresses. The main button
    of a page is the one that the others are not like.
    """

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self._texts = texts_in(language)

    def record(self, name: str) -> Locator:
        """The link to a record, in a list."""
        return self.page.get_by_role("link", name=name, exact=True)

    def menu(self, path: str) -> Locator:
        """An entry of the menu, by its path below /admin."""
        return self.page.locator(f"header nav a[href$='/admin{path}']")

    def link(self, path: str) -> Locator:
        """A link of the page, by its path below /admin."""
        return self.page.locator(f"main a[href$='/admin{path}']")

    def change(self, part: str) -> Locator:
        """What opens the form of a part of a record."""
        return self.page.locator(f"#change-{part} > summary")

    def fold(self, column: str) -> Locator:
        """What opens the fold with a field."""
        fold = self.page.locator("details", has=self.input(column)).last
        return fold.locator("> summary")

    def input(self, column: str) -> Locator:
        """A field, by its column."""
        return self.page.locator(f"[id='f-{column}']")

    def field(self, label: str) -> Locator:
        """A field that can be seen, by its label in English."""
        own = translate(label, self._texts)
        fields = self.page.get_by_label(own, exact=True).and_(
            self.page.locator("input, select, textarea")
        )
        return fields.locator("visible=true").first

    def button(self) -> Locator:
        """The main button that can be seen."""
        return self.page.locator("main button.main").locator("visible=true").first

    def sends(self, path: str) -> Locator:
        """The first button of the page that sends its form to a path that ends so."""
        return self.page.locator(f"main form[action$='{path}'] button").first

    def done(self) -> Locator:
        """What the page says that was done."""
        return self.page.get_by_role("status").first


@dataclass(frozen=True)
class Trial:
    """A running server, the tokens of its maintainers, and its directory."""

    origin: str
    secrets: Mapping[str, str]
    directory: Directory

    def centre(self, identity: str) -> Centre:
        """A centre, as it is served now."""
        self.directory.live.refresh()
        return self.directory.live.snapshot.by_id[identity]


@dataclass(frozen=True)
class Task:
    """A task: what it is called, how it is done, who does it, and the most that it may cost."""

    name: str
    walk: Callable[[Walker, Desk, Trial], None]
    most: Cost
    by: str = "anna"
    prepare: Callable[[Directory], None] | None = None
    review: str = "off"


def _change(walker: Walker, desk: Desk, name: str, part: str) -> None:
    walker.press(desk.record(name))
    walker.arrives("/centres/[a-z-]+")
    walker.press(desk.change(part))


def _save(walker: Walker, desk: Desk) -> None:
    walker.press(desk.button())
    walker.arrives("/centres/[a-z-]+/review")
    walker.press(desk.button())
    walker.arrives("/centres/[a-z-]+")
    expect(desk.done()).to_be_visible()


def phone(walker: Walker, desk: Desk, trial: Trial) -> None:
    """The centre has another number."""
    _change(walker, desk, "Payoke", "phones")
    walker.fill(desk.field("Number"), "03 201 16 91")
    _save(walker, desk)
    assert trial.centre("payoke").phones[0].number == "+3232011691"


def mistake(walker: Walker, desk: Desk, trial: Trial) -> None:
    """A word of the English description is wrong."""
    _change(walker, desk, "Sürya", "words")
    walker.press(desk.fold("description.en"))
    walker.correct(desk.input("description.en"), "recognised", "approved")
    _save(walker, desk)
    assert "approved by the Belgian government" in trial.centre("surya").description["en"]


def new_centre(walker: Walker, desk: Desk, trial: Trial) -> None:
    """A centre has opened: what is needed to find and call it."""

    walker.press(desk.link("/add/centres"))
    walker.arrives("/add/centres")
    walker.fill(desk.field("Name"), "New house")
    walker.choose(desk.field("Kind"), "reception_centre")
    walker.press(desk.fold("phones.1.number"))
    walker.fill(desk.input("phones.1.number"), "03 201 16 90")
    walker.fill(desk.field("Street and number"), "Korte Nieuwstraat 1")
    walker.fill(desk.field("Postcode"), "2000")
    walker.choose(desk.input("address_visibility"), "public")
    walker.fill(desk.input("new.languages"), "Nederlands")
    walker.press(desk.button())
    walker.arrives("/add/centres/review")
    walker.fill(desk.field("Reason"), "it has opened")
    walker.press(desk.button())
    walker.arrives("/centres/new-house")
    expect(desk.done()).to_be_visible()
    assert trial.centre("new-house").phones[0].number == "+3232011690"


def hours(walker: Walker, desk: Desk, trial: Trial) -> None:
    """Open on five days with a pause at noon, closed on public holidays."""
    _change(walker, desk, "Sürya", "hours")
    walker.choose(desk.input("week.Mo"), "open")
    walker.fill(desk.page.locator("[id='t-week.Mo']"), "9-12, 13-17")
    walker.choose(desk.input("week.PH"), "closed")
    _save(walker, desk)
    assert trial.centre("surya").opening_hours == "Mo-Fr 09:00-12:00,13:00-17:00; PH off"


def hide(walker: Walker, desk: Desk, trial: Trial) -> None:
    """The centre has moved to an address that nobody may know."""
    _change(walker, desk, "Sürya", "address")
    walker.choose(desk.field("Who can see the address"), "hidden")
    _save(walker, desk)
    expect(walker.page.get_by_role("article")).not_to_contain_text("Rue Rouveroy")
    assert trial.centre("surya").address_visibility == "hidden"


def closure(walker: Walker, desk: Desk, trial: Trial) -> None:
    """Closed for a month, and open again by itself."""
    today = datetime.now(UTC).date()  # noqa: TID251  # the server is a process of its own
    until = today + timedelta(days=30)
    _change(walker, desk, "Sürya", "status")
    walker.choose(desk.field("Status"), "temporarily_closed")
    walker.fill(desk.field("Closed until"), until.isoformat())
    _save(walker, desk)
    assert trial.centre("surya").closed_until == until


def elsewhere(walker: Walker, desk: Desk, trial: Trial) -> None:
    """In another building for a month."""
    today = datetime.now(UTC).date()  # noqa: TID251  # the server is a process of its own
    until = today + timedelta(days=30)
    _change(walker, desk, "Payoke", "temporary")
    walker.fill(desk.input("temporary.until"), until.isoformat())
    walker.fill(desk.input("temporary.address.street"), "Italiëlei 98A")
    walker.fill(desk.input("temporary.address.postcode"), "2000")
    _save(walker, desk)
    temporary = trial.centre("payoke").temporary
    assert temporary
    assert temporary.until == until


def confirm(walker: Walker, desk: Desk, trial: Trial) -> None:
    """Three centres are called, and say that all is right."""
    walker.press(desk.menu("/todo"))
    for identity in ("pag-asa", "payoke", "surya"):
        walker.arrives("/todo")
        walker.press(desk.link(f"/centres/{identity}/confirm").first)
        walker.arrives(f"/centres/{identity}/confirm")
        walker.press(desk.page.locator("main summary").first)
        walker.press(desk.button())
        walker.page.wait_for_url("**/admin/todo?*")
        assert trial.centre(identity).verified


def spreadsheet(walker: Walker, desk: Desk, trial: Trial) -> None:
    """A spreadsheet has five errors, which are all said at once; the corrected one is imported."""
    walker.press(desk.menu("/changes"))
    walker.press(desk.link("/upload"))
    walker.arrives("/upload")
    walker.upload(desk.input("file"), "centres.csv", _table(trial.directory, _with_errors))
    walker.press(desk.button())
    walker.arrives("/upload/compare")
    expect(walker.page.locator("main table tbody tr")).to_have_count(5)
    walker.upload(desk.input("file"), "centres.csv", _table(trial.directory, _corrected))
    walker.press(desk.button())
    walker.page.wait_for_selector("ol.history")
    walker.arrives("/upload/compare")
    walker.fill(desk.field("Reason"), "monthly file")
    walker.press(desk.button())
    walker.arrives("/upload/take")
    assert trial.centre("payoke").email == "new@payoke.be"


def review(walker: Walker, desk: Desk, trial: Trial) -> None:
    """A change of another person is checked and approved."""
    walker.press(desk.menu("/todo"))
    walker.arrives("/todo")
    walker.press(desk.page.locator("main a[href*='/proposals/']"))
    walker.arrives("/proposals/[0-9-]+")
    walker.press(desk.button())
    walker.arrives("/todo")
    expect(desk.done()).to_be_visible()
    assert trial.centre("payoke").phones[0].number == "+3232011692"


def undo(walker: Walker, desk: Desk, trial: Trial) -> None:
    """The wrong file was imported: all of its changes are taken back."""
    walker.press(desk.menu("/changes"))
    walker.arrives("/changes")
    walker.press(desk.sends("/undo/review"))
    walker.arrives("/changes/[0-9]+/undo/review")
    walker.fill(desk.field("Reason"), "the wrong file")
    walker.press(desk.button())
    walker.arrives("/changes/[0-9]+/undo")
    assert trial.centre("payoke").name == "Payoke"


def _propose(directory: Directory) -> None:
    phones = [{"number": "+3232011692", "kind": "main"}]
    edit = Edit(ANNA, "centre", "payoke", "told by the centre")
    assert directory.editor.patch(edit, {"phones": phones}).proposals


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
        "surya": {"opening_hours": "9 to 5", "website": "surya"},
        "pag-asa": {"status": "open"},
    }
    row |= wrong[row["id"]]


def _corrected(row: dict[str, str]) -> None:
    if row["id"] == "payoke":
        row["email"] = "new@payoke.be"


TASKS = (
    Task("Change a phone", phone, Cost(clicks=4, fields=1, pages=3)),
    Task("Correct a typing mistake", mistake, Cost(clicks=5, fields=1, pages=3)),
    Task("Add a centre", new_centre, Cost(clicks=4, fields=8, pages=3)),
    Task("Hours with lunch and holidays", hours, Cost(clicks=4, fields=3, pages=3)),
    Task("Hide an address", hide, Cost(clicks=4, fields=1, pages=3)),
    Task("Close for a time", closure, Cost(clicks=4, fields=2, pages=3)),
    Task("A temporary address", elsewhere, Cost(clicks=4, fields=3, pages=3)),
    Task("Confirm three centres by phone", confirm, Cost(clicks=10, fields=0, pages=7)),
    Task("A spreadsheet with five errors", spreadsheet, Cost(clicks=7, fields=1, pages=5)),
    Task(
        "Review by a second person",
        review,
        Cost(clicks=3, fields=0, pages=3),
        by="bert",
        prepare=_propose,
        review="on",
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
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'directory.db'}", review=task.review)
    directory = open_directory(settings)
    directory.prepare()
    scopes = ["read_history", "edit", "approve"]
    secrets = {name: directory.tokens.create(name, scopes, 30)[0] for name in ("anna", "bert")}
    if task.prepare:
        task.prepare(directory)
    with serving(SERVE, tmp_path, rate_limit="", review=task.review) as served:
        yield Trial(f"http://127.0.0.1:{served.port}", secrets, directory)


@pytest.mark.parametrize(("width", "language"), WAYS)
def test_a_task_costs_no_more_than_this(
    browser: Browser,
    trial: Trial,
    task: Task,
    width: int,
    language: str,
    record_property: Callable[[str, object], None],
) -> None:
    """From the list of records, after signing in; scrolling and keys are only counted."""
    context = browser.new_context(**SIZES[width], locale=language)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{trial.origin}/admin")
    desk = Desk(page, language)
    desk.field("Your token").fill(trial.secrets[task.by])
    desk.button().click()
    walker = Walker(page, by_touch=width == PHONE)
    walker.arrives("/")
    walker.cost = Cost()
    task.walk(walker, desk, trial)
    cost = walker.cost
    figures = (cost.clicks, cost.fields, cost.pages, f"{cost.screens:.1f}", f"{cost.seconds:.0f}")
    record_property("tasks", [task.name, f"{width} {language}", *figures])
    context.close()
    assert cost.clicks <= task.most.clicks
    assert cost.fields <= task.most.fields
    assert cost.pages <= task.most.pages
