"""The visitor's page without JavaScript: the API's answers in the visitor's language."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings, shipped
from directory_api.domain.model.records import Helpline, in_dialling_order
from directory_api.domain.query import NearestAnswer, NearestQuery
from directory_api.features import create_app
from directory_api.i18n.translations import COMPLETE, languages, words
from directory_api.search.snapshot import Snapshot
from directory_api.services.finder import Finder
from directory_api.services.importer import Incoming
from directory_api.web.pages.presenters import helpline_view, night_line
from tests.support.command_line import RunCommand
from tests.support.records import (
    NEIGHBOURS,
    TERMINAL,
    directory_of,
    made_up_centre,
    shipped_records,
)

BASES = pytest.mark.parametrize("base", ["/", "/embed"])
VOID = {"meta", "link", "input", "circle", "path", "br"}


@dataclass
class Node:
    """An element with its attributes, and the texts and elements in it."""

    tag: str
    attributes: dict[str, str]
    inside: "list[Node | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words, with single spaces."""
        parts = [each if isinstance(each, str) else each.text for each in self.inside]
        return " ".join(" ".join(parts).split())

    def all(self, tag: str, **wanted: str) -> "list[Node]":
        """The elements in it with a tag and attributes, in order."""
        found: list[Node] = []
        for each in self.inside:
            if isinstance(each, Node):
                fits = each.tag == tag and all(
                    each.attributes.get(name) == value for name, value in wanted.items()
                )
                found += [each] if fits else []
                found += each.all(tag, **wanted)
        return found


class Page(HTMLParser):
    """A page as a tree; each element is closed, and no id is there twice."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        assert response.mimetype == "text/html"
        self.root = Node("", {})
        self._open = [self.root]
        self.ids: list[str] = []
        self.feed(response.text)
        assert self._open == [self.root]
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go in."""
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.ids += [node.attributes["id"]] if "id" in node.attributes else []
        self._open[-1].inside.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Empty."""
        self._open[-1].inside.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Go out."""
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        """Text."""
        self._open[-1].inside.append(data)

    def all(self, tag: str, **wanted: str) -> list[Node]:
        """The elements with a tag and attributes, in order."""
        return self.root.all(tag, **wanted)

    @property
    def centres(self) -> list[str]:
        """The ids of the centres that it shows, in order."""
        return [node.attributes["data-centre"] for node in self.all("article")]

    @property
    def text(self) -> str:
        """What it says."""
        return self.all("body")[0].text


def get(client: FlaskClient, path: str = "/", **headers: str) -> Page:
    """Open a page."""
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return Page(response)


def send(
    client: FlaskClient, fields: Mapping[str, Any], path: str = "/", status: int = 200
) -> Page:
    """Send a form."""
    response = client.post(path, data=fields)
    assert response.status_code == status
    return Page(response)


def app_of(folder: Path, centres: list[dict[str, Any]], now: datetime, **settings: Any) -> Flask:
    """The web side over these centres at a moment."""
    return create_app(directory_of(folder, centres, **settings), now=lambda: now)


@BASES
@pytest.mark.parametrize(
    "postcode", ["1000", "2000", "B-4000", "2800", "6700", "8400", "1000 Brussel", "３５００"]
)
@pytest.mark.parametrize(
    "filters", [{}, {"language": "en"}, {"audience": "professionals", "service": "legal"}]
)
def test_the_page_answers_as_the_api_does(
    client: FlaskClient, base: str, postcode: str, filters: dict[str, str]
) -> None:
    """The same centres in the same order, with distance, phones, address, and the same certainty.
    The closest centre is named with its phones, also where a filter leaves it out.
    """
    told = client.post("/v1/nearest", json={"postcode": postcode, **filters}).get_json()
    page = send(client, {"postcode": postcode, "lang": "en", **filters}, base)
    assert page.centres == [hit["centre"]["id"] for hit in told["results"]]
    assert (words("en")["uncertain.postcode"] in page.text) is not told["certain"]
    notes = page.all("div", **{"class": "note"})
    ranks = [rank.text for rank in page.all("span", **{"class": "rank"})]
    if "closest" in told:
        (note,) = notes
        centre, km = told["closest"]["centre"], told["closest"]["distance_m"] / 1000
        assert f"Closest {centre['name']} " in note.text
        assert f"{round(km) if km >= 10 else round(km, 1)} km in a straight line" in note.text
        assert [link.attributes["href"] for link in note.all("a")] == [
            f"tel:{phone['number']}" for phone in centre["phones"]
        ]
        assert ranks == ["Closest"]
    else:
        assert notes == []
        assert ranks.count("Closest") == told["certain"]
    for article, hit in zip(page.all("article"), told["results"], strict=True):
        km = hit["distance_m"] / 1000
        assert f"{round(km) if km >= 10 else round(km, 1)} km in a straight line" in article.text
        called = [link.attributes["href"] for link in article.all("a")]
        for phone in hit["centre"]["phones"]:
            assert f"tel:{phone['number']}" in called
        assert f"mailto:{hit['centre']['email']}" in called
        assert hit["centre"]["website"] in called
        assert hit["centre"]["address"]["street"] in article.text


@BASES
def test_helplines_come_first_everywhere(client: FlaskClient, base: str) -> None:
    """The form, an answer and an error all show every helpline first, short numbers as they are."""
    hrefs = ["tel:112", "tel:101", "tel:+3278055800", "https://www.stopmensenhandel.be/"]
    for page in (
        get(client, base + "?lang=nl"),
        send(client, {"postcode": "2000", "lang": "nl"}, base),
        send(client, {"postcode": "nowhere", "lang": "nl"}, base, 400),
        send(client, {"postcode": "1" * 5000}, f"{base}?lang=nl", 413),
    ):
        links = [link.attributes["href"] for link in page.all("main")[0].all("a")]
        assert links[: len(hrefs)] == hrefs
        first = page.all("main")[0].all("section")[0]
        assert first.attributes["class"] == "helplines"


@pytest.mark.parametrize(
    ("typed", "status", "key"),
    [
        ("", 400, "error.nothing-typed"),
        ("   ", 400, "error.nothing-typed"),
        ("10 00", 400, "suggestions.label"),
        ("nowhere", 400, "error.postcode-malformed"),
        ("9999", 404, "error.postcode-unknown"),
        ("1049", 422, "error.postcode-not-residential"),
        ("1012 AB", 422, "error.postcode-far"),
        ("SW1A 1AA", 422, "error.country-unsupported"),
        ("1012 AB", 422, "outside.dial"),
        ("75001", 422, "error.postcode-foreign"),
        ("75001", 422, "outside.dial"),
    ],
)
@pytest.mark.parametrize("tag", COMPLETE)
def test_an_error_is_told_in_the_visitors_words(
    client: FlaskClient, typed: str, status: int, key: str, tag: str
) -> None:
    """Each kind of error has a sentence in the visitor's language and a number to call, and the
    field is marked as invalid.
    """
    page = send(client, {"postcode": typed, "lang": tag}, status=status)
    (alert,) = page.all("div", role="alert")
    assert " ".join(words(tag)[key].partition("112")[0].split()) in alert.text
    assert [link.text for link in alert.all("a", href="tel:112")] == ["112"]
    (typing,) = page.all("input", id="postcode")
    assert typing.attributes["aria-invalid"] == "true"
    assert alert.attributes["id"] in typing.attributes["aria-describedby"].split()
    assert page.centres == ["pag-asa", "payoke", "surya"]  # each can still be called
    assert not [each for each in page.all("b") if each.attributes.get("class") == "distance"]


def test_a_slip_is_offered_to_be_mended(client: FlaskClient) -> None:
    """An unknown code comes with the known ones that it may be; each is a button that sends it."""
    page = send(client, {"postcode": "9999", "lang": "fr", "service": "legal"}, status=404)
    tries = [button.attributes["value"] for button in page.all("button", name="postcode")]
    assert tries
    assert "legal" in [
        hidden.attributes.get("value") for hidden in page.all("div", role="alert")[0].all("input")
    ]
    assert send(client, {"postcode": tries[0], "lang": "fr", "service": "legal"}).centres


@pytest.mark.parametrize(
    ("typed", "tag", "name", "centre"),
    [
        ("Antwerpen", "en", "Antwerp", "payoke"),
        ("anvers", "nl", "Antwerpen", "payoke"),
        ("Bruxelles", "fr", "Bruxelles", "pag-asa"),
        ("LIEGE", "ar", "Liège", "surya"),
        ("Lüttich", "de", "Lüttich", "surya"),
        ("Spa", "en", "4900 Spa", "surya"),
    ],
)
def test_a_town_with_one_answer_is_not_asked_back(
    client: FlaskClient, typed: str, tag: str, name: str, centre: str
) -> None:
    """Its name is shown in the language of the page, and kept for a change of language. A town
    with one postcode is shown with it.
    """
    page = send(client, {"postcode": typed, "lang": tag})
    assert page.centres[0] == centre
    (place,) = page.all("span", **{"data-place": ""})
    shown = words(tag).say("results.from", place=name) if name[0].isdigit() else name
    assert place.text == shown
    (kept,) = page.all("input", name="postcode", type="hidden")
    again = send(client, {"postcode": kept.attributes["value"], "lang": "nl"})
    assert again.centres[0] == centre


def test_the_middle_of_a_town_is_not_the_start_of_a_distance(client: FlaskClient) -> None:
    """A town with several postcodes has the order of the centres only; one with a single postcode
    has their distances, too.
    """
    for typed, measured in (("Antwerpen", 0), ("Spa", 3), ("2000", 3)):
        page = send(client, {"postcode": typed, "lang": "en"})
        assert len(page.all("b", **{"class": "distance"})) == measured
        ranks = [
            facts.all("span", **{"class": "rank"})[0].text
            for facts in page.all("p", **{"class": "facts"})
        ]
        assert ranks == ["Closest", "Next closest", "Next closest"]


def test_a_town_is_asked_back_where_its_postcodes_have_different_closest_centres(
    client: FlaskClient,
) -> None:
    """Both count that are shown: the closest that a filter leaves, and the closest of all."""
    fields = {"postcode": "Hasselt", "lang": "fr"}
    assert send(client, fields).centres[0] == "surya"
    page = send(client, {**fields, "language": "en"})
    assert page.centres == ["payoke"]
    (clear,) = page.all("form", **{"class": "chosen"})[0].all("button")
    assert clear.attributes["value"] == "Hasselt"
    send(client, {"postcode": "Namur", "language": "en"}, status=400)


def test_a_name_leads_to_its_postcode(client: FlaskClient) -> None:
    """Who knows only the name of the town, in either language, is asked which postcode it is."""
    for typed, code in (
        ("Gent", "9000"),
        ("gand", "9000"),
        ("Malines", "2800"),
        ("Gendt", "9030"),
    ):
        page = send(client, {"postcode": typed, "lang": "en"}, status=400)
        assert code in [
            button.attributes["value"] for button in page.all("button", name="postcode")
        ]


def test_an_answer_names_its_place_on_the_screen_only(client: FlaskClient) -> None:
    """The origin is shown above the form that changes it and beside the choice of a country, which
    are not printed; hidden fields keep it for a change of language, which the script removes, and
    of country.
    """
    page = send(client, {"postcode": "9000", "lang": "en"})
    (shown,) = [each for each in page.all("summary") if "9000" in each.text]
    assert shown.text == "Near 9000 Ghent Change"
    (search,) = page.all("div", **{"class": "search"})
    assert "9000" in search.text
    language, country = page.all("input", value="9000")
    assert language.attributes["type"] == country.attributes["type"] == "hidden"
    assert page.all("input", **{"data-old-place": ""}) == [language]
    (choice,) = page.all("form", **{"data-choice": "", "autocomplete": "off"})
    assert country in choice.all("input")
    assert "screen-only" in choice.attributes["class"]
    assert "9000 Ghent – Country:" in choice.text
    assert str(page.root).count("9000") == 4


@pytest.mark.parametrize(
    ("postcode", "tag", "name"),
    [
        ("2000", "nl", "2000 Antwerpen"),
        ("2000", "fr", "2000 Anvers"),
        ("2000", "en", "2000 Antwerp"),
        ("1000", "nl", "1000 Brussel"),
        ("1000", "fr", "1000 Bruxelles"),
        ("1000", "de", "1000 Brüssel"),
        ("1000", "en", "1000 Brussels"),
        ("4000", "de", "4000 Lüttich"),
        ("4720", "de", "4720 Kelmis"),
        ("4720", "ar", "4720 La Calamine"),
        ("9000", "ar", "9000 Gent"),
    ],
)
def test_a_place_is_named_in_the_language_of_the_page(
    client: FlaskClient, postcode: str, tag: str, name: str
) -> None:
    """In languages in which the table has no name, the place has its name in its own region."""
    page = send(client, {"postcode": postcode, "lang": tag})
    assert words(tag).say("results.from", place=name) in page.text


@pytest.mark.parametrize(
    ("tag", "name"),
    [("nl", "Deurne (Antwerpen)"), ("fr", "Deurne (Anvers)"), ("ar", "(Antwerpen)")],
)
def test_a_suggestion_is_named_in_the_language_of_the_page(
    client: FlaskClient, tag: str, name: str
) -> None:
    """A part of a municipality is shown with the name of the municipality."""
    page = send(client, {"postcode": "Deurn", "lang": tag}, status=400)
    assert name in page.all("div", role="alert")[0].text


@given(typed=st.text(max_size=100))
def test_what_was_typed_is_never_shown_again(app: Flask, typed: str) -> None:
    """No page holds the text that was refused, in a field or elsewhere; and none crashes."""
    marked = f"canary{typed}"
    response = app.test_client().post("/", data={"postcode": marked, "country": "BE"})
    assert response.status_code in (400, 422)
    assert "canary" not in response.text


@pytest.mark.parametrize(
    "fields", [{"service": "canary"}, {"country": "canary"}, {"language": "canary canary"}]
)
def test_a_choice_that_was_never_offered_is_refused(
    client: FlaskClient, fields: dict[str, str]
) -> None:
    """A value that none of our forms sends is an error, is not ignored, and is not shown."""
    page = send(client, {"postcode": "2000", "lang": "en", **fields}, status=400)
    assert words("en")["error.other"] in page.text
    assert "canary" not in page.text
    assert page.centres == ["pag-asa", "payoke", "surya"]
    assert "tel:112" in [link.attributes.get("href") for link in page.all("a")]


@BASES
@pytest.mark.parametrize("name", ["service", "audience", "language", "country"])
def test_an_unknown_choice_without_a_postcode_is_no_choice(
    client: FlaskClient, base: str, name: str
) -> None:
    """In an address and in the form: the page is the one without a choice, and does not repeat
    the value.
    """
    unknown = {name: "canary canary"}
    address = base + "?" + urlencode(unknown)
    for page in (
        get(client, address),
        send(client, unknown, base),
        send(client, {**unknown, "postcode": ""}, base, 400),
    ):
        assert page.centres == ["pag-asa", "payoke", "surya"]
        assert "canary" not in str(page.root)
        (form,) = page.all("form", **{"class": "search-form"})
        assert form.attributes["data-search"] == "BE"
        assert "open" not in page.all("details", **{"class": "filters"})[0].attributes


def test_a_choice_that_nobody_meets_leads_back(client: FlaskClient) -> None:
    """No centre for a choice: the page says so, and a button asks again without the choice."""
    page = send(client, {"postcode": "2000", "lang": "en", "audience": "children"})
    assert page.centres == []
    assert words("en")["empty"] in page.text
    (results,) = page.all("section", **{"class": "results"})
    assert results.all("a", href="tel:112")
    (again,) = [
        button
        for button in page.all("button", name="postcode")
        if button.text == words("en")["filter.clear"]
    ]
    assert send(client, {"postcode": again.attributes["value"], "lang": "en"}).centres


@BASES
@pytest.mark.parametrize(
    ("choice", "centres", "name"),
    [
        ({"language": "en"}, ["payoke"], "English"),
        ({"language": "nl-BE"}, ["pag-asa", "payoke"], "Nederlands"),
        ({"service": "emergency-duty"}, ["pag-asa"], "Telephone duty for emergencies"),
        ({"audience": "professionals", "language": "fr"}, ["surya"], "français"),
        ({"audience": "children"}, [], None),
        ({"language": "tr"}, [], None),
    ],
)
def test_a_choice_applies_before_a_search_and_can_be_removed(
    client: FlaskClient, base: str, choice: dict[str, str], centres: list[str], name: str | None
) -> None:
    """The page that an address opens shows the centres of the choice, and says so; so does the
    page of a refused place. Each leads to all centres.
    """
    opened = get(client, f"{base}?{urlencode({**choice, 'lang': 'en'})}")
    refused = send(client, {"postcode": "nowhere", "lang": "en", **choice}, base, 400)
    for page in (opened, refused):
        assert page.centres == centres
        (results,) = page.all("section", **{"class": "results"})
        assert "hidden" not in results.attributes
        said = f"{words('en')['filters.label']}: " if name else words("en")["empty"]
        assert said in results.text
        assert (name or "") in results.text
    (line,) = opened.all("div", **{"class": "chosen"})
    (link,) = line.all("a", **{"data-replace": ""})
    assert link.text == words("en")["filter.clear"]
    (form,) = refused.all("form", **{"class": "chosen", "data-in-place": ""})
    assert form.all("button")[0].text == words("en")["filter.clear"]
    fields = {each.attributes["name"]: each.attributes["value"] for each in form.all("input")}
    for cleared in (get(client, link.attributes["href"]), send(client, fields, base)):
        assert cleared.centres == ["pag-asa", "payoke", "surya"]
        assert cleared.all("html")[0].attributes["lang"] == "en"
        assert words("en")["filters.label"] + ":" not in cleared.text


def test_without_a_choice_nothing_is_to_be_removed(client: FlaskClient) -> None:
    """A page with all centres has no line about a choice."""
    for page in (
        get(client, "/?lang=en"),
        send(client, {"postcode": "2000", "lang": "en"}),
        send(client, {"postcode": "", "lang": "en"}, status=400),
    ):
        assert words("en")["filter.clear"] not in page.text


def test_a_search_keeps_a_language_that_only_an_address_asks_for(client: FlaskClient) -> None:
    """The form has it as an option, so that it is sent with the place."""
    for tag in ("nl-BE", "tr"):
        (select,) = get(client, f"/?language={tag}").all("select", name="language")
        selected = [
            option.attributes["value"]
            for option in select.all("option")
            if "selected" in option.attributes
        ]
        assert selected == [tag]


def test_what_was_chosen_stays_chosen(client: FlaskClient) -> None:
    """The form of an answer, and the form that an address of a partner opens, hold the choice."""
    for page in (
        send(client, {"postcode": "2000", "lang": "en", "service": "legal", "language": "fr"}),
        get(client, "/?service=legal&language=fr&lang=en&postcode=2000"),
    ):
        chosen = [
            option.attributes["value"]
            for option in page.all("option")
            if "selected" in option.attributes
        ]
        assert chosen == ["fr", "legal"]
        (filters,) = page.all("details", **{"class": "filters"})
        assert "open" in filters.attributes
        (typing,) = page.all("input", name="postcode", id="postcode")
        assert "value" not in typing.attributes


def test_the_language_is_the_browsers_or_the_one_that_was_asked_for(client: FlaskClient) -> None:
    """Accept-Language decides unless `?lang=` or the form's `lang` is set; language and direction
    are declared.
    """
    for path, accept, tag in (
        ("/", "ar-MA,fr;q=0.8", "ar"),
        ("/?lang=fr", "ar", "fr"),
        ("/", "yi", "en"),
        ("/", "", "en"),
    ):
        (html,) = get(client, path, **{"Accept-Language": accept}).all("html")
        assert (html.attributes["lang"], html.attributes["dir"]) == (
            tag,
            words(tag).language.direction,
        )
    response = client.post(
        "/?lang=fr", data={"postcode": "2000", "lang": "fa"}, headers={"Accept-Language": "nl"}
    )
    assert Page(response).all("html")[0].attributes["lang"] == "fa"
    assert "Accept-Language" in response.headers["Vary"]


@BASES
def test_every_language_can_be_chosen_by_its_own_name(client: FlaskClient, base: str) -> None:
    """Each language is a link on the form and a button on an answer, which keeps answer and
    filters.
    """
    form = get(client, f"{base}?lang=nl&service=legal").all("details")[0]
    assert [link.text for link in form.all("a")] == [language.name for language in languages()]
    assert [link.attributes["href"] for link in form.all("a")][1] == f"{base}?service=legal&lang=nl"
    answer = send(client, {"postcode": "1000", "lang": "nl", "service": "legal"}, base)
    (chooser,) = answer.all("details")[0].all("form")
    buttons = chooser.all("button", name="lang")
    assert [button.attributes["value"] for button in buttons] == [
        language.tag for language in languages()
    ]
    fields = {each.attributes["name"]: each.attributes["value"] for each in chooser.all("input")}
    again = send(client, {**fields, "lang": "ar"}, chooser.attributes["action"])
    assert again.centres == answer.centres
    assert again.all("html")[0].attributes["dir"] == "rtl"


@pytest.mark.parametrize("tag", [language.tag for language in languages()])
def test_every_language_has_every_page(client: FlaskClient, tag: str) -> None:
    """Form, answer, print and error are complete; unreviewed and borrowed texts are marked."""
    pages = [get(client, f"/?lang={tag}"), send(client, {"postcode": "2800", "lang": tag})]
    pages.append(send(client, {"centre": "payoke", "lang": tag}, "/print"))
    pages.append(send(client, {"postcode": "", "lang": tag}, status=400))
    for page in pages:
        assert page.all("title")[0].text == words(tag)["title"]
        assert not re.search(r"\{[a-z]+\}|None|Markup", page.text)
        exit_link = page.all("a", rel="noreferrer noopener")[0]
        assert exit_link.text == f"{words(tag)['exit.button']} ×"
        assert exit_link.all("span", **{"aria-hidden": "true"})[0].text == "×"
    assert (words(tag)["notice.unreviewed"] in pages[0].text) is not words(tag).language.reviewed
    if "postcode.label" in words(tag).english_keys:
        assert pages[0].all("label")[0].all("span")[0].attributes["lang"] == "en"


@BASES
def test_the_exit_is_first_and_needs_no_script(client: FlaskClient, base: str) -> None:
    """The first focusable element leads away without a referrer; from a frame the whole page is
    left.
    """
    for page in (
        get(client, base),
        send(client, {"postcode": "1000"}, base),
        send(client, {"centre": "payoke"}, f"{base.rstrip('/')}/print"),
    ):
        body = page.all("body")[0]
        first = next(node for tag in ("a", "button", "input", "summary") for node in body.all(tag))
        assert first.attributes["href"] == "https://www.wikipedia.org/"
        assert "noreferrer" in first.attributes["rel"]
        assert first.attributes.get("target") == ("_top" if base == "/embed" else None)
        assert isinstance(body.inside[1], Node)
        assert body.inside[1].all("a") == [first]


def test_the_exit_leads_where_the_setting_says_and_nowhere_else(tmp_path: Path) -> None:
    """The target is the setting's; no address that comes with a request changes it."""
    app = app_of(
        tmp_path,
        [made_up_centre(1)],
        datetime(2026, 11, 3, 10, tzinfo=UTC),
        exit_url="https://weather.example/",
    )
    for name in ("exit", "exit_url", "exit-target", "exit_target", "target", "url", "next"):
        page = get(app.test_client(), f"/embed?{name}=https://evil.example/")
        assert "evil.example" not in str(page.root)
        assert page.all("a")[0].attributes["href"] == "https://weather.example/"


@BASES
def test_a_page_has_no_script_or_style_within_and_nothing_from_elsewhere(
    client: FlaskClient, base: str
) -> None:
    """A page loads only files of this server, so that the policy can forbid everything else."""
    for path in ("/static/exit.js", "/static/page.js", "/static/finder.css"):
        assert client.get(path).status_code == 200
    for page in (get(client, base), send(client, {"postcode": "1000"}, base)):
        assert page.all("style") == []
        for node in (*page.all("script"), *page.all("link"), *page.all("img"), *page.all("iframe")):
            loaded = node.attributes.get("src") or node.attributes["href"]
            assert loaded.startswith(("/static/", "data:")) or node.attributes["rel"] == "alternate"
            assert node.text == ""
        every = re.findall(r'\s(on[a-z]+|style)="', client.get(base).text)
        assert every == []


def test_title_and_icon_tell_nothing(client: FlaskClient) -> None:
    """The title is the neutral one on every page, and the icon has no word and no sign of help."""
    for page in (get(client, "/?lang=en"), send(client, {"postcode": "1000", "lang": "en"})):
        assert page.all("title")[0].text == "Addresses nearby"
        (icon,) = page.all("link", rel="icon")
        assert icon.attributes["href"].startswith("data:image/svg+xml,")
        assert not re.search("text|title|image/png", icon.attributes["href"][5:])


def test_the_map_is_numbered_like_the_list(client: FlaskClient) -> None:
    """Each number of the map is a link to its centre in the list, before and after a search."""
    for page in (get(client, "/?lang=nl"), send(client, {"postcode": "2000", "lang": "nl"})):
        (svg,) = [each for each in page.all("svg") if each.attributes["class"] == "map"]
        assert svg.attributes["aria-label"] == words("nl")["map.label"]
        names = {link.attributes["href"]: link.attributes["aria-label"] for link in svg.all("a")}
        assert len(names) == 3
        for heading in page.all("h3"):
            assert names[f"#{heading.attributes['id']}"] == heading.text


def test_a_number_of_the_map_is_as_large_as_a_finger(client: FlaskClient) -> None:
    """A larger circle with the same middle is below the visible one."""
    for link in get(client).all("svg", **{"class": "map"})[0].all("a"):
        reach, mark = (each.attributes for each in link.all("circle"))
        assert [reach["class"], mark["class"]] == ["reach", "mark"]
        assert (reach["cx"], reach["cy"]) == (mark["cx"], mark["cy"])
        assert reach["r"] == "22"


def test_a_public_address_opens_in_the_devices_own_map(client: FlaskClient) -> None:
    """By its street and town, never by the centre's name, which the map may keep; the note on what
    the link reveals comes before it.
    """
    page = get(client, "/?lang=fr")
    links = [
        link.attributes["href"] for link in page.all("a") if link.text == words("fr")["address.map"]
    ]
    assert links == [
        "geo:50.84280,4.34970?q=Rue%20des%20Alexiens%2016b%2C%201000%20Bruxelles",
        "geo:51.22480,4.40430?q=Leguit%204%2C%202000%20Anvers",
        "geo:50.64150,5.56550?q=Rue%20Rouveroy%202%2C%204000%20Li%C3%A8ge",
    ]
    for folded in page.all("details"):
        if words("fr")["address.map"] in folded.text:
            note, link = words("fr")["address.map_help"], words("fr")["address.map"]
            assert folded.text.index(note) < folded.text.index(link)


@pytest.mark.parametrize("visibility", ["hidden", "locality"])
def test_an_address_that_is_not_public_opens_in_no_map(tmp_path: Path, visibility: str) -> None:
    """It has no link to a map, and nothing to copy."""
    centre = made_up_centre(1, address_visibility=visibility)
    page = get(app_of(tmp_path, [centre], NOON).test_client(), "/?lang=en")
    assert "geo:" not in str(page.root)
    assert words("en")["address.copy"] not in page.text


@pytest.mark.parametrize("url", ["https://example.org/about", ""])
def test_the_foot_says_who_runs_the_page(tmp_path: Path, url: str) -> None:
    """By name, with a link if there is a page about them; there a mistake can be reported."""
    settings = {"operator_name": "Ré & Co", "operator_url": url}
    client = app_of(tmp_path, [made_up_centre(1)], NOON, **settings).test_client()
    for lang, is_reviewed in (("en", True), ("nl", False)):
        (foot,) = get(client, f"/?lang={lang}").all("footer")
        sentence = words(lang).say("operator.label", name="Ré & Co").removesuffix(".")
        assert sentence in foot.text
        links = [link.text for link in foot.all("a", href=url)] if url else []
        mistakes = [] if is_reviewed else [words(lang)["translation.mistake"]]
        assert links == (["Ré & Co", *mistakes] if url else [])
        assert (words(lang)["notice.unreviewed"] in foot.text) is not is_reviewed


def test_nobody_is_named_where_no_operator_is_set(client: FlaskClient) -> None:
    """Without the setting the foot has no such sentence."""
    assert "run by" not in get(client, "/?lang=en").all("footer")[0].text


def test_a_page_says_that_some_sentences_are_english(client: FlaskClient) -> None:
    """At the foot, in a language without all of its texts."""
    for lang in ("so", "ar"):
        foot = get(client, f"/?lang={lang}").all("footer")[0].text
        said = words(lang)["translation.english"] in foot
        assert said is bool(words(lang).english_keys)


def test_what_happens_when_one_calls_has_its_source(client: FlaskClient) -> None:
    """Each sentence links its source."""
    (section,) = get(client, "/?lang=en").all("section", **{"class": "trust"})
    for key in ("listen", "invited", "choice", "discreet", "free"):
        assert words("en")[f"trust.{key}"] in section.text
    sources = [link.attributes["href"] for link in section.all("a")]
    assert [address.split("/")[2].removeprefix("www.") for address in sources] == [
        "stophumantrafficking.be",
        "fedasilinfo.be",
        "bipt.be",
    ]


def test_a_centres_own_statement_links_its_source(client: FlaskClient) -> None:
    """In the description of this centre, and of no other."""
    own = {"payoke": "https://www.payoke.be/", "surya": "https://www.asblsurya.org/"}
    for card in get(client, "/?lang=en").all("article"):
        id = card.attributes["data-centre"]
        links = [link.attributes["href"] for link in card.all("a", **{"class": "source"})]
        assert links == ([own[id]] if id in own else [])
        assert ("free and confidential" in card.text) is (id == "payoke")
        assert ("at any time" in card.text) is (id == "surya")


def test_without_a_source_nothing_is_said_of_a_call(tmp_path: Path) -> None:
    """In a directory whose records have no sources to link, the section is not there."""
    records = shipped_records()
    sources = [
        {name: value for name, value in each.items() if name != "url"}
        for each in records["sources"]
    ]
    path = tmp_path / "unsourced.json"
    path.write_text(json.dumps({**records, "sources": sources}), encoding="utf-8")
    directory = directory_of(tmp_path, [made_up_centre(1)])
    directory.importer.bring_in(TERMINAL, Incoming.of(path), "test", allow_removals=True)
    client = create_app(directory, now=lambda: NOON).test_client()
    assert get(client, "/?lang=en").all("section", **{"class": "trust"}) == []


def test_a_caveat_names_its_centres_unless_it_concerns_all(tmp_path: Path) -> None:
    """One of two centres is confirmed: the caveat at the end names the other one."""
    verified = {"on": NOON.date().isoformat(), "by": "anna", "how": "called"}
    centres = [made_up_centre(1, verified=verified), made_up_centre(2)]
    page = send(app_of(tmp_path, centres, NOON).test_client(), {"postcode": "1000", "lang": "en"})
    (caveat,) = [each for each in page.all("p") if words("en")["record.unconfirmed"] in each.text]
    assert centres[1]["name"] in caveat.text
    assert centres[0]["name"] not in caveat.text


def test_an_uncertain_order_names_the_two_centres(client: FlaskClient) -> None:
    """The caveat names the first two of the answer, as other caveats name theirs."""
    page = send(client, {"postcode": "1880", "lang": "en"})
    (caveat,) = [each for each in page.all("p") if words("en")["uncertain.postcode"] in each.text]
    (bold,) = caveat.all("b")
    names = [article.all("bdi")[0].text for article in page.all("article")[:2]]
    assert [name.text for name in bold.all("bdi")] == names
    assert caveat.text.startswith(bold.text)
    assert bold.text.endswith(":")
    assert caveat.text in page.all("article")[0].text


def test_a_number_that_answers_day_and_night_follows_the_first_centre(client: FlaskClient) -> None:
    """Not before a search: the helplines are in sight."""
    night = {"class": "button night"}
    assert not get(client, "/?lang=en").all("a", **night)
    page = send(client, {"postcode": "1000", "lang": "en"})
    (link,) = page.all("article")[0].all("a", **night)
    assert page.all("a", **night) == [link]
    assert link.attributes["href"] == "tel:+3278055800"


def test_without_a_number_that_always_answers_the_first_helpline_follows() -> None:
    """A directory may have no such line; it has an emergency number."""
    lines = [
        helpline_view(Helpline.from_record(record), "en")
        for record in in_dialling_order(shipped_records()["helplines"])
    ]
    assert night_line(lines).href == "tel:+3278055800"
    assert night_line([line for line in lines if not line.always]).href == "tel:112"


@pytest.mark.parametrize(
    ("lang", "said", "phones"),
    [
        ("en", "Énée 2 : Languages – English", 0),
        ("ar", "Énée 4 : اللغات المستخدمة هناك – العربية", 1),
    ],
)
def test_the_closest_centre_that_speaks_the_language_of_the_page_is_named(
    tmp_path: Path, lang: str, said: str, phones: int
) -> None:
    """In the first card, unless it is the closest of all or a language is chosen; with its phones
    if it is not in the answer.
    """
    spoken = [("nl", 50.84), ("en", 50.77), ("fr", 50.71), ("ar", 50.67)]
    centres = [
        made_up_centre(
            number,
            languages=[{"code": code}],
            location={"lat": lat, "lon": 4.35, "precision": "street"},
            phones=[{"number": f"+32251164{60 + number}", "kind": "main"}],
        )
        for number, (code, lat) in enumerate(spoken, 1)
    ]
    client = app_of(tmp_path, centres, NOON).test_client()
    page = send(client, {"postcode": "1000", "lang": lang})
    (notes,) = page.all("article")[0].all("div", **{"class": "notes"})
    assert said in notes.text
    assert len(notes.all("a")) == phones
    for fields in ({"lang": "nl"}, {"lang": "de"}, {"lang": lang, "language": "nl"}):
        page = send(client, {"postcode": "1000", **fields})
        (notes,) = page.all("article")[0].all("div", **{"class": "notes"})
        assert not notes.all("p")


HOURS = {"opening_hours": "Mo-Fr 09:00-17:00", "timezone": "Europe/Brussels"}


@pytest.mark.parametrize(
    ("now", "hours", "said"),
    [
        ("2026-11-03T10:00", HOURS, "Open now, until 17:00"),
        ("2026-11-03T18:00", HOURS, "Closed now. Opens: Wednesday, 09:00"),
        (
            "2026-11-03T10:00",
            {**HOURS, "opening_hours": "Mo 09:00-10:00"},
            "Closed now. Opens: Monday, 09:00",
        ),
        (
            "2026-11-02T10:30",
            {**HOURS, "opening_hours": "Mo 09:00-10:00"},
            "Closed now. Opens: November 9, 2026, 09:00",
        ),
        ("2026-11-03T10:00", {**HOURS, "opening_hours": "24/7"}, "Open now"),
        # What follows has two meanings, so no time is given.
        (
            "2026-11-07T23:00",
            {**HOURS, "opening_hours": "Sa 22:00-04:00; Su 10:00-12:00"},
            "Open now",
        ),
        (
            "2026-11-10T23:00",
            {**HOURS, "opening_hours": "Mo-Su 02:00-04:00; We 02:00-04:00 unknown"},
            "Closed now",
        ),
        ("2026-11-03T10:00", {}, "Opening hours not known"),
    ],
)
def test_a_centre_says_whether_it_is_open(
    tmp_path: Path, now: str, hours: dict[str, str], said: str
) -> None:
    """Open or closed, and until when, in the centre's local time, with the day if it is another
    one.
    """
    moment = datetime.fromisoformat(f"{now}+01:00").astimezone(UTC)
    centre = made_up_centre(1, coverage=["BE"], **hours)
    page = send(
        app_of(tmp_path, [centre], moment).test_client(), {"postcode": "1000", "lang": "en"}
    )
    states = [node.text for node in page.all("p") if "state" in node.attributes.get("class", "")]
    assert states == [said]


@pytest.mark.parametrize("now", ["2026-11-03T10:00", "2026-11-03T18:00"])
@pytest.mark.parametrize("services", [["emergency-duty"], ["legal"]])
def test_the_duty_of_a_centre_follows_its_phones(
    tmp_path: Path, now: str, services: list[str]
) -> None:
    """Whether it is open or closed, so that no card grows at closing time. The state says only
    whether it is open.
    """
    moment = datetime.fromisoformat(f"{now}+01:00").astimezone(UTC)
    centre = made_up_centre(1, **HOURS, services=services)
    page = get(app_of(tmp_path, [centre], moment).test_client(), "/?lang=en")
    (article,) = page.all("article")
    duty = words("en")["service.emergency-duty"]
    (state,) = [each for each in article.all("p") if "state" in each.attributes.get("class", "")]
    assert duty not in state.text
    elements = [each for each in article.inside if isinstance(each, Node)]
    (calls,) = article.all("div", **{"class": "calls"})
    after = elements[elements.index(calls) + 1]
    has_duty = "emergency-duty" in services
    assert (after.attributes.get("class") == "duty") is has_duty
    assert [each.text for each in article.all("p", **{"class": "duty"})] == [duty] * has_duty


def test_hours_are_in_words_on_screen_and_on_paper(tmp_path: Path) -> None:
    """Beside the present state are the hours of the week; print has only these; not if temporarily
    closed.
    """
    centres = [
        made_up_centre(1, **HOURS),
        made_up_centre(2, **HOURS, status="temporarily_closed"),
        made_up_centre(3, **{**HOURS, "opening_hours": 'Mo-Fr 09:00-17:00 "ring"'}),
    ]
    client = app_of(tmp_path, centres, NOON).test_client()
    answer = send(client, {"postcode": "1000", "lang": "en"})
    said = "Monday – Friday: 09:00 – 17:00"
    told = {
        one.attributes["data-centre"]: one.text.replace("\N{THIN SPACE}", " ")
        for one in answer.all("article")
    }
    assert said in told[centres[0]["id"]]
    assert "Open now" in told[centres[0]["id"]]
    assert '"ring"' in told[centres[2]["id"]]
    assert words("en")["open.unknown"] not in told[centres[2]["id"]]
    for neutral in ({}, {"neutral": "on"}):
        page = send(client, {"centre": centres[0]["id"], "lang": "en", **neutral}, "/print")
        assert f"Opening hours: {said}" in page.text.replace("\N{THIN SPACE}", " ")
        assert "Open now" not in page.text
    closed = send(client, {"centre": centres[1]["id"], "lang": "en"}, "/print")
    assert words("en")["hours.label"] not in closed.text


def test_a_centre_that_is_responsible_is_shown_where_it_is_far(tmp_path: Path) -> None:
    """A centre responsible for the province follows the closest ones, without a distance, with the
    reason.
    """
    near = [made_up_centre(number) for number in range(1, 5)]
    arlon = {"postal_code": "6700", "locality": {"fr": "Arlon"}, "country": "BE"}
    point = {"lat": 49.68, "lon": 5.81, "precision": "street"}
    far = made_up_centre(9, address=arlon, location=point, coverage=["BE-BRU"])
    near[-1]["coverage"] = ["BE-BRU"]
    page = send(
        app_of(tmp_path, [*near, far], NOON).test_client(), {"postcode": "1000", "lang": "en"}
    )
    *closest, last = page.all("article")
    assert len(closest) == 3
    assert last.attributes["data-centre"] == far["id"]
    assert "straight line" not in last.text
    assert [
        words("en")["responsible.label"] in article.text for article in page.all("article")
    ].count(True) == 2


NOON = datetime(2026, 11, 3, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "Confirmed: November 2, 2026"),
        (300, "Confirmed: January 7, 2026"),
        (400, None),
        (None, None),
    ],
)
def test_a_record_says_when_it_was_confirmed(
    tmp_path: Path, days: int | None, said: str | None
) -> None:
    """A confirmed record says when; for one that nobody confirmed, or long ago, the end of the
    answer asks to call first.
    """
    on = datetime.fromordinal(NOON.toordinal() - (days or 0)).date().isoformat()
    verified = {"verified": {"on": on, "by": "anna", "how": "called"}} if days else {}
    page = send(
        app_of(tmp_path, [made_up_centre(1, **verified)], NOON).test_client(),
        {"postcode": "1000", "lang": "en"},
    )
    assert (said or "") in page.all("article")[0].text
    assert (words("en")["record.unconfirmed"] in page.text) is (said is None)
    assert (words("en")["spoken.unconfirmed"] in page.text) is (said is None)


def test_a_hidden_address_stays_hidden(tmp_path: Path) -> None:
    """No page and no card has the street, postcode or exact point of a centre with a hidden
    address.
    """
    secret = made_up_centre(
        1,
        address={
            "street": "Canary street 1",
            "postal_code": "1190",
            "locality": {"nl": "Vorst"},
            "country": "BE",
        },
        address_visibility="hidden",
        location={"lat": 50.81231, "lon": 4.31231, "precision": "exact"},
        phones=[{"number": "+3225116464", "kind": "main"}],
        languages=[{"code": "uk", "interpreter": True}],
    )
    client = app_of(tmp_path, [secret], NOON).test_client()
    for page in (
        send(client, {"postcode": "1000", "lang": "en"}),
        send(client, {"centre": secret["id"], "lang": "en"}, "/print"),
    ):
        assert words("en")["address.hidden"] in page.text
        assert not re.search("Canary|1190|50.81|4.31", str(page.root))
    assert (
        "українська , with an interpreter" in send(client, {"postcode": "1000", "lang": "en"}).text
    )
    card = client.post("/contact", data={"contact": secret["id"]}).text
    assert not re.search("Canary|1190|GEO", card)
    neutral = send(client, {"centre": secret["id"], "lang": "en", "neutral": "on"}, "/print")
    assert words("en")["address.hidden"] not in neutral.text  # an office has no secret address


def test_where_no_countries_are_covered_the_page_says_what_to_dial(
    tmp_path: Path, run_command: RunCommand
) -> None:
    """A postcode of a country without centres: it can be chosen, and the number to dial is shown
    before the centres.
    """
    names = tmp_path / "LU.txt"
    names.write_text("LU\tL-1111\tLuxembourg\t\t\t\t\t\t\t49.61\t6.13\t4\n", encoding="utf-8")
    directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path}/cli.db", rate_limit=""))
    directory.prepare()
    run_command("postcodes", "import", str(names), "--country", "LU")
    directory.live.refresh()
    client = create_app(directory, now=lambda: NOON).test_client()
    chooser = get(client, "/?lang=fr").all("select", name="country")[0]
    assert [option.text for option in chooser.all("option")] == ["Belgique", "Luxembourg"]
    page = send(client, {"postcode": "1111", "country": "lu", "lang": "fr"})
    assert page.all("option", value="LU")[0].attributes["selected"] == ""
    assert page.centres
    told = page.all("main")[0].text
    dial = words("fr")["outside.dial"].partition(" 112")[0]
    assert told.index(dial) < told.index("PAG-ASA")


def test_the_page_answers_a_postcode_across_the_border(client: FlaskClient) -> None:
    """It says what to dial there, and keeps the country for the next search."""
    page = send(client, {"lang": "en", "postcode": "L-1111"})
    assert page.centres[0] == "surya"
    assert words("en")["outside.dial"].partition(" 112")[0] in page.text
    chooser = page.all("select", name="country")[0]
    assert [each.attributes["value"] for each in chooser.all("option")] == [
        "BE",
        "DE",
        "FR",
        "LU",
        "NL",
    ]
    assert page.all("option", value="LU")[0].attributes["selected"] == ""


def test_the_page_asks_for_the_country_only_if_it_is_in_doubt(client: FlaskClient) -> None:
    """A visitor in Belgium has nothing to choose."""
    assert not send(client, {"lang": "en", "postcode": "4000"}).all("select", name="country")
    doubtful = send(client, {"lang": "en", "postcode": "59000"}, status=422)
    assert words("en")["error.postcode-foreign"] in doubtful.text
    assert words("en")["outside.dial"].partition(" 112")[0] in doubtful.text
    assert doubtful.all("select", name="country")
    assert (
        send(client, {"lang": "en", "postcode": "59000", "country": "FR"}).centres[0] == "pag-asa"
    )


def test_the_page_suggests_postcodes_only_of_the_country_that_it_would_send(
    client: FlaskClient,
) -> None:
    """A button for a postcode of the Netherlands would be answered for Belgium."""
    for fields in (
        {"postcode": "NL-1012"},
        {"postcode": "L-1000"},
        {"postcode": "1000", "country": "LU"},
    ):
        page = send(client, {**fields, "lang": "en"}, status=422)
        assert words("en")["error.postcode-far"] in page.text
        assert not page.all("button", name="postcode")


def test_paper_shows_what_one_needs_and_no_place(client: FlaskClient) -> None:
    """The print view has the centres in the requested order, their phones, and nothing of the
    origin.
    """
    answer = send(client, {"postcode": "9000", "lang": "nl"})
    (take,) = answer.all("form", action="/contact")
    ids = [each.attributes["value"] for each in take.all("input", name="centre")]
    assert ids == answer.centres
    page = send(
        client,
        {"centre": [*ids, "nobody"], "lang": "nl"},
        take.all("button")[0].attributes["formaction"],
    )
    names = [heading.text for heading in page.all("h2")]
    assert sorted(names) == ["PAG-ASA", "Payoke", "Sürya"]
    assert [section.attributes["data-centre"] for section in page.all("section")] == ids
    assert f"{words('nl')['helpline.national_line']} · {words('nl')['hours.always']}" in page.text
    assert "+32 2 511 64 64" in page.text
    assert "info@pag-asa.be" in page.text
    assert not re.search("9000|Gent", str(page.root))


def test_neutral_paper_names_nobody(client: FlaskClient) -> None:
    """With the neutral name the print has phones and addresses, and nothing that names the
    centres.
    """
    page = send(client, {"centre": ["payoke", "surya"], "lang": "en", "neutral": "on"}, "/print")
    assert [heading.text for heading in page.all("h2")] == ["Office Antwerp", "Office Liège"]
    assert {"+32 3 201 16 90", "+32 4 232 40 30"} <= {phone.text for phone in page.all("bdi")}
    assert not re.search(
        "payoke|surya|sürya|traffick|victim|@|www|stop", page.all("main")[0].text.lower()
    )
    one = send(client, {"centre": "payoke", "lang": "nl", "neutral": "on"}, "/print")
    assert [heading.text for heading in one.all("h2")] == [words("nl")["neutral.name"]]


@pytest.mark.parametrize("base", ["", "/embed"])
def test_a_contact_is_saved_under_a_name_that_tells_nothing(client: FlaskClient, base: str) -> None:
    """The file is a vCard called contact.vcf and not cached; with the neutral name it names no
    centre.
    """
    plain = client.post(f"{base}/contact", data={"contact": "payoke", "lang": "nl"})
    assert (plain.status_code, plain.content_type) == (200, "text/vcard; charset=utf-8")
    assert plain.headers["Content-Disposition"] == 'attachment; filename="contact.vcf"'
    assert plain.headers["Cache-Control"] == "no-store"
    assert "FN:Payoke\r\n" in plain.text
    neutral = client.post(
        f"{base}/contact", data={"contact": "payoke", "lang": "nl", "neutral": "on"}
    )
    assert f"FN:{words('nl')['neutral.name']} Antwerpen\r\n" in neutral.text
    assert "payoke" not in neutral.text.lower()
    assert send(client, {"contact": "nobody"}, f"{base}/contact", 404).text


def test_too_much_is_not_read(client: FlaskClient) -> None:
    """A body larger than any form is refused with a page; one with unknown fields shows the
    form.
    """
    assert (
        words("en")["error.other"]
        in send(client, {"postcode": "1000", "lang": "en", "x": "x" * 5000}, status=413).text
    )
    for body, kind in (
        (b'{"postcode": "1000"}', "application/json"),
        (b"\xff\xfe", "text/plain"),
        (b"", ""),
    ):
        response = client.post("/", data=body, content_type=kind, headers={"Accept-Language": "fr"})
        assert response.status_code == 200
        assert Page(response).all("input", name="postcode")
        assert words("fr")["postcode.label"] in Page(response).text


class BrokenFinder(Finder):
    """A finder that crashes."""

    def nearest(self, query: NearestQuery, snapshot: Snapshot | None = None) -> NearestAnswer:
        """Crash."""
        raise RuntimeError("canary")


@BASES
def test_a_crash_and_an_empty_house_still_show_the_helplines(
    directory: Directory, tmp_path: Path, base: str
) -> None:
    """If the server fails, or has not loaded anything yet, the visitor gets a page with the
    numbers.
    """
    broken = BrokenFinder(directory.live, NEIGHBOURS, "BE", shipped("data") / "centres.json", 180)
    client = create_app(replace(directory, finder=broken)).test_client()
    crashed = send(client, {"postcode": "2000", "lang": "nl"}, base, 500)
    empty = create_app(
        open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db"))
    ).test_client()
    unready = Page(empty.get(f"{base}?lang=nl"))
    for page in (crashed, unready):
        assert "tel:112" in [link.attributes.get("href") for link in page.all("a")]
        assert words("nl")["error.other"] in page.text
        assert "canary" not in page.text


ABROAD: dict[str, Any] = {
    "address": {"postal_code": "1012 AB", "locality": {"nl": "Amsterdam"}, "country": "NL"},
    "location": {"lat": 52.37, "lon": 4.89, "precision": "street"},
}


def app_abroad(folder: Path, centres: list[dict[str, Any]]) -> Flask:
    """The same as app_of, with a number to dial in the Netherlands, which have no boundary here."""
    dutch = {
        "id": "nl-112",
        "kind": "emergency",
        "number": "112",
        "name": {"en": "Emergency"},
        "countries": ["NL"],
    }
    records = shipped_records()
    records = {**records, "helplines": [*records["helplines"], dutch], "centres": centres}
    path = folder / "abroad.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    directory = open_directory(
        Settings(database_url=f"sqlite:///{folder / 'directory.db'}", rate_limit="")
    )
    directory.prepare()
    directory.importer.bring_in(TERMINAL, Incoming.of(path), "test", allow_removals=True)
    return create_app(directory, now=lambda: NOON)


def test_many_centres_are_not_shown_before_a_search(tmp_path: Path) -> None:
    """Eight centres are points of the map without numbers; one that lies off it has none."""
    centres = [*(made_up_centre(number) for number in range(1, 8)), made_up_centre(8, **ABROAD)]
    page = get(app_abroad(tmp_path, centres).test_client())
    (svg,) = [each for each in page.all("svg") if each.attributes["class"] == "map"]
    assert len(svg.all("circle")) == 7
    assert svg.all("text") == []
    assert page.centres == []


def test_few_of_many_centres_are_shown_where_an_address_chooses_them(tmp_path: Path) -> None:
    """Two of seven centres match: they are shown before a search. Six of seven are too many."""
    centres = [made_up_centre(number, audiences=["victims"]) for number in range(1, 8)]
    for centre in centres[:2]:
        centre["audiences"] = ["victims", "children"]
    for centre in centres[:6]:
        centre["services"] = ["legal"]
    centres[6]["services"] = ["medical"]
    client = app_of(tmp_path, centres, NOON).test_client()
    assert get(client, "/?audience=children").centres == [each["id"] for each in centres[:2]]
    many = get(client, "/?service=legal")
    assert many.centres == []
    (results,) = many.all("section", **{"class": "results"})
    assert "hidden" in results.attributes


def test_no_boundary_no_map(tmp_path: Path) -> None:
    """Centres in a country without a boundary: the page is whole, without a map."""
    client = app_abroad(tmp_path, [made_up_centre(1, **ABROAD)]).test_client()
    assert [svg.attributes["class"] for svg in get(client).all("svg")] == ["icon"]
    assert send(client, {"postcode": "1000"}).centres == ["made-up-001"]
