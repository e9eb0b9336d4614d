"""What was typed and not saved is there again after Back, and only for the person who typed it."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.features.admin.browser.conftest import Trial

TYPED = "03 201 16 91"


def _number(page: Page, trial: Trial) -> Locator:
    page.goto(f"{trial.origin}/admin/centres/payoke/edit?part=phones")
    return page.get_by_role("group", name="Phone 1").get_by_label("Number", exact=True)


def _kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(sessionStorage)"))


@pytest.mark.parametrize("leave", ["preview", "link", "reload"])
def test_back_brings_what_was_typed(browser: Browser, trial: Trial, leave: str) -> None:
    """After the preview, another page and reloading. Discarding it brings the stored values."""
    page = trial.page(browser)
    trial.sign_in(page)
    number = _number(page, trial)
    stored = number.input_value()
    number.fill(TYPED)
    if leave == "reload":
        page.reload()
    else:
        names = {"preview": ("button", "Preview the change"), "link": ("link", "Quality")}
        role, name = names[leave]
        page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]  # a role
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Check|Quality"))
        page.go_back()
    expect(number).to_have_value(TYPED)
    expect(page.get_by_text(re.compile(r"What you typed at .+ is filled in again"))).to_be_visible()
    assert TYPED not in _kept(page)
    assert TYPED.replace(" ", "") not in _kept(page)
    page.get_by_role("button", name="Discard it").click()
    expect(number).to_have_value(stored)
    expect(page.get_by_text("is filled in again")).to_have_count(0)
    page.reload()
    expect(number).to_have_value(stored)
    page.context.close()


@pytest.mark.needs("pages")
def test_the_part_that_was_changed_is_open_on_the_page_of_the_record(
    browser: Browser, trial: Trial
) -> None:
    """With a field that only a script has added, such as a text in another language."""
    page = trial.page(browser)
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/centres/payoke")
    words = page.get_by_role("group", name="Name and description", exact=True)
    words.get_by_text("Change name and description").click()
    words.get_by_text("Add a language").click()
    words.get_by_label("Language", exact=True).fill("uk")
    words.get_by_role("button", name="Add fields").click()
    text = page.locator("[id='f-description.uk']")
    text.evaluate("each => { each.closest('details').open = true }")
    text.fill("Допомога")
    page.locator("[id='f-name']").fill("Payoke vzw")
    page.goto(f"{trial.origin}/admin/centres/payoke")
    expect(words.locator("[id='f-name']")).to_have_value("Payoke vzw")
    expect(words.locator("[id='f-name']")).to_be_visible()
    words.get_by_role("button", name="Preview the change").click()
    expect(page.locator("ins", has_text="Допомога")).to_have_count(1)
    page.context.close()


def test_a_saved_change_is_not_filled_in_again(browser: Browser, trial: Trial) -> None:
    """Nor is one that was taken back by hand."""
    page = trial.page(browser)
    trial.sign_in(page)
    number = _number(page, trial)
    stored = number.input_value()
    number.fill(TYPED)
    number.fill(stored)
    page.wait_for_function("sessionStorage.length === 0")
    number.fill(TYPED)
    page.get_by_role("button", name="Preview the change").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_have_text("Saved. Visitors see the change now.")
    assert _kept(page) == "{}"
    expect(_number(page, trial)).not_to_have_value(stored)
    expect(page.get_by_text("is filled in again")).to_have_count(0)
    number.fill(stored)
    page.get_by_role("button", name="Preview the change").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_have_text("Saved. Visitors see the change now.")
    page.context.close()


def test_what_another_person_changed_meanwhile_is_merged(browser: Browser, trial: Trial) -> None:
    """What is filled in again is still of the version at which it was typed."""
    page, other = trial.page(browser), trial.page(browser)
    for each in (page, other):
        trial.sign_in(each)
    number = _number(page, trial)
    number.fill(TYPED)
    page.wait_for_function("sessionStorage.length === 1")
    shown = []
    # Another one, then the first one again.
    for _ in range(2):
        other.goto(f"{trial.origin}/admin/centres/payoke/edit?part=web")
        field = other.get_by_label("E-mail", exact=True)
        shown.append(field.input_value())
        field.fill("post@payoke.be" if len(shown) == 1 else shown[0])
        other.get_by_role("button", name="Preview the change").click()
        other.get_by_role("button", name="Save").click()
        expect(other.get_by_role("status").first).to_have_text(
            "Saved. Visitors see the change now."
        )
    page.reload()
    expect(number).to_have_value(TYPED)
    page.get_by_role("button", name="Preview the change").click()
    expect(
        page.get_by_role("heading", name="Another maintainer changed this record")
    ).to_be_visible()
    expect(number).to_have_value("+32 3 201 16 91")
    for each in (page, other):
        each.context.close()


@pytest.mark.parametrize("ends", ["signs out", "is forgotten"])
def test_the_next_person_at_the_computer_does_not_see_it(
    browser: Browser, trial: Trial, ends: str
) -> None:
    """After signing out nothing is left. With a new session, what is left cannot be read."""
    page = trial.page(browser)
    trial.sign_in(page)
    number = _number(page, trial)
    stored = number.input_value()
    number.fill(TYPED)
    page.wait_for_function("sessionStorage.length === 1")
    if ends == "signs out":
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert _kept(page) == "{}"
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        trial.sign_in(page)
    else:
        page.context.clear_cookies()
        other = page.context.new_page()
        trial.sign_in(other)
    expect(_number(page, trial)).to_have_value(stored)
    expect(page.get_by_text("is filled in again")).to_have_count(0)
    page.wait_for_function("sessionStorage.length === 0")
    page.context.close()
