"""A maintainer in Chromium signs in, edits, reviews, saves and restores, with and without
JavaScript.
"""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.features.desk.admin.browser.conftest import Trial
from tests.support.browser import axe_violations

DESKTOP = {"width": 1280, "height": 900}
PAGES = [
    "/",
    "/centres/surya",
    "/centres/surya/edit",
    "/centres/surya/edit?part=hours",
    "/centres/surya/confirm",
    "/centres/surya/remove",
    "/centres/surya/history",
    "/add/centres",
    "/sources",
    "/sources/myria",
    "/sources/myria/edit",
    "/sources/add",
    "/changes",
    "/todo",
    "/upload",
    "/nowhere",
]


def test_a_number_is_changed_seen_by_everybody_and_restored(browser: Browser, trial: Trial) -> None:
    """The list, the form, the differences, the history and the restored record; what is saved is
    served at once.
    """
    page = trial.page(browser)
    trial.sign_in(page)
    before = trial.number()
    page.get_by_role("link", name="PAG-ASA").click()
    page.locator("summary > b", has_text="More").click()
    page.get_by_role("link", name="Edit everything").click()
    phone = page.get_by_role("group", name="Phone 1")
    phone.get_by_label("Number", exact=True).fill("02 511 64 6")
    page.get_by_role("button", name="Preview changes").click()
    expect(page.get_by_role("alert")).to_contain_text("Check each digit")
    phone.get_by_label("Number", exact=True).fill("02 511 64 65")
    page.get_by_role("button", name="Preview changes").click()
    expect(page.get_by_text("phone changed: +32 2 511 64 64 → +32 2 511 64 65")).to_be_visible()
    assert trial.number() == before
    page.get_by_label("Reason").fill("told by the centre")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved. Visitors see the change now.")
    assert trial.number() == "+3225116465"

    page.get_by_role("link", name="History").click()
    newest = page.get_by_role("listitem").filter(has=page.get_by_text("“told by the centre”")).first
    newest.locator("summary").click()
    expect(newest.get_by_role("cell", name="+3225116465")).to_be_visible()
    page.get_by_role("button", name="Restore this revision").first.click()
    expect(page.get_by_text("phone changed: +32 2 511 64 65 → +32 2 511 64 64")).to_be_visible()
    page.get_by_label("Reason").fill("it was wrong")
    page.get_by_role("button", name="Restore this revision").click()
    expect(page.get_by_role("status")).to_have_text("Saved. Visitors see the change now.")
    assert trial.number() == before
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.context.close()


@pytest.mark.needs("pages")
@pytest.mark.parametrize("scripts", [True, False])
def test_a_changed_phone_takes_four_clicks_and_one_field(
    browser: Browser, trial: Trial, *, scripts: bool
) -> None:
    """From the list of records: two pages, and at 360 px all that is used is in sight at once."""
    page = trial.page(browser, scripts=scripts, viewport={"width": 360, "height": 740})
    trial.sign_in(page)
    pages: list[str] = []
    page.on("domcontentloaded", lambda loaded: pages.append(loaded.url))

    def used(found: Locator) -> Locator:
        expect(found).to_be_in_viewport(ratio=1)
        assert page.evaluate("scrollY") == 0
        return found

    page.get_by_role("link", name="Payoke").click()
    phones = page.get_by_role("group", name="Phones", exact=True)
    used(phones.get_by_text("Change Phones", exact=True)).click()
    used(phones.get_by_label("Number", exact=True).first).fill("03 201 16 91")
    used(phones.get_by_role("button", name="Preview the change")).click()
    number = used(page.get_by_text("New number: +32 3 201 16 91"))
    assert number.locator("b").all_text_contents() == ["1"]
    assert used(page.get_by_role("link", name="Call it now")).get_attribute("href") == (
        "tel:+3232011691"
    )
    used(page.get_by_role("button", name="Save")).click()
    expect(page.get_by_role("status")).to_have_text("Saved. Visitors see the change now.")
    expect(page.get_by_role("link", name="Call +32 3 201 16 91")).to_be_visible()
    assert len(pages) == 3  # the record, what changes, and the saved record
    phones.get_by_text("Change Phones", exact=True).click()
    phones.get_by_label("Number", exact=True).first.fill("0032 3 201 16 90")
    phones.get_by_role("button", name="Preview the change").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Call +32 3 201 16 90")).to_be_visible()
    page.context.close()


@pytest.mark.needs("pages")
@pytest.mark.parametrize("scripts", [True, False])
def test_a_centre_is_added_by_one_form_on_a_phone(
    browser: Browser, trial: Trial, *, scripts: bool
) -> None:
    """By touch, at 360 px, with and without JavaScript: town, point and id follow, and languages
    are typed as they are called.
    """
    page = trial.page(
        browser, scripts=scripts, viewport={"width": 360, "height": 740}, has_touch=True
    )
    trial.sign_in(page)
    name = f"New house {scripts}"
    page.get_by_role("link", name="Add a centre").tap()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Kind", exact=True).first.select_option("reception_centre")
    page.locator("details:has([name='phones.1.number']) > summary").tap()
    page.get_by_label("Number", exact=True).first.fill("09 225 25 25")
    page.get_by_label("Postcode", exact=True).fill("9000")
    page.locator("[name=address_visibility]").select_option("locality")
    page.locator("[id='f-new.languages']").fill("Roemens, Arabisch")
    page.get_by_label("Monday – Friday", exact=True).select_option("open")
    page.get_by_label("Monday – Friday, times").fill("9-12, 13-17")
    page.locator("[id='f-new.sources']").fill("Shelters for victims")
    preview = page.get_by_role("button", name="Preview changes")
    preview.tap()
    expect(page.get_by_role("alert")).to_contain_text("Do you mean Romanian")
    page.locator("[id='f-new.languages']").fill("Romanian, Arabic")
    preview.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your changes")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("Reason").fill("it has opened")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("status")).to_have_text("Saved. Visitors see the change now.")
    centre = trial.served.ask(f"/v1/centres/{name.lower().replace(' ', '-')}").json()
    assert {each["code"] for each in centre["languages"]} == {"ar", "ro"}
    assert centre["address"]["locality"]["nl"] == "Gent"
    page.context.close()


@pytest.mark.needs("pages")
@pytest.mark.parametrize("scripts", [True, False])
def test_an_exception_is_written_on_a_phone(
    browser: Browser, trial: Trial, *, scripts: bool
) -> None:
    """By touch, at 360 px, with and without JavaScript: a fault is beside its row, and the dates
    are shown in words before they are saved.
    """
    year = 2090 + scripts
    page = trial.page(
        browser, scripts=scripts, viewport={"width": 360, "height": 740}, has_touch=True
    )
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/centres/pag-asa/edit?part=hours")
    page.get_by_text("Add an exception").tap()
    spare = page.locator("details .exception").first
    name = spare.locator("legend").inner_text()
    spare.get_by_label("First day").fill(f"31/02/{year}")
    spare.get_by_label("Last day").fill("3 maart")
    page.get_by_role("button", name="Preview the change").tap()
    row = page.get_by_role("group", name=name, exact=True)
    expect(row).to_contain_text(f"There is no such day: 31/02/{year}.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if scripts:
        assert axe_violations(page) == []
    row.get_by_label("First day").fill(f"28/02/{year}")
    row.get_by_label(f"{name}, hours").select_option("open")
    row.get_by_label(f"{name}, times").fill("9-12")
    page.get_by_role("button", name="Preview the change").tap()
    words = f"28 February {year} – 3 March {year}"
    expect(page.get_by_role("term").filter(has_text=words)).to_be_visible()
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("status")).to_have_text("Saved. Visitors see the change now.")
    hours = trial.served.ask("/v1/centres/pag-asa").json()["opening_hours"]
    assert hours.endswith(f"; {year} Feb 28-Mar 3 09:00-12:00")
    page.context.close()


@pytest.mark.parametrize("language", ["en-GB", "nl-BE", "fr-BE", "de-BE"])
def test_the_answers_to_a_question_are_one_row_on_a_phone(
    browser: Browser, trial: Trial, language: str
) -> None:
    """At 360 px, inside their frame; what they say has a label that is seen."""
    secret, viewport = trial.secret, {"width": 360, "height": 740}
    page = trial.page(browser, viewport=viewport, locale=language)
    page.goto(f"{trial.origin}/admin/sign-in")
    page.locator("[name=token]").fill(secret)
    page.locator("[name=token]").press("Enter")
    page.wait_for_url("**/admin/**")
    page.goto(f"{trial.origin}/admin/centres/payoke/confirm")
    page.locator("details.way > summary").first.click()
    faulty = page.locator("fieldset.asked").evaluate_all(
        """(every) => {
            const boxes = (asked, those) =>
                [...asked.querySelectorAll(those)].map((each) => each.getBoundingClientRect());
            const isRight = (asked) => {
                const rows = boxes(asked, ".choices input").map((box) => Math.round(box.top));
                const edge = asked.getBoundingClientRect().right;
                return new Set(rows).size === 1
                    && boxes(asked, ".choices label").every((box) => box.right < edge)
                    && boxes(asked, "label[for]").every((box) => box.width > 40);
            };
            return every.filter((asked) => !isRight(asked)).map((asked) => asked.innerText);
        }"""
    )
    assert faulty == []
    page.context.close()


def test_a_source_is_added_by_keyboard(browser: Browser, trial: Trial) -> None:
    """Enter previews; every field and button is reached by Tab; then a record can cite it."""
    page = trial.page(browser)
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/sources/add")
    page.get_by_label("Title").focus()
    page.keyboard.type("Annual report")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Publisher")).to_be_focused()
    page.keyboard.type("House")
    page.keyboard.press("Enter")
    expect(page.get_by_text("source added")).to_be_visible()
    page.get_by_label("Reason").focus()
    page.keyboard.type("read today")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    page.goto(f"{trial.origin}/admin/centres/surya/edit?part=sources")
    page.get_by_label("Add a source: Sources: name").fill("annual report")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your changes")
    expect(page.get_by_text("source of name added")).to_be_visible()
    page.context.close()


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(
    browser: Browser, trial: Trial
) -> None:
    """Chromium accepts a __Host- cookie at http://127.0.0.1 and applies all of its restrictions."""
    page = trial.page(browser)
    trial.sign_in(page)
    (cookie,) = page.context.cookies()
    assert cookie["name"] == "__Host-maintainer"
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (
        True,
        True,
        "Strict",
        "/",
    )
    assert cookie["expires"] == -1
    assert page.evaluate("document.cookie") == ""
    page.context.close()


def test_a_form_on_another_site_does_nothing(
    browser: Browser, trial: Trial, tmp_path: Path
) -> None:
    """A form that a page of another origin sends from a signed-in browser is refused."""
    page = trial.page(browser)
    trial.sign_in(page)
    stranger = tmp_path / "stranger.html"
    stranger.write_text(
        f'<form method="post" action="{trial.origin}/admin/centres/surya/remove">'
        '<input name="reason" value="x"><input name="revision" value="1">'
        "<button>Win</button></form>",
        encoding="utf-8",
    )
    page.goto(stranger.as_uri())
    page.get_by_role("button", name="Win").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "This form was sent from another site"
    )
    assert trial.served.ask("/v1/centres/surya").status == 200
    page.context.close()


@pytest.mark.needs("pages")
def test_the_keyboard_reaches_everything_and_is_seen(browser: Browser, trial: Trial) -> None:
    """The first Tab reaches the skip link, which leads to the content; every focus is visible."""
    page = trial.page(browser)
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/centres/surya")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Call +32")).to_be_focused()
    page.context.close()


def test_a_fault_in_a_folded_part_is_open_and_a_press_away(browser: Browser, trial: Trial) -> None:
    """The link at the top leads to a field in a folded part, without a script."""
    page = trial.page(browser, scripts=False)
    trial.sign_in(page)
    page.goto(f"{trial.origin}/admin/centres/surya/edit")
    page.get_by_text("Name in other languages").first.click()
    page.locator("[id='f-name_translations.de']").fill("<b>")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("alert").get_by_role("link", name="Name in other languages (German)").click()
    expect(page.locator("[id='f-name_translations.de']")).to_be_in_viewport()
    expect(page.locator("[id='f-name_translations.de']")).to_have_value("<b>")
    page.context.close()


def test_a_file_is_looked_at_before_it_is_taken(browser: Browser, trial: Trial) -> None:
    """Download, change, choose, look; without a script."""
    page = trial.page(browser, scripts=False)
    trial.sign_in(page)
    page.get_by_role("link", name="Changes").click()
    page.get_by_role("link", name="Import").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="JSON, for git").click()
    whole = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    whole["centres"][-1]["name"] = "Sürya asbl"
    file = {
        "name": "centres.json",
        "mimeType": "application/json",
        "buffer": json.dumps(whole).encode(),
    }
    page.get_by_label("File").set_input_files(file)  # type: ignore[arg-type]  # a FilePayload
    page.get_by_role("button", name="Preview the import").click()
    expect(page.get_by_text("name changed: Sürya → Sürya asbl")).to_be_visible()
    page.get_by_label("Reason").fill("its own spelling")
    page.get_by_role("button", name="Import the ticked changes").click()
    expect(page.get_by_role("status")).to_have_text("In effect now: 1.")
    page.context.close()


def test_no_page_is_too_wide_or_requests_anything_of_another_server(
    browser: Browser, trial: Trial
) -> None:
    """On a desktop; a narrow window is the subject of test_browser_axe.py. All requests, also those
    of the tests before, go to this server; no URL has the token.
    """
    page = trial.page(browser, viewport=DESKTOP)
    trial.sign_in(page)
    for path in PAGES:
        page.goto(f"{trial.origin}/admin{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"], path
    page.context.close()
    assert len(trial.asked) > len(PAGES)
    own = (trial.origin, "file://", "data:,")
    assert [url for url in trial.asked if not url.startswith(own)] == []
    assert [url for url in trial.asked if trial.secret in url] == []
    assert trial.secret not in trial.served.logged()
