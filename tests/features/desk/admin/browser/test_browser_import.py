"""A spreadsheet with five errors, then without them, looked at in Chromium, imported and undone."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.support.browser import axe_violations
from tests.support.servers import SERVE, serving

WIDTHS = (360, 1280)
ERRORS = {
    "C3": "open",
    "I4": "03 201",
    "N5": "info.example.org",
    "P3": "xx-nope",
    "T4": "9 to 5",
}
CHANGES = {"N5": "info@surya.be", "C4": "temporarily_closed", "I3": "+3225116465"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server over the shipped records, and the token of a maintainer."""
    folder = tmp_path_factory.mktemp("import")
    directory = open_directory(Settings(database_url=f"sqlite:///{folder / 'directory.db'}"))
    directory.prepare()
    secret, _ = directory.tokens.create("anna", ["read_history", "edit"], 30)
    with serving(SERVE, folder, rate_limit="") as server:
        yield f"http://127.0.0.1:{server.port}", secret


def _open_import(page: Page, served: tuple[str, str]) -> None:
    origin, secret = served
    page.goto(f"{origin}/admin")
    page.get_by_label("Your token").fill(secret)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Changes").click()
    page.get_by_role("link", name="Import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import a file")


def _preview(page: Page, workbook: Path, to: Path, cells: dict[str, str]) -> None:
    book = openpyxl.load_workbook(workbook)
    for place, value in cells.items():
        book["centres"][place] = value
    book.save(to)
    page.get_by_label("File", exact=True).set_input_files(to)
    page.get_by_role("button", name="Preview the import").click()


def _fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_violations(page) == []


# Evaluating and axe need scripts; that the pages have none is what their CSP says.
@pytest.mark.parametrize("width", WIDTHS)
def test_a_spreadsheet_is_corrected_imported_in_part_and_undone(
    browser: Browser, served: tuple[str, str], tmp_path: Path, width: int
) -> None:
    """All errors at once, each with its cell; a change without its tick is left out; the keyboard
    alone imports and undoes.
    """
    page = browser.new_context(viewport={"width": width, "height": 740}, bypass_csp=True).new_page()
    _open_import(page, served)
    _fits(page, width)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel, the 20 columns").click()
    workbook, changed = tmp_path / "centres.xlsx", tmp_path / "changed.xlsx"
    waiting.value.save_as(workbook)
    _preview(page, workbook, changed, ERRORS)
    expect(page.get_by_role("heading", name="5 errors in the file")).to_be_visible()
    expect(page.get_by_role("rowheader", name="column Phone 1 – Number (I)")).to_be_visible()
    _fits(page, width)
    _preview(page, workbook, changed, CHANGES)
    expect(page.get_by_role("checkbox", name="Take this change")).to_have_count(3)
    expect(page.get_by_text("phone changed")).to_be_visible()
    _fits(page, width)
    page.get_by_label("Take this change of Payoke").focus()
    page.keyboard.press("Space")
    page.get_by_label("Reason").fill("from the spreadsheet")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("2")
    expect(page.get_by_text("left out: 1")).to_be_visible()
    _fits(page, width)
    page.get_by_role("button", name="Undo this import").press("Enter")
    page.get_by_label("Reason").fill("the wrong file")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Undone")).to_be_visible()
    page.context.close()
