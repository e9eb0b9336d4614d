"""The ways to reach help on the visitor's page, and what visitors choose, in the HTML."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.change.guards import CONFIRMED
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.features.pages.ways import CHOICES
from directory_api.record.records import Centre, Helpline
from directory_api.record.ways import ways
from directory_api.text.translations import languages, words
from directory_api.web.app import create_app
from tests.support.amount import some
from tests.support.finder_pages import BASES, NOON, Node, app_of, get, send
from tests.support.records import TERMINAL, directory_of, made_up_centre, shipped_records

NEEDS = ("desk",)
TAGS = some([language.tag for language in languages()], 4)


def section(client: FlaskClient, path: str = "/?lang=en") -> Node:
    """The part of the page with the choices."""
    (found,) = get(client, path).all("section", **{"class": "ways"})
    return found


def shown(client: FlaskClient, path: str = "/?lang=en") -> list[Node]:
    """Each way that the page has."""
    return [item for item in section(client, path).all("li") if "data-kind" in item.attributes]


def text_of(items: list[Node], *wanted: str) -> str:
    """What the page says of the one way that has these texts."""
    (found,) = [item.text for item in items if all(each in item.text for each in wanted)]
    return found


@BASES
def test_every_way_of_the_shipped_records_is_on_the_page(client: FlaskClient, base: str) -> None:
    """Those of the helplines of the country, and of the centres without their web sites."""
    records = shipped_records()
    lines = [Helpline.from_record(each) for each in records["helplines"]]
    centres = [Centre.from_record(each) for each in records["centres"]]
    expected = sorted(
        [way.kind for line in lines if "BE" in line.countries for way in ways(line)]
        + [way.kind for each in centres for way in ways(each) if way.kind != "website"]
    )
    items = shown(client, f"{base}?lang=en")
    assert sorted(item.attributes["data-kind"] for item in items) == expected
    numbers = [item.attributes["data-number"] for item in items]
    assert numbers == [str(number) for number in range(1, len(items) + 1)]


def test_a_way_has_the_words_of_its_facts(client: FlaskClient) -> None:
    """What it is, what is known of it, what it leaves on the device, and its source."""
    items = shown(client)
    call = text_of(items, "1712", "By phone")
    assert "You have to speak · Free · Not on the phone bill" in call
    assert "A call stays in the list of calls." in call
    assert "Source: 1712.be" in call
    chat = text_of(items, "1712", "Chat")
    assert "Without speaking · Needs internet" in chat
    assert "A website stays in the history of the browser." in chat
    line = text_of(items, "078 055 800")
    assert "Not known what it costs · Not known if it is on the phone bill" in line


def test_a_visit_says_what_sources_disagree_about_of_that_centre(client: FlaskClient) -> None:
    """Of one centre the address, of another the hours alone."""
    items, say = shown(client), words("en")
    address, hours = say["contested.address"], say["contested.opening_hours"]
    for name, said, unsaid in (("PAG-ASA", hours, address), ("Payoke", address, hours)):
        visit = text_of(items, name, "In person")
        assert said in visit
        assert unsaid not in visit


def test_how_an_emergency_number_is_reached_comes_from_the_records(client: FlaskClient) -> None:
    """That it takes no ordinary SMS, and for whom the chat in its app is."""
    items = shown(client)
    assert "112 takes no ordinary text messages" in text_of(items, "Emergency", "By phone")
    app = text_of(items, "Emergency", "App")
    assert "For whom: Deaf people and people with a speech impediment" in app
    assert "Needs an app or registration" in app


def test_without_channels_nothing_is_said_of_an_app_or_of_messages(tmp_path: Path) -> None:
    """What the page says of 112 and of cost comes from the records, so that another country has
    its own facts.
    """
    records = shipped_records()
    lines = [
        {name: value for name, value in each.items() if name != "channels"}
        for each in records["helplines"]
    ]
    path = tmp_path / "unknown.json"
    path.write_text(json.dumps({**records, "helplines": lines}), encoding="utf-8")
    directory = directory_of(tmp_path, [made_up_centre(1)])
    importer_of(directory).bring_in(TERMINAL, Incoming.of(path), "test", confirmed=CONFIRMED)
    client = create_app(directory, now=lambda: NOON).test_client()
    text = section(client).text
    assert "112 BE" not in text
    assert "ordinary text messages" not in text
    assert "· Free" not in text
    assert "· Not known what it costs" in text


@pytest.mark.parametrize("tag", TAGS)
def test_each_choice_has_its_words_and_is_no_field(client: FlaskClient, tag: str) -> None:
    """It is an element that no browser sends, keeps or restores: a part that is open or not."""
    part = section(client, f"/?lang={tag}")
    choices = part.all("details")
    assert [each.attributes["data-when"] for each in choices] == list(CHOICES)
    assert [each.text for each in choices] == [words(tag)[f"way.{name}"] for name in CHOICES]
    assert not any("open" in each.attributes for each in choices)
    for field in ("form", "input", "button", "select", "textarea"):
        assert part.all(field) == []
    names = {name for node in part.all("details") for name in node.attributes}
    assert names == {"data-when"}


def test_advice_has_the_line_for_children_and_the_site_in_many_languages(
    client: FlaskClient,
) -> None:
    """Both from the records."""
    part = section(client)
    (minor,) = part.all("div", **{"class": "minor"})
    assert [link.attributes["href"] for link in minor.all("a")] == ["tel:116000"]
    (language,) = part.all("div", **{"class": "language"})
    assert "24 languages" in language.text


def test_a_hidden_address_is_no_way(tmp_path: Path) -> None:
    """A visit to a centre whose address is not public is not offered, a public one is."""
    for visibility, kinds in (("hidden", 0), ("public", 1)):
        centre = {**made_up_centre(1), "address_visibility": visibility}
        folder = tmp_path / visibility
        folder.mkdir()
        client = app_of(folder, [centre], NOON).test_client()
        found = [item for item in shown(client) if item.attributes["data-kind"] == "in_person"]
        assert len(found) == kinds


def test_of_many_centres_the_closest_are_there_after_a_search(tmp_path: Path) -> None:
    """Before it, only the helplines are."""
    centres: list[dict[str, Any]] = [made_up_centre(number) for number in range(1, 9)]
    client = app_of(tmp_path, centres, NOON).test_client()
    assert {"email", "in_person"}.isdisjoint(item.attributes["data-kind"] for item in shown(client))
    page = send(client, {"postcode": "1000", "lang": "en"})
    (part,) = page.all("section", **{"class": "ways"})
    assert page.centres
    assert any(item.attributes.get("data-kind") == "call" for item in part.all("li"))


def test_in_a_frame_another_site_has_a_tab_of_its_own(client: FlaskClient) -> None:
    """So that the page around the frame stays as it is."""
    for base, target in (("/", None), ("/embed", "_blank")):
        links = [
            link
            for link in section(client, f"{base}?lang=en").all("a")
            if link.attributes["href"].startswith("http")
        ]
        assert links
        for link in links:
            assert link.attributes.get("target") == target
            assert link.attributes["rel"] == "noreferrer noopener"
