"""An import that is looked at record by record, and undone as one."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from tests.support.added_postcodes import add_postcodes
from tests.support.html_browser import Browser, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.records import made_up_centre

NEEDS = ("formats",)
FIVE = [f"made-up-00{number}" for number in range(1, 6)]


def _centre(number: int, **members: Any) -> dict[str, Any]:
    """A centre about which there is no warning."""
    phones = [{"number": f"+32251164{number:02}", "kind": "main"}]
    point = {"lat": 50.8466, "lon": 4.3528, "precision": "street"}
    return made_up_centre(number, phones=phones, location=point, **members)


@pytest.fixture
def maintainer_app(tmp_path: Path) -> MaintainerApp:
    """An app without review, with the shipped centres and five made-up ones."""
    more = [_centre(number) for number in range(1, 6)]
    app = create_maintainer_app(tmp_path, more=more)
    towns = (
        ("1000", "Brussel", 50.8466, 4.3528),
        ("2000", "Antwerpen", 51.2194, 4.4025),
        ("4000", "Luik", 50.6326, 5.5797),
    )
    add_postcodes(app.directory.writer, "BE", *towns)
    app.directory.live.refresh()
    return app


def _compare(browser: Browser, raw: bytes) -> Page:
    file = FileStorage(io.BytesIO(raw), "x.xlsx", "file")
    return browser.upload("/admin/upload/compare", MultiDict([("file", file)]))


def _take(browser: Browser, page: Page, without: tuple[str, ...] = (), reason: str = "x") -> Page:
    form = page.form("/upload/take")
    fields = [
        (name, value)
        for name, value in form.fields
        if name != "reason" and (name != "take" or value not in without)
    ]
    return browser.upload(form.action, MultiDict([*fields, ("reason", reason)]))


def _changed(app: MaintainerApp, change: Callable[[dict[str, Any]], Any]) -> bytes:
    whole = app.file()
    change(whole)
    return json.dumps(whole).encode()


def _closed(whole: dict[str, Any]) -> None:
    for centre in whole["centres"]:
        if centre["id"] in FIVE:
            centre["name"] += " by file"


def _workbook(browser: Browser, name: str = "centres.xlsx") -> openpyxl.Workbook:
    raw = browser.client.get(f"/admin/download/{name}", base_url="https://localhost").data
    return openpyxl.load_workbook(io.BytesIO(raw))


def _saved(book: openpyxl.Workbook) -> bytes:
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _row(book: openpyxl.Workbook, identity: str) -> Any:
    return next(row for row in book["centres"].iter_rows() if row[0].value == identity)


def _cards(plan: Page) -> list[str]:
    """Return each change of a preview."""
    cards = plan.html.split('<li class="card planned">')[1:]
    return [card.partition("</details>")[0] for card in cards]


def test_only_ticked_changes_are_imported(maintainer_app: MaintainerApp) -> None:
    """Every change without a doubt is ticked; the others stay as they are, and are counted."""
    browser = signed_in_browser(maintainer_app, "anna")
    plan = _compare(browser, _changed(maintainer_app, _closed))
    assert "5 changed 0 new 0 removed" in plan.text
    taken = [value for name, value in plan.form("/upload/take").fields if name == "take"]
    assert taken == [f"centre/{identity}" for identity in FIVE]
    done = _take(browser, plan, without=tuple(taken[:2]))
    assert "In effect now: 3." in done.text
    assert "left out: 2" in done.text
    names = [maintainer_app.public(f"/v1/centres/{identity}")["name"] for identity in FIVE]
    assert [name.endswith(" by file") for name in names] == [False, False, True, True, True]


def test_an_added_and_a_removed_record_are_left_out(maintainer_app: MaintainerApp) -> None:
    """The one is not there afterwards, and the other still is; so is a helpline."""
    browser = signed_in_browser(maintainer_app, "anna")

    def change(whole: dict[str, Any]) -> None:
        whole["centres"] = [each for each in whole["centres"] if each["id"] != FIVE[0]]
        whole["centres"].append(_centre(77))
        whole["helplines"][-1]["note"] = {"en": "By file"}
        whole["publisher"] = "Another"

    line = maintainer_app.file()["helplines"][-1]["id"]
    plan = _compare(browser, _changed(maintainer_app, change))
    assert plan.text.index("Changed records") < plan.text.index("New records")
    assert plan.text.index("New records") < plan.text.index("Removed records")
    left_out = (
        f"centre/{FIVE[0]}",
        "centre/made-up-077",
        f"helpline/{line}",
        "directory/directory",
    )
    before = maintainer_app.file()
    done = _take(browser, plan, without=left_out)
    assert "There was no difference" in done.text
    assert maintainer_app.file() == before


def test_the_ticks_are_kept_when_the_page_comes_back(maintainer_app: MaintainerApp) -> None:
    """Without a reason, and when the directory has changed meanwhile."""
    browser = signed_in_browser(maintainer_app, "anna")
    plan = _compare(browser, _changed(maintainer_app, _closed))
    again = _take(browser, plan, without=(f"centre/{FIVE[1]}",), reason="")
    assert again.status == 422
    maintainer_app.patch(f"/v1/records/centres/{FIVE[4]}", name="By another")
    stale = _take(browser, again)
    assert stale.status == 412
    taken = [value for name, value in stale.form("/upload/take").fields if name == "take"]
    assert taken == [f"centre/{identity}" for identity in FIVE if identity != FIVE[1]]


def test_a_warning_is_beside_the_change_that_it_is_about(maintainer_app: MaintainerApp) -> None:
    """And not in the list of the others."""
    browser = signed_in_browser(maintainer_app, "anna")
    book = _workbook(browser)
    _row(book, "surya")[13].value = "info@surya.be"
    plan = _compare(browser, _saved(book))
    card = _cards(plan)[0]
    assert "The e-mail is at surya.be" in card
    assert "sheet centres, row 10, column E-mail (N)" in card
    assert 'id="warnings"' not in plan.html


def test_the_preview_of_an_import_is_the_list_of_its_sentences(
    maintainer_app: MaintainerApp,
) -> None:
    """They can be read without opening anything; the whole values are behind a fold."""
    browser = signed_in_browser(maintainer_app, "anna")
    plan = _compare(browser, _changed(maintainer_app, _closed))
    cards = _cards(plan)
    assert len(cards) == 5
    for card in cards:
        assert "name changed: " in card.partition("<details")[0]
        assert '<details class="sides">' in card


def test_a_warned_change_is_first_and_counted_at_the_top(maintainer_app: MaintainerApp) -> None:
    """Also before those of other kinds and in another order of the file."""
    browser = signed_in_browser(maintainer_app, "anna")

    def change(whole: dict[str, Any]) -> None:
        _closed(whole)
        web = {"email": "info@elsewhere.be", "website": "https://centre.be/"}
        whole["centres"].append(_centre(77, **web))

    plan = _compare(browser, _changed(maintainer_app, change))
    assert "5 changed 1 new 0 removed 1 warning" in plan.text
    assert "Look at these first" in plan.text
    assert "The e-mail is at elsewhere.be" in _cards(plan)[0]
    assert len(_cards(plan)) == 6


def test_the_number_of_another_centre_is_not_taken_unless_it_is_ticked(
    maintainer_app: MaintainerApp,
) -> None:
    """Its row is the first, and says whose number it is; the other centre keeps its tick."""
    browser = signed_in_browser(maintainer_app, "anna")
    book = _workbook(browser)
    _row(book, "surya")[8].value = "+3232011690"
    _row(book, "payoke")[1].value = "Payoke again"
    plan = _compare(browser, _saved(book))
    assert "Payoke again and Sürya have the same number" in _cards(plan)[0]
    taken = [value for name, value in plan.form("/upload/take").fields if name == "take"]
    assert taken == ["centre/payoke"]
    done = _take(browser, plan)
    assert "left out: 1" in done.text
    assert maintainer_app.public("/v1/centres/surya")["phones"][0]["number"] == "+3242324030"
    assert maintainer_app.public("/v1/centres/payoke")["name"] == "Payoke again"


def test_a_change_of_another_column_stays_when_a_short_workbook_is_imported(
    maintainer_app: MaintainerApp,
) -> None:
    """What was changed since the download in a column that it does not have is not undone."""
    browser = signed_in_browser(maintainer_app, "anna")
    book = _workbook(browser)
    maintainer_app.patch("/v1/records/centres/surya", description={"en": "Changed meanwhile"})
    before = maintainer_app.file()
    _row(book, "surya")[9].value = "duty"
    plan = _compare(browser, _saved(book))
    assert "1 changed 0 new 0 removed" in plan.text
    assert "In effect now: 1." in _take(browser, plan).text
    (centre,) = (each for each in before["centres"] if each["id"] == "surya")
    centre["phones"][0]["kind"] = "duty"
    del centre["sources"]["phones"]
    assert maintainer_app.file() == before


def test_five_errors_of_a_workbook_are_shown_at_once(maintainer_app: MaintainerApp) -> None:
    """Each with its sheet, row and the label of its column, and what to write."""
    browser = signed_in_browser(maintainer_app, "anna")
    book = _workbook(browser)
    sheet = book["centres"]
    for place, value in {
        "C3": "open",
        "I4": "02 5",
        "N5": "info.example.org",
        "P6": "xx-nope",
        "T7": "9 to 5",
    }.items():
        sheet[place] = value
    page = _compare(browser, _saved(book))
    assert page.status == 422
    assert "5 errors in the file" in page.text
    for place in (
        "row 3, column Status (C)",
        "row 4, column Phone 1 – Number (I)",
        "row 5, column E-mail (N)",
        "row 6, column Language 1 – Language (P)",
        "row 7, column Opening hours (T)",
    ):
        assert f"Sheet centres, {place}" in page.text


@pytest.mark.parametrize(
    ("typed", "member", "stored"),
    [
        ("ma-vr 9u-17u", "opening_hours", "Mo-Fr 09:00-17:00"),
        ("Do 14-16u", "opening_hours", "Th 14:00-16:00"),
        ("02/500.74.64", "phones", "+3225007464"),
    ],
)
def test_a_sheet_takes_what_the_form_takes(
    maintainer_app: MaintainerApp, typed: str, member: str, stored: str
) -> None:
    """Numbers and hours as people write them, also where the sheet has no country and no time
    zone; the rest of the phone stays.
    """
    browser = signed_in_browser(maintainer_app, "anna")
    before = maintainer_app.public("/v1/centres/surya")
    book = _workbook(browser)
    _row(book, "surya")[8 if member == "phones" else 19].value = typed
    assert "In effect now: 1." in _take(browser, _compare(browser, _saved(book))).text
    after = maintainer_app.public("/v1/centres/surya")
    if member == "phones":
        (phone,) = after["phones"]
        assert (phone["number"], phone["display"]) == (stored, "+32 2 500 74 64")
        assert phone["kind"] == before["phones"][0]["kind"]
    else:
        assert after["opening_hours"] == stored
        assert after["timezone"] == "Europe/Brussels"


def test_a_number_that_is_written_otherwise_is_no_change(maintainer_app: MaintainerApp) -> None:
    browser = signed_in_browser(maintainer_app, "anna")
    book = _workbook(browser)
    _row(book, "surya")[8].value = "04/232.40.30"
    assert "Nothing would change" in _compare(browser, _saved(book)).text


def test_a_new_row_of_a_short_workbook_says_what_it_lacks(maintainer_app: MaintainerApp) -> None:
    """A new centre needs more than twenty columns."""
    browser = signed_in_browser(maintainer_app, "anna")
    book = _workbook(browser)
    book["centres"]["A11"] = "new-centre"
    book["centres"]["B11"] = "New centre"
    page = _compare(browser, _saved(book))
    assert page.status == 422
    assert "This file does not have the column" in page.text


def test_an_import_is_undone_from_its_result(maintainer_app: MaintainerApp) -> None:
    """All five records have their old values again."""
    browser = signed_in_browser(maintainer_app, "anna")
    before = maintainer_app.file()
    done = _take(browser, _compare(browser, _changed(maintainer_app, _closed)))
    review = browser.send(done, "/undo/review")
    assert (
        all(f"Centre {number}" in review.text for number in range(1, 6)) or FIVE[0] in review.html
    )
    assert "Undone" in browser.send(review, "/undo", reason="the wrong file").text
    assert maintainer_app.file() == before


def test_an_undo_keeps_what_was_changed_again_since(maintainer_app: MaintainerApp) -> None:
    """Four records are undone, and a warning names the fifth."""
    browser = signed_in_browser(maintainer_app, "anna")
    before = maintainer_app.file()
    done = _take(browser, _compare(browser, _changed(maintainer_app, _closed)))
    maintainer_app.patch(f"/v1/records/centres/{FIVE[2]}", name="Changed again")
    undo = done.form("/undo/review").action
    review = browser.send(browser.get("/changes"), undo.removeprefix("/admin"))
    assert "Changed again was changed again later" in review.text
    browser.send(review, "/undo", reason="the wrong file")
    for centre in before["centres"]:
        if centre["id"] == FIVE[2]:
            centre["name"] = "Changed again"
    assert maintainer_app.file() == before


def test_who_may_not_read_the_history_is_not_offered_an_undo(
    maintainer_app: MaintainerApp,
) -> None:
    """The button would lead to a refusal."""
    token = maintainer_app.directory.tokens.create("eva", ["edit"], 30)[0]
    browser = Browser(maintainer_app.app)
    browser.post("/admin/sign-in", {"token": token})
    done = _take(browser, _compare(browser, _changed(maintainer_app, _closed)))
    assert "In effect now: 5." in done.text
    assert "Undo this import" not in done.text
