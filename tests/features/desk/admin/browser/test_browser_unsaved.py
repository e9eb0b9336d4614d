"""The browser asks before a form with changes that are not saved is left."""

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.features.desk.admin.browser.conftest import Trial

FORMS = [
    ("centres/payoke/edit?part=phones", "[name='phones.1.number']"),
    ("centres/payoke/edit", "[name='name']"),
    ("add/centres", "[name='name']"),
    ("add/helplines", "[name='number']"),
    ("sources/add", "[name='title']"),
    pytest.param(
        "centres/payoke/confirm",
        "[name='text.phones']",
        marks=pytest.mark.needs("desk"),
    ),
]


def _asked(page: Page) -> list[str]:
    """The kinds of the questions that the browser asks from now on; it stays on the page."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return asked


def _leave(page: Page) -> None:
    menu = page.get_by_role("navigation", name="Main menu")
    menu.get_by_role("link", name="Settings").click(no_wait_after=True)


@pytest.mark.parametrize(("address", "field"), FORMS)
def test_the_browser_asks_before_typed_text_is_lost(
    browser: Browser, trial: Trial, address: str, field: str
) -> None:
    """Not if the fields are as they were."""
    page = trial.page(browser)
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/{address}")
    asked = _asked(page)
    first = page.locator(field).first
    page.locator("details", has=first).evaluate_all("folds => folds.map(each => each.open = true)")
    stored = first.input_value()
    first.fill("03 201 16 91")
    _leave(page)
    expect(first).to_have_value("03 201 16 91")
    assert asked == ["beforeunload"]
    first.fill(stored)
    _leave(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("People and tokens")
    assert asked == ["beforeunload"]
    page.context.close()


def test_a_preview_that_is_not_saved_is_asked_about_and_a_saved_change_is_not(
    browser: Browser, trial: Trial
) -> None:
    """A number of the preview can be called without a question."""
    page = trial.page(browser)
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/centres/payoke/edit?part=phones")
    asked = _asked(page)
    page.locator("[name='phones.1.number']").fill("03 201 16 91")
    page.get_by_role("button", name="Preview the change").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your changes")
    assert asked == []
    page.get_by_label("Reason").click()
    _leave(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your changes")
    page.get_by_role("link", name="Call it now").first.click()
    page.get_by_label("Reason").fill("they called")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("status").first).to_have_text("Saved. Visitors see the change now.")
    assert asked == ["beforeunload"]
    page.context.close()
