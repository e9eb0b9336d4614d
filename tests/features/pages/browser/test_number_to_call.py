"""Which number of an answer is filled: one that is answered now, for every hour of a week."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from directory_api.features.device.as_bundle import centre as in_bundle
from directory_api.features.device.as_bundle import moment
from directory_api.hours.timetable import Timetable
from directory_api.record.answered import answered
from directory_api.record.records import Centre
from tests.support import node
from tests.support.finder_pages import app_of, get, send
from tests.support.records import made_up_centre, shipped_records
from tests.support.servers import ROOT

NEEDS = ("device",)
BRUSSELS = ZoneInfo("Europe/Brussels")
# With a public holiday, Armistice Day, on its Wednesday.
MONDAY = datetime(2026, 11, 9, tzinfo=BRUSSELS)
HOURS_OF_THE_WEEK = [MONDAY + timedelta(hours=hour) for hour in range(7 * 24)]
LINE = "+3278055800"
OFFICE = {"opening_hours": "Mo-Fr 09:00-17:00; PH off", "timezone": "Europe/Brussels"}


def phone(**members: str) -> dict[str, Any]:
    """The members of a centre with one phone."""
    return {"phones": [{"number": "+3225116464", "kind": "main", **members}]}


# When the number of a centre is answered: the hours from and to, on some days from 0 (Monday).
NIGHTS = {"hours": "Mo-Su 20:00-24:00"}
WORKING = ((0, 1, 3, 4), 9, 17)
Times = tuple[tuple[int, ...], int, int] | None
ALWAYS: Times = (tuple(range(7)), 0, 24)
MADE_UP: Mapping[str, tuple[dict[str, Any], Times]] = {
    "the office is open": ({**OFFICE, **phone()}, WORKING),
    "nothing is known": (phone(), None),
    "day and night": (phone(hours="24/7"), ALWAYS),
    "day and night, for emergencies outside office hours": (
        {**OFFICE, **phone(hours="24/7"), "services": ["emergency-duty"]},
        WORKING,
    ),
    "a phone for emergencies only": ({**OFFICE, **phone(hours="24/7", kind="duty")}, None),
    "a phone with hours of its own": (
        {**OFFICE, **phone(**NIGHTS)},
        (tuple(range(7)), 20, 24),
    ),
    "hours without a time zone": (phone(**NIGHTS), None),
    "temporarily closed": ({**OFFICE, **phone(), "status": "temporarily_closed"}, None),
    "temporarily closed, still answered": (
        {**phone(hours="24/7"), "status": "temporarily_closed"},
        None,
    ),
    "closed": ({**OFFICE, **phone(hours="24/7"), "status": "closed"}, None),
    "a fax": ({**OFFICE, **phone(kind="fax")}, None),
}
SHIPPED: Mapping[str, Times] = {"pag-asa": WORKING, "payoke": None, "surya": None}


def is_within(times: Times, at: datetime) -> bool:
    """Whether a moment is within times of a week."""
    return times is not None and at.weekday() in times[0] and times[1] <= at.hour < times[2]


CENTRES: Mapping[str, tuple[Centre, Times]] = {
    **{
        f"{record['id']}, as shipped": (Centre.from_record(record), SHIPPED[record["id"]])
        for record in shipped_records()["centres"]
    },
    **{
        why: (Centre.from_record(made_up_centre(number, **members)), times)
        for number, (why, (members, times)) in enumerate(MADE_UP.items())
    },
}
SCRIPT = f"""
import {{ readFileSync }} from "node:fs";
const src = "{(ROOT / "directory_api/features/pages/src").as_uri()}";
const {{ answeredNumbers }} = await import(`${{src}}/hours.js`);
const {{ bundle, centres, moments }} = JSON.parse(readFileSync("input.json", "utf8"));
const numbers = (centre) => moments.map((at) => answeredNumbers(bundle, centre, at).size);
console.log(JSON.stringify(centres.map(numbers)));
"""


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    """Of the week."""
    return Timetable(MONDAY.astimezone(UTC), 14)


@pytest.mark.parametrize("why", CENTRES)
def test_a_number_is_answered_in_its_hours_or_those_of_the_office(
    timetable: Timetable, why: str
) -> None:
    """In every hour of a week: not on a public holiday, and not where nothing is known."""
    centre, times = CENTRES[why]
    for at in HOURS_OF_THE_WEEK:
        is_answered = bool(answered(centre, timetable, at.astimezone(UTC)))
        assert is_answered is is_within(times, at), at


def test_the_device_knows_the_same(timetable: Timetable, tmp_path: Path) -> None:
    """From the bundle, without a request."""
    (tmp_path / "run.mjs").write_text(SCRIPT, encoding="utf-8")
    given = {
        "bundle": {"made": moment(timetable.since), "until": moment(timetable.until)},
        "centres": [in_bundle(centre, timetable, 365) for centre, _ in CENTRES.values()],
        "moments": [at.timestamp() * 1000 for at in HOURS_OF_THE_WEEK],
    }
    (tmp_path / "input.json").write_text(json.dumps(given), encoding="utf-8")
    counted = json.loads(node.output(tmp_path, "node", "run.mjs"))
    for (why, (centre, _)), counts in zip(CENTRES.items(), counted, strict=True):
        expected = [
            len(answered(centre, timetable, at.astimezone(UTC))) for at in HOURS_OF_THE_WEEK
        ]
        assert counts == expected, why


def filled(client: FlaskClient, form: dict[str, str]) -> list[str]:
    """The numbers of the first card in their order, the filled ones with a mark."""
    page = send(client, {"lang": "en", **form})
    links = [
        (link.attributes["href"], link.attributes["class"].split())
        for link in page.all("article")[0].all("a")
        if link.attributes["href"].startswith("tel:")
    ]
    return [f"{'*' if 'main' in classes else ''}{href[4:]}" for href, classes in links]


@pytest.mark.parametrize("why", [*MADE_UP][:7])
@pytest.mark.parametrize("hour", [0, 11, 17, 20, 6 * 24 + 11])
def test_the_number_that_is_answered_now_is_the_first_and_the_only_filled_one(
    tmp_path: Path, why: str, hour: int
) -> None:
    """The centre's own; the line that answers day and night where that is not known."""
    members, times = MADE_UP[why]
    at = HOURS_OF_THE_WEEK[hour]
    client = app_of(tmp_path, [made_up_centre(1, **members)], at.astimezone(UTC)).test_client()
    own = "+3225116464"
    expected = [f"*{own}", LINE] if is_within(times, at) else [f"*{LINE}", own]
    assert filled(client, {"postcode": "1000"}) == expected


def test_the_line_says_to_call_it_and_when_it_answers(tmp_path: Path) -> None:
    """At night, with when the office opens."""
    night = datetime(2026, 11, 7, 20, tzinfo=BRUSSELS).astimezone(UTC)
    centre = made_up_centre(1, **OFFICE, **phone())
    page = send(app_of(tmp_path, [centre], night).test_client(), {"postcode": "1000", "lang": "en"})
    card = page.all("article")[0]
    (link,) = card.all("a", **{"class": "button night always first main"})
    assert link.text.startswith("Call 078 055 800")
    assert "day and night" in link.text
    assert "Opens: Monday, 09:00" in card.text


def test_before_a_search_only_what_is_answered_is_filled(client: FlaskClient) -> None:
    """On a Tuesday at 11 the office of PAG-ASA is open, and of the others nothing is known."""
    filled_in = {
        article.attributes["data-centre"]: bool(article.all("a", **{"class": "button main call"}))
        for article in get(client, "/?lang=en").all("article")
    }
    assert filled_in == {"pag-asa": True, "payoke": False, "surya": False}
