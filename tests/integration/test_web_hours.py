"""Open states over HTTP: the values, the filter, and that no cached answer outlives a change."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from directory_api.web.app import create_app
from tests.support.api_client import ApiClient, faults, problem
from tests.support.batches import answers_of, without_point
from tests.support.records import directory_of, made_up_centre
from tests.support.write_side import Clock

# Monday; the clocks of Brussels went back the day before.
MONDAY = datetime(2026, 10, 26, tzinfo=UTC)
NINE, FIVE = MONDAY + timedelta(hours=8), MONDAY + timedelta(hours=16)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
BRUSSELS = {"timezone": "Europe/Brussels"}
OFFICE = {"opening_hours": "Mo-Fr 09:00-17:00; PH off", **BRUSSELS}
CENTRES = [
    made_up_centre(1, location={"lat": 50.8504, "lon": 4.3488, "precision": "street"}, **OFFICE),
    made_up_centre(2, opening_hours="24/7", **BRUSSELS),
    made_up_centre(3, opening_hours="Mo-Su 22:00-06:00", **BRUSSELS),
    made_up_centre(4),
    made_up_centre(5, opening_hours='Mo-Fr 09:00-17:00 unknown "ring first"', **BRUSSELS),
    made_up_centre(6, status="temporarily_closed", opening_hours="24/7", **BRUSSELS),
    made_up_centre(7, status="closed", opening_hours="24/7", **BRUSSELS),
    made_up_centre(8, opening_hours="Mo-Fr 09:00-17:00", timezone="America/New_York"),
]
PLACE = {"postcode": "1000"}


@pytest.fixture(scope="module")
def clock() -> Clock:
    """A clock that each test sets."""
    return Clock()


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> ApiClient:
    """An app over CENTRES."""
    return ApiClient(create_app(directory_of(tmp_path_factory.mktemp("hours"), CENTRES), now=clock))


@pytest.fixture
def api(everybody: ApiClient, clock: Clock) -> ApiClient:
    """That app, on Monday at 09:30 in Brussels."""
    clock.now = NINE + 30 * MINUTE
    return everybody


def _centre(api: ApiClient, number: int) -> tuple[str, str | None]:
    office = api.get(f"/v1/centres/made-up-{number:03}").get_json()["office"]
    return office["state"], office.get("until")


def _found(api: ApiClient, open_at: str, **more: str) -> list[int]:
    body = api.get("/v1/centres", query_string={"open_at": open_at, **more}).get_json()
    return [int(centre["id"][-3:]) for centre in body["centres"]]


HALF_PAST_NINE = NINE + 30 * MINUTE


@pytest.mark.parametrize(
    ("moment", "number", "said"),
    [
        (HALF_PAST_NINE, 1, ("open", "2026-10-26T17:00:00+01:00")),
        (HALF_PAST_NINE, 2, ("open", None)),
        (HALF_PAST_NINE, 3, ("closed", "2026-10-26T22:00:00+01:00")),
        (HALF_PAST_NINE, 4, ("unknown", None)),
        (HALF_PAST_NINE, 5, ("unknown", "2026-10-26T17:00:00+01:00")),
        (HALF_PAST_NINE, 8, ("closed", "2026-10-26T09:00:00-04:00")),
        # Closed temporarily or for good, whatever its hours, and nobody says when that ends.
        (HALF_PAST_NINE, 6, ("closed", None)),
        (HALF_PAST_NINE, 7, ("closed", None)),
        (NINE - MINUTE, 1, ("closed", "2026-10-26T09:00:00+01:00")),
        (NINE - MINUTE, 5, ("closed", "2026-10-26T09:00:00+01:00")),
        # Before the clocks go back: the offset is that of the change itself.
        (datetime(2026, 10, 24, 12, tzinfo=UTC), 1,
         ("closed", "2026-10-26T09:00:00+01:00")),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 3,
         ("open", "2026-10-25T06:00:00+01:00")),
    ],
)  # fmt: skip
def test_a_centre_says_whether_it_is_open_and_until_when(
    api: ApiClient,
    clock: Clock,
    moment: datetime,
    number: int,
    said: tuple[str, str | None],
) -> None:
    """`until` is RFC 3339 with the centre's UTC offset."""
    clock.now = moment
    assert _centre(api, number) == said


@pytest.mark.parametrize("asked", [None, "now", "2026-10-26T23:00:00+01:00"])
def test_get_post_batch_and_the_list_agree(api: ApiClient, asked: str | None) -> None:
    """On what the hours say of a centre, and on which are open."""
    body = {**PLACE, "limit": 50, **({"open_at": asked} if asked else {})}
    got = api.get("/v1/nearest", query_string=body)
    assert got.data == api.post("/v1/nearest", json=body).data
    shared = {name: value for name, value in body.items() if name not in PLACE}
    batch = api.post("/v1/nearest/batch", json={"places": [PLACE], **shared})
    answer = got.get_json()
    assert answers_of(batch.get_json()) == [without_point(answer)]
    query = {"open_at": asked} if asked else {}
    listed = api.get("/v1/centres", query_string=query).get_json()["centres"]
    offices = {
        each["id"]: each["office"] for each in answer["results"] if "does_not_match" not in each
    }
    # The list has temporarily closed ones without a filter.
    found = {each["id"]: each["office"] for each in listed}
    assert offices == found
    assert found


@pytest.mark.parametrize(("moment", "word"), [(NINE, "open"), (FIVE, "closed")])
def test_nothing_that_is_kept_outlives_a_change(
    api: ApiClient, clock: Clock, moment: datetime, word: str
) -> None:
    """To the second at which a centre opens or closes, every answer turns, kept or not."""
    queries = ("postcode=1000&country=BE", "lat=50.85&lon=4.35", "postcode=1000&limit=9")

    def told() -> set[str]:
        answers = [api.get(f"/v1/nearest?{query}").get_json()["results"][0] for query in queries]
        answers.append(api.get("/v1/centres").get_json()["centres"][0])
        assert {centre["id"] for centre in answers} == {"made-up-001"}
        return {centre["office"]["state"] for centre in answers}

    clock.now = moment - SECOND
    assert told() == {"open", "closed"} - {word}
    clock.now = moment
    assert told() == {word}


def _max_age(api: ApiClient, path: str) -> int:
    first = api.get(path).headers["Cache-Control"].split(", ")[1]
    return int(first.removeprefix("max-age="))


@pytest.mark.parametrize(
    "path", ["/v1/centres", "/v1/centres/made-up-004", "/v1/centres?open_at=now"]
)
def test_no_cache_keeps_an_answer_beyond_the_next_change(
    api: ApiClient, clock: Clock, path: str
) -> None:
    """max-age is a minute, or less if a centre opens or closes, or the day ends, before that."""
    for before, seconds in (
        (timedelta(hours=1), 60),
        (61 * SECOND, 60),
        (59 * SECOND, 59),
        (0.5 * SECOND, 0),
    ):
        for change in (NINE, FIVE, MONDAY + timedelta(days=1)):
            clock.now = change - before
            assert _max_age(api, path) == seconds
    assert _max_age(api, "/v1/helplines") == 60


def test_an_etag_changes_when_a_centre_opens(api: ApiClient, clock: Clock) -> None:
    """Until a change the ETag gives 304, after it 200 and another ETag."""
    path = "/v1/centres/made-up-001"
    clock.now = NINE - 30 * MINUTE
    before = api.get(path).headers["ETag"]
    clock.now = NINE - SECOND
    assert api.get(path, headers={"If-None-Match": before}).status_code == 304
    clock.now = NINE
    after = api.get(path, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["ETag"] != before


NOW_OPEN = [1, 2]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("now", NOW_OPEN),
        ("2026-10-26T09:30:00+01:00", NOW_OPEN),
        ("2026-10-26t08:30:00.25z", NOW_OPEN),
        ("2026-10-26 08:30Z", NOW_OPEN),
        ("2026-10-26T17:00:00+01:00", [2, 8]),
        ("2026-10-26T23:00:00+01:00", [2, 3]),
        ("2026-11-11T10:00:00+01:00", [2]),
        ("2026-07-14T09:00:00+02:00", [1, 2]),
        ("2000-01-01T00:00:00+14:00", [1, 2]),
        ("2099-12-31T23:59:59Z", [2, 3]),
    ],
)
def test_open_at_finds_the_centres_that_are_open_then(
    api: ApiClient, asked: str, found: list[int]
) -> None:
    """Now, this week, years ago and years ahead, on a holiday: only centres that are open then."""
    assert _found(api, asked) == found
    body = api.get("/v1/nearest", query_string={**PLACE, "limit": 50, "open_at": asked}).get_json()
    passing = [each["id"] for each in body["results"] if "does_not_match" not in each]
    assert sorted(int(each[-3:]) for each in passing) == found


def test_the_filter_agrees_with_the_words_of_the_centres(api: ApiClient, clock: Clock) -> None:
    """At each hour of ten days, open_at=now returns exactly the centres that say they are open."""
    for hour in range(0, 240, 5):
        clock.now = MONDAY + timedelta(hours=hour)
        listed = api.get("/v1/centres").get_json()["centres"]
        expected = [
            int(centre["id"][-3:]) for centre in listed if centre["office"]["state"] == "open"
        ]
        assert _found(api, "now") == expected
        assert api.get("/v1/centres?open_at=now").get_json()["total"] == len(expected)


def test_an_answer_counts_the_centres_of_which_nobody_can_tell(api: ApiClient) -> None:
    """hours_unknown counts the centres that pass all other filters; without open_at it is
    absent.
    """
    for path in ("/v1/centres", "/v1/nearest?postcode=1000"):
        joint = "&" if "?" in path else "?"
        assert api.get(f"{path}{joint}open_at=now").get_json()["hours_unknown"] == 2
        # In the night the hours of number 5 are known: it is closed.
        assert api.get(f"{path}{joint}open_at=2026-10-26T23:00Z").get_json()["hours_unknown"] == 1
        # Number 4 speaks ro, number 5 nl.
        assert api.get(f"{path}{joint}open_at=now&speaks=ro").get_json()["hours_unknown"] == 1
        assert api.get(f"{path}{joint}open_at=now&speaks=sv").get_json()["hours_unknown"] == 0
        assert "hours_unknown" not in api.get(path).get_json()
    assert api.get("/v1/centres?open_at=now&q=4").get_json()["hours_unknown"] == 1
    batch = api.post("/v1/nearest/batch", json={"places": [PLACE], "open_at": "now"}).get_json()
    assert batch["answers"][0]["hours_unknown"] == 2


def test_who_is_responsible_must_be_open_too(tmp_path: Path) -> None:
    """The filter applies to centres responsible for the area as to the closest ones."""
    centres = [made_up_centre(1, coverage=["BE"], **OFFICE), made_up_centre(2, coverage=["BE"])]
    api = ApiClient(create_app(directory_of(tmp_path, centres), now=Clock(NINE)))
    for asked, expected in (("2026-10-26T10:00Z", ["made-up-001"]), ("2026-10-26T20:00Z", [])):
        body = api.get("/v1/nearest", query_string={**PLACE, "open_at": asked}).get_json()
        responsible = [
            each["id"] for each in body["results"] if "responsible" in each["shown_because"]
        ]
        assert responsible == expected


@pytest.mark.parametrize("asked", ["now", "2026-10-26T09:30:00+01:00"])
def test_the_next_page_asks_for_the_same_moment(api: ApiClient, asked: str) -> None:
    """Following `next` gives each open centre once."""
    path: str | None = "/v1/centres?" + f"limit=1&open_at={asked}".replace("+", "%2B")
    seen = []
    while path:
        body = api.get(path).get_json()
        assert (body["total"], body["hours_unknown"]) == (2, 2)
        seen += [centre["id"] for centre in body["centres"]]
        path = body["next"]
    assert seen == ["made-up-001", "made-up-002"]


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("2026-10-26T09:30:00", "Z for UTC"),
        ("2026-10-26 09:30", "Z for UTC"),
        ("2026-10-26T09:30:00 01:00", "%2B"),
        ("2026-10-26T09:30:00+1", "%2B"),
        ("2026-10-26T09:30:00+01:00x", "%2B"),
        ("2026-02-30T09:30:00Z", "does not exist"),
        ("2026-10-26T24:30:00Z", "does not exist"),
        ("2026-10-26T09:30:00+25:00", "does not exist"),
        ("1999-12-31T09:30:00Z", "2000 to 2099"),
        ("2100-01-01T09:30:00Z", "2000 to 2099"),
        ("2026-10-26", "offset"),
        ("tomorrow", "now"),
        ("Now", "now"),
        ("", "now"),
        ("٢026-10-26T09:30:00Z", "now"),
    ],
)
def test_a_time_that_is_none_is_told_how_to_be_written(
    api: ApiClient, asked: str, hint: str
) -> None:
    """Without repeating it."""
    response = api.get("/v1/nearest", query_string={**PLACE, "open_at": asked})
    body = problem(response, 400, "request-invalid")
    assert faults(body) == ["open_at"]
    assert hint in body["errors"][0]["detail"]
    assert not asked or asked not in response.text


@pytest.mark.parametrize("asked", ["2026-10-26T09:30:00", 5, True, ["now"], {"at": "now"}])
def test_a_time_that_is_none_is_a_fault_on_every_route(api: ApiClient, asked: object) -> None:
    """In a body it is text: a number, a list or an object is no time."""
    if isinstance(asked, str):
        listed = problem(
            api.get("/v1/centres", query_string={"open_at": asked}), 400, "request-invalid"
        )
        assert faults(listed) == ["open_at"]
    bodies: dict[str, dict[str, Any]] = {"": PLACE, "/batch": {"places": [PLACE]}}
    for path, body in bodies.items():
        response = api.post(f"/v1/nearest{path}", json={**body, "open_at": asked})
        assert faults(problem(response, 400, "request-invalid")) == ["/open_at"]


def test_an_answer_says_the_time_that_open_at_asked_for(api: ApiClient) -> None:
    """In UTC, and apart from `office`, which is that of the time of the answer; without the
    filter there is none.
    """
    saturday = {"open_at": "2026-10-31T12:00:00+01:00"}
    nearest = api.get("/v1/nearest", query_string={**PLACE, **saturday}).get_json()
    listed = api.get("/v1/centres", query_string=saturday).get_json()
    batch = api.post("/v1/nearest/batch", json={"places": [PLACE], **saturday}).get_json()
    for answer in (nearest, listed, *batch["answers"]):
        assert answer["open_at"] == "2026-10-31T11:00:00Z"
    night = {**PLACE, "open_at": "2026-10-26T23:00:00+01:00"}
    results = api.get("/v1/nearest", query_string=night).get_json()["results"]
    states = {
        each["id"]: each["office"]["state"] for each in results if "does_not_match" not in each
    }
    assert states == {"made-up-002": "open", "made-up-003": "closed"}
    now = api.get("/v1/nearest", query_string={**PLACE, "open_at": "now"}).get_json()
    assert datetime.fromisoformat(now["open_at"]) == HALF_PAST_NINE
    assert {each["office"]["state"] for each in now["results"]} == {"open"}
    assert "open_at" not in api.get("/v1/nearest", query_string=PLACE).get_json()
