"""What holds for each operation of /admin: a change is shown, and then saved with a reason."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from tests.support.html_browser import CENTRE, Browser, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app

Open = Callable[[MaintainerApp, Browser], Page]
NEW, OLD = "hello@pag-asa.be", "info@pag-asa.be"
ACKNOWLEDGED = "warning=other_domain&value=asblsurya.be,%20asblsurya.org"
LINE = "/helplines/be-trafficking-line"
RIGHT, WRONG = "+3278055800", "+3278055801"
TYPED = "confirm_number__be-trafficking-line"


@dataclass(frozen=True)
class Case:
    """An operation: how its first page is opened and what that says, the end of the address that
    saves it, and the field for the reason. `waits` says whether it waits for a second person;
    `has_form` whether it comes back as a form when something has changed meanwhile.
    """

    open: Open
    says: str
    save: str
    field: str = "reason"
    waits: bool = True
    has_form: bool = False

    def saved(self, browser: Browser, page: Page, reason: str, **typed: str) -> Page:
        """Save what a page shows."""
        return browser.send(page, self.save, **{self.field: reason}, **typed)


def _at(path: str, **typed: str) -> Open:
    """Open the page of an address, or the preview of the form there."""

    def open_page(_app: MaintainerApp, browser: Browser) -> Page:
        page = browser.get(path)
        return browser.send(page, "/review", **typed) if typed else page

    return open_page


def _acknowledge(app: MaintainerApp, browser: Browser) -> Page:
    app.patch(website="https://www.example.org/")
    links = browser.get("/todo").links
    link = next(each for each in links if f"{CENTRE}/acknowledge?warning=other_domain" in each)
    return browser.get(link.removeprefix("/admin"))


def _restore(app: MaintainerApp, browser: Browser) -> Page:
    app.patch(email=NEW)
    return browser.send(browser.get(f"{CENTRE}/history"), "/restore/review", to="1")


def _undo(app: MaintainerApp, browser: Browser) -> Page:
    app.patch(email=NEW)
    return browser.send(browser.get("/changes"), "/changes/2/undo/review")


def _compare(browser: Browser, whole: Mapping[str, object], **fields: str) -> Page:
    file = FileStorage(io.BytesIO(json.dumps(whole).encode()), "a.json", "file")
    return browser.upload("/admin/upload/compare", MultiDict([("file", file), *fields.items()]))


def _import(app: MaintainerApp, browser: Browser) -> Page:
    whole = app.file()
    next(each for each in whole["centres"] if each["id"] == "pag-asa")["email"] = NEW
    return _compare(browser, whole)


CASES: Mapping[str, Case] = {
    "edit": Case(
        _at(f"{CENTRE}/edit", email=NEW), f"{OLD} → {NEW}", f"{CENTRE}/save", has_form=True
    ),
    "source": Case(
        _at("/sources/myria/edit", title="Shelters"),
        "“Shelters for victims” → Shelters",
        "/sources/myria/save",
        has_form=True,
    ),
    "remove": Case(_at(f"{CENTRE}/remove"), "removed: PAG-ASA", "/remove"),
    "acknowledge": Case(_acknowledge, "pag-asa.be, example.org", "/acknowledge", waits=False),
    "restore": Case(_restore, f"{NEW} → {OLD}", "/restore"),
    "undo": Case(_undo, f"{NEW} → {OLD}", "/undo"),
    "import": Case(_import, f"{OLD} → {NEW}", "/take"),
}


def _cases(*without: str) -> Iterator[object]:
    for name, case in CASES.items():
        if name not in without:
            marks = [pytest.mark.needs("imports")] if name == "import" else []
            yield pytest.param(case, id=name, marks=marks)


def _stored(app: MaintainerApp) -> list[str]:
    return [line for line in app.everything() if "sessions" not in line]


@pytest.mark.parametrize("case", [*_cases()])
def test_a_change_is_shown_and_needs_a_reason(maintainer_app: MaintainerApp, case: Case) -> None:
    """Nothing is written, and a reason that is refused is there again."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = case.open(maintainer_app, browser)
    before = _stored(maintainer_app)
    assert (page.status, case.says in page.text) == (200, True)
    for reason in ("", "  ", "<b>", "x" * 201):
        refused = case.saved(browser, page, reason)
        shown = refused.by_id(f"f-{case.field}")
        assert (refused.status, shown["aria-invalid"]) == (422, "true")
        assert shown["value"] == reason.strip()
        assert refused.beside(case.field)
        assert case.says in refused.text
    assert _stored(maintainer_app) == before


@pytest.mark.parametrize("case", [*_cases()])
def test_a_change_that_is_sent_twice_is_made_once(
    maintainer_app: MaintainerApp, case: Case
) -> None:
    """Both times the same page comes; another change with the key of the first is refused."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = case.open(maintainer_app, browser)
    revision = int(maintainer_app.revision)
    form = page.form(case.save)
    sent = form.filled({case.field: "they wrote"})
    first, second = (browser.post(form.action, sent) for _ in range(2))
    assert (first.status, first.path, first.text) == (200, second.path, second.text)
    assert int(maintainer_app.revision) == revision + 1
    sent[case.field] = "another"
    refused = browser.post(form.action, sent)
    assert (refused.status, "This form was already sent" in refused.text) == (422, True)


@pytest.mark.parametrize("case", [*_cases()])
def test_what_has_changed_meanwhile_is_told(maintainer_app: MaintainerApp, case: Case) -> None:
    """Nothing of it is lost, nor what was typed; it can be saved from there."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = case.open(maintainer_app, browser)
    maintainer_app.patch(name="By another")
    other = signed_in_browser(maintainer_app, "bert")
    form = other.send(other.get("/sources/bipt/edit"), "/review", title="By another")
    other.send(form, "/save", reason="x")
    before = maintainer_app.everything()
    stale = case.saved(browser, page, "they wrote")
    assert stale.status == 412
    assert "changed" in stale.html.partition('role="alert"')[2].partition("</section>")[0]
    assert maintainer_app.everything() == before
    if case.has_form:
        stale = browser.send(stale, "/review")
    else:
        assert stale.by_id(f"f-{case.field}")["value"] == "they wrote"
    assert case.says.replace("PAG-ASA", "By another") in stale.text
    assert case.saved(browser, stale, "they wrote").status == 200
    assert maintainer_app.everything() != before


@pytest.mark.needs("review")
@pytest.mark.parametrize("case", [*_cases("restore", "undo")])
def test_a_change_waits_for_a_second_person(tmp_path: Path, case: Case) -> None:
    """If the public can read it; the page says so before. What was in force before and is good
    comes back at once (tests of review).
    """
    app = create_maintainer_app(tmp_path, review="on")
    before, browser = app.public(), signed_in_browser(app, "anna")
    prepared = case.open
    if prepared is _acknowledge:
        prepared = _at(f"/centres/surya/acknowledge?{ACKNOWLEDGED}")
    page = prepared(app, browser)
    is_said = "another maintainer must approve the change" in page.text
    assert (is_said or "Changes that wait for review: 1" in page.text) is case.waits
    saved = case.saved(browser, page, "they wrote")
    waiting = app.send("GET", "/v1/proposals").get_json()["proposals"]
    assert [each["reason"] for each in waiting] == (["they wrote"] if case.waits else [])
    if case.waits:
        assert app.public() == before
        assert "Your change is saved as a proposal" in saved.text or "/admin/todo" in saved.links


def _changed_number(app: MaintainerApp) -> None:
    path = f"/v1/records{LINE}?confirm_number=%2B{WRONG[1:]}"
    assert app.patch(path, number=WRONG, display=None).status_code == 200


def _edited_part(_app: MaintainerApp, browser: Browser) -> Page:
    form = browser.get(LINE).form("/review")
    return browser.post(form.action, form.filled({"number": WRONG, "display": ""}))


def _restored_number(app: MaintainerApp, browser: Browser) -> Page:
    _changed_number(app)
    return browser.send(browser.get(f"{LINE}/history"), "/restore/review", to="1")


def _undone_number(app: MaintainerApp, browser: Browser) -> Page:
    _changed_number(app)
    return browser.send(browser.get("/changes"), "/changes/2/undo/review")


def _imported_number(app: MaintainerApp, browser: Browser) -> Page:
    whole = app.file()
    line = next(each for each in whole["helplines"] if LINE.endswith(each["id"]))
    line |= {"number": WRONG, "display": "078 055 801"}
    return _compare(browser, whole, allow_removals="yes")


@pytest.mark.parametrize(
    ("open_page", "save", "number"),
    [
        pytest.param(_edited_part, "/save", WRONG, id="edit"),
        pytest.param(_at(f"{LINE}/remove"), "/remove", RIGHT, id="remove"),
        pytest.param(_restored_number, "/restore", RIGHT, id="restore"),
        pytest.param(_undone_number, "/undo", RIGHT, id="undo"),
        pytest.param(
            _imported_number, "/take", WRONG, id="import", marks=pytest.mark.needs("imports")
        ),
    ],
)
def test_the_number_of_a_helpline_is_typed_once_more(
    maintainer_app: MaintainerApp, open_page: Open, save: str, number: str
) -> None:
    """What the number is for is said before. A wrong one changes nothing, and is there again."""
    assert maintainer_app.public(f"/v1/records{LINE}")["number"] == RIGHT
    browser = signed_in_browser(maintainer_app, "dora")
    page = open_page(maintainer_app, browser)
    if save != "/take":
        assert "the line for victims that is shown to everybody in Belgium" in page.text
    before = _stored(maintainer_app)
    refused = browser.send(page, save, reason="they wrote", **{TYPED: "078 055 802"})
    assert refused.status == 422
    assert "This is not the number. Check it, then type it here." in refused.text
    assert refused.by_id(f"f-{TYPED.replace('__', '.')}")["value"] == "078 055 802"
    assert _stored(maintainer_app) == before
    assert browser.send(refused, save, reason="they wrote", **{TYPED: number}).status == 200
    assert _stored(maintainer_app) != before


@pytest.mark.needs("review")
def test_the_number_is_typed_before_it_is_approved(tmp_path: Path) -> None:
    """By the second person, too; nobody is asked for it who rejects."""
    app = create_maintainer_app(tmp_path, review="on")
    changed = app.patch(
        f"/v1/records{LINE}?confirm_number=%2B{WRONG[1:]}", number=WRONG, display=None
    )
    (waiting,) = changed.get_json()["proposals"]
    browser = signed_in_browser(app, "bert")
    page = browser.get(f"/proposals/{waiting['id']}")
    refused = browser.send(page, "/approve", **{TYPED: RIGHT})
    assert (refused.status, "This is not the number" in refused.text) == (422, True)
    asked = browser.send(page, "/reject", reason="")
    assert (asked.status, "This is not the number" in asked.text) == (422, False)
    assert app.public(f"/v1/records{LINE}")["number"] == RIGHT
    approved = browser.send(refused, "/approve", **{TYPED: WRONG})
    assert "Approved. Visitors see the change now." in approved.text
    assert app.public(f"/v1/records{LINE}")["number"] == WRONG
