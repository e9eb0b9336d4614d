"""What filters leave out, and the closest centre of a preferred language: nothing is hidden."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.batches import answers_of, without_point
from tests.support.records import directory_of, made_up_centre, shipped_records

NEAREST = "/v1/nearest"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> ApiClient:
    """An app over the shipped centres, of which only Payoke speaks English."""
    centres = shipped_records()["centres"]
    for centre in centres:
        spoken = centre["languages"]
        centre["languages"] = [
            each for each in spoken if centre["id"] == "payoke" or each["code"] != "en"
        ]
    return ApiClient(create_app(directory_of(tmp_path_factory.mktemp("left-out"), centres)))


# Every member of an answer to a request without filters.
PLAIN = {
    "place",
    "certain",
    "covered",
    "helplines",
    "results",
    "attribution",
    "revision",
}


def _answer(api: ApiClient, **query: Any) -> dict[str, Any]:
    """The answer to GET, which is that to POST."""
    response = api.get(NEAREST, query_string=query)
    assert (response.status_code, api.post(NEAREST, json=query).data) == (200, response.data)
    body: dict[str, Any] = response.get_json()
    return body


def _why(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The ids of the results, and why each is shown."""
    return [(each["id"], " ".join(each["shown_because"])) for each in body["results"]]


def test_a_filter_does_not_hide_that_another_centre_is_closer(api: ApiClient) -> None:
    """In Liège the closest centre that speaks English is 103 km away; Sürya is at 1.6 km."""
    body = _answer(api, postcode="4000", speaks="en", limit=1)
    assert _why(body) == [("surya", "closest"), ("payoke", "near")]
    assert body["left_out"] == {"speaks": 2}
    closest, other = body["results"]
    assert closest["does_not_match"] == ["speaks"]
    assert "does_not_match" not in other
    assert body["certain"] is True
    # It is the first result without the filter, member by member.
    del closest["does_not_match"]
    assert closest == _answer(api, postcode="4000")["results"][0]


def test_the_closest_centre_is_not_repeated(api: ApiClient) -> None:
    """If it passes the filters, it is the first result."""
    body = _answer(api, postcode="4000", speaks="fr")
    assert _why(body) == [("surya", "closest"), ("pag-asa", "near")]
    assert body["left_out"] == {"speaks": 1}
    assert body.keys() == PLAIN | {"left_out"}


def test_each_filter_is_counted(api: ApiClient) -> None:
    """By its name; a centre may be left out by several."""
    body = _answer(
        api, postcode="4000", speaks="nl", audience="professionals", service="emergency_duty"
    )
    assert _why(body) == [("surya", "closest")]
    assert body["left_out"] == {"speaks": 1, "audience": 2, "service": 2}
    assert body["results"][0]["does_not_match"] == ["service", "speaks"]
    # Two centres have no known hours; they count as left out, and as unknown.
    night = _answer(api, postcode="4000", open_at="2026-10-27T02:00:00Z")
    assert (night["left_out"], night["hours_unknown"]) == ({"open_at": 3}, 2)


def test_all_that_may_be_the_closest_are_there_whatever_the_filters(api: ApiClient) -> None:
    """Also if one of them does not pass: it is not known which is closer."""
    assert _why(_answer(api, postcode="2800", limit=1)) == [
        ("payoke", "maybe_closest"),
        ("pag-asa", "maybe_closest"),
    ]
    body = _answer(api, postcode="2800", limit=1, speaks="en")
    assert _why(body) == [("payoke", "maybe_closest"), ("pag-asa", "maybe_closest")]
    assert [each.get("does_not_match") for each in body["results"]] == [None, ["speaks"]]
    assert body["certain"] is False


def test_an_answer_without_filters_has_no_other_members(api: ApiClient) -> None:
    """Neither for a postcode nor for a coordinate."""
    assert _answer(api, postcode="4000").keys() == PLAIN
    assert _answer(api, lat="50.64", lon="5.57", limit=1).keys() == PLAIN


def test_a_directory_without_open_centres_has_no_closest(tmp_path: Path) -> None:
    """A filter leaves out none of none."""
    centre = made_up_centre(1, status="temporarily_closed")
    api = ApiClient(create_app(directory_of(tmp_path, [centre])))
    body = _answer(api, postcode="1000", speaks="nl")
    assert body.keys() == PLAIN | {"left_out"}
    assert (body["certain"], body["left_out"]) == (False, {"speaks": 0})


def test_a_batch_says_what_is_left_out_for_each_place(api: ApiClient) -> None:
    """As one request for each place does."""
    places = [{"postcode": "4000"}, {"postcode": "2000"}]
    asked = {"speaks": "en", "prefer_speaks": "fr,nl", "limit": 1}
    body = api.post(f"{NEAREST}/batch", json={"places": places, **asked}).get_json()
    alone = [_answer(api, **place, **asked) for place in places]
    assert answers_of(body) == list(map(without_point, alone))
    assert [_why(answer) for answer in body["answers"]] == [
        [("surya", "closest"), ("payoke", "near speaks:nl")],
        [("payoke", "closest speaks:nl")],
    ]


@pytest.mark.parametrize(
    ("preferred", "limit", "expected"),
    [
        ("en", 3, ("payoke", "near speaks:en")),
        ("en", 1, ("payoke", "speaks:en")),
        ("ar,fr", 3, ("surya", "closest speaks:fr")),
        ("nl-BE, en", 2, ("pag-asa", "near speaks:nl-BE")),
        ("ar,fr-CA,fr", 1, ("surya", "closest speaks:fr-CA")),
    ],
)
def test_a_preferred_language_marks_a_centre_and_leaves_out_none(
    api: ApiClient, preferred: str, limit: int, expected: tuple[str, str]
) -> None:
    """The closest centre that speaks one of them, also beyond the limit."""
    plain = _answer(api, postcode="4000", limit=limit)
    body = _answer(api, postcode="4000", limit=limit, prefer_speaks=preferred)
    (marked,) = [each for each in _why(body) if "speaks:" in each[1]]
    assert marked == expected
    ids = [identity for identity, _ in _why(body)]
    assert [identity for identity, _ in _why(plain)] == ids[: len(plain["results"])]


def test_a_preferred_language_that_no_centre_speaks_marks_none(api: ApiClient) -> None:
    """Among those that pass the filters."""
    for more in ({"prefer_speaks": "ar,sw"}, {"prefer_speaks": "en", "speaks": "fr"}):
        assert "speaks:" not in str(_why(_answer(api, postcode="4000", **more)))


@pytest.mark.parametrize(
    ("name", "sent", "hint"),
    [
        ("speaks", "xx", "There is no language with this code"),
        ("speaks", "xx-BE", "There is no language with this code"),
        ("speaks", "JP", "Use the code of a language, such as ja."),
        ("speaks", "cz", "Use the code of a language, such as cs."),
        ("speaks", "", "Use a language tag"),
        ("speaks", "english", "Use a language tag"),
        ("prefer_speaks", "fr,xx,nl", "There is no language with this code"),
        ("prefer_speaks", "fr,", "with commas between them"),
        ("prefer_speaks", ",".join(["fr"] * 21), "Use at most 20 language tags"),
    ],
)
def test_a_code_that_is_no_language_is_a_fault(
    api: ApiClient, name: str, sent: str, hint: str
) -> None:
    """It would leave out every centre; the fault says what to write, and does not repeat it."""
    response = api.get(NEAREST, query_string={"postcode": "4000", name: sent})
    (fault,) = response.get_json()["errors"]
    assert (response.status_code, fault["parameter"]) == (400, name)
    assert hint in fault["detail"]
    posted = api.post(NEAREST, json={"postcode": "4000", name: sent})
    assert [each["detail"] for each in posted.get_json()["errors"]] == [fault["detail"]]


def test_all_faults_of_preferred_languages_are_reported_once(api: ApiClient) -> None:
    """One for each country, and one for all other codes."""
    response = api.get(NEAREST, query_string={"postcode": "4000", "prefer_speaks": "xx,cz,yy,cz"})
    assert len(response.get_json()["errors"]) == 2


@pytest.mark.parametrize("tag", ["sw", "iw", "kmr", "rmy", "fil", "qaa", "zh-Hant-TW"])
def test_a_language_that_no_centre_speaks_is_no_fault(api: ApiClient, tag: str) -> None:
    """Deprecated codes, and all of three letters, are accepted."""
    assert api.get(NEAREST, query_string={"postcode": "4000", "speaks": tag}).status_code == 200


# In Liège Sürya is closest, and Payoke is the only centre that speaks English.
LEFT_OUT = {"postcode": "4000", "speaks": "en"}
BEYOND = {"postcode": "4000", "limit": 1, "prefer_speaks": "en"}


def _formatted(api: ApiClient, name: str, query: Mapping[str, Any]) -> str:
    return api.get(NEAREST, query_string={**query, "format": name}).get_data(as_text=True)


@pytest.mark.needs("formats")
@pytest.mark.parametrize(
    ("lang", "closest", "preferred"),
    [
        ("en", "Closest - Sürya, 1.6 km in a straight line ", "English - Payoke, 103 km"),
        ("fr", "Le plus proche - Sürya, 1,6 km en ligne droite ", "anglais - Payoke, 103 km"),
    ],
)
def test_a_text_names_the_closest_and_the_preferred_centre(
    api: ApiClient, lang: str, closest: str, preferred: str
) -> None:
    """Each once, with a number, after the centres of the answer; and before what is said of all."""
    first, second, _ = _formatted(api, "text", {**LEFT_OUT, "lang": lang}).splitlines()[-3:]
    assert first.startswith("Payoke, 103 km")
    assert second == f"{closest}+3242324030"
    assert _formatted(api, "text", {**BEYOND, "lang": lang}).splitlines()[-2].startswith(preferred)
    plain = _formatted(api, "text", {"postcode": "4000", "lang": lang})
    assert _formatted(api, "text", {"postcode": "4000", "lang": lang, "speaks": "fr"}) == plain
    liked = {"postcode": "4000", "lang": lang, "prefer_speaks": "fr"}
    assert _formatted(api, "text", liked) == plain


@pytest.mark.needs("formats")
def test_a_text_calls_none_of_several_the_closest(api: ApiClient) -> None:
    """Each that may be it, and that a filter leaves out, is named as such."""
    query = {"postcode": "3290", "limit": 1, "service": "emergency_duty", "lang": "en"}
    lines = _formatted(api, "text", query).splitlines()
    named = [line for line in lines if line.startswith("May be the closest - ")]
    assert [line.split()[5].rstrip(",") for line in named] == ["Sürya", "Payoke"]


@pytest.mark.needs("formats")
def test_a_map_has_them_as_features_with_the_reason(api: ApiClient) -> None:
    """The properties are those of the results in JSON."""
    for query in (LEFT_OUT, BEYOND):
        features = json.loads(_formatted(api, "geojson", query))["features"]
        results = _answer(api, **query)["results"]
        assert [feature["properties"] for feature in features] == results


@pytest.mark.needs("formats")
def test_contacts_have_them_after_the_centres(api: ApiClient) -> None:
    """Each as a card."""
    cards = _formatted(api, "vcard", BEYOND).split("BEGIN:VCARD")
    assert ["Payoke" in card for card in cards[-2:]] == [False, True]


@pytest.mark.needs("formats")
def test_a_preferred_centre_that_is_shown_for_its_coverage_is_not_repeated(
    tmp_path: Path,
) -> None:
    """A responsible centre beyond the limit is in the answer already."""
    centres = [
        made_up_centre(1, languages=[{"code": "nl"}]),
        made_up_centre(9, languages=[{"code": "ar"}], coverage=["BE"]),
    ]
    api = ApiClient(create_app(directory_of(tmp_path, centres)))
    query = {"lat": "50.8", "lon": "4.3", "limit": 1, "prefer_speaks": "ar"}
    assert _formatted(api, "vcard", query).count("FN:Centre") == 2
    query = {"postcode": "1000", "limit": 1, "prefer_speaks": "ar"}
    assert _formatted(api, "vcard", query).count("FN:Centre") == 2
