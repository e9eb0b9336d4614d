"""/v1/nearest/batch, and that GET, POST and batch agree."""

import random
from typing import Any

import pytest

from directory_api.bootstrap import Directory
from tests.support.api_client import PROBLEM_JSON, ApiClient
from tests.support.batches import answers_of, as_posted, without_point

PLACES: list[dict[str, Any]] = [
    {"postcode": "1000"},
    {"postcode": "4000", "country": "BE"},
    {"postcode": "2000", "country": "be"},
    {"postcode": "9999"},
    {"postcode": "1005"},
    {"postcode": "1012 AB"},
    {"postcode": ""},
    {"postcode": "1000", "country": "FR"},
    {"lat": 50.85, "lon": 4.35},
    {"lat": 0, "lon": 0},
    {"lat": -90, "lon": 180},
    {"lat": 91, "lon": 4.35},
    {"lat": "4.35.1", "lon": 181},
    {"lat": 50.85},
    {},
]


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("options", [{}, {"limit": 1}, {"speaks": "fr"}], ids=str)
def test_get_post_and_batch_agree(
    api: ApiClient, place: dict[str, Any], options: dict[str, Any]
) -> None:
    """The same request has the same answer or problem by GET, POST and in a batch."""
    got = api.get("/v1/nearest", query_string={**place, **options})
    posted = api.post("/v1/nearest", json={**place, **options})
    batch = api.post("/v1/nearest/batch", json={"places": [place], **options})
    assert (posted.status_code, posted.get_json()) == (got.status_code, as_posted(got.get_json()))
    assert answers_of(batch.get_json()) == [without_point(posted.get_json())]


def test_an_origin_that_is_not_valid_does_not_refuse_the_others(api: ApiClient) -> None:
    """It has its own problem, whose faults point into the body; as for a malformed postcode."""
    origins: list[dict[str, Any]] = [
        {"postcode": "1000"},
        {"lat": 91, "lon": "north"},
        {"postcode": "?"},
        {"latitude": 50.85, "lon": 4.35},
        {"postcode": 1000},
    ]
    body = api.post("/v1/nearest/batch", json={"places": origins}).get_json()
    assert "results" in body["answers"][0]
    assert body["answers"][2]["problem"]["code"] == "place-unknown"
    pointers = [
        [fault["pointer"] for fault in answer.get("problem", {}).get("errors", ())]
        for answer in body["answers"]
    ]
    assert pointers == [
        [],
        ["/places/1/lat", "/places/1/lon"],
        [],
        ["/places/3/latitude", "/places/3/lat"],
        ["/places/4/postcode"],
    ]
    alone = api.post("/v1/nearest", json=origins[1]).get_json()
    assert [body["answers"][1]["problem"][name] for name in ("code", "status", "title")] == [
        alone[name] for name in ("code", "status", "title")
    ]


def test_a_hundred_origins_are_answered_in_their_order(api: ApiClient) -> None:
    """100 valid and invalid origins have 100 answers and problems in the same order."""
    origins = [random.Random(7 + n).choice(PLACES) for n in range(100)]
    answers = answers_of(api.post("/v1/nearest/batch", json={"places": origins}).get_json())
    alone = [api.post("/v1/nearest", json=origin) for origin in origins]
    assert answers == [without_point(response.get_json()) for response in alone]
    assert {response.content_type for response in alone} == {"application/json", PROBLEM_JSON}


@pytest.mark.parametrize(
    ("sent", "accuracy_m"), [("", 1000), ("0", 0), ("12.3", 13), ("5000", 5000), ("1e3", 1000)]
)
def test_an_accuracy_is_that_which_a_phone_says(api: ApiClient, sent: str, accuracy_m: int) -> None:
    """In metres; the digits of a coordinate say nothing of it."""
    for lat in ("50.85", "50.850000", "51"):
        member = f', "accuracy_m": {sent}' if sent else ""
        body = f'{{"lat": {lat}, "lon": 4.35{member}}}'
        posted = api.post("/v1/nearest", data=body, content_type="application/json").get_json()
        assert posted["place"]["accuracy_m"] == accuracy_m


def test_an_inexact_position_has_all_centres_that_may_be_the_closest(api: ApiClient) -> None:
    """Between two centres, a phone that is sure of 5 km is told both."""
    place = {"lat": "51.03", "lon": "4.376", "limit": "1"}
    certain, unsure = (
        api.get("/v1/nearest", query_string={**place, "accuracy_m": metres}).get_json()
        for metres in ("1", "5000")
    )
    assert (certain["certain"], unsure["certain"]) == (True, False)
    maybe = [each["id"] for each in unsure["results"] if "maybe_closest" in each["shown_because"]]
    assert len(maybe) == 2


@pytest.mark.parametrize(
    ("number", "status"), [("2.0", 200), ("2e0", 200), ("2.5", 400), ("1e-30", 400), ("0.0", 400)]
)
def test_a_whole_number_in_json_may_have_a_point(api: ApiClient, number: str, status: int) -> None:
    """2.0 is an integer of JSON Schema."""
    body = f'{{"postcode": "1000", "limit": {number}}}'
    response = api.post("/v1/nearest", data=body, content_type="application/json")
    assert response.status_code == status
    if status == 200:
        assert len(response.get_json()["results"]) == 2


@pytest.mark.parametrize(
    "number", ["1e-147", "-1e-999999999", "-5.960464477539063e-08", "0.00000009871236e-12"]
)
def test_a_tiny_number_of_degrees_is_accepted(api: ApiClient, number: str) -> None:
    """A program writes it with an exponent; no measurement is finer than 20 decimals."""
    body = f'{{"lat": {number}, "lon": 4.3525}}'
    tiny = api.post("/v1/nearest", data=body, content_type="application/json")
    assert tiny.status_code == 200
    assert tiny.get_json()["place"]["lat"] == pytest.approx(float(number), abs=1e-20)


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("1e-96", 200),
        ("2.486425136886739e-30", 200),
        ("1e6", 200),
        ("0.0", 200),
        ("1e999999999", 400),
        ("-1e-96", 400),
        ("true", 400),
        ("null", 400),
        ("[5]", 400),
        ('"5e3"', 400),
    ],
)
def test_an_accuracy_is_a_number_of_metres(api: ApiClient, number: str, status: int) -> None:
    """In a body it is any number up to a thousand kilometres."""
    body = f'{{"lat": 50.85, "lon": 4.35, "accuracy_m": {number}}}'
    response = api.post("/v1/nearest", data=body, content_type="application/json")
    assert response.status_code == status


def test_an_exponent_in_json_is_the_number_it_means(api: ApiClient) -> None:
    """5.085e1 in a JSON body is 50.85."""
    response = api.post(
        "/v1/nearest", data='{"lat": 5.085e1, "lon": 4.35}', content_type="application/json"
    )
    plain = api.post(
        "/v1/nearest", data='{"lat": 50.85, "lon": 4.35}', content_type="application/json"
    )
    assert response.get_json() == plain.get_json()


def test_a_batch_has_the_helplines_and_each_centre_once(api: ApiClient) -> None:
    """The centres and helplines are those that the answers name; a batch of problems has the
    helplines, too.
    """
    batch = api.post("/v1/nearest/batch", json={"places": PLACES, "limit": 2}).get_json()
    named = {each["id"] for answer in batch["answers"] for each in answer.get("results", ())}
    assert {identity: centre["id"] for identity, centre in batch["centres"].items()} == {
        identity: identity for identity in named
    }
    for origins in (PLACES, [{"postcode": ""}]):
        batch = api.post("/v1/nearest/batch", json={"places": origins}).get_json()
        assert batch["helplines"][0]["number"] == "112"
        ids = [line["id"] for line in batch["helplines"]]
        assert len(ids) == len(set(ids))
        assert {each for answer in batch["answers"] for each in answer["helplines"]} <= {*ids}


def test_a_batch_of_a_hundred_is_small(api: ApiClient, directory: Directory) -> None:
    """For 100 postcodes with their country and for 100 coordinates, with the closest centre and
    with three. Without the country, half of the answers name the others that have the code.
    """
    places = list(directory.live.snapshot.gazetteer.places("BE"))
    chosen = random.Random(5).sample(places, 100)
    for origins in (
        [{"postcode": place.code, "country": "BE"} for place in chosen],
        [{"lat": place.point.lat, "lon": place.point.lon} for place in chosen],
    ):
        for limit, most in ((1, 30_000), (3, 45_000)):
            batch = api.post("/v1/nearest/batch", json={"places": origins, "limit": limit})
            assert len(batch.get_json()["answers"]) == 100
            assert len(batch.data) < most
