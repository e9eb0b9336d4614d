"""What filters leave out, and the closest centre of a preferred language: nothing is hidden."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.batches import answers_of
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
    "revision",
    "origin",
    "certain",
    "outside_coverage",
    "results",
    "countries",
    "responsible",
    "helplines",
    "attribution",
}


def _answer(api: ApiClient, **query: Any) -> dict[str, Any]:
    """The answer to GET, which is that to POST."""
    response = api.get(NEAREST, query_string=query)
    assert (response.status_code, api.post(NEAREST, json=query).data) == (200, response.data)
    body: dict[str, Any] = response.get_json()
    return body


def _ids(body: Mapping[str, Any]) -> list[str]:
    return [result["centre"]["id"] for result in body["results"]]


def test_a_filter_does_not_hide_that_another_centre_is_closer(api: ApiClient) -> None:
    """In Liège the closest centre that speaks English is 103 km away; Sürya is at 1.6 km."""
    body = _answer(api, postcode="4000", language="en")
    assert _ids(body) == ["payoke"]
    assert body["left_out"] == {"language": 2}
    closest = body["closest"]
    assert closest["centre"]["id"] == "surya"
    assert closest["distance_m"] < 3000
    assert closest["tied"] is False
    # It is the first result without the filter, member by member.
    assert closest == _answer(api, postcode="4000")["results"][0]


def test_the_closest_centre_is_not_repeated(api: ApiClient) -> None:
    """If it passes the filters, it is the first result."""
    body = _answer(api, postcode="4000", language="fr")
    assert _ids(body)[0] == "surya"
    assert body["left_out"] == {"language": 1}
    assert body.keys() == PLAIN | {"left_out"}


def test_each_filter_is_counted(api: ApiClient) -> None:
    """By its name; a centre may be left out by several."""
    body = _answer(
        api, postcode="4000", language="nl", audience="professionals", service="emergency-duty"
    )
    assert _ids(body) == []
    assert body["left_out"] == {"language": 1, "audience": 2, "service": 2}
    assert body["closest"]["centre"]["id"] == "surya"
    # Two centres have no known hours; they count as left out, and as unknown.
    night = _answer(api, postcode="4000", open_at="2026-10-27T02:00:00Z")
    assert (night["left_out"], night["hours_unknown"]) == ({"open_at": 3}, 2)


def test_an_empty_answer_is_not_certain_of_anything(api: ApiClient) -> None:
    """A language that no centre speaks: no result, no certain, but the closest centre."""
    body = _answer(api, postcode="4000", language="sw")
    assert _ids(body) == []
    assert body.keys() == PLAIN - {"certain"} | {"left_out", "closest"}
    assert body["left_out"] == {"language": 3}


def test_a_maximum_distance_does_not_hide_the_closest_centre(api: ApiClient) -> None:
    """An answer without filters changes only if it would be empty."""
    assert _answer(api, postcode="4000", max_distance_m=5000).keys() == PLAIN
    body = _answer(api, postcode="4000", max_distance_m=100)
    assert body.keys() == PLAIN - {"certain"} | {"closest"}
    assert body["closest"] == _answer(api, postcode="4000")["results"][0]
    # As uncertain as two centres are of which one may be the closest: neither is a result.
    assert "certain" not in _answer(api, lat="50.9", lon="4.9", max_distance_m=1)


def test_a_maximum_distance_may_leave_out_the_other_centre_that_may_be_closest(
    api: ApiClient,
) -> None:
    """The answer is as uncertain as without it, and names no pair."""
    both = _answer(api, postcode="2800")
    assert (both["certain"], both["undecided"]) == (False, ["payoke", "pag-asa"])
    first, second = (result["distance_m"] for result in both["results"][:2])
    body = _answer(api, postcode="2800", max_distance_m=(first + second) // 2)
    assert (_ids(body), body["certain"]) == (["payoke"], False)
    assert "undecided" not in body


def test_an_answer_without_filters_has_no_other_members(api: ApiClient) -> None:
    """Neither for a postcode nor for a coordinate."""
    assert _answer(api, postcode="4000").keys() == PLAIN
    assert _answer(api, lat="50.64", lon="5.57", limit=1).keys() == PLAIN


def test_a_directory_without_centres_has_no_closest(tmp_path: Path) -> None:
    """A filter leaves out none of none."""
    centre = made_up_centre(1, status="temporarily_closed")
    api = ApiClient(create_app(directory_of(tmp_path, [centre])))
    body = _answer(api, postcode="1000", language="nl")
    assert body.keys() == PLAIN - {"certain"} | {"left_out"}
    assert body["left_out"] == {"language": 0}


def test_a_batch_says_what_is_left_out_for_each_place(api: ApiClient) -> None:
    """As one request for each place does."""
    places = [{"postcode": "4000"}, {"postcode": "2000"}]
    asked = {"language": "en", "prefer_language": "fr,nl", "limit": 1}
    body = api.post(f"{NEAREST}/batch", json={"origins": places, **asked}).get_json()
    assert answers_of(body) == [_answer(api, **place, **asked) for place in places]
    assert ["closest" in answer for answer in body["answers"]] == [True, False]
    assert [answer["preferred"]["language"] for answer in body["answers"]] == ["nl", "nl"]


@pytest.mark.parametrize(
    ("preferred", "limit", "expected"),
    [
        ("en", 3, ("payoke", "en", 3)),
        ("en", 1, ("payoke", "en", None)),
        ("ar,fr", 3, ("surya", "fr", 1)),
        ("nl-BE, en", 2, ("pag-asa", "nl-BE", 2)),
        ("ar,fr-CA,fr", 1, ("surya", "fr-CA", 1)),
    ],
)
def test_a_preferred_language_marks_a_centre_and_changes_no_result(
    api: ApiClient, preferred: str, limit: int, expected: tuple[str, str, int | None]
) -> None:
    """The closest centre that speaks one of them, also beyond the limit."""
    plain = _answer(api, postcode="4000", limit=limit)
    body = _answer(api, postcode="4000", limit=limit, prefer_language=preferred)
    marked = body.pop("preferred")
    assert body == plain
    assert (marked["centre"]["id"], marked["language"], marked.get("rank")) == expected
    if "rank" in marked:
        result = plain["results"][marked["rank"] - 1]
        assert marked == {**result, "language": expected[1], "rank": expected[2]}


def test_a_preferred_language_that_no_centre_speaks_marks_none(api: ApiClient) -> None:
    """Among those that pass the filters within the maximum distance."""
    for more in ({"prefer_language": "ar,sw"}, {"prefer_language": "en", "max_distance_m": 90000}):
        assert _answer(api, postcode="4000", **more).keys() == PLAIN
    filtered = _answer(api, postcode="4000", language="fr", prefer_language="en")
    assert "preferred" not in filtered


@pytest.mark.parametrize(
    ("name", "sent", "hint"),
    [
        ("language", "xx", "There is no language with this code"),
        ("language", "xx-BE", "There is no language with this code"),
        ("language", "JP", "Use the code of a language, such as ja."),
        ("language", "cz", "Use the code of a language, such as cs."),
        ("language", "", "Use a language tag"),
        ("language", "english", "Use a language tag"),
        ("prefer_language", "fr,xx,nl", "There is no language with this code"),
        ("prefer_language", "fr,", "with commas between them"),
        ("prefer_language", ",".join(["fr"] * 21), "Use at most 20 language tags"),
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
    response = api.get(NEAREST, query_string={"postcode": "4000", "prefer_language": "xx,cz,yy,cz"})
    assert len(response.get_json()["errors"]) == 2


@pytest.mark.parametrize("tag", ["sw", "iw", "kmr", "rmy", "fil", "qaa", "zh-Hant-TW"])
def test_a_language_that_no_centre_speaks_is_no_fault(api: ApiClient, tag: str) -> None:
    """Deprecated codes, and all of three letters, are accepted."""
    assert api.get(NEAREST, query_string={"postcode": "4000", "language": tag}).status_code == 200


# In Liège Sürya is closest, and Payoke is the only centre that speaks English.
LEFT_OUT = {"postcode": "4000", "language": "en"}
BEYOND = {"postcode": "4000", "limit": 1, "prefer_language": "en"}


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
    assert _formatted(api, "text", {"postcode": "4000", "lang": lang, "language": "fr"}) == plain
    liked = {"postcode": "4000", "lang": lang, "prefer_language": "fr"}
    assert _formatted(api, "text", liked) == plain


@pytest.mark.needs("formats")
def test_a_table_has_rows_for_the_closest_and_the_preferred_centre(api: ApiClient) -> None:
    """Their type tells them apart from the centres that match."""
    rows = [*csv.DictReader(io.StringIO(_formatted(api, "csv", LEFT_OUT).removeprefix("\ufeff")))]
    assert [(row["type"], row["id"], row["distance_m"]) for row in rows[-2:]] == [
        ("centre", "payoke", "102751"),
        ("closest", "surya", "1557"),
    ]
    rows = [*csv.DictReader(io.StringIO(_formatted(api, "csv", BEYOND).removeprefix("\ufeff")))]
    assert [(row["type"], row["id"]) for row in rows[-2:]] == [
        ("centre", "surya"),
        ("preferred", "payoke"),
    ]


@pytest.mark.needs("formats")
def test_a_map_has_them_beside_its_features(api: ApiClient) -> None:
    """As features of their own, with the members that JSON has."""
    answer = json.loads(_formatted(api, "geojson", LEFT_OUT))
    assert [feature["id"] for feature in answer["features"]] == ["payoke"]
    assert answer["left_out"] == {"language": 2}
    plain = json.loads(_formatted(api, "geojson", {"postcode": "4000"}))
    assert answer["closest"] == plain["features"][0]
    preferred = json.loads(_formatted(api, "geojson", BEYOND))["preferred"]
    assert preferred == {**plain["features"][2], "language": "en"}
    within = json.loads(_formatted(api, "geojson", {**BEYOND, "limit": 3}))["preferred"]
    assert within == {**plain["features"][2], "language": "en", "rank": 3}
    empty = json.loads(_formatted(api, "geojson", {"postcode": "4000", "language": "sw"}))
    assert "certain" not in empty


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
    query = {"lat": "50.8", "lon": "4.3", "limit": 1, "prefer_language": "ar"}
    assert _formatted(api, "vcard", query).count("FN:Centre") == 2
    query = {"postcode": "1000", "limit": 1, "prefer_language": "ar"}
    assert _formatted(api, "vcard", query).count("FN:Centre") == 2
