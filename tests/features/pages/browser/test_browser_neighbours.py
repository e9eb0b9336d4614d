"""A postcode of a neighbouring country on the page: searched on the device, with a file that names
the country only.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from directory_api.text.translations import words
from tests.support.amount import some
from tests.support.visitor_page import shown_centres

EN = words("en")


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Page]:
    """A page at the width of a phone."""
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.fixture
def empty(visitor: Page) -> Iterator[Page]:
    """The same page for each test, which opens an address in it."""
    yield visitor
    visitor.unroute_all()


@pytest.fixture
def page(empty: Page, embed_origin: str) -> Page:
    """The visitor's page when it can search without the server."""
    empty.goto(f"{embed_origin}/?lang=en")
    empty.wait_for_selector(".search.enhanced")
    return empty


def _type(page: Page, text: str) -> list[str]:
    """Search for a text; returns the addresses that are requested from then on, without the names
    of the own country, which come when the field is touched.
    """
    requested: list[str] = []

    def hear(request: Request) -> None:
        if not request.url.endswith("/v1/bundle/names/BE.json"):
            requested.append(f"{request.method} {request.url}")

    page.on("request", hear)
    if not page.is_visible("#postcode"):
        page.click("#origin > summary")
    page.fill("#postcode", text)
    page.click("form.search-form button.main")
    return requested


def _unfold(page: Page) -> None:
    """Show the choice of a country, which an answer folds at its end."""
    expect(page.locator(".choice").first).to_be_attached()
    for folded in page.locator(".elsewhere:not([open]) > summary").all():
        folded.click()


def _first(page: Page) -> str | None:
    page.wait_for_selector("#results:focus")
    return page.locator("[data-centre]").first.get_attribute("data-centre")


def _is_outside(page: Page) -> None:
    """The answer says in which country it is, below the number for danger, which is there once."""
    here = EN["place.in"].partition("{")[0]
    expect(page.locator("[data-results] .warning")).to_contain_text(here)
    expect(page.locator(":is(.dial, .danger) a[href='tel:112']")).to_have_count(1)


@pytest.mark.parametrize(
    ("typed", "country", "centre"),
    some([("L-1111", "LU", "surya"), ("4561 AB", "NL", "payoke"), ("D-52062", "DE", "surya")], 2),
)
def test_a_postcode_of_one_neighbour_is_searched_there(
    page: Page, embed_origin: str, typed: str, country: str, centre: str
) -> None:
    """The only request names the country. The answer says what to dial there."""
    requested = _type(page, typed)
    assert _first(page) == centre
    assert set(requested) == {f"GET {embed_origin}/v1/bundle/names/{country}.json"}
    _is_outside(page)


def test_a_postcode_of_two_neighbours_offers_both(page: Page, embed_origin: str) -> None:
    """Nothing is requested before the choice."""
    requested = _type(page, "59000")
    note = page.locator("[data-message]")
    expect(note).to_contain_text(EN["error.postcode-foreign"])
    expect(note).to_contain_text(EN["outside.dial"])
    assert requested == []
    assert note.locator("button:not([data-send])").all_inner_texts() == ["Germany", "France"]
    note.get_by_role("button", name="Germany").click()
    expect(note).to_contain_text(EN["error.postcode-far"])  # 59000 is not in Germany
    _type(page, "59000")
    note.get_by_role("button", name="France").click()
    assert _first(page) == "pag-asa"
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


def test_a_bare_postcode_is_the_directorys_own_and_offers_the_others(page: Page) -> None:
    """4000 is Liège; a button searches for it in the Netherlands or in Luxembourg."""
    requested = _type(page, "4000")
    assert _first(page) == "surya"
    assert requested == []
    choice = page.locator("[data-results] > .elsewhere:last-child .choice")
    _unfold(page)
    assert choice.locator("button").all_inner_texts() == ["Luxembourg", "Netherlands"]
    choice.get_by_role("button", name="Luxembourg").click()
    expect(page.locator("[data-results] .warning, [data-message] .note").first).to_be_visible()
    _type(page, "B-4000")
    assert _first(page) == "surya"
    expect(choice).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "place", "centre"),
    some([("Rijsel", "Lille", "pag-asa"), ("Aken", "Aachen", "surya")]),
)
def test_a_town_of_a_neighbour_is_found_in_the_language_of_the_person(
    page: Page, typed: str, place: str, centre: str
) -> None:
    """It is answered in its country if no place here has the name."""
    _type(page, typed)
    assert _first(page) == centre
    expect(page.locator("[data-place]")).to_have_text(place)
    _is_outside(page)


def test_a_name_that_more_people_mean_abroad_offers_the_neighbour_first(page: Page) -> None:
    """There is a Lille here."""
    _type(page, "Lille")
    buttons = page.locator("[data-message] button:not([data-send])")
    expect(buttons.first).to_have_text("France")
    expect(buttons.nth(1)).to_have_text("2275 Lille")


@pytest.mark.parametrize(
    ("typed", "centre"),
    some(
        [("Lille 59000", "pag-asa"), ("Maastricht 6211", "surya"), ("F-59000 Lille", "pag-asa")], 2
    ),
)
def test_a_name_and_a_postcode_of_a_neighbour_are_answered_there(
    page: Page, typed: str, centre: str
) -> None:
    """In either order."""
    _type(page, typed)
    assert _first(page) == centre
    _is_outside(page)


@pytest.mark.parametrize("typed", some(["75001 Paris", "Paris 75001"]))
def test_a_postcode_far_from_the_border_with_its_name_offers_its_countries(
    page: Page, typed: str
) -> None:
    """They write their postcodes so. The answer there is that it is far, not that it is wrong."""
    _type(page, typed)
    note = page.locator("[data-message]")
    expect(note.locator("button:not([data-send])")).to_have_text(["Germany", "France"])
    note.get_by_role("button", name="France").click()
    expect(note).to_contain_text(f"France – {EN['error.postcode-far']}")


@pytest.mark.parametrize(
    ("typed", "country", "suggested", "centre"),
    some(
        [
            ("Bergen", "Netherlands", "4611 Bergen op Zoom", "payoke"),
            ("Mons", "France", "59246 Mons-en-Pévèle", "pag-asa"),
            ("Esch", "Luxembourg", "4001 Esch-sur-Alzette", "surya"),
        ]
    ),
)
def test_the_beginning_of_a_name_in_a_neighbour_has_suggestions_there(
    page: Page, typed: str, country: str, suggested: str, centre: str
) -> None:
    """They are searched there. What was typed can be corrected."""
    _type(page, typed)
    _unfold(page)
    page.locator(".choice").get_by_role("button", name=country).click()
    first = page.locator("[data-message] button:not([data-send])").first
    expect(first).to_have_text(suggested)
    expect(page.locator("#postcode")).to_have_value(typed)
    first.click()
    assert _first(page) == centre
    expect(page.locator("[data-place]")).to_have_text(EN["results.from"].format(place=suggested))


def test_an_answer_offers_only_the_neighbours_that_have_the_name(page: Page) -> None:
    """It says that the country is that of the search, not of the centre beside it."""
    _type(page, "Bergen")
    choice = page.locator("[data-results] .choice")
    expect(choice).to_be_hidden()
    page.get_by_text(EN["country.other"].format(country="Belgium")).click()
    expect(choice.locator("button")).to_have_text(["Netherlands"])
    expect(choice).to_have_accessible_name(f"Mons – {EN['country.label']}")
    page.emulate_media(media="print")
    expect(choice).to_be_hidden()
    page.emulate_media(media="screen")
    _type(page, "Gnet")
    expect(choice).to_have_count(0)
    _type(page, "Leuven")
    expect(page.locator("[data-place]")).to_have_text("Leuven")
    expect(choice).to_have_count(0)


@pytest.mark.parametrize("typed", some(["9000 Gent", "Gent 9000", "B-9000"]))
def test_a_postcode_of_this_country_offers_no_other(page: Page, typed: str) -> None:
    """Its name or its prefix says which country is meant."""
    _type(page, typed)
    assert _first(page) == "pag-asa"
    expect(page.locator(".choice")).to_have_count(0)


def test_what_is_refused_after_an_answer_has_no_distances(page: Page) -> None:
    """They are those of another place. The centres and their numbers stay, by name."""
    _type(page, "4000")
    assert _first(page) == "surya"
    _type(page, "Gnet")
    expect(page.locator("#form-error")).to_be_visible()
    assert shown_centres(page) == ["pag-asa", "payoke", "surya"]
    expect(page.locator("#results")).to_have_text(EN["results.all"])
    expect(page.locator("[data-place]")).to_be_hidden()
    expect(page.locator("article .distance, article .rank, article .choice")).to_have_count(0)
    assert page.locator("article .calls a").count() >= 3


# The pixels between the choice of a country and what can be tapped above and below it.
GAPS = """(choice) => {
  const box = choice.getBoundingClientRect();
  const others = [...document.querySelectorAll("main a, main button")].filter(
    (each) => !choice.contains(each) && each.checkVisibility());
  const boxes = others.map((each) => each.getBoundingClientRect());
  const above = boxes.filter((each) => each.bottom <= box.top + 1).map((each) => each.bottom);
  const below = boxes.filter((each) => each.top >= box.bottom - 1).map((each) => each.top);
  return [box.top - Math.max(...above), Math.min(...below) - box.bottom];
}"""


@pytest.mark.parametrize("tag", some(["ar", "nl"]))
@pytest.mark.parametrize(
    ("typed", "has_bundle"),
    some([("4000", True), ("Aken", True), ("4000", False), ("6200 Maastricht", True)], 2),
)
def test_the_choice_of_a_country_is_apart_from_what_else_can_be_tapped(
    empty: Page, embed_origin: str, tag: str, typed: str, has_bundle: bool
) -> None:
    """A number to call is not called by mistake. Without a bundle, the server answers."""
    if not has_bundle:
        empty.route("**/v1/bundle**", lambda route: route.abort())
    empty.goto(f"{embed_origin}/?lang={tag}")
    empty.wait_for_selector(".search.enhanced" if has_bundle else ".search.broken")
    _type(empty, typed)
    _unfold(empty)
    choice = empty.locator(".choice")
    expect(choice).to_be_visible()
    assert min(choice.evaluate(GAPS)) >= 8


def test_a_suggestion_is_read_from_left_to_right_on_a_page_in_arabic(
    empty: Page, embed_origin: str
) -> None:
    """Also if its label takes two lines."""
    empty.goto(f"{embed_origin}/?lang=ar")
    empty.wait_for_selector(".search.enhanced")
    _type(empty, "Rijke")
    label = empty.locator("[data-message] button bdi", has_text="Tongeren").first
    expect(label).to_have_text("3840 Rijkel (Tongeren-Borgloon)")
    assert label.evaluate("(each) => each.matches(':dir(ltr)')")


def test_an_unknown_postcode_may_be_of_a_neighbour(page: Page) -> None:
    """9999 is no postcode of Belgium; one tap searches in Luxembourg."""
    _type(page, "9999")
    note = page.locator("[data-message]")
    expect(note).to_contain_text(EN["error.postcode-unknown"])
    note.get_by_role("button", name="Luxembourg").click()
    assert _first(page) == "surya"


def test_the_beginning_of_one_name_is_no_name_of_several_places(page: Page) -> None:
    """Baarle-Hertog and Baarle-Nassau lie in each other, in two countries."""
    _type(page, "Baarle")
    note = page.locator("[data-message]")
    buttons = note.locator("button:not([data-send])")
    expect(buttons).to_have_text(["2387 Baarle-Hertog", "Netherlands"])
    expect(note).to_contain_text(EN["suggestions.label"])
    expect(note).not_to_contain_text(EN["error.place-ambiguous"])


def test_a_postcode_far_from_the_border_is_not_covered(page: Page) -> None:
    """Amsterdam: the page says so, and what to dial."""
    _type(page, "1012 AB")
    note = page.locator("[data-message]")
    expect(note).to_contain_text(f"Netherlands – {EN['error.postcode-far']}")
    expect(note).to_contain_text(EN["outside.dial"])
    assert note.locator("button:not([data-send])").count() == 0


def test_a_name_across_the_border_beside_a_postcode_is_asked_about(
    page: Page, embed_origin: str
) -> None:
    """6200 is Châtelet. The requests name countries: the same for every such name."""
    requested = _type(page, "6200 Maastricht")
    note = page.locator("[data-message]")
    expect(note.locator("button:not([data-send])")).to_have_text(["6200 Châtelet", "Netherlands"])
    expect(page.locator("#results")).not_to_have_text(EN["results.heading"])
    countries = ("DE", "FR", "LU", "NL")
    tables = {f"GET {embed_origin}/v1/bundle/names/{each}.json" for each in countries}
    assert set(requested) == tables
    note.get_by_role("button", name="Netherlands").click()
    assert _first(page) == "surya"
    _is_outside(page)


@pytest.mark.parametrize("typed", some(["6211 Maastricht", "6227 Maastricht"]))
def test_a_postcode_with_its_name_across_the_border_is_answered_there(
    page: Page, typed: str
) -> None:
    """Also where there is such a postcode here."""
    _type(page, typed)
    assert _first(page) == "surya"
    _is_outside(page)


@pytest.mark.parametrize("typed", some(["4120 Ehein", "Ehein"]))
def test_a_village_is_found_with_the_names_that_are_loaded_then(page: Page, typed: str) -> None:
    """The bundle does not have it."""
    assert _type(page, typed) == []
    assert _first(page) == "surya"
    expect(page.locator("[data-results]")).not_to_contain_text(EN["name.unknown"])


@pytest.mark.parametrize(
    ("typed", "centre"),
    some(
        [
            ("St Niklaas", "payoke"),
            ("Bruxelles/Brussel", "pag-asa"),
            ("Deurne (Antwerpen)", "payoke"),
        ]
    ),
)
def test_a_name_in_another_form_is_understood(page: Page, typed: str, centre: str) -> None:
    """As on the server."""
    _type(page, typed)
    assert _first(page) == centre
    expect(page.locator("[data-results]")).not_to_contain_text(EN["name.unknown"])


def test_a_name_that_no_table_has_is_said_to_be_unknown(page: Page) -> None:
    """The postcode is answered, but not with certainty."""
    _type(page, "4000 Lausanne")
    assert _first(page) == "surya"
    results = page.locator("[data-results]")
    expect(results).to_contain_text(EN["name.unknown"])
    expect(results.locator("article").first.locator(".rank")).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "offered"),
    some(
        [
            ("1000 Roubaix", ["1000 Brussels", "France"]),
            ("Roubaix 1000", ["1000 Brussels", "France"]),
            # Both are of this country.
            (
                "9000 Leuven",
                ["9000 Ghent", *(f"30{each} Leuven" for each in ("00", "01", "10", "12", "18"))],
            ),
            ("59100 Lille", ["Germany", "France"]),
        ],
        2,
    ),
)
def test_a_postcode_and_a_name_of_different_places_are_asked_about(
    page: Page, typed: str, offered: list[str]
) -> None:
    """With the countries that have the name, or that write the postcode so."""
    _type(page, typed)
    expect(page.locator("[data-message] button:not([data-send])")).to_have_text(offered)


def test_without_a_network_a_name_beside_a_postcode_stays_unknown(page: Page) -> None:
    """The answer says so: it is not that of the postcode with certainty."""
    page.route("**/v1/bundle/names/**", lambda route: route.abort())
    _type(page, "6200 Maastricht")
    page.wait_for_selector("#results:focus")
    expect(page.locator("[data-results]")).to_contain_text(EN["name.unknown"])


def test_without_a_network_a_name_that_is_not_known_is_not_called_wrong(page: Page) -> None:
    """The list of names did not come, which is no fault of the visitor."""
    page.route("**/v1/bundle/names/**", lambda route: route.abort())
    _type(page, "Xyzzy")
    expect(page.locator("#form-error")).to_contain_text(EN["load.failed"])
    expect(page.locator("#form-error")).to_have_class("note")
    expect(page.locator("#postcode")).to_have_attribute("aria-invalid", "false")


@pytest.mark.parametrize(
    ("typed", "chosen", "offered"),
    [("F-59000", "", ["France"]), ("59000", "France", ["Germany", "France"])],
)
def test_without_a_network_the_page_says_so_with_a_number_and_what_to_try(
    page: Page, typed: str, chosen: str, offered: list[str]
) -> None:
    """When the postcodes of a country do not come, the countries can be tapped again."""
    page.route("**/v1/bundle/names/**", lambda route: route.abort())
    note = page.locator("[data-message]")
    _type(page, typed)
    if chosen:
        note.get_by_role("button", name=chosen).click()
    expect(note).to_contain_text(EN["load.failed"])
    expect(page.locator(".search a[href='tel:112']")).to_be_in_viewport(ratio=1)
    expect(page.locator(".helplines a[href='tel:112']")).to_be_visible()
    assert note.locator("button:not([data-send])").all_inner_texts() == offered
    page.unroute("**/v1/bundle/names/**")
    note.get_by_role("button", name="France").click()
    assert _first(page) == "pag-asa"
