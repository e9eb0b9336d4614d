"""Places abroad and the choice of a country on the visitor's page."""

from pathlib import Path

from flask.testing import FlaskClient

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support.added_postcodes import add_postcodes
from tests.support.finder_pages import NOON, get, send


def test_where_no_countries_are_covered_the_page_says_what_to_dial(
    tmp_path: Path,
) -> None:
    """A postcode of a country without centres: it can be chosen, and the number to dial is shown
    before the centres.
    """
    directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path}/cli.db", rate_limit=""))
    directory.prepare()
    add_postcodes(directory.writer, "LU", ("1111", "Luxembourg", 49.61, 6.13))
    client = create_app(directory, now=lambda: NOON).test_client()
    chooser = get(client, "/?lang=fr").all("select", name="country")[0]
    assert [option.text for option in chooser.all("option")] == ["Belgique", "Luxembourg"]
    page = send(client, {"postcode": "1111", "country": "lu", "lang": "fr"})
    assert page.all("option", value="LU")[0].attributes["selected"] == ""
    assert page.centres
    told = page.all("section", **{"class": "results"})[0].text
    outside = told.index(" ".join(words("fr").say("place.in", country="Luxembourg").split()))
    assert outside < told.index("113 Police – Luxembourg") < told.index("PAG-ASA")


def test_the_page_answers_a_postcode_across_the_border(client: FlaskClient) -> None:
    """It says what to dial there, and keeps the country for the next search."""
    page = send(client, {"lang": "en", "postcode": "L-1111"})
    assert page.centres[0] == "surya"
    (danger,) = page.all("div", **{"class": "row danger"})
    assert [link.text for link in danger.all("a")] == ["112", "113 Police – Luxembourg"]
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
