"""The opening hours, the duty and what is contested of centres on the visitor's page."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from directory_api.features.pages.presenters import PageTranslator
from directory_api.hours.in_words import day_names
from directory_api.text.translations import words
from tests.support.finder_pages import BASES, NOON, Node, Page, app_of, get, send
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
            "Office closed now. Opens: 9 November 2026, 09:00",
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
@pytest.mark.parametrize("services", [["emergency_duty"], ["legal"]])
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
    duty = words("en")["service.emergency_duty"]
    (state,) = [each for each in article.all("p") if "state" in each.attributes.get("class", "")]
    assert duty not in state.text
    elements = [each for each in article.inside if isinstance(each, Node)]
    (calls,) = article.all("div", **{"class": "calls"})
    after = elements[elements.index(calls) + 1]
    has_duty = "emergency_duty" in services
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


# A Saturday evening.
NIGHT = datetime(2026, 11, 28, 20, tzinfo=UTC)
NOTE = {"nl": "Ook genoemd: Kaai 1.", "en": "Also named: Kaai 1."}


def _contested(*members: str) -> list[dict[str, Any]]:
    return [{"member": member, "sources": ["flyer"], "note": NOTE} for member in members]


def _phone(**members: Any) -> list[dict[str, Any]]:
    return [{"number": "+3225116464", "kind": "main", **members}]


def _card(page: Page) -> Node:
    (article,) = page.all("article")
    return article


def _texts(node: Node, name: str) -> list[str]:
    return [each.text for each in node.all("p", **{"class": name})]


@BASES
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_contested_fact_has_a_line_beside_it_in_each_language(
    tmp_path: Path, base: str, language: str
) -> None:
    """What the sources say is one tap away, in the visitor's language, else that they differ."""
    centre = made_up_centre(1, **HOURS, contested=_contested("address", "opening_hours", "email"))
    client = app_of(tmp_path, [centre], NIGHT).test_client()
    card = _card(get(client, f"{base}?lang={language}"))
    hours, other, address = (
        words(language)[f"contested.{member}"] for member in ("opening_hours", "other", "address")
    )
    assert _texts(card, "contested hours") == [hours]
    assert _texts(card, "contested") == [other, address]
    (place,) = card.all("div", **{"class": "place"})
    assert _texts(place, "contested") == [address]
    folded = card.all("details")[-2]
    notes = [" ".join(text.split()) for text in _texts(folded, "muted")]
    assert len(notes) == 3
    if language in NOTE:
        assert set(notes) == {" ".join(NOTE[language].split())}
    else:
        assert sorted(notes) == sorted([hours, other, address])


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"phones": _phone(hours="24/7")}, "This number is answered day and night."),
        (
            {"phones": _phone(hours="24/7"), "services": ["emergency_duty"]},
            "For emergencies this number is answered day and night.",
        ),
        (
            {"phones": _phone(hours="Mo-Su 08:00-22:00")},
            "Calls are answered: Monday – Sunday: 08:00 – 22:00",
        ),
        ({"phones": _phone()}, None),
    ],
)
def test_closed_is_said_of_the_office_and_not_of_a_phone(
    tmp_path: Path, members: dict[str, Any], said: str | None
) -> None:
    """Below its number is when it is answered, also on paper."""
    client = app_of(tmp_path, [made_up_centre(1, **HOURS, **members)], NIGHT).test_client()
    card = _card(get(client, "/?lang=en"))
    (state,) = [each for each in card.all("p") if "state" in each.attributes.get("class", "")]
    assert state.text == "Office closed now. Opens: Monday, 09:00"
    (calls,) = card.all("div", **{"class": "calls"})
    (call,) = calls.all("a")
    spans = call.all("span", **{"class": "answered"})
    answered = [span.text.replace("\N{THIN SPACE}", " ") for span in spans]
    assert answered == ([said] if said else [])
    # The number says it already.
    assert not (said and _texts(card, "duty"))
    printed = send(client, {"centre": "made-up-001", "lang": "en"}, "/print").text
    assert (said or "") in printed.replace("\N{THIN SPACE}", " ")


@pytest.mark.parametrize(
    ("expression", "tag", "said"),
    [
        ("Mo-Fr 09:00-17:00; PH off", "nl", "maandag – vrijdag: 09:00 – 17:00<br>{holidays}"),
        # A text that is not translated is marked; days are those of the language.
        (
            "Mo 09:00-17:00; PH off",
            "so",
            '{monday}: 09:00 – 17:00<br><span lang="en" dir="ltr">{holidays}</span>',
        ),
        # A comment is for maintainers, and in one language.
        ('Mo 09:00-17:00 "<b>"', "nl", "maandag: 09:00 – 17:00 ({call_first})"),
        ("Mo-Fr 09:00+", "nl", ""),
    ],
)
def test_each_line_of_hours_is_a_line_of_html(expression: str, tag: str, said: str) -> None:
    """Nothing is said of hours that are not known, instead of OpenStreetMap's syntax."""
    texts = words(tag)
    say = PageTranslator(texts, date(2026, 12, 10))
    hours = say.join_lines(say.lines(expression, "BE"))
    expected = said.format(
        holidays=texts["hours.holidays"],
        call_first=texts["hours.call_first"],
        monday=day_names(tag)[0],
    )
    assert hours.replace("\N{THIN SPACE}", " ") == expected
