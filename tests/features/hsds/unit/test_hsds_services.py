"""What a service in HSDS 3.0 says: status, hours, languages, phones and the text of the record."""

from datetime import timedelta, timezone

import pytest

from directory_api.answer import as_json
from directory_api.features.hsds import objects
from tests.features.hsds.centres import CHANGED, published, whole
from tests.support.records import made_up_centre


@pytest.mark.parametrize(
    ("status", "wanted"),
    [("active", "active"), ("temporarily_closed", "temporarily closed"), ("closed", "inactive")],
)
def test_a_closed_centre_has_no_hours(status: str, wanted: str) -> None:
    """The status is the standard's; a temporarily or permanently closed centre has no schedule."""
    phones = [{"number": "+3225116464", "kind": "duty", "hours": "24/7"}]
    told = whole(
        status=status, opening_hours="Mo-Fr 09:00-17:00", timezone="Europe/Brussels", phones=phones
    )
    assert told["status"] == wanted
    assert (
        ("schedules" in told)
        is ("hours" in told["phones"][0]["description"])
        is (status == "active")
    )


def test_weekly_hours_are_rules() -> None:
    """The same hours every week are rules of RFC 5545 in a named time zone; never an offset."""
    told = whole(opening_hours="Mo-Tu 09:00-12:00,13:00-17:00", timezone="Europe/Brussels")[
        "schedules"
    ]
    common = {"freq": "WEEKLY", "byday": "MO,TU", "timezone_name": "Europe/Brussels"}
    common["description"] = "Mo-Tu 09:00-12:00,13:00-17:00"
    assert [
        {name: value for name, value in one.items() if not name.endswith("id")} for one in told
    ] == [
        {**common, "opens_at": "09:00", "closes_at": "12:00"},
        {**common, "opens_at": "13:00", "closes_at": "17:00"},
    ]


def test_a_rule_keeps_its_id_when_another_comes_before_it() -> None:
    """The id of a schedule is that of its rule; two rules never share one."""

    def ids(hours: str) -> dict[str, str]:
        told = whole(opening_hours=hours, timezone="Europe/Brussels")["schedules"]
        return {f"{one['byday']} {one['opens_at']}": one["id"] for one in told}

    one, two = ids("We 13:00-17:00"), ids("Mo 09:00-12:00; We 13:00-17:00")
    assert two["WE 13:00"] == one["WE 13:00"]
    assert two["MO 09:00"] != two["WE 13:00"]


def test_hours_with_an_exception_are_words() -> None:
    """Hours with holiday exceptions are text only: a rule without its exception would be wrong."""
    (told,) = whole(opening_hours="Mo-Fr 09:00-17:00; PH off", timezone="Europe/Brussels")[
        "schedules"
    ]
    assert set(told) == {"id", "service_id", "description", "timezone_name"}
    assert told["description"] == "Mo-Fr 09:00-17:00; PH off"


def test_languages_are_those_without_an_interpreter() -> None:
    """A language by an interpreter is text only; one for which it is not known says so."""
    languages = [
        {"code": "nl", "interpreter": False},
        {"code": "pt-BR"},
        {"code": "ti", "interpreter": True},
        {"code": "uk", "interpreter": True},
    ]
    told = whole(languages=languages)
    assert [(one["code"], one["name"], one.get("note")) for one in told["languages"]] == [
        ("nl", "Dutch", None),
        ("pt", "Portuguese (Brazil)", "Whether with an interpreter is not known."),
    ]
    assert told["interpretation_services"] == "With an interpreter: Tigrinya, Ukrainian"


def test_phones_are_told_with_what_they_are_for() -> None:
    """A phone has its number in E.164, its type of RFC 6350, and its kind, hours and note
    as text.
    """
    phone = {
        "number": "+3225116464",
        "kind": "duty",
        "hours": "24/7",
        "note": {"nl": "’s nachts"},
        "languages": ["fr"],
    }
    (told,) = whole(phones=[phone])["phones"]
    assert (told["number"], told["type"], told["description"]) == (
        "+3225116464",
        "voice",
        "telephone duty; hours: Day and night; ’s nachts",
    )
    assert [one["code"] for one in told["languages"]] == ["fr"]


def test_what_is_known_of_a_service_is_told() -> None:
    """English texts, audiences, date of confirmation, and time of change to the millisecond."""
    told = whole(
        name_translations={"en": "Centre"},
        description={"nl": "Hulp", "en": "Help"},
        audiences=["victims", "children", "victims"],
        coverage=["BE-BRU"],
        verified={"on": "2026-11-01", "by": "anna", "how": "called"},
    )
    assert (told["alternate_name"], told["description"]) == ("Centre", "Help")
    assert (
        told["eligibility_description"]
        == "For: Victims of all forms of exploitation; Victims who may be under 18."
    )
    assert (told["assured_date"], told["last_modified"]) == (
        "2026-11-01",
        "2026-11-24T12:00:00.005Z",
    )
    assert [(area["name"], area["extent_type"]) for area in told["service_areas"]] == [
        ("BE-BRU", "text")
    ]
    assert [one["taxonomy_term"]["code"] for one in told["attributes"]] == [
        "medical",
        "victims",
        "children",
    ]


def test_a_time_is_told_in_utc() -> None:
    """A time of another zone is told in UTC."""
    there = CHANGED.astimezone(timezone(timedelta(hours=2)))
    assert as_json.timestamp(there) == "2026-11-24T12:00:00.005Z"


def test_a_centre_without_words_says_what_it_is() -> None:
    """The standard requires a description; without one the kind of the centre is told."""
    told = objects.organization(published(made_up_centre(1, kind="reception_centre")), None, False)
    assert told["description"] == "Reception centre for victims of human trafficking."
