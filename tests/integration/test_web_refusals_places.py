"""Refused postcodes, countries and other places: each is a problem of its own."""

import pytest

from tests.support.api_client import ApiClient, faults, problem

BAD_PLACES = {
    "place-ambiguous": {"postcode": "Deurne"},
    "postcode-malformed": {"postcode": "x"},
    "postcode-unknown": {"postcode": "9999"},
    "postcode-not-residential": {"postcode": "1005"},
    "postcode-foreign": {"postcode": "1234AB"},
    "country-unsupported": {"postcode": "1000", "country": "ZZ"},
}


@pytest.mark.parametrize("kind", BAD_PLACES)
def test_a_place_that_is_refused_is_a_fault_with_its_place(api: ApiClient, kind: str) -> None:
    """`errors` names the parameter, or points into the body, also within a batch; the path of a
    postcode has other names.
    """
    place = BAD_PLACES[kind]
    member = "country" if kind == "country-unsupported" else "postcode"
    answers = [
        (api.get("/v1/nearest", query_string=place), {"parameter": member}),
        (api.post("/v1/nearest", json=place), {"pointer": f"/{member}"}),
        (
            api.get(f"/v1/postcodes/{place.get('country', 'BE')}/{place['postcode']}"),
            {"parameter": "country" if member == "country" else "code"},
        ),
    ]
    for response, where in answers:
        told = response.get_json()
        assert told["code"] == kind
        assert told["errors"] == [{**where, "detail": told["detail"], "code": kind}]
    batch = api.post("/v1/nearest/batch", json={"origins": [{"postcode": "1000"}, place]})
    told = batch.get_json()["answers"][1]["problem"]
    pointer = f"/origins/1/{member}"
    assert told["errors"] == [{"pointer": pointer, "detail": told["detail"], "code": kind}]


def test_a_country_without_postcodes_is_a_problem_of_its_own(api: ApiClient) -> None:
    """country=ES is country-unsupported on each route that takes a postcode's country, with the
    countries that have postcodes, the directory's own first.
    """
    for path in (
        "/v1/nearest?postcode=1000&country=ES",
        "/v1/postcodes?country=ES&prefix=1",
        "/v1/postcodes/ES/1000",
    ):
        body = problem(api.get(path), 422, "country-unsupported")
        assert faults(body) == ["country"]
        countries = [suggestion["country"] for suggestion in body["suggestions"]]
        assert countries == ["BE", "DE", "FR", "LU", "NL"]
