"""Proposals, files and warnings at /admin."""

import base64
import io
import json
from pathlib import Path

import openpyxl
import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from directory_api.features.desk.admin.pages.session import UPLOAD_BYTES
from directory_api.text.strict_json import IMPORT_BYTES
from tests.support.html_browser import Browser, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.records import made_up_centre

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def maintainer_app(tmp_path: Path) -> MaintainerApp:
    """An app without review."""
    return create_maintainer_app(tmp_path)


def _table(browser: Browser) -> bytes:
    table: bytes = browser.client.get(
        "/admin/download/centres.csv", base_url="https://localhost"
    ).data
    return table


def _compare(browser: Browser, raw: bytes, **fields: str) -> Page:
    file = FileStorage(io.BytesIO(raw), "the <file>.csv", "file")
    return browser.upload("/admin/upload/compare", MultiDict([("file", file), *fields.items()]))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("centres.json", "application/json"),
        ("centres.csv", "text/csv"),
        ("centres.xlsx", WORKBOOK),
        ("centres-all.xlsx", WORKBOOK),
    ],
)
def test_what_is_downloaded_and_brought_back_is_no_change(
    maintainer_app: MaintainerApp, name: str, kind: str
) -> None:
    """The whole directory as a file, kept by no cache, is the same when it comes back."""
    browser = signed_in_browser(maintainer_app, "anna")
    response = browser.client.get(f"/admin/download/{name}", base_url="https://localhost")
    assert (response.mimetype, response.headers["Cache-Control"]) == (kind, "no-store")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "the file and the directory are the same" in _compare(browser, response.data).text


def _taken(browser: Browser, plan: Page, **typed: str) -> Page:
    form = plan.form("/upload/take")
    return browser.upload(form.action, form.filled(typed))


def test_a_table_is_compared_looked_at_and_taken(maintainer_app: MaintainerApp) -> None:
    """The plan is told in sentences and changes nothing; taking it does, with a reason."""
    browser = signed_in_browser(maintainer_app, "anna")
    raw = _table(browser).replace(b"Luik", "Lüttich".encode())
    plan = _compare(browser, raw)
    assert "town (Dutch) changed: Luik → Lüttich" in plan.text
    assert "1 changed 0 new 0 removed" in plan.text
    assert "take effect at once: 1. Changes that wait for review: 0" in plan.text
    assert "0 removed 1 warning" in plan.text
    assert maintainer_app.revision == "1"
    taken = _taken(browser, plan, reason="from the spreadsheet")
    assert "In effect now: 1." in taken.text
    assert maintainer_app.public("/v1/centres/surya")["address"]["locality"]["nl"] == "Lüttich"
    assert (
        maintainer_app.history("/v1/records/centres/surya")[0]["reason"] == "from the spreadsheet"
    )


def test_a_preview_says_who_changed_each_record_last(maintainer_app: MaintainerApp) -> None:
    """An older copy would undo what others have changed since."""
    browser = signed_in_browser(maintainer_app, "anna")
    older = _table(browser)
    maintainer_app.patch("/v1/records/centres/surya", website="https://example.org")
    plan = _compare(browser, older)
    author = maintainer_app.history("/v1/records/centres/surya")[0]["author"]
    assert "Last changed on" in plan.text
    assert f"by {author}." in plan.text
    assert "would undo what others have changed since" in plan.text
    added = _compare(browser, older.replace(b"centre,surya,", b"centre,surya-2,"))
    assert "Last changed on" in added.text


def test_a_workbook_is_read(maintainer_app: MaintainerApp) -> None:
    """An .xlsx goes the same way as a table of text."""
    import csv

    browser = signed_in_browser(maintainer_app, "anna")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(_table(browser).decode("utf-8-sig"))):
        sheet.append([cell.removeprefix("'") for cell in row])
    packed = io.BytesIO()
    book.save(packed)
    assert "the file and the directory are the same" in _compare(browser, packed.getvalue()).text


def test_each_fault_of_a_file_is_told_with_its_cell(maintainer_app: MaintainerApp) -> None:
    """In a table with row and column; in JSON with the record and its field; nothing is changed."""
    browser = signed_in_browser(maintainer_app, "anna")
    table = _compare(
        browser, _table(browser).replace(b"@payoke.be", b"").replace(b"BE-WLG", b"Liege")
    )
    assert table.status == 422
    assert "2 errors in the file" in table.text
    assert "Row 3, column email" in table.text
    assert "Row 4, column address.subdivision" in table.text
    whole = maintainer_app.file()
    whole["centres"][0]["email"] = "nobody"
    told = _compare(browser, json.dumps(whole).encode())
    assert "Record 1: E-mail" in told.text
    assert maintainer_app.revision == "1"


def test_the_sheet_of_a_fault_is_named(maintainer_app: MaintainerApp) -> None:
    """A workbook has several."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Centres"
    sheet.append(["id", "name"])
    sheet.append(["x", "X"])
    packed = io.BytesIO()
    book.save(packed)
    page = _compare(signed_in_browser(maintainer_app, "anna"), packed.getvalue())
    assert "Sheet Centres, row 2" in page.text


@pytest.mark.parametrize("raw", [b"", b"{", b"\x00\x01", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_directory_is_refused_by_a_sentence(
    maintainer_app: MaintainerApp, raw: bytes
) -> None:
    """422, and the file can be chosen again; its own name is not repeated."""
    page = _compare(signed_in_browser(maintainer_app, "anna"), raw)
    assert page.status == 422
    assert page.form("/upload/compare")
    assert "the <file>" not in page.html
    assert "the &lt;file&gt;" not in page.html


def test_a_form_without_a_file_asks_for_one(maintainer_app: MaintainerApp) -> None:
    """The button alone does nothing."""
    page = signed_in_browser(maintainer_app, "anna").post("/admin/upload/compare", {})
    assert (page.status, "Choose a file" in page.text) == (422, True)


def test_a_file_is_five_megabytes_at_most(maintainer_app: MaintainerApp) -> None:
    """A file of 5 MB is read and travels in the form; one that is larger is refused by a page."""
    browser = signed_in_browser(maintainer_app, "anna")
    whole = maintainer_app.file()
    raw = json.dumps(whole).encode().ljust(IMPORT_BYTES)
    plan = _compare(browser, raw.replace(b"Sint-Jansplein", b"Sint-Janspleyn"))
    assert plan.status == 200
    changed = json.dumps({**whole, "publisher": "Another"}).encode().ljust(IMPORT_BYTES)
    taken = _taken(browser, _compare(browser, changed), reason="x")
    assert "In effect now: 1." in taken.text
    assert _compare(browser, raw + b" ").status == 422
    assert _compare(browser, raw.ljust(UPLOAD_BYTES)).status == 413


@pytest.mark.parametrize("broken", [{"file": "no base64!"}, {"file": "é"}, {"revision": "x"}])
def test_a_plan_that_was_meddled_with_is_refused(
    maintainer_app: MaintainerApp, broken: dict[str, str]
) -> None:
    """Only what our own page carries is taken."""
    browser = signed_in_browser(maintainer_app, "anna")
    plan = _compare(browser, _table(browser).replace(b"Luik", b"X"))
    assert _taken(browser, plan, reason="x", **broken).status == 400
    assert maintainer_app.revision == "1"


def test_a_long_plan_is_cut_and_counted(maintainer_app: MaintainerApp) -> None:
    """Three hundred changes are told, the others counted."""
    browser = signed_in_browser(maintainer_app, "dora")
    whole = maintainer_app.file()
    whole["centres"] += [made_up_centre(number) for number in range(320)]
    plan = _compare(browser, json.dumps(whole).encode())
    assert "And 20 more changes." in plan.text


def test_taking_a_file_that_says_nothing_new_says_so(maintainer_app: MaintainerApp) -> None:
    """A plan without a change has no button; sent all the same it changes nothing."""
    browser = signed_in_browser(maintainer_app, "anna")
    version = maintainer_app.directory.editor.version(1)
    sent = MultiDict(
        {"file": base64.b64encode(_table(browser)).decode(), "revision": version, "reason": "x"}
    )
    page = browser.upload("/admin/upload/take", sent)
    assert "There was no difference" in page.text
    assert maintainer_app.revision == "1"


def test_warnings_are_listed_with_what_there_is_to_do(maintainer_app: MaintainerApp) -> None:
    """Each warning has its centre and the label of its field, also a warning about a whole
    record.
    """
    maintainer_app.patch(
        "/v1/records/centres/payoke", phones=None, email=None, website=None, sources=None
    )
    line = "helplines/be-trafficking-line"
    maintainer_app.patch(
        f"/v1/{line}?confirm_number=%2B3290012345", number="+3290012345", display=None
    )
    maintainer_app.patch("/v1/records/centres/surya", email="info@surya.be")
    page = signed_in_browser(maintainer_app, "rita").get("/todo")
    assert "Sürya Field E-mail" in page.text.replace("Sürya E-mail", "Sürya Field E-mail")
    assert "The e-mail is at surya.be" in page.text
    assert "the whole record The centre is open, but has no phone" in page.text
    assert "Number This is a premium-rate number" in page.text
    assert f"/admin/{line}" in page.links


def test_in_a_tidy_directory_there_is_nothing_to_do(tmp_path: Path) -> None:
    """It says so, instead of empty tables."""
    maintainer_app = create_maintainer_app(tmp_path)
    for record in maintainer_app.file()["centres"]:
        maintainer_app.patch(f"/v1/records/centres/{record['id']}", contested=None)
        maintainer_app.write(
            "POST", f"/v1/records/centres/{record['id']}/verify", json={"how": "called"}
        )
    for line in maintainer_app.file()["helplines"]:
        path = f"/v1/records/helplines/{line['id']}/verify"
        maintainer_app.write("POST", path, json={"how": "called"})
    page = signed_in_browser(maintainer_app, "anna").get("/todo")
    assert "There is nothing to do." in page.text
