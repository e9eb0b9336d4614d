"""What <nearest-centre> shows after a search: helplines, centres, filters, or what is wrong."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.bootstrap import Directory
from directory_api.live.editions import Edition
from directory_api.search.query import NearestQuery, TypedPlace
from tests.support.partner_page import embedded, events, field, find, names, result, said


def test_helplines_come_first_then_three_centres_with_how_to_reach_them(component: Page) -> None:
    """Short numbers stay short; a centre has distance, hours, phone, languages, e-mail, web and
    address.
    """
    find(component, "2000")
    text = component.locator("nearest-centre .box").inner_text()
    order = [
        "Leave this page",
        "In danger now? Call.",
        "101",
        "078",
        "Near 2000 Antwerp",
        "Closest centres",
        "Payoke",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    calls = component.locator("nearest-centre a[href^='tel:']").all()
    dialled = [call.get_attribute("href") for call in calls]
    assert dialled[:4] == ["tel:112", "tel:112", "tel:101", "tel:+3278055800"]
    # When Payoke answers is not known.
    assert dialled[4:6] == ["tel:+3278055800", "tel:+3232011690"]
    assert dialled[-1] == "tel:116000"
    first = component.locator("nearest-centre article").first.text_content() or ""
    for part in (
        "Payoke, Antwerp, about 0.5 km",
        "Opening hours not known",
        "Nederlands",
        "English",
        "admin@payoke.be",
        "payoke.be",
        "Leguit 4, 2000 Antwerp",
    ):
        assert part in first
    caveat = "These details are not confirmed yet. Please call before you go."
    assert said(component).count(caveat) == 1
    assert names(component) == ["Payoke", "PAG-ASA", "Sürya"]


def test_an_order_that_is_not_certain_is_said_with_its_reason(
    directory: Directory, edition: Edition, partner: Page, embed_origin: str
) -> None:
    """If the server is not certain, both centres are shown and none is called the closest."""
    codes = [place.code for place in directory.live.snapshot.gazetteer.places("BE")]
    answers = ((code, edition.nearest(NearestQuery(TypedPlace(code, "BE")))) for code in codes)
    doubtful = next(code for code, answer in answers if not answer.certain)
    with embedded(partner, embed_origin, full=False) as page:
        find(page, doubtful)
        expect(page.locator("nearest-centre article").first.locator(".notes")).to_contain_text(
            "not certain which centre is closer. A postcode is a wide area. Both are shown."
        )
        assert len(names(page)) == 2
        assert page.locator("nearest-centre .rank").count() == 0
        reasons = [each["shown_because"][0] for each in events(page)[-1][1]["results"]]
        assert reasons[:2] == ["maybe_closest", "maybe_closest"]


@pytest.fixture(scope="module")
def used_component(browser: Browser, embed_origin: str) -> Iterator[Page]:
    """A partner's page with the component, on which one search follows the other."""
    with embedded(browser, embed_origin) as page:
        yield page


@pytest.mark.parametrize(
    ("typed", "kind", "explained", "suggested"),
    [
        ("Xyzzy", "place-unknown", "do not know this postcode", []),
        ("1000 Antwerpen", "place-unknown", "Did you mean", ["1000 Brussels"]),
        ("deurne", "place-ambiguous", "Several places", ["2100 Deurne (Antwerp)"]),
        ("9999", "postcode-unknown", "This postcode is not known", ["Luxembourg"]),
        ("1012", "postcode-not-residential", "institution", []),
        ("59000", "postcode-foreign", "choose the country", ["Germany", "France"]),
        ("SW1A 1AA", "postcode-foreign", "United Kingdom – This page has no postcodes", []),
        ("  ", "nothing-typed", "Please type a postcode", []),
        ("9" * 79 + "x", "place-unknown", "do not know this postcode", []),
    ],
)
def test_what_is_no_postcode_is_told_apart(
    used_component: Page, typed: str, kind: str, explained: str, suggested: list[str]
) -> None:
    """Each slip has its own words, what to do next, and the cursor back in the field."""
    component = used_component
    find(component, "2000")
    find(component, typed)
    # The names of the country may be on their way.
    component.locator("nearest-centre #form-error").wait_for()
    assert events(component)[-1] == ["error", {"kind": kind}]
    assert explained in said(component)
    assert len(names(component)) == 3
    expect(field(component)).to_be_focused()
    # Nothing is red unless there is no such place.
    is_wrong = kind in ("place-unknown", "postcode-unknown")
    assert field(component).get_attribute("aria-invalid") == str(is_wrong).lower()
    expect(component.locator("nearest-centre .note.error")).to_have_count(int(is_wrong))
    shown = component.locator("nearest-centre .message button").all_inner_texts()
    assert set(suggested) <= set(shown)
    assert bool(suggested) == bool(shown)


def test_other_places_with_the_name_of_a_municipality_are_searched_by_a_button(
    used_component: Page,
) -> None:
    """The municipality is answered at once, and the others are offered below its first number."""
    component = used_component
    find(component, "aalst")
    expect(component.locator("nearest-centre [data-place]")).to_have_text("Aalst")
    expect(component.locator("nearest-centre .notes")).to_contain_text("Another Aalst?")
    component.click("nearest-centre .notes button >> text=3800")
    expect(component.locator("nearest-centre [data-place]")).to_contain_text("3800 Sint-Truiden")
    assert names(component)[0] == "Sürya"


def test_a_button_of_an_answer_searches_once_after_another_language(
    partner: Page, embed_origin: str
) -> None:
    """The form is a new one then, the listing is not."""
    with embedded(partner, embed_origin, 'lang="en"') as page:
        place = page.locator("nearest-centre [data-place]")
        find(page, "aalst")
        expect(place).to_have_text("Aalst")
        page.eval_on_selector("nearest-centre", "each => each.setAttribute('lang', 'nl')")
        expect(page.locator("nearest-centre .box")).to_have_attribute("lang", "nl")
        before = len(events(page))
        page.click("nearest-centre .notes button >> text=3800")
        expect(place).to_contain_text("3800 Sint-Truiden")
        assert [kind for kind, _ in events(page)[before:]] == ["result"]


@pytest.mark.parametrize("full", [True, False])
def test_what_is_refused_after_an_answer_has_no_distances(
    partner: Page, embed_origin: str, full: bool
) -> None:
    """They are those of the place before, which is not named any more. The centres and their
    numbers stay, by name.
    """
    with embedded(partner, embed_origin, full=full) as page:
        find(page, "4000")
        expect(page.locator("nearest-centre [data-place]")).to_contain_text("4000")
        find(page, "59000")
        expect(field(page)).to_be_focused()
        assert names(page) == ["PAG-ASA", "Payoke", "Sürya"]
        expect(page.locator("nearest-centre #results")).to_have_text("Centres")
        expect(page.locator("nearest-centre [data-place]")).to_be_hidden()
        expect(page.locator("nearest-centre :is(.distance, .rank, .notes)")).to_have_count(0)
        assert page.locator("nearest-centre article a[href^='tel:']").count() >= 3
        find(page, "2000")
        assert names(page)[0] == "Payoke"


def test_a_suggestion_is_one_tap_away(component: Page) -> None:
    """A tap on a suggested place finds from there and brings the reader to the result."""
    find(component, "1000 Antwerpen")
    component.get_by_role("button", name="1000 Brussels").click()
    assert names(component)[0] == "PAG-ASA"
    expect(component.get_by_role("heading", name="Closest centres")).to_be_focused()
    assert field(component).get_attribute("aria-invalid") is None


def test_filters_choose_and_can_be_dropped(partner: Page, embed_origin: str) -> None:
    """A filter leaves out centres, but not the closest; where none is left, the visitor can see
    all.
    """
    with embedded(partner, embed_origin, 'lang="en" language="en-GB"') as page:
        find(page, "4000")
        assert names(page) == ["PAG-ASA", "Payoke"]
        closest = page.locator("nearest-centre .results > .note")
        expect(closest).to_contain_text("Closest: Sürya, Liège, about 1.6 km")
        expect(closest.get_by_role("link")).to_have_attribute("href", "tel:+3242324030")
        # The centre that was chosen is not the closest.
        expect(page.locator("nearest-centre article .rank")).to_have_count(0)
        assert result(surya=["closest"], pag_asa=["near"], payoke=["near"]) in events(page)
        page.eval_on_selector("nearest-centre", "e => e.setAttribute('audience', 'professionals')")
        expect(page.locator("nearest-centre .chosen")).to_contain_text(
            "No centre matches your choice"
        )
        assert events(page)[-1] == result(surya=["closest"])
        page.get_by_role("button", name="Show all centres").click()
        assert names(page) == ["Sürya", "PAG-ASA", "Payoke"]
        expect(closest).to_have_count(0)
        assert [event for event in events(page) if event[0] == "all"] == [["all", {}]]
        page.eval_on_selector("nearest-centre", "e => e.removeAttribute('language')")
        expect(page.locator("nearest-centre h3 bdi")).to_have_text(["Sürya"])


def test_who_sees_all_centres_goes_on_seeing_them(partner: Page, embed_origin: str) -> None:
    """Only a new choice ends it: not another colour, and not another postcode."""
    with embedded(partner, embed_origin, 'lang="en" audience="professionals"') as page:
        find(page, "1000")
        page.get_by_role("button", name="Show all centres").click()
        page.eval_on_selector("nearest-centre", "e => e.setAttribute('lang', 'nl')")
        expect(page.get_by_role("heading", name="Zoek een centrum")).to_be_visible()
        find(page, "2000")
        assert names(page) == ["Payoke", "PAG-ASA", "Sürya"]


def test_the_sources_of_the_data_are_named(component: Page) -> None:
    """At the foot, as on the server's page; a short component leaves them out."""
    foot = component.locator("nearest-centre .foot")
    expect(foot).to_contain_text("Data: ")
    expect(foot).to_contain_text("GeoNames")
    component.eval_on_selector("nearest-centre", "e => e.removeAttribute('full')")
    expect(foot).not_to_contain_text("GeoNames")


def test_a_short_component_leaves_out_the_lists_of_services(component: Page) -> None:
    """How to get there stays."""
    find(component, "2000")
    article = component.locator("nearest-centre article").first
    services, route = article.get_by_text("Help offered").first, article.get_by_text("How to get")
    for is_shown in (True, False):
        script = f"each => each.toggleAttribute('full', {str(is_shown).lower()})"
        component.eval_on_selector("nearest-centre", script)
        expect(services).to_be_visible(visible=is_shown)
        expect(route).to_be_visible()


def test_several_components_of_a_page_have_names_of_their_own(
    partner: Page, embed_origin: str
) -> None:
    """By number, or by the heading that the page gives."""
    inside = '</nearest-centre><nearest-centre lang="en" heading="For children">'
    with embedded(partner, embed_origin, inside=inside, ready=False) as page:
        expect(page.get_by_role("region", name="Find a centre 1", exact=True)).to_be_visible()
        expect(page.get_by_role("region", name="For children 2", exact=True)).to_be_visible()
        expect(page.get_by_role("heading", name="For children", exact=True)).to_be_visible()


def test_the_closest_of_some_is_not_called_the_closest_of_all(
    partner: Page, embed_origin: str
) -> None:
    """Where the page shows only some centres, it says which, and the visitor can see all."""
    with embedded(partner, embed_origin, 'lang="en" language="en" service="legal"') as page:
        find(page, "4000")
        assert "Show only: English · Legal" in said(page)
        page.get_by_role("button", name="Show all centres").click()
        assert names(page)[0] == "Sürya"
        assert "Show only" not in said(page)


@pytest.mark.parametrize(
    "attributes", ['service="shelter"', 'audience="nobody"', 'language="?"', 'country="FR"']
)
def test_a_slip_in_an_attribute_leaves_nobody_out(
    partner: Page, embed_origin: str, attributes: str
) -> None:
    """A code or a country that the directory does not have is taken for none, and the console says
    which attribute it is.
    """
    told: list[str] = []
    partner.on("console", lambda message: told.append(message.text))
    with embedded(partner, embed_origin, f'lang="en" {attributes}') as page:
        find(page, "2000")
        assert f"nearest-centre: not known: {attributes.partition('=')[0]}" in told
        assert names(page) == ["Payoke", "PAG-ASA", "Sürya"]
        assert "Show only" not in said(page)
