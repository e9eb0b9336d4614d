"""A search on the finder's page, by the form or on the device: filters, towns and countries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support.added_postcodes import add_postcodes
from tests.support.browser import serving_app
from tests.support.moments import EXAMPLES_AT
from tests.support.records import directory_of, made_up_centre, shipped_records
from tests.support.visitor_page import (
    CANARY,
    ENHANCED,
    find,
    find_on_device,
    hold,
    opened,
    shown_centres,
    type_place,
)

SAMPLE = ["1000", "6700", CANARY]


@pytest.mark.parametrize("base", ["/", "/embed"])
def test_without_javascript_the_finder_answers_as_the_api_does(
    browser: Browser, origin: str, base: str
) -> None:
    """Each code of a sample, sent by the form, gives the API's centres, and no URL contains the
    place.
    """
    context, page = opened(browser, java_script_enabled=False)
    for postcode in SAMPLE:
        page.goto(origin + base)
        page.fill("#postcode", postcode)
        with page.expect_navigation():
            page.press("#postcode", "Enter")
        told = context.request.post(
            f"{origin}/v1/nearest", data={"postcode": postcode, "country": "BE"}
        ).json()
        assert shown_centres(page) == [each["id"] for each in told["results"]]
        assert page.url == f"{origin}{base}#origin"
    context.close()


def test_a_choice_counts_on_the_device(page: Page, origin: str) -> None:
    """What an address chooses filters the answer, and can be removed."""
    page.goto(f"{origin}/?lang=en&language=fr")
    find_on_device(page, "2000")
    assert len(shown_centres(page)) == 2
    assert "French" not in page.locator(".chosen").inner_text()  # the language's own name
    page.get_by_role("button", name=words("en")["filter.clear"]).click()
    assert len(shown_centres(page)) == 3
    assert page.locator(".chosen").count() == 0
    page.goto(f"{origin}/?lang=en&audience=professionals")
    find_on_device(page, "2000")
    assert shown_centres(page) == ["surya"]
    assert page.locator("[data-inputs] input").get_attribute("value") == "surya"
    page.goto(f"{origin}/?lang=en&audience=children")
    find_on_device(page, "2000")
    assert shown_centres(page) == []
    expect(page.locator(".results")).to_contain_text(words("en")["empty"])
    expect(page.locator(".results .chosen a[href='tel:112']")).to_be_visible()
    page.wait_for_selector("[data-print-form]", state="hidden")


def test_the_device_names_the_closest_centre_as_the_server_does(page: Page, origin: str) -> None:
    """A filter leaves it out: the same words and numbers at the same place, and also in a town,
    whose distance is not known.
    """
    for typed in ("4000", "Hasselt"):
        page.goto(f"{origin}/?lang=en&language=en")
        find_on_device(page, typed)
        note = page.locator(".chosen + .note")
        expect(note).to_contain_text("Closest: Sürya")
        on_device = note.inner_text()
        assert page.locator("article .rank").count() == 0
        server = page.request.post(
            f"{origin}/", form={"postcode": typed, "lang": "en", "language": "en"}
        )
        page.set_content(server.text())
        expect(note).to_be_visible()
        assert note.inner_text().split() == on_device.split()
        assert page.locator("article .rank").count() == 0


def test_after_a_refused_text_a_suggestion_searches(page: Page, origin: str) -> None:
    """What is no place is said beside the field, which has the focus; the centres are by name."""
    page.goto(f"{origin}/?lang=en")
    find_on_device(page, "4000")
    type_place(page, "2000 Luik")
    page.keyboard.press("Enter")
    page.wait_for_selector("#postcode:focus[aria-invalid]")
    assert shown_centres(page) == ["pag-asa", "payoke", "surya"]
    page.click("[data-message] button >> nth=0")
    page.wait_for_selector("#results:focus")
    assert shown_centres(page)[0] == "payoke"
    assert page.locator("[data-message]").inner_text() == ""


def test_a_town_with_one_answer_is_not_asked_back(page: Page, origin: str) -> None:
    """Its name is shown above the answer, which stays when the language is changed."""
    page.goto(f"{origin}/?lang=en&language=fr")
    find_on_device(page, "Anvers")
    assert page.locator("[data-place]").inner_text() == "Antwerp"
    expect(page.locator("[data-results] [data-centre]")).to_have_count(2)
    page.click(".languages summary")
    page.click("[hreflang=nl]")
    expect(page.locator("[data-place]")).to_have_text("Antwerpen")


def test_a_choice_after_all_centres_were_shown_counts(page: Page, tmp_path: Path) -> None:
    """Of many centres, “Show all centres” empties the choices of the form; the next choice stands
    alone.
    """
    spoken = [{"code": "pl"}]
    made_up = [made_up_centre(number, languages=spoken) for number in range(1, 4)]
    directory = directory_of(tmp_path, [*shipped_records()["centres"], *made_up])
    with serving_app(create_app(directory)) as served:
        _choose_one_after_the_other(page, f"{served}/?lang=en&language=fr")


def _choose_one_after_the_other(page: Page, address: str) -> None:
    page.goto(address)
    find_on_device(page, "4000")
    centres = page.locator("article [name=contact]")
    assert centres.count() == 2
    page.get_by_role("button", name=words("en")["filter.clear"]).click()
    assert centres.count() == 3
    assert page.input_value("#language") == ""
    page.click("#origin > summary")
    page.select_option("#audience", "professionals")
    expect(centres).to_have_count(1)
    assert page.locator("[data-inputs] input").get_attribute("value") == "surya"
    page.get_by_role("button", name=words("en")["filter.clear"]).click()
    page.select_option("#language", "fr")
    expect(centres).to_have_count(2)


@pytest.fixture(scope="module")
def two_countries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a server that has a postcode of the Netherlands, too: there 1012 is no bank."""
    folder = tmp_path_factory.mktemp("countries")
    directory = open_directory(Settings(database_url=f"sqlite:///{folder}/two.db", rate_limit=""))
    directory.prepare()
    add_postcodes(directory.writer, "NL", ("1012", "Amsterdam", 52.3730, 4.8936))
    with serving_app(create_app(directory, now=lambda: EXAMPLES_AT)) as served:
        yield served


@pytest.mark.parametrize("chosen", ["before", "address", "after"])
def test_a_country_can_be_chosen_on_the_device(page: Page, two_countries: str, chosen: str) -> None:
    """If there are postcodes of several countries, the page searches those of the chosen one."""
    hold(page, "**/v1/bundle/*")
    page.goto(f"{two_countries}/?lang=en{'&country=NL' if chosen == 'address' else ''}")
    if chosen == "before":
        page.select_option("#country", "NL")
    page.unroute("**/v1/bundle/*")  # which lets go what was held
    page.wait_for_selector(ENHANCED)
    if chosen == "after":
        find(page, "2000")
        page.click("#origin > summary")
        page.select_option("#country", "NL")
    find_on_device(page, "1012")
    assert page.locator("[data-place]").inner_text() == "Near 1012 Amsterdam"
    assert page.input_value("#country") == "NL"


def test_before_the_postcodes_of_a_country_are_there_the_form_is_sent(
    page: Page, two_countries: str
) -> None:
    """If the postcodes of the country are not loaded yet, the server answers the form."""
    page.goto(f"{two_countries}/?lang=en")
    page.wait_for_selector(ENHANCED)
    hold(page, "**/v1/bundle/*")
    page.select_option("#country", "NL")
    with page.expect_request(lambda request: request.method == "POST"):
        find(page, "1012")
    assert page.locator("article").count() == 3
