"""After a place that was not understood, a number to call is on the first screen of a phone, and
what is to do is said below the field.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.text.translations import country_names, words
from tests.support.amount import some
from tests.support.languages import tried_languages
from tests.support.partner_page import embedded
from tests.support.partner_page import find as find_in_component
from tests.support.servers import eventually
from tests.support.touch_targets import IN_REACH
from tests.support.visitor_page import PHONE

# Postcodes that two neighbours, one or none may have, a slip, and the beginning of several names.
REFUSED = some(("59000", "1012 AB", "99999", "Gnet", "Sint"), 2)
SOME = some(("nl", "de", "ar"))
TAGS = tuple(dict.fromkeys([*SOME, *(language.tag for language in tried_languages())]))


@pytest.fixture(scope="module")
def scripted(browser: Browser) -> Iterator[Page]:
    """A phone on which one page follows the other."""
    context = browser.new_context(locale="nl", viewport=PHONE)
    yield context.new_page()
    context.close()


# A code with a name that is not its own: without the files of names it stays unknown.
UNNAMED = some(("2800 Xyzzy", "4480 Ehein", "1000 Брюссель", "6200 Maastricht"), 2)


def _search(page: Page, text: str) -> None:
    if not page.is_visible("#postcode"):
        page.click("#origin > summary")
    page.fill("#postcode", text)
    page.click("form.search-form button.main")


def test_on_the_device_a_number_to_call_is_in_sight(scripted: Page, embed_origin: str) -> None:
    """In every language that is tried, and for each kind of refusal."""
    missing = {}
    for tag in TAGS:
        for text in REFUSED if tag in SOME else REFUSED[:1]:
            scripted.goto(f"{embed_origin}/?lang={tag}")
            scripted.wait_for_selector(".search.enhanced")
            _search(scripted, text)
            scripted.wait_for_selector("#form-error")
            if "tel:112" not in scripted.evaluate(IN_REACH):
                missing[tag, text] = scripted.evaluate("scrollY")
    assert missing == {}


def test_offline_a_number_to_call_is_in_sight_beside_a_name_that_is_not_known(
    browser: Browser, embed_origin: str
) -> None:
    """In every language that is tried, although the page also says that there is no network."""
    context = browser.new_context(locale="nl", viewport=PHONE)
    page = context.new_page()
    missing = {}
    for tag in TAGS:
        for text in UNNAMED if tag in SOME else UNNAMED[:1]:
            page.goto(f"{embed_origin}/?lang={tag}")
            page.wait_for_selector(".search.enhanced")
            context.set_offline(offline=True)
            _search(page, text)
            page.wait_for_selector(".results .note.warning")
            if "tel:112" not in page.evaluate(IN_REACH):
                missing[tag, text] = page.evaluate("scrollY")
            context.set_offline(offline=False)
    context.close()
    assert missing == {}


@pytest.mark.parametrize("has_script", [True, False])
def test_where_the_server_refuses_a_number_to_call_is_in_sight(
    browser: Browser, embed_origin: str, has_script: bool
) -> None:
    """Also without JavaScript, where the browser goes to the form."""
    context = browser.new_context(locale="nl", viewport=PHONE, java_script_enabled=has_script)
    page = context.new_page()
    page.route("**/v1/bundle**", lambda route: route.abort())
    missing = {}
    for tag in SOME:
        for text in REFUSED:
            page.goto(f"{embed_origin}/?lang={tag}")
            _search(page, text)
            page.wait_for_selector("#form-error")
            if not has_script:
                # The browser goes to #origin once the page has loaded.
                eventually(30.0, lambda: page.evaluate("scrollY") > 0)
            if "tel:112" not in page.evaluate(IN_REACH):
                missing[tag, text] = page.evaluate("scrollY")
    context.close()
    assert missing == {}


def test_in_the_component_a_number_to_call_is_in_sight(browser: Browser, embed_origin: str) -> None:
    """One search follows the other."""
    missing = {}
    for tag in SOME:
        with embedded(browser, embed_origin, f'lang="{tag}"', viewport=PHONE) as page:
            for text in REFUSED:
                find_in_component(page, text)
                page.wait_for_selector("#form-error")
                if "tel:112" not in page.evaluate(IN_REACH):
                    missing[tag, text] = page.evaluate("scrollY")
    assert missing == {}


@pytest.mark.parametrize("text", some(["\N{GRINNING FACE}", "…?!", "qwxzy"], 2))
def test_what_is_no_name_offers_no_country(scripted: Page, embed_origin: str, text: str) -> None:
    """Also a text without letters and digits, for which no names are loaded."""
    scripted.goto(f"{embed_origin}/?lang=nl")
    scripted.wait_for_selector(".search.enhanced")
    _search(scripted, text)
    scripted.wait_for_selector("#form-error")  # the first request for the names is slow
    error = words("nl")["error.place-unknown"]
    expect(scripted.locator("#form-error")).to_contain_text(error)
    expect(scripted.locator("[data-message] button:not([data-send])")).to_have_count(0)


@pytest.mark.parametrize("tag", SOME)
def test_without_a_network_the_page_says_which_list_is_missing(
    scripted: Page, embed_origin: str, tag: str
) -> None:
    """That of Luxembourg, or that of every name: not that there is no such place."""
    scripted.goto(f"{embed_origin}/?lang={tag}")
    scripted.wait_for_selector(".search.enhanced")
    scripted.route("**/v1/bundle/names/**", lambda route: route.abort())
    failed, message = words(tag)["load.failed"], scripted.locator("[data-message]")
    _search(scripted, "L-1111")
    country = country_names(["LU"], tag)
    expect(message.locator("p").first).to_have_text(f"{country} – {failed}")
    # A name without and with similar ones, and a postcode that is not of this country.
    for text in ("Ehein", "Gnet", "6227 Maastricht"):
        _search(scripted, text)
        expect(scripted.locator("#form-error p").first).to_have_text(failed)
        for key in ("error.place-unknown", "error.postcode-unknown"):
            expect(message).not_to_contain_text(words(tag)[key])
        assert "tel:112" in scripted.evaluate(IN_REACH), text
    scripted.unroute_all()


# What is typed, and whether there is no such place. "Xyzzy" needs the names of all places.
SAID = {
    "abc": True,
    "9999": True,
    "Deurne": False,
    "Lille": False,
    "75001": False,
    "Xyzzy": True,
    "1012": False,
    " ": False,
}
# How what is said is placed and looks, for the visitor and for a screen reader.
PLACED = """() => {
  const root = document.querySelector("nearest-centre")?.shadowRoot ?? document;
  const [note, input] = ["#form-error", "#postcode"].map((each) => root.querySelector(each));
  const probe = note.appendChild(document.createElement("i"));
  probe.style.color = "var(--bad)";
  const bad = getComputedStyle(probe).color;
  probe.remove();
  const [{ top }, { bottom }] = [note, input.closest(".field")].map((each) =>
    each.getBoundingClientRect());
  return {
    isBelow: top >= bottom && top < bottom + 20 && note.closest(".search-form") !== null,
    isRed: getComputedStyle(note).borderTopColor === bad,
    isInvalid: input.getAttribute("aria-invalid") === "true",
    isDescribed: input.getAttribute("aria-describedby").split(" ").includes(note.id),
    isSaid: note.closest("[role=status]") !== null,
  };
}"""


def _placed(is_wrong: bool) -> dict[str, bool]:
    """What PLACED returns."""
    said = {"isBelow": True, "isDescribed": True, "isSaid": True}
    return {**said, "isRed": is_wrong, "isInvalid": is_wrong}


@pytest.mark.parametrize("kind", ["device", "server", "without scripts", "component"])
@pytest.mark.parametrize("scheme", some(["light", "dark"]))
def test_what_is_wrong_is_said_below_the_field_and_is_red_only_without_such_a_place(
    browser: Browser, embed_origin: str, kind: str, scheme: Any
) -> None:
    """Every other message is a hint; all searches say it in the same place."""
    context = browser.new_context(
        viewport=PHONE, color_scheme=scheme, java_script_enabled=kind != "without scripts"
    )
    page = context.new_page()
    if kind == "server":
        page.route("**/v1/bundle**", lambda route: route.abort())
    placed = {}
    for text in SAID:
        if kind == "component":
            with embedded(page, embed_origin, 'lang="nl"') as partner:
                find_in_component(partner, text)
                partner.wait_for_selector("#form-error")
                placed[text] = partner.evaluate(PLACED)
            continue
        page.goto(f"{embed_origin}/?lang=nl")
        if kind == "device":
            page.wait_for_selector(".search.enhanced")
        _search(page, text)
        page.wait_for_selector("#form-error")
        placed[text] = page.evaluate(PLACED)
    context.close()
    assert placed == {text: _placed(is_wrong) for text, is_wrong in SAID.items()}


def test_a_suggestion_below_the_field_is_searched_without_scripts(
    browser: Browser, embed_origin: str
) -> None:
    """And a country is, with what was typed for it."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    for text, button, place in (("Deurne", "2100", "2100"), ("2800 Roubaix", "2800", "2800")):
        page.goto(f"{embed_origin}/?lang=nl")
        _search(page, text)
        page.locator("#form-error button", has_text=button).first.click()
        expect(page.locator("[data-place]")).to_contain_text(place)
    page.goto(f"{embed_origin}/?lang=nl")
    _search(page, "59000")
    country = page.locator("#form-error button", has_text="Frankrijk")
    country.click()
    expect(page.locator("[data-place]")).to_contain_text("59000 Lille")
    context.close()


def test_without_a_position_the_reason_is_a_hint_below_the_field(
    scripted: Page, embed_origin: str
) -> None:
    """It has the focus, for a screen reader."""
    scripted.goto(f"{embed_origin}/?lang=nl")
    scripted.wait_for_selector(".search.enhanced")
    scripted.evaluate(
        """navigator.geolocation.getCurrentPosition = (_, failed) =>
          setTimeout(failed, 50, { code: 1 })"""
    )
    scripted.click("[data-position]")
    note = scripted.locator(".field + .message .note:not(.error)")
    expect(note).to_have_text(words("nl")["position.denied"])
    expect(scripted.locator(".message")).to_be_focused()


def test_what_fails_while_the_form_is_folded_is_seen(scripted: Page, embed_origin: str) -> None:
    """The form opens, since what is wrong is said in it."""
    scripted.goto(f"{embed_origin}/?lang=nl")
    scripted.wait_for_selector(".search.enhanced")
    _search(scripted, "2000")
    scripted.wait_for_selector("#results:focus")
    scripted.context.set_offline(offline=True)
    scripted.click(".languages summary")
    scripted.click(".languages [lang=fr]")
    expect(scripted.locator("[data-failure].note")).to_be_in_viewport()
    # The list would lie over it.
    expect(scripted.locator(".languages ul")).to_be_hidden()
    scripted.context.set_offline(offline=False)
