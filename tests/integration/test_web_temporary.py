"""Temporary values over HTTP: they begin, end and are replaced by themselves."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.hsds_lists import contents, first
from tests.support.records import directory_of, made_up_centre

ELSEWHERE = {
    "street": "Italiëlei 98A",
    "postal_code": "1000",
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
    "phones": [{"number": "+3232011690", "kind": "main"}],
    "opening_hours": "Mo-Su 10:00-11:00",
}
# In Brussels the days begin at 23:00 UTC.
BEGINS, ENDS = datetime(2026, 11, 27, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SEVERAL = ("", ".csv", ".geojson", ".jsonld", ".txt", ".vcf")


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.now = BEGINS - timedelta(days=1)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


def _centre(**members: Any) -> dict[str, Any]:
    address = {**made_up_centre(1)["address"], "street": "Kaai 2"}
    phones = [{"number": "+3225116464", "kind": "main"}]
    hours = {"opening_hours": "Mo-Fr 09:00-17:00", "timezone": "Europe/Brussels"}
    own = {"address": address, "phones": phones, **hours, "temporary": TEMPORARY}
    return made_up_centre(1, **{**own, **members})


@pytest.fixture
def clock() -> Clock:
    """The time of the directory."""
    return Clock()


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
        answer = client.get("/v1/nearest?lat=50.65&lon=5.57").get_json()
        first = answer["results"][0]
        seen.append((_street(client), first["distance_m"] < 1000))
        tags.append(client.get("/v1/centres/made-up-001").headers["ETag"])
    there, here = ("Italiëlei 98A", True), ("Kaai 2", False)
    assert seen == [here, there, there, here]
    assert tags[0] != tags[1]
    # A centre that is closed now, as before; the version is the same throughout.
    assert {tag.strip('"').partition("-")[0] for tag in tags} == {tags[0][1:].partition("-")[0]}


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


@pytest.mark.needs("formats", "hsds", "device")
@pytest.mark.parametrize(
    ("moment", "shown", "not_shown"),
    [
        (BEGINS - SECOND, ("Kaai2", "25116464"), ("Italiëlei98A", "32011690")),
        (BEGINS, ("Italiëlei98A", "32011690"), ("Kaai2", "25116464")),
        (ENDS, ("Kaai2", "25116464"), ("Italiëlei98A", "32011690")),
    ],
)
def test_no_format_shows_a_value_that_does_not_hold(
    client: ApiClient,
    clock: Clock,
    moment: datetime,
    shown: tuple[str, str],
    not_shown: tuple[str, str],
) -> None:
    """JSON and its tables have it below `temporary` or `permanent` only."""
    clock.now = moment
    paths = [f"/v1/centres{suffix}" for suffix in SEVERAL]
    for path in (*paths, "/v1/centres/made-up-001", "/v1/bundle", first(client)):
        reply = client.get(path)
        assert reply.status_code == 200, path
        if path.startswith("/v1/centres") and path.endswith(("centres", "001")):
            json = reply.get_json()
            (centre,) = [each for each in json.get("centres", [json]) if each["id"][-1] == "1"]
            text = str([centre[name] for name in ("address", "phones")])
        elif path == "/v1/bundle":
            (centre,) = [each for each in reply.get_json()["centres"] if each["id"][-1] == "1"]
            text = str([centre[name] for name in ("address", "phones")])
        else:
            text = reply.text.replace("\r\n ", "")
        text = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
        # A text message has no address.
        assert shown[path.endswith(".txt")] in text, path
        if not path.endswith((".csv", ".geojson")):
            assert not any(value in text for value in not_shown), path


# What is sent of one centre, and how often each says the last day. HSDS and the text message say it
# once, with the values that they have.
ADDRESS, PHONES, HOURS = "address", "phones", "opening_hours"
WAYS: Mapping[str, tuple[str, ...]] = {
    # The number is in the card, in the list of centres and among the ways; a visit is a way, too.
    "page": (PHONES, PHONES, PHONES, HOURS, ADDRESS, "visit"),
    "print": (PHONES, HOURS, ADDRESS),
    "neutral print": (PHONES, HOURS, ADDRESS),
    "contact": (PHONES, ADDRESS),
    "neutral contact": (PHONES, ADDRESS),
    "text message": (PHONES,),
}


def _shown(client: ApiClient, way: str) -> str:
    form = {"centre": ["made-up-001"], "contact": "made-up-001", "lang": "nl"}
    if way == "text message":
        return client.get("/v1/centres.txt?lang=nl").text
    if way == "page":
        return client.post("/", data={"q": "4000", "lang": "nl"}).text
    neutral = {"neutral": "on"} if "neutral" in way else {}
    path = "/contact" if "contact" in way else "/print"
    return client.post(path, data={**form, **neutral}).text.replace("\r\n ", "")


@pytest.mark.needs("formats", "pages")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("only", [None, ADDRESS, PHONES, HOURS])
def test_visitors_read_until_when_a_temporary_value_holds(
    tmp_path: Path, clock: Clock, way: str, only: str | None
) -> None:
    """Beside each, as long as it is shown: paper and a saved contact are read after that day."""
    others = {PHONES, HOURS, ADDRESS, "location"} - {only, "location" if only == ADDRESS else only}
    values = {name: value for name, value in TEMPORARY.items() if not only or name not in others}
    client = ApiClient(create_app(directory_of(tmp_path, [_centre(temporary=values)]), now=clock))
    visit = "visit" if only in (HOURS, ADDRESS) else None
    expected = [member for member in WAYS[way] if only is None or member in (only, visit)]
    said = "ot en met 30 november 2026"
    for moment, times in ((BEGINS - SECOND, 0), (BEGINS, len(expected)), (ENDS, 0)):
        clock.now = moment
        assert _shown(client, way).count(said) == times, moment


@pytest.mark.needs("formats", "pages")
def test_the_last_day_is_beside_its_value(client: ApiClient, clock: Clock) -> None:
    """On paper below the value, in a contact with the name of the value."""
    clock.now = BEGINS
    paper = [line.strip() for line in _shown(client, "print").splitlines() if line.strip()]
    last = '<p class="until">Tot en met 30 november 2026</p>'
    before = [paper[index - 1] for index, line in enumerate(paper) if line == last]
    assert ["201" in before[0], "10:00" in before[1], "Italiëlei" in before[2]] == [True] * 3
    card = _shown(client, "contact")
    for label in ("Telefoon", "Adres"):
        assert f"NOTE;LANGUAGE=nl:{label}: Tot en met 30 november 2026" in card


@pytest.mark.needs("hsds")
def test_hsds_says_until_when_temporary_values_hold(client: ApiClient, clock: Clock) -> None:
    """In the alert, which clients show."""
    alerts = []
    for moment in (BEGINS - SECOND, BEGINS, ENDS):
        clock.now = moment
        services = contents(client, "services")
        alerts.append([each["alert"] for each in services if "alert" in each])
    said = "Only until 2026-11-30: address, phones, opening hours."
    assert alerts == [[], [said], []]


def test_what_get_returns_can_be_put_back_at_any_time(
    client: ApiClient, clock: Clock, directory: Directory
) -> None:
    """It changes nothing; what is edited is what was seen."""
    secret, _ = directory.tokens.create("anna", ["edit"], 30)
    for moment in (BEGINS - SECOND, BEGINS, ENDS):
        clock.now = moment
        reply = client.get("/v1/centres/made-up-001")
        headers = {"Authorization": f"Bearer {secret}", "If-Match": reply.headers["ETag"]}
        record = {name: value for name, value in reply.get_json().items() if name != "helplines"}
        same = client.open("PUT", "/v1/centres/made-up-001", json=record, headers=headers)
        assert same.status_code == 200, same.text
        assert same.get_json()["changes"] == []
    clock.now = BEGINS
    reply = client.get("/v1/centres/made-up-001")
    record = {name: value for name, value in reply.get_json().items() if name != "helplines"}
    record["phones"] = [{"number": "+3242324030", "kind": "main"}]
    headers["If-Match"] = reply.headers["ETag"]
    changed = client.open("PUT", "/v1/centres/made-up-001", json=record, headers=headers)
    assert changed.status_code == 200, changed.text
    stored = client.get("/v1/centres/made-up-001/record", headers=headers).get_json()
    assert stored["temporary"]["phones"] == record["phones"]
    assert stored["phones"] == _centre()["phones"]
