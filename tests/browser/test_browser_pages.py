"""The finder and the embed page in Debian's Chromium: with and without JavaScript, in a frame, at
any size.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.features import create_app
from directory_api.i18n.translations import Language, words
from directory_api.web.openapi.spec import EXAMPLES_AT
from tests.support.browser import Heard, leave_by_shift, serving_app, serving_site
from tests.support.languages import tried_languages
from tests.support.records import TERMINAL, directory_of, made_up_centre, shipped_records
from tests.support.servers import eventually

LEFT = "https://www.wikipedia.org/"
CANARY = "9881"  # Bellem; Brussels is not the closest to everywhere
# The class of the search when the page can do it.
ENHANCED = ".search.enhanced"
SAMPLE = ["1000", "6700", CANARY]


@pytest.fixture
def origin(embed_origin: str) -> str:
    """The server's origin."""
    return embed_origin


def opened(
    browser: Browser, *, at: datetime | None = None, **options: Any
) -> tuple[BrowserContext, Page]:
    """A new profile with an empty page. The page of the exit is a fake, because there is no
    network.

    With `at` the device has that time. At EXAMPLES_AT, the time of the server, a centre is open.
    """
    context = browser.new_context(**{"locale": "nl", **options})
    if at:
        context.clock.install(time=at)

    def left(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<title>Elsewhere</title>")

    context.route(f"{LEFT}**", left)
    return context, context.new_page()


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Page]:
    """An empty page."""
    context = browser.new_context(locale="nl")
    yield context.new_page()
    context.close()


@pytest.fixture
def page(visitor: Page) -> Iterator[Page]:
    """The same page for each test that does not leave, at the time of the server. A new profile
    for each would take twice the time.
    """
    visitor.set_viewport_size({"width": 1280, "height": 720})
    visitor.emulate_media(media="screen")
    visitor.clock.install(time=EXAMPLES_AT)
    yield visitor
    visitor.unroute_all()


def plain(page: Page) -> None:
    """The bundle does not come: the server answers the form, with the scripts at work."""
    page.route("**/v1/bundle**", lambda route: route.abort())


def hold(page: Page, address: str) -> list[Route]:
    """Hold the requests to a URL without an answer; returns the requests, to answer them later."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(address, keep)
    return held


def type_place(page: Page, text: str) -> None:
    """Type into the form, which is folded after an answer."""
    if not page.is_visible("#postcode"):
        page.click("#origin > summary")
    page.fill("#postcode", text)


def find(page: Page, postcode: str) -> None:
    """Type into the form and send it."""
    type_place(page, postcode)
    page.click("form.search-form button.main")
    page.wait_for_selector("#results:focus")


def find_on_device(page: Page, postcode: str) -> None:
    """Search as soon as the page can do so without the server."""
    page.wait_for_selector(ENHANCED)
    find(page, postcode)


def language_of(tag: str) -> Language:
    """The language of a tag."""
    return words(tag).language


def shown_centres(page: Page) -> list[str | None]:
    """The ids of the centres of the page, in their order."""
    return [each.get_attribute("data-centre") for each in page.query_selector_all("article")]


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
        assert shown_centres(page) == [hit["centre"]["id"] for hit in told["results"]]
        assert page.url == f"{origin}{base}#origin"
    context.close()


def test_with_javascript_the_place_stays_on_the_device(browser: Browser, origin: str) -> None:
    """The page answers by itself; no request contains the input, and nothing is stored."""
    context, page = opened(browser)
    heard = Heard.of(page)
    page.goto(origin)
    find_on_device(page, CANARY)
    for request in heard.requests:
        assert request.url.startswith(origin)
        assert not re.search(
            f"{CANARY}|Bellem", f"{request.url} {request.post_data} {request.headers}"
        )
    assert heard.console == []
    assert context.cookies() == []
    kept = """[localStorage.length, sessionStorage.length, document.cookie, location.href,
      document.title].join()"""
    assert page.evaluate(kept) == f"0,0,,{origin}/,{words('nl')['title']}"
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    assert page.evaluate("caches.keys().then((found) => found.length)") == 0
    context.close()


def test_what_was_found_on_the_device_can_be_taken_along(page: Page, origin: str) -> None:
    """Print and contacts are offered for the centres found; the place is not sent for them."""
    heard = Heard.of(page)
    page.goto(origin)
    find_on_device(page, CANARY)
    names = page.locator("article h3 bdi").all_inner_texts()
    buttons = [button.inner_text() for button in page.query_selector_all("[data-buttons] button")]
    assert [button.replace("\n", " ") for button in buttons] == [
        f"{words('nl')['save.button']} – {name}" for name in names
    ]
    page.check("#neutral")
    with page.expect_download() as downloading:
        page.click("[data-buttons] button")
    assert downloading.value.suggested_filename == "contact.vcf"
    page.click("[data-print-page]")
    page.wait_for_selector("section.printed")
    headings = page.locator("section.printed h2").all_inner_texts()
    assert sorted(headings) == [
        f"{words('nl')['neutral.name']} {town}" for town in ("Antwerpen", "Brussel", "Luik")
    ]
    page.emulate_media(media="print")
    assert not page.is_visible(".exit")
    sent = [request.post_data or "" for request in heard.requests if request.method == "POST"]
    assert len(sent) == 2
    assert not re.search(CANARY, "".join(sent))
    for body in sent:  # the order of the distances would tell about where somebody is
        ids = re.findall(r"centre=([a-z-]+)", body)
        assert ids == sorted(ids)
        assert len(ids) == len(names)


def test_paper_has_the_order_that_was_shown(page: Page, origin: str) -> None:
    """The closest centre is first in print, although the server receives the ids in alphabetical
    order.
    """
    page.goto(origin)
    find_on_device(page, "4000")
    found = [
        button.get_attribute("value") for button in page.query_selector_all("[data-buttons] button")
    ]
    page.click("[data-print-page]")
    page.wait_for_selector("section.printed")
    on_paper = [
        section.get_attribute("data-centre")
        for section in page.query_selector_all("section.printed")
    ]
    assert on_paper == found == ["surya", "pag-asa", "payoke"]


def test_a_choice_counts_on_the_device(page: Page, origin: str) -> None:
    """What was chosen before and after an answer filters it."""
    page.goto(f"{origin}/?lang=en&language=fr")
    find_on_device(page, "2000")
    assert len(shown_centres(page)) == 2
    assert "French" not in page.locator(".chosen").inner_text()  # the language's own name
    page.click("#origin > summary")
    page.select_option("#language", "")
    assert len(shown_centres(page)) == 3
    assert page.locator(".chosen").count() == 0
    page.select_option("#audience", "professionals")
    assert shown_centres(page) == ["surya"]
    assert page.locator("[data-inputs] input").get_attribute("value") == "surya"
    page.select_option("#audience", "children")
    assert shown_centres(page) == []
    expect(page.locator(".results")).to_contain_text(words("en")["empty"])
    expect(page.locator(".results .chosen a[href='tel:112']")).to_be_visible()
    page.wait_for_selector("[data-save-form]", state="hidden")


def test_the_device_names_the_closest_centre_as_the_server_does(page: Page, origin: str) -> None:
    """A filter leaves it out: the same words and numbers at the same place, and also in a town,
    whose distance is not known.
    """
    for typed in ("4000", "Hasselt"):
        page.goto(f"{origin}/?lang=en&language=en")
        find_on_device(page, typed)
        note = page.locator(".chosen + .note")
        expect(note).to_contain_text("Closest Sürya")
        on_device = note.inner_text()
        assert page.locator("article .rank").count() == 0
        server = page.request.post(
            f"{origin}/", form={"postcode": typed, "lang": "en", "language": "en"}
        )
        page.set_content(server.text())
        assert note.inner_text().split() == on_device.split()
        assert page.locator("article .rank").count() == 0


def test_a_refused_text_leaves_the_last_answer(page: Page, origin: str) -> None:
    """What is no place is said beside the field, which has the focus; a suggestion searches."""
    page.goto(f"{origin}/?lang=en")
    find_on_device(page, "4000")
    type_place(page, "2000 Luik")
    page.keyboard.press("Enter")
    page.wait_for_selector("#postcode:focus[aria-invalid]")
    assert shown_centres(page)[0] == "surya"
    page.click("[data-message] button >> nth=0")
    page.wait_for_selector("#results:focus")
    assert shown_centres(page)[0] == "payoke"
    assert page.locator("[data-message]").inner_text() == ""


def test_a_town_with_one_answer_is_not_asked_back(page: Page, origin: str) -> None:
    """Its name is shown above the answer, which stays when a filter or the language is changed."""
    page.goto(f"{origin}/?lang=en")
    find_on_device(page, "Anvers")
    assert page.locator("[data-place]").inner_text() == "Antwerp"
    assert shown_centres(page)[0] == "payoke"
    page.click("#origin > summary")
    page.click(".filters > summary")
    page.select_option("#language", "fr")
    expect(page.locator("[data-results] [data-centre]")).to_have_count(2)
    page.click("details.languages summary")
    page.click("[hreflang=nl]")
    expect(page.locator("[data-place]")).to_have_text("Antwerpen")


def test_a_choice_after_all_centres_were_shown_counts(page: Page, origin: str) -> None:
    """“Show all centres” empties the choices of the page; the next choice stands alone."""
    page.goto(f"{origin}/?lang=en&language=fr")
    find_on_device(page, "2000")
    centres = page.locator("[data-buttons] button")
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
    table = folder / "NL.txt"
    table.write_text("NL\t1012\tAmsterdam\t\t\t\t\t\t\t52.3730\t4.8936\t6\n", encoding="utf-8")
    directory.shipped.import_postcodes(TERMINAL, table, "NL")
    directory.live.refresh()
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
    expect(page.locator("#postcode-help")).to_contain_text("1012")
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


def test_a_form_that_somebody_types_into_stays(page: Page, origin: str) -> None:
    """What was typed while the bundle was on its way stays, and the search runs on the device."""
    heard = Heard.of(page)
    page.route("**/v1/bundle**", lambda route: None)  # neither answered nor refused yet
    page.goto(origin)
    page.fill("#postcode", CANARY)
    page.unroute("**/v1/bundle**")
    page.wait_for_selector(ENHANCED)
    assert page.input_value("#postcode") == CANARY
    page.click("form.search-form button.main")
    page.wait_for_selector("#results:focus")
    assert {request.method for request in heard.requests} == {"GET"}


@pytest.mark.parametrize("framed", [True, False])
def test_an_address_can_be_copied(page: Page, origin: str, framed: bool) -> None:
    """Also in a frame of another site; a screen reader is told, and nothing moves on the screen."""
    body = f'<input><iframe src="{origin}/embed?lang=nl" width=400 height=3000></iframe>'
    with serving_site({"/": body}) as partner:
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(f"{partner.origin}/" if framed else f"{origin}/?lang=nl")
        where = page.frame_locator("iframe") if framed else page
        where.locator(ENHANCED).wait_for()
        card = where.locator("[data-centre=payoke]")
        card.get_by_text(words("nl")["route"]).click()
        height = card.bounding_box()["height"]  # type: ignore[index]  # it is on the screen
        card.get_by_role("button", name=words("nl")["address.copy"]).click()
        assert card.get_by_role("status").inner_text() == words("nl")["address.copied"]
        assert card.bounding_box()["height"] == height  # type: ignore[index]  # see above
        field = page.locator("input").first if framed else page.locator("#postcode")
        field.focus()
        page.keyboard.press("Control+V")
        assert field.input_value() == "Leguit 4, 2000 Antwerpen"


def test_without_javascript_there_is_nothing_to_copy(browser: Browser, origin: str) -> None:
    """What needs a script takes no space, either."""
    context, page = opened(browser, java_script_enabled=False)
    page.goto(f"{origin}/?lang=nl")
    card = page.locator("[data-centre=payoke]")
    card.get_by_text(words("nl")["route"]).click()
    assert card.get_by_text(words("nl")["address.map"]).is_visible()
    heights = page.locator("[data-needs-script]").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().height)"
    )
    assert set(heights) == {0}
    assert page.locator(".device").bounding_box() is None
    context.close()


def test_without_scripts_and_style_sheets_one_sentence_on_privacy_is_shown(
    browser: Browser, origin: str
) -> None:
    """The true one: the form is sent. What only a script can do is not offered."""
    context, page = opened(browser, java_script_enabled=False)
    page.route("**/*.css", lambda route: route.abort())
    page.goto(f"{origin}/?lang=nl")
    assert page.locator("#postcode-privacy").inner_text() == words("nl")["privacy.sent"]
    assert page.get_by_text(words("nl")["position.button"]).is_hidden()
    context.close()


def whole_text(page: Page) -> list[list[str]]:
    """What each card of a page says and links, folded parts included."""
    cards: list[list[str]] = page.locator("article").evaluate_all(
        """cards => cards.map((card) => {
          for (const folded of card.querySelectorAll("details")) folded.open = true;
          const links = [...card.querySelectorAll("a")].map(({ href }) => href);
          const text = card.innerText.replaceAll(/[\\u2068\\u2069]/g, "");
          return [...text.split(/\\s+/), ...links];
        })"""
    )
    return cards


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a server with more centres than a page shows before a search."""
    centres = [
        *shipped_records()["centres"],
        made_up_centre(
            1,
            description={"fr": "Un centre."},
            sources={"description": ["myria", "surya"]},
            address={"postal_code": "2000", "locality": {"fr": "Anvers"}, "country": "BE"},
            location={"lat": 51.22, "lon": 4.41, "precision": "street"},
            verified={"on": "2026-10-30", "by": "anna", "how": "called"},
            languages=[{"code": "uk", "interpreter": True}, {"code": "nl"}],
        ),
        made_up_centre(2, address_visibility="hidden"),
        made_up_centre(3, address_visibility="locality"),
    ]
    directory = directory_of(tmp_path_factory.mktemp("many"), centres)
    with serving_app(create_app(directory, now=lambda: EXAMPLES_AT)) as served:
        yield served


@pytest.mark.parametrize("tag", ["nl", "en", "ar"])
def test_a_card_of_the_device_is_that_of_the_server(page: Page, many: str, tag: str) -> None:
    """Where cards are made on the device, they say and link the same."""
    shown = []
    for on_device in (True, False):
        if not on_device:
            plain(page)
        page.goto(f"{many}/?lang={tag}")
        if on_device:
            page.wait_for_selector(ENHANCED)
        cards = []
        for postcode in ("1000", "2000"):
            find(page, postcode)
            cards += whole_text(page)
        shown.append(cards)
    assert len(shown[0]) == 6
    assert shown[0] == shown[1]


@pytest.mark.parametrize("scripted", [True, False])
def test_another_language_keeps_the_answer(browser: Browser, origin: str, scripted: bool) -> None:
    """The centres stay sorted by the place, which no request contains if the device answered."""
    context, page = opened(browser, java_script_enabled=scripted)
    heard = Heard.of(page)
    page.goto(f"{origin}/?lang=nl")
    if scripted:
        find_on_device(page, "2000")
    else:
        page.fill("#postcode", "2000")
        page.press("#postcode", "Enter")
        page.wait_for_selector(".origin.known")
    page.click(".languages summary")
    page.click(".languages [lang=fr]")
    page.wait_for_selector("html[lang=fr] .origin.known")
    assert shown_centres(page)[0] == "payoke"
    assert page.locator("[data-place]").inner_text() == "Près de 2000 Anvers"
    if scripted:
        assert {request.method for request in heard.requests} == {"GET"}
        assert not any("2000" in request.url for request in heard.requests)
    context.close()


def test_an_answer_leaves_one_entry_in_the_history(browser: Browser, origin: str) -> None:
    """With JavaScript, searching, changing the language and the print view add nothing to the
    history.
    """
    context, page = opened(browser)
    plain(page)
    page.goto(origin)
    before = page.evaluate("history.length")
    find(page, CANARY)
    assert page.evaluate("document.activeElement.id") == "results"
    assert page.locator("span.keyboard").is_visible()
    page.click(".languages summary")
    page.click("button[value=ar]")
    page.wait_for_selector("html[dir=rtl]")
    page.click("[data-print-page]")
    page.wait_for_selector("section.printed")
    page.click("[data-replace]")
    page.wait_for_selector("form.search-form")
    page.click(".languages summary")
    page.click("a[hreflang=fr]")
    page.wait_for_selector("html[lang=fr]")
    assert page.evaluate("history.length") == before
    context.close()


IN_FIRST_SCREEN = """() => {
  const bar = document.querySelector(".exit-bar").getBoundingClientRect().bottom;
  const parts = ["h3", ".distance", ".state", ".call", ".night"];
  return parts.filter((part) => {
    const { top, bottom } = document.querySelector(`article ${part}`).getBoundingClientRect();
    return top < bar || bottom > innerHeight;
  });
}"""
NIGHT = EXAMPLES_AT.replace(hour=22)
PHONE: Any = {"width": 360, "height": 640}


@pytest.mark.parametrize("scripted", [True, False])
def test_the_closest_centre_can_be_called_without_scrolling(
    browser: Browser, origin: str, scripted: bool
) -> None:
    """After a search its name, distance, state and number to call, and a number that answers day
    and night, are in the first screen of a phone, in each language that is tried, or in four of
    them without scripts.
    """
    # Not `opened`: with a route the browser would request every file again for each language.
    context = browser.new_context(locale="nl", viewport=PHONE, java_script_enabled=scripted)
    if scripted:
        context.clock.install(time=NIGHT)
    page = context.new_page()
    hidden = {}
    # The nearest to 1348 is closed at that time, which takes the longest text; the name of the
    # place is long, too.
    for language in tried_languages() if scripted else map(language_of, ("nl", "fr", "en", "ar")):
        page.goto(f"{origin}/?lang={language.tag}")
        if scripted:
            find_on_device(page, "1348")
        else:
            page.fill("#postcode", "1348")
            page.press("#postcode", "Enter")
            page.wait_for_selector(".origin.known")
            # The browser goes to #origin once the page has loaded.
            eventually(5, lambda: page.evaluate("scrollY") > 0)
        hidden[language.tag] = page.evaluate(IN_FIRST_SCREEN)
    assert {tag: parts for tag, parts in hidden.items() if parts} == {}
    context.close()


def test_a_state_that_the_device_leaves_has_no_gap_above(page: Page, origin: str) -> None:
    """The text of the server and the longest one, which keeps the space, share one row."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{origin}/?lang=es")
    find_on_device(page, "1000")
    state = page.locator("article .state").first
    assert state.get_attribute("data-longest")
    rows = state.evaluate("each => getComputedStyle(each).gridTemplateRows.split(' ').length")
    assert rows == 1


@pytest.mark.parametrize("scripted", [True, False])
def test_what_concerns_the_whole_answer_follows_the_first_number(
    browser: Browser, origin: str, scripted: bool
) -> None:
    """A doubt, a centre that speaks the language of the page, and another country: all of them in
    the first card, and only there.
    """
    context = browser.new_context(viewport=PHONE, java_script_enabled=scripted)
    page = context.new_page()
    said = {}
    for typed in ("1880", "4000", "2000"):
        page.goto(f"{origin}/?lang=en")
        if scripted:
            find_on_device(page, typed)
        else:
            page.fill("#postcode", typed)
            page.press("#postcode", "Enter")
            page.wait_for_selector(".origin.known")
        (said[typed],) = page.locator(".notes").all_inner_texts()
        assert page.locator("article").first.locator(".call ~ *, .calls ~ .notes").count() == 1
        assert page.locator(".night").count() == 1
    assert words("en")["uncertain.both"] in said["1880"]
    assert f"Payoke: {words('en')['spoken.label']} – English" in said["4000"]
    assert "Netherlands" in said["2000"]
    context.close()


NUMBERS_AT = """
[...document.querySelectorAll("a[href^='tel:']")].map((link) => link.getBoundingClientRect().y)
"""


def test_no_number_moves_when_the_countries_of_a_name_arrive_late(
    browser: Browser, origin: str
) -> None:
    """The names of the neighbours are loaded after the answer, so their countries are its end."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    held: list[Route] = []
    # Playwright reads the signature, which a method of a list lacks.
    page.route("**/v1/bundle/postcodes/**", lambda route: held.append(route))  # noqa: PLW0108
    page.goto(f"{origin}/?lang=en")
    find_on_device(page, "Bergen")
    while not held:
        page.wait_for_timeout(20)
    before = page.evaluate(NUMBERS_AT)
    assert len(before) > 3
    while page.locator(".choice").count() == 0:
        while held:
            held.pop().continue_()
        page.wait_for_timeout(20)
    assert page.evaluate(NUMBERS_AT) == before
    assert "Netherlands" in page.locator(".choice").inner_text()
    context.close()


NOTE_ANSWERS = """
window.answers = [];
const ask = window.fetch;
window.fetch = (...asked) => {
  const answer = ask(...asked);
  answers.push(answer.then((response) => response.clone().text()));
  return answer;
};
"""


@pytest.mark.parametrize("late", ["an answer", "no page", "nothing"])
def test_an_older_answer_that_comes_late_is_not_shown(
    browser: Browser, origin: str, late: str
) -> None:
    """After searches for 4000 and 2000, the result is that of 2000, whatever arrives late."""
    context, page = opened(browser)
    plain(page)
    page.add_init_script(NOTE_ANSWERS)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "postcode=4000" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.fallback()

    page.route(f"{origin}/", hold)
    page.goto(origin)
    type_place(page, "4000")
    with page.expect_request(lambda request: request.method == "POST"):
        page.click("form.search-form button.main")
    find(page, "2000")
    assert page.locator("article").first.get_attribute("data-centre") == "payoke"
    if late == "an answer":
        held[0].continue_()
    elif late == "no page":
        held[0].fulfill(status=429, content_type="application/json", body="{}")
    else:
        held[0].abort()
    page.evaluate("Promise.allSettled(answers).then(() => new Promise((done) => setTimeout(done)))")
    assert page.locator("article").first.get_attribute("data-centre") == "payoke"
    assert page.locator(".note[data-failure]").count() == 0
    context.close()


def test_a_bundle_that_comes_after_an_answer_takes_nothing_away(page: Page, origin: str) -> None:
    """A bundle that loads after the answer of the server leaves it on the page."""
    held = hold(page, "**/v1/bundle**")
    page.goto(origin)
    find(page, "2000")
    for route in held:
        route.continue_()
    page.wait_for_selector(ENHANCED)
    assert shown_centres(page)[0] == "payoke"
    assert page.locator(".origin.known").is_visible()


def test_a_late_answer_of_the_server_does_not_replace_a_search_on_the_device(
    browser: Browser, origin: str
) -> None:
    """The server was asked for 4000 before the bundle came; the device then answered for 2000."""
    context, page = opened(browser, at=EXAMPLES_AT)
    page.add_init_script(NOTE_ANSWERS)
    bundles = hold(page, "**/v1/bundle**")
    page.goto(origin)
    posts = hold(page, f"{origin}/")
    type_place(page, "4000")
    with page.expect_request(lambda request: request.method == "POST"):
        page.click("form.search-form button.main")
    for route in bundles:
        route.continue_()
    find_on_device(page, "2000")
    posts[-1].continue_()
    page.evaluate("Promise.allSettled(answers).then(() => new Promise((done) => setTimeout(done)))")
    assert shown_centres(page)[0] == "payoke"
    assert "2000" in page.locator("[data-place]").inner_text()
    context.close()


@pytest.mark.parametrize("why", ["offline", "limited"])
def test_what_cannot_be_sent_leaves_the_page_and_no_trace(
    browser: Browser, origin: str, why: str
) -> None:
    """Without a network, or with an unexpected answer, the page says so, with a number to call in
    sight; helplines and exit stay, and the history has no answer.
    """
    context, page = opened(browser, viewport=PHONE)
    plain(page)
    page.goto(origin)
    before = page.evaluate("history.length")
    page.fill("#postcode", CANARY)
    if why == "offline":
        context.set_offline(offline=True)
    else:
        page.route(
            f"{origin}/",
            lambda route: route.fulfill(status=429, content_type="application/json", body="{}"),
        )
    for _ in range(2):
        page.click("form.search-form button.main")
        page.wait_for_selector(".note[data-failure]:focus")
    message = page.get_by_role("alert")
    expect(message).to_have_count(1)
    expect(message).to_contain_text(words("nl")["error.other"])
    expect(message.locator("a[href='tel:112']")).to_be_in_viewport(ratio=1)
    assert page.locator(".helplines a[href='tel:112']").is_visible()
    assert page.evaluate("history.length") == before
    context.set_offline(offline=False)
    with page.expect_navigation(url=f"{LEFT}**"):
        leaves(page, "shift")
    context.close()


def test_a_language_is_changed_after_an_error_without_a_choice_in_the_address(
    browser: Browser, origin: str
) -> None:
    """Filters reveal needs: choosing a language does not put them into the URL, with or without
    scripts.
    """
    for scripted in (True, False):
        context, page = opened(browser, java_script_enabled=scripted)
        plain(page)
        page.goto(origin)
        page.fill("#postcode", "9999")
        page.click(".filters summary")
        page.select_option("#service", "accommodation")
        page.click("form.search-form button.main")
        page.wait_for_selector("#form-error")
        page.click(".languages summary")
        page.click("button[value=ar]")
        page.wait_for_selector("html[dir=rtl]")
        assert page.url == f"{origin}/"
        assert page.locator("#service").input_value() == "accommodation"
        context.close()


def test_a_place_that_was_sent_once_is_not_sent_again(page: Page, origin: str) -> None:
    """After an answer of the server, a search on the device counts, also in another language."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/bundle/**", hold)
    page.goto(f"{origin}/?lang=en")
    page.fill("#postcode", "2000")
    page.click("form.search-form button.main")
    page.wait_for_selector(".origin.known")
    for route in held:
        route.continue_()
    page.unroute("**/v1/bundle/**")
    page.wait_for_selector(ENHANCED)
    find_on_device(page, "4000")
    heard = Heard.of(page)
    page.click(".languages summary")
    page.click("button[value=fr]")
    page.wait_for_selector("html[lang=fr] #origin.known")
    assert shown_centres(page)[0] == "surya"
    assert "4000" in page.inner_text("[data-place]")
    assert [request.method for request in heard.requests if request.post_data] == []


def test_a_country_of_the_servers_answer_is_searched_on_the_device(page: Page, origin: str) -> None:
    """The place that the server had is not sent once more for the choice below the number."""
    bundles = hold(page, "**/v1/bundle**")
    page.goto(f"{origin}/?lang=en")
    page.fill("#postcode", "4000")
    page.click("form.search-form button.main")
    page.wait_for_selector(".origin.known")
    for route in bundles:
        route.continue_()
    page.wait_for_selector(ENHANCED)
    page.unroute("**/v1/bundle**")
    heard = Heard.of(page)
    page.locator(".notes").get_by_role("button", name="Netherlands").click()
    expect(page.locator("[data-message]")).to_contain_text(words("en")["error.postcode-far"])
    assert [request.method for request in heard.requests if request.post_data] == []
    assert [request.url for request in heard.requests] == [f"{origin}/v1/bundle/postcodes/NL.json"]


def leaves(page: Page, deed: str) -> None:
    """Leave in one of the ways there are."""
    if deed == "click":
        page.locator("a[data-exit]").click()
    else:
        leave_by_shift(page)


@pytest.mark.parametrize("deed", ["click", "shift"])
@pytest.mark.parametrize("asked", ["form", "device"])
def test_the_exit_replaces_the_page_and_back_does_not_return(
    browser: Browser, origin: str, deed: str, asked: str
) -> None:
    """After an answer one tap, or Shift three times, leads away; Back leads to the page before the
    finder.
    """
    context, page = opened(browser)
    if asked == "form":
        plain(page)
    page.goto("about:blank#before")
    page.goto(origin)
    if asked == "form":
        find(page, CANARY)
    else:
        find_on_device(page, CANARY)
    leaves(page, deed)
    page.wait_for_url(LEFT)
    page.go_back()
    assert page.url == "about:blank#before"
    page.go_forward()
    assert page.url == LEFT
    context.close()


def test_the_page_is_blank_before_the_next_one_has_come(browser: Browser, origin: str) -> None:
    """When the other page does not come there is nothing left to read, in the page or its title."""
    context, page = opened(browser)
    plain(page)
    page.goto(origin)
    find(page, CANARY)
    # An answer without content leaves a browser where it is.
    context.route(f"{LEFT}**", lambda route: route.fulfill(status=204))
    with page.expect_request(LEFT):
        page.locator("a[data-exit]").click(no_wait_after=True)
    assert (
        page.evaluate("[document.documentElement.textContent, document.title.trim()].join()") == ","
    )
    context.close()


# Chromium drops a tap on a page that it has not painted yet; and before its script has come, the
# exit is a link, which a sandbox may forbid.
HEARS = """() => document.documentElement.classList.contains("keyboard")
  && performance.getEntriesByName("first-contentful-paint").length"""
FRAMES = [
    pytest.param('src="{origin}/embed?lang=nl"', True, id="as pasted"),
    pytest.param(
        'src="{origin}/embed?lang=nl" sandbox="allow-scripts allow-forms allow-same-origin '
        'allow-top-navigation-by-user-activation"',
        True,
        id="in a sandbox that lets it",
    ),
    pytest.param(
        'src="{origin}/embed?lang=nl" sandbox="allow-scripts allow-forms"',
        False,
        id="in a closed sandbox",
    ),
]


@pytest.mark.parametrize("deed", ["click", "shift"])
@pytest.mark.parametrize(("attributes", "leaves_all"), FRAMES)
def test_from_a_frame_the_exit_leaves_the_page_around_it(
    browser: Browser, origin: str, deed: str, attributes: str, leaves_all: bool
) -> None:
    """In a frame of another site the outer page is left, and Back does not return; if that is
    forbidden, the frame is emptied.
    """
    filled = attributes.format(origin=origin)
    body = f"<title>Partner</title><iframe {filled} width=400 height=700></iframe>"
    with serving_site({"/": body}) as partner:
        context, page = opened(browser)
        plain(page)
        page.goto("about:blank#before")
        page.goto(f"{partner.origin}/")
        frame = page.frame_locator("iframe")
        frame.locator("#postcode").fill(CANARY)
        frame.locator("form.search-form button.main").click()
        frame.locator(".origin.known").wait_for()
        page.frames[1].wait_for_function(HEARS)
        if deed == "click":
            frame.locator("a[data-exit]").click()
        else:
            frame.locator(
                "#results"
            ).click()  # not focus(): the keys would follow later than they are pressed
            leave_by_shift(page)
        if leaves_all:
            page.wait_for_url(LEFT)
            page.go_back()
            assert page.url == "about:blank#before"
        else:
            frame.locator("#results").wait_for(state="detached")
            assert page.frames[1].url == "about:blank"
            assert page.url == f"{partner.origin}/"
        assert not any(CANARY in path for path in partner.asked)
        context.close()


@pytest.mark.parametrize("framed", [False, True])
def test_without_javascript_the_exit_is_a_link_that_leads_away(
    browser: Browser, origin: str, framed: bool
) -> None:
    """The link leaves the page, and the page around a frame, without a referrer."""
    with serving_site(
        {"/": f'<iframe src="{origin}/embed" width=400 height=700></iframe>'}
    ) as partner:
        context, page = opened(browser, java_script_enabled=False)
        page.goto(f"{partner.origin}/" if framed else origin)
        where = page.frame_locator("iframe") if framed else page
        assert where.locator("span.keyboard").is_hidden()  # nobody listens to them
        with page.expect_request(f"{LEFT}**") as asking:
            where.locator("a[data-exit]").click()
        page.wait_for_url(LEFT)
        assert "referer" not in asking.value.headers
        context.close()


@pytest.mark.parametrize("base", ["/", "/embed"])
def test_three_times_shift_leaves_once(browser: Browser, origin: str, base: str) -> None:
    """The page leaves once, without an error."""
    context, page = opened(browser)
    heard = Heard.of(page)
    page.goto(f"{origin}{base}")
    find_on_device(page, CANARY)
    with page.expect_navigation(url=f"{LEFT}**"):
        leaves(page, "shift")
    assert [request.url for request in heard.requests if request.url.startswith(LEFT)] == [LEFT]
    context.close()


def test_capitals_are_no_exit(browser: Browser, origin: str) -> None:
    """Shift with a letter, Shift held down, and three slow presses do not leave the page."""
    context, page = opened(browser, at=EXAMPLES_AT)
    plain(page)
    page.goto(origin)
    page.clock.pause_at(EXAMPLES_AT + timedelta(minutes=5))  # from here on it goes when we say so
    page.focus("#postcode")
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    page.keyboard.down("Shift")
    for _ in range(5):
        page.keyboard.down("Shift")  # repeats
    page.keyboard.up("Shift")
    page.keyboard.press("A")
    for _ in range(4):  # any two are within two seconds of each other, no three are
        page.clock.fast_forward(1_500)
        page.keyboard.press("Shift")
        assert page.input_value("#postcode") == "ABCDA"
    page.keyboard.down("Shift")
    page.wait_for_url(LEFT)
    context.close()


def test_the_keyboard_reaches_everything_and_the_exit_first(page: Page, origin: str) -> None:
    """Tab reaches exit, languages, helplines, field and button; no focused element is covered."""
    page.set_viewport_size({"width": 360, "height": 640})
    plain(page)
    page.goto(origin)
    page.wait_for_load_state("networkidle")
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.closest('li')?.className || "
                "document.activeElement.className || document.activeElement.tagName"
            )
        )
        covered = """() => {
          const box = document.activeElement.getBoundingClientRect();
          const bar = document.querySelector(".exit-bar").getBoundingClientRect();
          return document.activeElement.closest(".exit-bar") === null && box.bottom <= bar.bottom;
        }"""
        assert not page.evaluate(covered)
    assert reached[0] == "exit"
    order = [name for name in reached if name in ("exit", "SUMMARY", "emergency", "INPUT", "main")]
    assert order[:5] == ["exit", "SUMMARY", "emergency", "INPUT", "main"]


PAGES = ["form", "answer", "error", "print", "device"]


def show(page: Page, origin: str, kind: str, tag: str, base: str = "/") -> None:
    """One of the pages, in a language."""
    if kind != "device":
        plain(page)
    page.goto(f"{origin}{base}?lang={tag}")
    if kind == "device":
        find_on_device(page, "2800")
    elif kind == "error":
        page.fill("#postcode", "9999")
        page.click("form.search-form button.main")
        page.wait_for_selector("#form-error")
    elif kind != "form":
        find(page, "2800")
        if kind == "print":
            page.click("[data-print-page]")
            page.wait_for_selector("section.printed")
    else:
        page.click(".languages summary")
        page.click(".filters summary")


@pytest.mark.parametrize("tag", ["ar", "de"])
@pytest.mark.parametrize("kind", PAGES)
def test_at_400_percent_nothing_scrolls_sideways_and_all_can_be_tapped(
    page: Page, origin: str, kind: str, tag: str
) -> None:
    """At 320 CSS pixels (1280 at 400 %) the page is as wide as the window; targets are 44 pixels
    high.
    """
    page.set_viewport_size({"width": 320, "height": 256})
    show(page, origin, kind, tag)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    small = """() => [
        ...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])"),
      ]
      // The numbers of the map lead to the cards, whose numbers to call are as large as others.
      .filter((each) => each.checkVisibility() && !each.closest("p, svg"))
      .map((each) => (each.type === "checkbox" ? each.parentElement : each))
      .filter((each) => each.getBoundingClientRect().height < 44)
      .map((each) => each.outerHTML)"""
    assert page.evaluate(small) == []


def test_nothing_moves_for_those_who_do_not_want_it(browser: Browser, origin: str) -> None:
    """With reduced motion no element has a transition or an animation."""
    context, page = opened(browser, reduced_motion="reduce")
    show(page, origin, "answer", "nl")
    moving = """() => [...document.querySelectorAll("*")].map((each) => getComputedStyle(each))
      .filter((style) => style.transitionDuration !== "0s" || style.animationName !== "none")
      .length"""
    assert page.evaluate(moving) == 0
    context.close()


def test_with_forced_colours_the_exit_and_the_map_can_be_seen(
    browser: Browser, origin: str
) -> None:
    """Where the reader's own colours are forced, the exit has a border and the land an outline."""
    context, page = opened(browser, forced_colors="active")
    show(page, origin, "answer", "nl")
    style = "each => [getComputedStyle(each).borderTopStyle, getComputedStyle(each).borderTopWidth]"
    assert page.eval_on_selector(".exit", style) == ["solid", "1px"]
    stroke, fill = page.eval_on_selector(
        ".map path", "each => [getComputedStyle(each).stroke, getComputedStyle(each).fill]"
    )
    assert stroke != fill
    context.close()


def test_no_policy_is_broken(page: Page, origin: str) -> None:
    """No page breaks its own Content-Security-Policy or writes to the console."""
    heard = Heard.of(page)
    for path in ("/", "/embed", "/partners"):
        page.goto(origin + path)
        page.wait_for_selector("nearest-centre input" if path == "/partners" else ENHANCED)
    page.goto(origin)
    assert heard.console == []
    assert {request.url.split("/")[2] for request in heard.requests} == {origin.split("/")[2]}
