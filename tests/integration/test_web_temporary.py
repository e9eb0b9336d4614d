"""Temporary values over HTTP: they begin, end and are replaced by themselves.

What each output shows of them is in test_what_outputs_say.py.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.records import directory_of, made_up_centre
from tests.support.write_side import Clock

ELSEWHERE = {
    "street": "Italiëlei 98A",
    "postcode": "1000",
    "locality": {"nl": "Brussel"},
    "country": "BE",
}
FAR = {"lat": 50.65, "lon": 5.57, "precision": "street"}
TEMPORARY = {
    "from": "2026-11-28",
    "until": "2026-11-30",
    "note": {"en": "Building works."},
    "address": ELSEWHERE,
    "location": FAR,
    "phones": [{"number": "+3232011690", "display": "03 201 16 90", "kind": "main"}],
    "opening_hours": "Mo-Su 10:00-11:00",
}
# In Brussels the days begin at 23:00 UTC.
BEGINS, ENDS = datetime(2026, 11, 27, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def _centre(**members: Any) -> dict[str, Any]:
    address = {**made_up_centre(1)["address"], "street": "Kaai 2"}
    phones = [{"number": "+3225116464", "kind": "main"}]
    hours = {"opening_hours": "Mo-Fr 09:00-17:00", "timezone": "Europe/Brussels"}
    own = {"address": address, "phones": phones, **hours, "temporary": TEMPORARY}
    return made_up_centre(1, **{**own, **members})


@pytest.fixture
def clock() -> Clock:
    """The time of the directory."""
    return Clock(BEGINS - timedelta(days=1))


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    """A centre with temporary values, and another one."""
    return directory_of(tmp_path, [_centre(), made_up_centre(2)])


@pytest.fixture
def client(directory: Directory, clock: Clock) -> ApiClient:
    """One server all the time: nothing is written or read again."""
    return ApiClient(create_app(directory, now=clock))


def _street(client: ApiClient) -> str:
    street: str = client.get("/v1/centres/made-up-001").get_json()["address"]["street"]
    return street


def test_a_temporary_address_begins_and_returns_by_itself(client: ApiClient, clock: Clock) -> None:
    """To the second, at midnight of the centre; in answers, in the index of points and the ETag."""
    seen, tags = [], []
    for moment in (BEGINS - SECOND, BEGINS, ENDS - SECOND, ENDS):
        clock.now = moment
        body = client.get("/v1/nearest?lat=50.65&lon=5.57").get_json()
        first = body["results"][0]
        seen.append((_street(client), first["distance_m"] < 1000))
        tags.append(client.get("/v1/centres/made-up-001").headers["ETag"])
    there, here = ("Italiëlei 98A", True), ("Kaai 2", False)
    assert seen == [here, there, there, here]
    assert tags[0] != tags[1]


def test_an_answer_is_kept_no_longer_than_its_values_hold(client: ApiClient, clock: Clock) -> None:
    """A copy in a cache must not outlive the last day."""
    clock.now = ENDS - timedelta(seconds=10)
    control = client.get("/v1/centres").headers["Cache-Control"]
    assert "max-age=10" in control


def test_the_permanent_values_are_beside_those_that_hold(client: ApiClient, clock: Clock) -> None:
    """So that a device shows them again after the last day, also without a network."""
    before = client.get("/v1/centres/made-up-001").get_json()
    assert "permanent" not in before
    assert before["temporary"] == TEMPORARY
    clock.now = BEGINS
    during = client.get("/v1/centres/made-up-001").get_json()
    assert during["temporary"] == TEMPORARY
    for name in ("address", "location", "phones", "opening_hours"):
        assert during[name] == {**TEMPORARY}[name]
        assert during["permanent"][name] == before[name]
