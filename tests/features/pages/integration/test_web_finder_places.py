"""The places that visitors type into the page: towns, names and what is suggested."""

import pytest
from flask.testing import FlaskClient

from directory_api.text.translations import words
from tests.support.finder_pages import send


def test_a_slip_is_offered_to_be_mended(client: FlaskClient) -> None:
    """An unknown code comes with the known ones that it may be; each is a button that sends it."""
    page = send(client, {"postcode": "9999", "lang": "fr", "service": "legal"}, status=404)
    tries = page.all("div", role="alert")[0].all("button", name="postcode")
    assert tries
    (form,) = {button.attributes["form"] for button in tries}
    (sent,) = page.all("form", id=form)
    assert "legal" in [hidden.attributes.get("value") for hidden in sent.all("input")]
    assert send(
        client, {"postcode": tries[0].attributes["value"], "lang": "fr", "service": "legal"}
    ).centres


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
    """A town with several postcodes has the order of the centres and their towns only; one with a
    single postcode has their distances, too.
    """
    for typed, measured in (("Antwerpen", 0), ("Spa", 3), ("2000", 3)):
        page = send(client, {"postcode": typed, "lang": "en"})
        assert len(page.all("span", **{"class": "distance"})) == measured
        towns = [where.text.split(" ,")[0] for where in page.all("span", **{"class": "where"})]
        assert len(towns) == 3
        assert all(towns)


def test_a_town_is_uncertain_where_its_postcodes_have_different_closest_centres(
    client: FlaskClient,
) -> None:
    """Both count that are shown: the closest that a filter leaves, and the closest of all."""
    fields = {"postcode": "Hasselt", "lang": "fr"}
    assert send(client, fields).centres[0] == "surya"
    page = send(client, {**fields, "language": "en"})
    assert page.centres == ["pag-asa", "payoke"]
    (clear,) = page.all("form", **{"class": "chosen"})[0].all("button")
    assert clear.attributes["value"] == "Hasselt"
    uncertain = words("en")["uncertain.both"]
    assert uncertain in send(client, {"postcode": "Namur", "lang": "en"}).text
    assert uncertain not in send(client, {"postcode": "Leuven", "lang": "en"}).text


@pytest.mark.parametrize(
    ("typed", "status", "codes"),
    [
        # The name of a municipality, in either language; beside Aalst there is another one.
        ("Gent", 200, []),
        ("Malines", 200, []),
        ("Aalst", 200, ["3800", "3891"]),
        # Of several parts, and of none.
        ("Deurne", 422, ["2100", "3290"]),
        ("Gendt", 400, ["9030"]),
    ],
)
def test_a_name_leads_to_its_place_or_to_a_choice(
    client: FlaskClient, typed: str, status: int, codes: list[str]
) -> None:
    """Who knows only the name of the town is answered, or chooses."""
    page = send(client, {"postcode": typed, "lang": "en"}, status=status)
    offered = [button.attributes["value"] for button in page.all("button", name="postcode")]
    assert [code for code in offered if code in codes] == codes


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
    (folded,) = page.all("details", **{"class": "elsewhere screen-only"})
    assert choice in folded.all("form")
    assert folded.all("summary")[0].text == "Not in Belgium?"
    assert "9000 Ghent – Country:" in choice.text
    assert str(page.root).count("9000") == 4


@pytest.mark.parametrize(
    ("postcode", "tag", "name"),
    [
        ("2000", "fr", "2000 Anvers"),
        ("4000", "de", "4000 Lüttich"),
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


def test_a_coordinate_is_answered_and_named_as_it_was_typed(client: FlaskClient) -> None:
    """It has no postcode and no town."""
    page = send(client, {"postcode": "51.2194, 4.4025", "lang": "en"})
    assert page.centres[0] == "payoke"
    (place,) = page.all("span", **{"data-place": ""})
    assert place.text == words("en").say("results.from", place="51.2194, 4.4025")
