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


@pytest.mark.parametrize("way", ["from the first step", "at the step"])
def test_a_new_centre_is_there_again_after_another_page(
    browser: Browser, trial: Trial, way: str
) -> None:
    """With what was typed at each step: texts, choices, several ticks, and hidden fields."""
    page = trial.page(browser)
    trial.sign_in(page)
    _add_until_services(page, trial)
    page.get_by_role("link", name="Sources").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sources")
    assert "New house" not in _kept(page)
    page.get_by_role("link", name="Centres", exact=True).click()
    page.get_by_role("link", name="Add a centre").click()
    expect(_step(page)).to_have_value("1")
    expect(_again(page)).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("New house")
    expect(page.get_by_label("Kind")).to_have_value("reception-centre")
    if way == "at the step":
        page.get_by_role("button", name="Continue where you stopped").click()
    else:
        _onwards(page, 2)
        expect(page.locator("[name='phones.1.number']")).to_have_value(TYPED)
        _onwards(page, 3)
        expect(page.locator("[name='address.postal_code']")).to_have_value("2000")
        expect(page.locator("input[value=locality]")).to_be_checked()
        _onwards(page, 4)
    expect(_step(page)).to_have_value("4")
    for name in ("accommodation", "legal"):
        expect(page.locator(f"[name=services][value={name}]")).to_be_checked()
    for tag in ("fr", "ur"):
        expect(page.locator(f"[name='new.languages'][value={tag}]")).to_be_checked()
    _onwards(page, 5)
    page.get_by_role("button", name="Preview the centre").last.click()
    expect(page.get_by_role("heading", name="Check your changes")).to_be_visible()
    for text in ("New house", "+32 3 201 16 91", "2000"):
        expect(page.locator("main")).to_contain_text(text)
    page.context.close()


def test_a_new_centre_that_is_discarded_or_saved_is_not_filled_in_again(
    browser: Browser, trial: Trial
) -> None:
    """Discarding also brings back what the page sends by itself, such as the country."""
    page = trial.page(browser)
    trial.sign_in(page)
    _add_until_services(page, trial, country="NL")
    page.goto(f"{trial.origin}/admin/add/centres")
    country = page.locator("[name='address.country']")
    expect(country).to_have_value("NL")
    # Once more: reading a draft does not make it one of this step.
    page.reload()
    page.get_by_role("button", name="Continue where you stopped").click()
    expect(_step(page)).to_have_value("4")
    page.goto(f"{trial.origin}/admin/add/centres")
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    expect(country).to_have_value("BE")
    expect(page.locator("[name='phones.1.number']")).to_have_count(0)
    _add_until_services(page, trial)
    _onwards(page, 5)
    page.get_by_role("button", name="Preview the centre").last.click()
    page.get_by_label("Reason").fill("it has opened")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New house")
    assert _kept(page) == "{}"
    page.context.close()


@pytest.mark.parametrize("address", ["sources/add", "sources/agii/edit", "add/helplines"])
def test_the_other_forms_are_filled_in_again(browser: Browser, trial: Trial, address: str) -> None:
    """A source and a new helpline: after another page, and after the preview."""
    page = trial.page(browser)
    trial.sign_in(page)
    form = f"{trial.origin}/admin/{address}"
    page.goto(form)
    of_source = address.startswith("sources")
    field = page.locator("[name=title]" if of_source else "[name=number]")
    stored = field.input_value()
    field.fill("A yearly report")
    page.get_by_role("link", name="Quality").click()
    page.go_back()
    expect(field).to_have_value("A yearly report")
    expect(_again(page)).to_be_visible()
    if of_source:
        # What was emptied stays empty.
        page.get_by_label("Publisher").fill("")
        page.get_by_role("button", name="Preview the change").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your changes")
        page.go_back()
        expect(field).to_have_value("A yearly report")
        expect(page.get_by_label("Publisher")).to_have_value("")
    assert "yearly" not in _kept(page)
    page.get_by_role("button", name="Discard it").click()
    expect(field).to_have_value(stored)
    page.wait_for_function("sessionStorage.length === 0")
    page.context.close()


def test_a_saved_source_is_not_filled_in_again(browser: Browser, trial: Trial) -> None:
    """Nor one that was only about to be removed."""
    page = trial.page(browser)
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/sources/add")
    page.get_by_label("Title").fill("A report of one day")
    page.get_by_label("Publisher").fill("one-day.example")
    page.get_by_role("button", name="Preview the change").click()
    page.get_by_label("Reason").fill("it was published")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A report of one day")
    assert _kept(page) == "{}"
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your changes")
    page.go_back()
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_label("Title")).to_have_value("A report of one day")
    expect(_again(page)).to_have_count(0)
    page.context.close()


@pytest.mark.needs("call_round")
@pytest.mark.parametrize("link", ["remove this contested fact", "Back to the list"])
def test_the_sheet_of_a_call_is_filled_in_again(browser: Browser, trial: Trial, link: str) -> None:
    """What was ticked and noted, after a link of the sheet."""
    page = trial.page(browser)
    trial.sign_in(page)
    _fill_sheet(page, trial)
    page.get_by_role("link", name=link).first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(re.compile("Call Payoke"))
    assert "half past" not in _kept(page)
    page.go_back()
    expect(_choice(page, "differs")).to_be_checked()
    expect(_choice(page, "right")).not_to_be_checked()
    expect(page.locator("[name='text.phones']")).to_have_value("until half past four")
    expect(_again(page)).to_be_visible()
    page.get_by_role("button", name="Discard it").click()
    expect(_choice(page, "differs")).not_to_be_checked()
    expect(page.locator("[name='text.phones']")).to_have_value("")
    page.wait_for_function("sessionStorage.length === 0")
    page.context.close()


@pytest.mark.needs("call_round")
@pytest.mark.parametrize("ends", ["Save", "Not answered", "Sign out"])
def test_the_sheet_of_a_call_is_forgotten(browser: Browser, trial: Trial, ends: str) -> None:
    """When it is saved, and for the next person."""
    page = trial.page(browser)
    trial.sign_in(page)
    _fill_sheet(page, trial)
    page.get_by_role("button", name=ends, exact=True).click()
    page.wait_for_load_state()
    if ends == "Sign out":
        trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/calls/centres/payoke")
    expect(_choice(page, "differs")).not_to_be_checked()
    expect(_again(page)).to_have_count(0)
    assert _kept(page) == "{}"
    page.context.close()


@pytest.mark.needs("call_round")
def test_a_sheet_with_a_fault_is_still_kept(browser: Browser, trial: Trial) -> None:
    """Nothing of it is saved yet."""
    page = trial.page(browser)
    trial.sign_in(page)
    _fill_sheet(page, trial)
    page.locator("[name='text.phones']").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is saved yet.")
    page.wait_for_function("sessionStorage.length === 1")
    page.goto(f"{trial.origin}/admin/calls/centres/payoke")
    expect(_choice(page, "differs")).to_be_checked()
    page.context.close()


def _again(page: Page) -> Locator:
    return page.get_by_text("is filled in again")


def _step(page: Page) -> Locator:
    return page.locator("input[name=step]")


def _onwards(page: Page, step: int) -> None:
    page.get_by_role("button", name="Next", exact=True).last.click()
    expect(_step(page)).to_have_value(str(step))


def _add_until_services(page: Page, trial: Trial, country: str = "") -> None:
    """Fill in the first four steps of a new centre; the fourth is typed and not sent."""
    page.goto(f"{trial.origin}/admin/add/centres")
    page.get_by_label("Name", exact=True).fill("New house")
    page.get_by_label("Kind").select_option("reception-centre")
    _onwards(page, 2)
    page.locator("[name='phones.1.number']").fill(TYPED)
    _onwards(page, 3)
    page.locator("[name='address.postal_code']").fill("2000")
    page.locator("input[value=locality]").check()
    _onwards(page, 4)
    page.locator("[name='new.languages'][value=fr]").check()
    page.locator("input[id='f-new.languages']").fill("Urdu")
    if country:
        hidden = page.locator("[name='address.country']")
        hidden.evaluate("(field, country) => { field.value = country }", country)
    for name in ("accommodation", "legal"):
        page.locator(f"[name=services][value={name}]").check()
    page.wait_for_function("sessionStorage.length === 1")


def _choice(page: Page, answer: str) -> Locator:
    return page.locator(f"[name='answer.phones'][value={answer}]")


def _fill_sheet(page: Page, trial: Trial) -> None:
    page.goto(f"{trial.origin}/admin/calls/centres/payoke")
    _choice(page, "differs").check()
    page.locator("[name='text.phones']").fill("until half past four")
