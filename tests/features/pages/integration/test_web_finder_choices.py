"""The choices of the visitor's page: languages, services and audiences of centres."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from directory_api.text.translations import words
from tests.support.finder_pages import BASES, NOON, app_of, get, send
from tests.support.records import made_up_centre, shipped_records

FILTER = {"data-filter": ""}


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
        assert all(field.attributes["value"] == "" for field in form.all("input", **FILTER))


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
        ({"language": "en"}, ["pag-asa", "payoke"], "English"),
        ({"language": "nl-BE"}, ["pag-asa", "payoke"], "Nederlands"),
        ({"service": "emergency_duty"}, ["pag-asa"], "Telephone duty for emergencies"),
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


def test_a_search_keeps_a_language_that_only_an_address_asks_for(tmp_path: Path) -> None:
    """The form has it as an option, so that it is sent with the place."""
    client = app_of(tmp_path, [made_up_centre(n) for n in range(1, 7)], NOON).test_client()
    for tag in ("nl-BE", "tr"):
        (select,) = get(client, f"/?language={tag}").all("select", name="language")
        selected = [
            option.attributes["value"]
            for option in select.all("option")
            if "selected" in option.attributes
        ]
        assert selected == [tag]


def test_few_centres_have_no_form_for_filters(client: FlaskClient) -> None:
    """Their cards say languages and kinds of help. What an address chooses is sent with the place,
    and no label of a choice is left.
    """
    chosen = get(client, "/?service=legal&language=fr&lang=en")
    for page in (chosen, send(client, {"postcode": "2000", "lang": "en", "service": "legal"})):
        assert not page.all("details", **{"class": "filters"})
        (form,) = page.all("form", **{"class": "search-form"})
        assert not form.all("select")
    fields = {
        each.attributes["name"]: each.attributes["value"] for each in chosen.all("input", **FILTER)
    }
    assert fields == {"language": "fr", "service": "legal", "audience": ""}
    assert send(client, {**fields, "postcode": "2000", "lang": "en"}).centres == [
        "pag-asa",
        "surya",
    ]


def test_what_was_chosen_stays_chosen(tmp_path: Path) -> None:
    """The form of an answer, and the form that an address of a partner opens, hold the choice."""
    many = [*shipped_records()["centres"], *(made_up_centre(n) for n in range(1, 4))]
    client = app_of(tmp_path, many, NOON).test_client()
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
