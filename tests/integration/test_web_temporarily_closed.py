"""A temporarily closed centre: searches name it with its state and number, and never as the
closest.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.batches import answers_of, without_point
from tests.support.finder_pages import BASES, Node, get, send
from tests.support.html_browser import changed, signed_in_browser
from tests.support.maintainer_app import create_maintainer_app
from tests.support.records import directory_of, made_up_centre

NEEDS = ("desk",)

NOW = datetime(2026, 11, 3, 11, tzinfo=UTC)
CLOSED, NEAR, FAR = "made-up-001", "made-up-002", "made-up-003"
PLACE = {"lat": "50.8000", "lon": "4.3000"}
NEAREST = "/v1/nearest"


def _centre(number: int, lat: float, **members: Any) -> dict[str, Any]:
    phone = {"number": f"+3225116{number}64", "kind": "main", "hours": "24/7"}
    location = {"lat": lat, "lon": 4.3, "precision": "exact"}
    return made_up_centre(number, phones=[phone], location=location, **members)


CENTRES = [
    _centre(
        1,
        50.801,
        status="temporarily_closed",
        closed_until="2026-12-24",
        closed_reason={"nl": "Waterschade.", "en": "Water damage."},
        languages=[{"code": "nl"}],
    ),
    _centre(2, 50.82, languages=[{"code": "fr"}]),
    _centre(3, 50.9, languages=[{"code": "nl"}]),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of an app over CENTRES."""
    directory = directory_of(tmp_path_factory.mktemp("closed"), CENTRES)
    return create_app(directory, now=lambda: NOW).test_client()


@pytest.fixture(scope="module")
def api(client: FlaskClient) -> ApiClient:
    """The same, which checks each answer against openapi.yaml."""
    return ApiClient(client.application)


def _named(answer: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The ids of the open centres that pass the filters, and of the temporarily closed ones."""
    reasons = {each["id"]: each["shown_because"] for each in answer["results"]}
    closed = [each for each, reason in reasons.items() if reason == ["temporarily_closed"]]
    # They are the last.
    assert [*reasons][len(reasons) - len(closed) :] == closed
    left_out = [each["id"] for each in answer["results"] if "does_not_match" in each]
    return [each for each in reasons if each not in (*closed, *left_out)], closed


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ([NEAR, FAR], [CLOSED])),
        ({"limit": 1}, ([NEAR], [CLOSED])),
        ({"speaks": "nl"}, ([FAR], [CLOSED])),
        ({"speaks": "fr"}, ([NEAR], [])),
        # A centre that is closed would not be among the results if it were open.
        ({"lat": "51.0000", "limit": 1}, ([FAR], [])),
    ],
)
def test_a_search_names_the_closed_centres_that_would_be_among_the_results(
    api: ApiClient, asked: dict[str, Any], expected: tuple[list[str], list[str]]
) -> None:
    """Beside the closest open ones, which keep their order; also in a batch."""
    query = {**PLACE, **asked}
    body = api.get(NEAREST, query_string=query).get_json()
    assert _named(body) == expected
    assert api.post(NEAREST, json=query).get_json() == body
    place = {name: query.pop(name) for name in PLACE}
    batch = api.post(f"{NEAREST}/batch", json={"places": [place], **query}).get_json()
    assert answers_of(batch) == [without_point(body)]


def test_the_closed_centre_has_its_number_its_state_and_its_distance(api: ApiClient) -> None:
    """As in the list of all centres."""
    *_, last = api.get(NEAREST, query_string=PLACE).get_json()["results"]
    assert (last.pop("distance_m"), last.pop("shown_because")) == (111, ["temporarily_closed"])
    listed = api.get("/v1/centres").get_json()["centres"][0]
    assert last == listed
    assert listed["phones"][0]["number"] == "+3225116164"
    assert (listed["status"], listed["office"]) == ("temporarily_closed", {"state": "closed"})
    (warning,) = listed["warnings"]
    assert warning == {
        "about": "status",
        "text": "Temporarily closed until 24 December 2026",
        "note": "Water damage.",
    }


@pytest.mark.needs("formats")
def test_other_formats_have_the_closed_centre_after_the_others(api: ApiClient) -> None:
    """A text only if it is nearer than the closest one, or the only one."""

    def written(name: str, **query: object) -> str:
        response = api.get(NEAREST, query_string={**PLACE, **query, "format": name})
        return response.get_data(as_text=True)

    rows = [*csv.DictReader(io.StringIO(written("csv").removeprefix("\ufeff")))]
    assert [row["id"] for row in rows[-3:]] == [NEAR, FAR, CLOSED]
    features = json.loads(written("geojson"))["features"]
    assert [feature["id"] for feature in features] == [NEAR, FAR, CLOSED]
    lines = written("text").splitlines()[-3:-1]
    assert [line.partition(",")[0] for line in lines] == ["Centre Énée 2", "Centre Énée 1"]
    assert "Centre Énée 1" not in written("text", lat="50.9000")


def _states(page: Any) -> Iterator[tuple[str, str]]:
    for article in page.all("article"):
        (state,) = [
            node for node in article.all("p") if "state" in node.attributes.get("class", "")
        ]
        yield article.attributes["data-centre"], state.text


def _article(page: Any, identity: str) -> Node:
    (article,) = page.all("article", **{"data-centre": identity})
    assert isinstance(article, Node)
    return article


@BASES
def test_a_card_does_not_say_closed_as_at_night(client: FlaskClient, base: str) -> None:
    """It says that the centre is closed for a time, until when and why; the number stays, without
    the colour of one to call first, with when it is answered.
    """
    said = "Temporarily closed until 24 December 2026"
    everything = get(client, f"{base}?lang=en")
    assert dict(_states(everything))[CLOSED] == said
    answer = send(client, {"postcode": "1000", "lang": "en"}, base)
    assert answer.centres == [NEAR, FAR, CLOSED]
    for page in (everything, answer):
        card = _article(page, CLOSED)
        assert "Water damage." in card.text
        (call,) = card.all("a", href="tel:+3225116164")
        assert "main" not in call.attributes["class"].split()
        assert "This number is answered day and night." in call.text
        assert "Closest" not in card.text
    (call,) = _article(answer, NEAR).all("a", href="tel:+3225116264")
    assert "main" in call.attributes["class"].split()


def test_the_first_card_says_that_a_nearer_centre_is_closed(tmp_path: Path) -> None:
    """A visitor may look for it, and can call it there; not if it is farther, where its own card
    says it.
    """
    client = create_app(directory_of(tmp_path, CENTRES), now=lambda: NOW).test_client()
    first = send(client, {"postcode": "1600", "lang": "en"}).all("article")[0]
    assert "Centre Énée 1 : Temporarily closed until 24 December 2026" in " ".join(
        first.text.replace(":", " :").split()
    )
    (call,) = first.all("a", href="tel:+3225116164")
    assert "This number is answered day and night." in call.text
    farther = send(client, {"postcode": "1800", "lang": "en"}).all("article")[0]
    assert "Temporarily closed" not in farther.text


def test_where_every_centre_is_closed_a_search_shows_them(tmp_path: Path) -> None:
    """With the number that answers day and night."""
    app = create_app(directory_of(tmp_path, CENTRES[:1]), now=lambda: NOW)
    page = send(app.test_client(), {"postcode": "1000", "lang": "en"})
    assert page.centres == [CLOSED]
    assert "078 055 800" in _article(page, CLOSED).text
    body = ApiClient(app).get(NEAREST, query_string=PLACE).get_json()
    assert _named(body) == ([], [CLOSED])
    assert body["certain"] is False


def test_a_day_that_has_passed_is_not_shown(tmp_path: Path) -> None:
    """Nobody knows then when the centre opens."""
    overdue = {**CENTRES[0], "closed_until": "2026-11-02"}
    page = get(create_app(directory_of(tmp_path, [overdue]), now=lambda: NOW).test_client())
    assert dict(_states(page)) == {CLOSED: "Temporarily closed"}


def test_a_maintainer_reads_what_visitors_will_see_before_saving(tmp_path: Path) -> None:
    """And is reminded when the day has passed, in the list and among what there is to do."""
    app = create_maintainer_app(tmp_path)
    browser = signed_in_browser(app, "anna")
    page = changed(browser, status="temporarily_closed", closed_until="2020-01-31")
    assert "Visitors will see “Temporarily closed until 31 January 2020”." in page.text
    assert "never as the closest" in page.text
    browser.send(page, "/save", reason="works")
    assert "Temporarily closed until 31/01/2020 That day has passed." in browser.get("/").text
    page = browser.get("/todo")
    assert "The day has passed, and the centre still counts as temporarily closed." in page.text
    assert "Temporary closures whose last day has passed: 1" in page.text
    assert "/admin/centres/pag-asa/edit?part=status" in page.links
