"""The three doors of the visitor's page: which parts there are, and what each says."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.countries.known import About, known
from directory_api.features.pages import presenters
from directory_api.record.records import Helpline
from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.features.pages.unsourced import unsourced_page
from tests.support.finder_pages import NOON, Node, Page, get, send
from tests.support.records import directory_of, made_up_centre, shipped_records

NEEDS = ("desk", "reference")
EN = words("en")
SIGNS = ("move", "alone", "papers", "pay", "place", "fear")


def _part(page: Page, name: str) -> Node:
    tag = "div" if name == "help" else "section"
    (part,) = page.all(tag, **{"class": name})
    return part


def _doors(page: Page) -> list[tuple[str, bool]]:
    radios = page.all("input", type="radio", name="door")
    assert all(radio.attributes["autocomplete"] == "off" for radio in radios)
    return [(radio.attributes["value"], "checked" in radio.attributes) for radio in radios]


DOORS = [("help", True), ("worried", False), ("work", False)]


def test_the_first_door_is_open_on_arrival_and_after_an_answer(client: FlaskClient) -> None:
    """Also after what is refused, and on the static site."""
    assert _doors(get(client, "/?lang=en")) == DOORS
    assert _doors(send(client, {"postcode": "2000"})) == DOORS
    assert _doors(send(client, {"postcode": "9999"}, status=404)) == DOORS


def test_the_static_site_has_the_doors_without_pages_that_it_may_not_have(
    tmp_path: Path,
) -> None:
    """The page for partners exists there only for a known address."""
    directory = directory_of(tmp_path, [made_up_centre(1)])
    client = create_app(directory, now=lambda: NOON, static_site=True).test_client()
    page = get(client, "/?lang=en")
    assert _doors(page) == DOORS
    assert EN["door.partners"] not in _part(page, "work").text


@pytest.mark.parametrize("lines", ["", "59000 Lille"])
def test_the_numbers_above_the_doors_are_those_for_danger_and_the_national_line(
    client: FlaskClient, lines: str
) -> None:
    """All others follow the doors; together they are those of a frame, which has no doors."""
    if lines:
        page, frame = (send(client, {"postcode": lines}, path) for path in ("/", "/embed"))
    else:
        page, frame = (get(client, path) for path in ("/", "/embed"))
    assert _doors(frame) == []
    assert frame.all("section", **{"class": "worried"}) == []
    (whole,) = [_addresses(each) for each in frame.all("ul") if "data-lines" in each.attributes]
    first, others = [_addresses(each) for each in page.all("ul") if "data-lines" in each.attributes]
    assert first == (["tel:112", "tel:17"] if lines else ["tel:112", "tel:101", "tel:+3278055800"])
    assert first + others == whole


def _addresses(node: Node) -> list[str]:
    return [link.attributes["href"] for link in node.all("a")]


@pytest.mark.parametrize("tag", ["en", "nl", "fr", "de", "ar"])
def test_the_worried_first_see_where_they_can_report(client: FlaskClient, tag: str) -> None:
    """Then the national line, a line that is also for those who know a victim, and the line for
    children with a word that says when.
    """
    part = _part(get(client, f"/?lang={tag}"), "worried")
    lines = part.all("li")[:4]
    assert [each.all("a")[0].attributes["href"].split(":")[0] for each in lines[:1]] == ["https"]
    assert words(tag)["trust.report"] in lines[0].text
    numbers = [address for each in lines[1:] for address in _addresses(each)]
    assert numbers == ["tel:+3278055800", "tel:1712", "tel:116000"]
    assert lines[3].text.startswith(words(tag)["door.child"].replace("\u00a0", " "))


def test_signs_and_advice_have_their_sources(client: FlaskClient) -> None:
    """Each sentence is of a source that the part links, once."""
    part = _part(get(client, "/?lang=en"), "worried")
    for key in (*(f"sign.{sign}" for sign in SIGNS), "several", "confront", "doubt", "report"):
        assert EN[f"door.{key}"] in part.text
    links = [link.attributes["href"] for link in part.all("a", **{"class": "source"})]
    hosts = [link.split("/")[2].removeprefix("www.") for link in links]
    assert hosts == ["gouverneurbw.be", "dhs.gov", "pag-asa.be"]


def test_what_not_to_do_comes_before_the_signs(client: FlaskClient) -> None:
    """A person who reads on may already be about to act; what the signs mean is below them."""
    text = _part(get(client, "/?lang=en"), "worried").text
    order = [EN[f"door.{key}"] for key in ("child", "confront", "sign.move", "several")]
    assert sorted(order, key=text.index) == order


def test_without_a_source_there_are_no_signs_and_no_advice(tmp_path: Path) -> None:
    """A directory whose records have no sources to link has the numbers only."""
    page = unsourced_page(tmp_path)
    part = _part(page, "worried")
    assert "tel:116000" in _addresses(part)
    for key in ("signs", "care", "confront"):
        assert EN[f"door.{key}"] not in part.text
    assert EN["door.advise"] not in _part(page, "work").text


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


def test_people_who_help_at_work_see_the_centres_and_the_materials(client: FlaskClient) -> None:
    """The centres are by name, also after a search: their order does not tell a place."""
    for page in (get(client, "/?lang=en"), send(client, {"postcode": "4000", "lang": "en"})):
        part = _part(page, "work")
        assert EN["door.advise"] in part.text
        names = [heading.text.split(" ,")[0] for heading in part.all("h3")]
        assert [name.split(",")[0].strip() for name in names] == ["PAG-ASA", "Payoke", "Sürya"]
        numbers = [each for each in _addresses(part) if each.startswith("tel:")]
        assert numbers == ["tel:+3225116464", "tel:+3232011690", "tel:+3242324030"]
        pages = [each for each in _addresses(part) if each.startswith("/")]
        assert (pages[0], pages[-1]) == ("/partners", "/docs")
        assert {client.get(each).status_code for each in pages} == {200}


def test_a_closed_centre_is_not_among_those_to_call(tmp_path: Path) -> None:
    """Who helps at work calls those that are at work."""
    closed: dict[str, Any] = {**made_up_centre(1), "status": "temporarily_closed"}
    app = create_app(directory_of(tmp_path, [closed, made_up_centre(2)]), now=lambda: NOON)
    part = _part(get(app.test_client(), "/?lang=en"), "work")
    assert len(part.all("h3")) == 1


def test_an_error_has_all_numbers_and_no_doors(client: FlaskClient) -> None:
    """Nothing on it depends on a choice."""
    response = client.post("/", data={"postcode": "1" * 5000}, headers={"Accept": "text/html"})
    page = Page(response)
    assert _doors(page) == []
    assert "tel:116000" in _addresses(page.all("main")[0])
