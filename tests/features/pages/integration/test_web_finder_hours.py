"""The opening hours and the duty of centres on the visitor's page."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory_api.text.translations import words
from tests.support.finder_pages import NOON, Node, app_of, get, send
from tests.support.records import made_up_centre

HOURS = {"opening_hours": "Mo-Fr 09:00-17:00", "timezone": "Europe/Brussels"}


@pytest.mark.parametrize(
    ("now", "hours", "said"),
    [
        ("2026-11-03T10:00", HOURS, "Office open now, until 17:00"),
        ("2026-11-03T18:00", HOURS, "Office closed now. Opens: Wednesday, 09:00"),
        (
            "2026-11-03T10:00",
            {**HOURS, "opening_hours": "Mo 09:00-10:00"},
            "Office closed now. Opens: Monday, 09:00",
        ),
        (
            "2026-11-02T10:30",
            {**HOURS, "opening_hours": "Mo 09:00-10:00"},
            "Office closed now. Opens: November 9, 2026, 09:00",
        ),
        ("2026-11-03T10:00", {**HOURS, "opening_hours": "24/7"}, "Office open now"),
        # What follows has two meanings, so no time is given.
        (
            "2026-11-07T23:00",
            {**HOURS, "opening_hours": "Sa 22:00-04:00; Su 10:00-12:00"},
            "Office open now",
        ),
        (
            "2026-11-10T23:00",
            {**HOURS, "opening_hours": "Mo-Su 02:00-04:00; We 02:00-04:00 unknown"},
            "Office closed now",
        ),
        ("2026-11-03T10:00", {}, "Opening hours not known"),
    ],
)
def test_a_centre_says_whether_it_is_open(
    tmp_path: Path, now: str, hours: dict[str, str], said: str
) -> None:
    """Open or closed, and until when, in the centre's local time, with the day if it is another
    one.
    """
    moment = datetime.fromisoformat(f"{now}+01:00").astimezone(UTC)
    centre = made_up_centre(1, coverage=["BE"], **hours)
    page = send(
        app_of(tmp_path, [centre], moment).test_client(), {"postcode": "1000", "lang": "en"}
    )
    states = [node.text for node in page.all("p") if "state" in node.attributes.get("class", "")]
    assert states == [said]


@pytest.mark.parametrize("now", ["2026-11-03T10:00", "2026-11-03T18:00"])
@pytest.mark.parametrize("services", [["emergency-duty"], ["legal"]])
def test_the_duty_of_a_centre_follows_its_phones(
    tmp_path: Path, now: str, services: list[str]
) -> None:
    """Whether it is open or closed, so that no card grows at closing time. The state says only
    whether it is open.
    """
    moment = datetime.fromisoformat(f"{now}+01:00").astimezone(UTC)
    centre = made_up_centre(1, **HOURS, services=services)
    page = get(app_of(tmp_path, [centre], moment).test_client(), "/?lang=en")
    (article,) = page.all("article")
    duty = words("en")["service.emergency-duty"]
    (state,) = [each for each in article.all("p") if "state" in each.attributes.get("class", "")]
    assert duty not in state.text
    elements = [each for each in article.inside if isinstance(each, Node)]
    (calls,) = article.all("div", **{"class": "calls"})
    after = elements[elements.index(calls) + 1]
    has_duty = "emergency-duty" in services
    assert (after.attributes.get("class") == "duty") is has_duty
    assert [each.text for each in article.all("p", **{"class": "duty"})] == [duty] * has_duty


def test_hours_are_in_words_on_screen_and_on_paper(tmp_path: Path) -> None:
    """Beside the present state are the hours of the week; print has only these; not if temporarily
    closed.
    """
    centres = [
        made_up_centre(1, **HOURS),
        made_up_centre(2, **HOURS, status="temporarily_closed"),
        made_up_centre(3, **{**HOURS, "opening_hours": 'Mo-Fr 09:00-17:00 "ring"'}),
    ]
    client = app_of(tmp_path, centres, NOON).test_client()
    answer = send(client, {"postcode": "1000", "lang": "en"})
    said = "Monday – Friday: 09:00 – 17:00"
    told = {
        one.attributes["data-centre"]: one.text.replace("\N{THIN SPACE}", " ")
        for one in answer.all("article")
    }
    assert said in told[centres[0]["id"]]
    assert "Office open now" in told[centres[0]["id"]]
    assert f"{said} (please call first)" in told[centres[2]["id"]]
    assert words("en")["open.unknown"] not in told[centres[2]["id"]]
    assert "ring" not in told[centres[2]["id"]]
    for neutral in ({}, {"neutral": "on"}):
        page = send(client, {"centre": centres[0]["id"], "lang": "en", **neutral}, "/print")
        assert f"Opening hours: {said}" in page.text.replace("\N{THIN SPACE}", " ")
        assert "Office open now" not in page.text
    closed = send(client, {"centre": centres[1]["id"], "lang": "en"}, "/print")
    assert words("en")["hours.label"] not in closed.text
