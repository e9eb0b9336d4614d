"""What is most often meant by a wrong address, coordinate or id is suggested, and never repeats a
place.
"""

import pytest

from tests.support.api_client import ApiClient, problem

EXCHANGED = "Did you mean lat and lon the other way round?"


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/nearset", "/v1/nearest"),
        ("/nearest", "/v1/nearest"),
        ("/v1/Nearest", "/v1/nearest"),
        ("/v1/centers", "/v1/centres"),
        ("/v1/helpline", "/v1/helplines"),
        ("/v1/nearest/1000", "/v1/nearest"),
    ],
)
def test_a_misspelt_address_leads_to_the_right_one(api: ApiClient, path: str, meant: str) -> None:
    hints = problem(api.get(path), 404, "not-found")["suggestions"]
    assert hints[0]["detail"].startswith(f"Did you mean {meant}?")
    assert hints[0]["href"] == meant


def test_an_address_without_its_country_shows_an_example(api: ApiClient) -> None:
    """The suggestion has an example of its own, and not the postcode that was typed."""
    answer = api.get("/v1/postcodes/2018")
    details = [hint["detail"] for hint in problem(answer, 404, "not-found")["suggestions"]]
    assert (
        "Did you mean /v1/postcodes/{country}/{code}? For example /v1/postcodes/BE/4000." in details
    )
    assert "2018" not in answer.text


@pytest.mark.parametrize("path", ["/v1/antwerpen", "/v1/2018", "/v1/gent/nearest", "/v1/", "/x"])
def test_an_address_like_none_leads_to_no_other(api: ApiClient, path: str) -> None:
    answer = api.get(path)
    if answer.status_code == 404:
        assert problem(answer, 404, "not-found")["suggestions"] == []


def test_another_address_in_the_place_of_an_id_is_suggested(api: ApiClient) -> None:
    """Also where its parameters are refused first."""
    alone = problem(api.get("/v1/centres/nearest"), 404, "centre-unknown")["suggestions"]
    assert [hint["href"] for hint in alone] == ["/v1/nearest", "/v1/centres"]
    asked = problem(api.get("/v1/centres/nearest?postcode=1000"), 400, "request-invalid")
    assert asked["suggestions"] == alone[:1]


@pytest.mark.parametrize(
    ("path", "kind", "meant"),
    [
        ("/v1/centres/PAG-ASA", "centre-unknown", "/v1/centres/pag-asa"),
        ("/v1/helplines/BE-112", "helpline-unknown", "/v1/helplines/be-112"),
    ],
)
def test_an_id_in_capitals_leads_to_the_record(
    api: ApiClient, path: str, kind: str, meant: str
) -> None:
    hint = problem(api.get(path), 404, kind)["suggestions"][0]
    assert hint == {"detail": f"Ids have no capitals. Did you mean {meant}?", "href": meant}
    assert api.get(meant).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["51.234,4.456", "51.234, 4.456", "51.234 4.456", "51,234 4,456", "51.234°N 4.456°E",
     "-51.234;4.456"],
)  # fmt: skip
def test_a_coordinate_in_the_place_of_a_postcode_is_recognised(api: ApiClient, text: str) -> None:
    for response in (
        api.get("/v1/nearest", query_string={"postcode": text}),
        api.post("/v1/nearest", json={"postcode": text}),
    ):
        body = problem(response, 400, "postcode-malformed")
        assert body["detail"] == "This is a coordinate. Send it as lat and lon, without postcode."
        assert body["suggestions"] == [
            {"detail": "Send two numbers in degrees, such as lat=50.85 and lon=4.35."}
        ]
        assert "51.234" not in response.text
        assert "4.456" not in response.text


def test_exchanged_degrees_are_suggested_beside_the_answer(api: ApiClient) -> None:
    """In JSON, GeoJSON and the batch; a right coordinate has no suggestions."""
    for path in ("/v1/nearest", "/v1/nearest.geojson"):
        answer = api.get(f"{path}?lat=4.456&lon=51.234").get_json()
        (hint,) = answer["suggestions"]
        assert hint["detail"].startswith(EXCHANGED)
        assert "51.234" not in hint["detail"]
        assert "suggestions" not in api.get(f"{path}?lat=51.234&lon=4.456").get_json()
    batch = api.post("/v1/nearest/batch", json={"origins": [{"lat": 4.456, "lon": 51.234}]})
    assert batch.get_json()["answers"][0]["suggestions"] == [hint]


def test_a_latitude_beyond_the_pole_may_be_a_longitude(api: ApiClient) -> None:
    for response in (
        api.get("/v1/nearest?lat=100.123&lon=4.456"),
        api.post("/v1/nearest", json={"lat": 100.123, "lon": 4.456}),
    ):
        (fault,) = problem(response, 400, "request-invalid")["errors"]
        assert fault["code"] == "coordinates-exchanged"
        assert fault["detail"].endswith(EXCHANGED)
    (fault,) = problem(api.get("/v1/nearest?lat=181&lon=4"), 400, "request-invalid")["errors"]
    assert fault["code"] == "value-invalid"
