"""What a visitor can say of themselves, and the ways to reach help that the page has for it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.change.guards import ALL_ALLOWED
from directory_api.countries.known import About, known
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.features.pages import presenters
from directory_api.features.pages.ways import MOST
from directory_api.record.records import Helpline
from directory_api.text.translations import languages, words
from directory_api.web.app import create_app
from tests.features.pages.unsourced import unsourced_page
from tests.support.amount import some
from tests.support.finder_pages import BASES, NOON, Node, Page, app_of, get, send
from tests.support.records import TERMINAL, directory_of, made_up_centre, shipped_records

NEEDS = ("desk", "reference")
EN = words("en")
TAGS = some([language.tag for language in languages()], 4)
ALWAYS = ["tel:+3278055800", "tel:112"]
REPORT = "https://www.stophumantrafficking.be/"
SIGNS = ("move", "alone", "papers", "pay", "place", "fear")
# The ways for each choice in English, before the two that always follow.
FIRST = {
    "mute": [REPORT, "mailto:info@pag-asa.be"],
    "minor": ["tel:116000"],
    "credit": ["tel:101", "tel:1712"],
    "watched": ["tel:1712", "tel:106"],
}


def part(page: Page, name: str) -> Node:
    """What belongs to a choice."""
    found = [
        *page.all("div", **{"class": f"way {name}"}),
        *page.all("details", **{"data-way": name}),
    ]
    return max(found, key=lambda node: len(node.text))


def addresses(node: Node) -> list[str]:
    """Where its links lead."""
    return [link.attributes["href"] for link in node.all("a")]


def buttons(node: Node) -> list[str]:
    """What its ways open."""
    return [link.attributes["href"] for link in node.all("a", **{"class": "button"})]


@BASES
@pytest.mark.parametrize("name", FIRST)
def test_each_choice_has_few_ways_and_always_the_line_and_the_emergency_number(
    client: FlaskClient, base: str, name: str
) -> None:
    """Each opens or calls something, and begins with what to do."""
    found = part(get(client, f"{base}?lang=en"), name)
    assert buttons(found) == FIRST[name] + ALWAYS
    assert len(found.all("li")) <= MOST
    texts = [link.text for link in found.all("a", **{"class": "button"})]
    assert texts[-2:] == ["Call 078 055 800", "Call 112"]


def test_every_way_says_what_it_costs_in_safety(client: FlaskClient) -> None:
    """What is known of it, what is not, and what it leaves on the device."""
    page = get(client, "/?lang=en")
    watched = [item.text for item in part(page, "watched").all("li")]
    assert "You have to speak · Free · Not on the phone bill" in watched[0]
    assert all("A call stays in the list of calls." in text for text in watched)
    assert "Not known what it costs · Not known if it is on the phone bill" in watched[2]
    mute = [item.text for item in part(page, "mute").all("li")]
    assert "A website stays in the history of the browser." in mute[0]
    assert "You have to speak" not in mute[0] + mute[1]
    assert "112 takes no ordinary text messages" in mute[3]


def test_all_ways_have_their_sources_and_say_whom_they_are_for(client: FlaskClient) -> None:
    """Also those for some people, which no choice has."""
    found = part(get(client, "/?lang=en"), "all")
    assert {*buttons(found)} > {*ALWAYS, "https://112.be/en/SMS", "tel:106", REPORT}
    (app,) = [item.text for item in found.all("li") if "App 112.be" in item.text]
    assert "For whom: Deaf people and people with a speech impediment" in app
    assert "Needs an app or registration" in app
    (call,) = [item.text for item in found.all("li") if "Call 1712" in item.text]
    assert "Source 1712.be" in call
    (emergency,) = [item for item in found.all("li") if "Call 112" in item.text]
    # Apart from each other.
    (several,) = emergency.all("p", **{"class": "row sources"})
    assert several.text == "Source 112.be Source bipt.be"


def test_without_channels_nothing_is_said_of_cost_or_of_messages(tmp_path: Path) -> None:
    """The facts come from the records, so that another country has its own."""
    records = shipped_records()
    lines = [
        {name: value for name, value in each.items() if name != "channels"}
        for each in records["helplines"]
    ]
    path = tmp_path / "unknown.json"
    path.write_text(json.dumps({**records, "helplines": lines}), encoding="utf-8")
    directory = directory_of(tmp_path, [made_up_centre(1)])
    importer_of(directory).bring_in(TERMINAL, Incoming.of(path), "test", allowed=ALL_ALLOWED)
    page = get(create_app(directory, now=lambda: NOON).test_client(), "/?lang=en")
    text = part(page, "all").text
    assert "112.be" not in text
    assert "ordinary text messages" not in text
    assert "· Free" not in text
    assert "· Not known what it costs" in text
    assert buttons(part(page, "credit")) == ALWAYS


@pytest.mark.parametrize("tag", TAGS)
def test_each_choice_has_its_words_and_is_no_field(client: FlaskClient, tag: str) -> None:
    """It is an element that no browser sends, keeps or restores: a part that is open or not."""
    page = get(client, f"/?lang={tag}")
    (ways,) = page.all("div", **{"class": "ways"})
    choices = ways.all("details")
    said = [words(tag)[key] for key in ("way.mute", "way.minor", "door.worried")]
    assert [each.text for each in choices] == said
    for section in (ways, *page.all("section", **{"class": "more"})):
        assert not any("open" in each.attributes for each in section.all("details"))
        for field in ("form", "input", "button", "select", "textarea"):
            assert section.all(field) == []


def test_a_visit_is_no_way(tmp_path: Path) -> None:
    """A visit is on the card, whose address has no link that calls or opens anything."""
    app = app_of(tmp_path, [made_up_centre(1)], NOON)
    found = part(get(app.test_client(), "/?lang=en"), "all")
    assert made_up_centre(1)["name"] not in found.text


def test_of_many_centres_the_closest_are_there_after_a_search(tmp_path: Path) -> None:
    """Before it, only the helplines are."""
    email = "help@example.org"
    centres: list[dict[str, Any]] = [made_up_centre(number, email=email) for number in range(1, 9)]
    client = app_of(tmp_path, centres, NOON).test_client()
    for page, is_there in (
        (get(client, "/?lang=en"), False),
        (send(client, {"postcode": "1000", "lang": "en"}), True),
    ):
        assert (f"mailto:{email}" in buttons(part(page, "all"))) is is_there


def test_in_a_frame_another_site_has_a_tab_of_its_own(client: FlaskClient) -> None:
    """So that the page around the frame stays as it is."""
    for base, target in (("/", None), ("/embed", "_blank")):
        page = get(client, f"{base}?lang=en")
        links = [
            link
            for name in ("mute", "worried", "all", "work")
            for link in part(page, name).all("a")
            if link.attributes["href"].startswith("http")
        ]
        assert links
        for link in links:
            assert link.attributes.get("target") == target
            assert link.attributes["rel"] == "noreferrer noopener"


@pytest.mark.parametrize("place", ["", "59000 Lille"])
def test_the_numbers_for_danger_and_the_national_line_are_above_the_search(
    client: FlaskClient, place: str
) -> None:
    """The others follow the centres."""
    page = send(client, {"postcode": place}) if place else get(client)
    first, others = [each for each in page.all("ul") if "data-lines" in each.attributes]
    assert addresses(first) == (
        ["tel:112", "tel:17"] if place else ["tel:112", "tel:101", ALWAYS[0]]
    )
    assert ("tel:116000" in addresses(others)) is (not place)
    (main,) = page.all("main")
    order = [each.attributes.get("class", "") for each in main.inside if isinstance(each, Node)]
    assert order.index("search") < order.index("results") < order.index("helplines", 2)


@pytest.mark.parametrize("tag", ["en", "nl", "fr", "de", "ar"])
def test_the_worried_first_see_where_they_can_report(client: FlaskClient, tag: str) -> None:
    """Then the national line, a line that is also for those who know a victim, and the line for
    children with a word that says when.
    """
    is_named = tag != "ar"  # a line whose name says whom it is for
    lines = part(get(client, f"/?lang={tag}"), "worried").all("li")[: 3 + is_named]
    assert [each.all("a")[0].attributes["href"].split(":")[0] for each in lines[:1]] == ["https"]
    assert words(tag)["trust.report"] in lines[0].text
    numbers = [address for each in lines[1:] for address in addresses(each)]
    assert numbers == ["tel:+3278055800", *["tel:1712"] * is_named, "tel:116000"]
    assert lines[-1].text.startswith(words(tag)["door.child"].replace("\u00a0", " "))


def test_signs_and_advice_have_their_sources(client: FlaskClient) -> None:
    """Each sentence is of a source that the part links, once."""
    found = part(get(client, "/?lang=en"), "worried")
    for key in (*(f"sign.{sign}" for sign in SIGNS), "several", "confront", "doubt", "report"):
        assert EN[f"door.{key}"] in found.text
    links = [link.attributes["href"] for link in found.all("a", **{"class": "source"})]
    hosts = [link.split("/")[2].removeprefix("www.") for link in links]
    assert hosts == ["gouverneurbw.be", "dhs.gov", "pag-asa.be"]


def test_what_not_to_do_comes_before_the_signs(client: FlaskClient) -> None:
    """A person who reads on may already be about to act; what the signs mean is below them."""
    text = part(get(client, "/?lang=en"), "worried").text
    order = [EN[f"door.{key}"] for key in ("child", "confront", "sign.move", "several")]
    assert sorted(order, key=text.index) == order


def test_without_a_source_there_are_no_signs_and_no_advice(tmp_path: Path) -> None:
    """A directory whose records have no sources to link has the numbers only."""
    page = unsourced_page(tmp_path)
    found = part(page, "worried")
    assert "tel:116000" in addresses(found)
    for key in ("signs", "care", "confront"):
        assert EN[f"door.{key}"] not in found.text
    assert EN["door.advise"] not in page.text


def test_a_country_names_further_lines_for_the_worried(monkeypatch: pytest.MonkeyPatch) -> None:
    """By their ids, above the line for children; only what the records have, with its source."""
    lines = [
        Helpline.from_record(each)
        for each in shipped_records()["helplines"]
        if each["countries"] == ["FR"] or each["id"] in ("be-reporting-site", "be-child-focus")
    ]
    translator = presenters.PageTranslator(EN)
    about = (About("bipt", lines=("fr-3919", "gone")), About("none", lines=("fr-119",)))
    monkeypatch.setattr(presenters, "known", lambda: {"BE": replace(known()["BE"], about=about)})
    for home, further in (("BE", ["fr-3919"]), ("XX", [])):
        views = presenters.lines_of_the_worried(home, lines, {"bipt": {}}, translator)
        found = [view.helpline.id for view in views]
        assert found == ["be-reporting-site", *further, "be-child-focus"]


def test_people_who_help_at_work_see_the_materials(client: FlaskClient, tmp_path: Path) -> None:
    """Not in a frame, and not on a static site, which may have been published without them."""
    found = part(get(client, "/?lang=en"), "work")
    assert EN["door.advise"] in found.text
    pages = [each for each in addresses(found) if each.startswith("/")]
    assert (pages[0], pages[-1]) == ("/partners", "/docs")
    assert {client.get(each).status_code for each in pages} == {200}
    directory = directory_of(tmp_path, [made_up_centre(1)])
    static = create_app(directory, now=lambda: NOON, static_site=True).test_client()
    for page in (get(client, "/embed?lang=en"), get(static, "/?lang=en")):
        assert EN["door.partners"] not in page.text


def test_an_error_has_all_numbers_and_no_choices(client: FlaskClient) -> None:
    """Nothing on it depends on a choice."""
    response = client.post("/", data={"postcode": "1" * 5000}, headers={"Accept": "text/html"})
    page = Page(response)
    assert page.all("div", **{"class": "ways"}) == []
    assert "tel:116000" in addresses(page.all("main")[0])
