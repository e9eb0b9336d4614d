"""A record in HSDS 3.0: each object is valid, with nothing added and nothing hidden."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.domain.geo.geometry import Point
from directory_api.domain.model.records import Centre, Helpline, Location
from directory_api.domain.model.vocabulary import AUDIENCES, SERVICES
from directory_api.formats import as_json
from directory_api.hsds import objects, parts
from directory_api.hsds.objects import DetailLevel, HelplineEntry
from directory_api.i18n.translations import labels
from tests.support.hsds_standard import faults, nested
from tests.support.record_strategies import CENTRES, HELPLINES
from tests.support.records import made_up_centre

CHANGED = datetime(2026, 11, 24, 12, 0, 0, 5_999, tzinfo=UTC)
STAND_IN = Location(Point(0.0, 0.0), "municipality")
TIMES = st.one_of(st.none(), st.just(CHANGED))
ADDRESS = {
    "street": "Leguit 4",
    "postal_code": "2000",
    "locality": {"nl": "Antwerpen", "en": "Antwerp"},
    "country": "BE",
    "subdivision": "BE-VAN",
}
# Which schema an object has in each form.
SCHEMAS = {DetailLevel.BRIEF: "{}_list", DetailLevel.FULL: "{}"}


def published(record: dict[str, Any]) -> Centre:
    """A centre as the snapshot shows it."""
    return Centre.from_record(record).published(STAND_IN)


def whole(**members: Any) -> dict[str, Any]:
    """The whole service of a made-up centre."""
    return objects.service(published(made_up_centre(1, **members)), CHANGED, DetailLevel.FULL)


def place(**members: Any) -> dict[str, Any]:
    """Where a made-up centre is, with its address."""
    centre = published(made_up_centre(1, **members))
    found: dict[str, Any] = objects.service_at_location(centre, CHANGED, DetailLevel.FULL)[
        "location"
    ]
    return found


@given(record=CENTRES, changed=TIMES, form=st.sampled_from([DetailLevel.BRIEF, DetailLevel.FULL]))
def test_every_centre_makes_objects_of_the_standard(
    record: dict[str, Any], changed: datetime | None, form: DetailLevel
) -> None:
    """Whatever a record contains, its service, organization and service at location are valid."""
    centre = published(record)
    made = {
        "service": objects.service(centre, changed, form),
        "organization": objects.organization(centre, changed, form),
        "service_at_location": objects.service_at_location(centre, changed, form),
    }
    assert [
        fault for kind, one in made.items() for fault in faults(SCHEMAS[form].format(kind), one)
    ] == []
    whole_services = objects.organization(centre, changed, DetailLevel.FULL_SERVICE)
    assert list(faults("organization", whole_services)) == []


@given(record=HELPLINES, changed=TIMES)
def test_every_helpline_makes_a_service_of_the_standard(
    record: dict[str, Any], changed: datetime | None
) -> None:
    """Any helpline is a valid service without a location, and its number is as it is dialled."""
    line = HelplineEntry(Helpline.from_record(record), "Publisher", changed)
    made = objects.helpline(line, DetailLevel.FULL)
    assert [
        *faults("service_list", objects.helpline(line, DetailLevel.BRIEF)),
        *faults("service", made),
    ] == []
    assert "service_at_locations" not in made
    numbers = [record["number"]] if "number" in record else []
    assert [phone["number"] for phone in made.get("phones", [])] == numbers


@given(record=HELPLINES, form=st.sampled_from([DetailLevel.FULL, DetailLevel.FULL_SERVICE]))
def test_the_publisher_is_an_organization_of_the_standard(
    record: dict[str, Any], form: DetailLevel
) -> None:
    """Who publishes the helplines is an organization; its services are told by name, or whole."""
    lines = [HelplineEntry(Helpline.from_record(record), "Publisher", CHANGED)]
    assert (
        list(faults("organization_list", objects.publisher("Publisher", lines, DetailLevel.BRIEF)))
        == []
    )
    made = objects.publisher("Publisher", lines, form)
    assert list(faults("organization", made)) == []
    assert ("service_areas" in made["services"][0]) is (form == DetailLevel.FULL_SERVICE)


@given(record=CENTRES)
def test_each_object_within_has_an_id_of_its_own(record: dict[str, Any]) -> None:
    """No two phones, languages, areas or attributes share an id, also if a record repeats
    itself.
    """
    made = objects.service(published(record), CHANGED, DetailLevel.FULL)
    ids = [
        one["id"]
        for name in ("phones", "languages", "service_areas", "schedules")
        for one in made.get(name, [])
    ]
    ids += [one["id"] for one in made.get("attributes", [])]
    ids += [one["id"] for phone in made.get("phones", []) for one in phone.get("languages", [])]
    assert max(Counter(ids).values(), default=1) == 1
    assert len(made.get("phones", [])) == len(record.get("phones", []))


@given(record=CENTRES)
def test_an_id_is_told_from_the_slug_alone(record: dict[str, Any]) -> None:
    """A centre's objects keep their ids whatever else of its record changes."""
    other = made_up_centre(1, id=record["id"])
    for make in (objects.service, objects.organization, objects.service_at_location):
        assert (
            make(published(record), CHANGED, DetailLevel.FULL)["id"]
            == make(published(other), None, DetailLevel.BRIEF)["id"]
        )


def test_ids_are_these() -> None:
    """The ids of a centre's objects are the same on every server, for good."""
    centre = published(made_up_centre(1, id="pag-asa"))
    assert [objects.service_identity(centre), parts.term_identity("services", "legal")] == [
        "e7430ab1-808e-5cea-951c-2260f71a1a99",
        "2295d20f-c3e2-58cd-a104-9d3d7b5eb9ff",
    ]


@given(record=CENTRES.filter(lambda record: record["address_visibility"] != "public"))
def test_a_hidden_address_stays_hidden(record: dict[str, Any]) -> None:
    """A centre with a hidden address has no street, no point of its own, and no address object."""
    address = {
        **record["address"],
        "street": "Canarystraat 9",
        "subdivision": "BE-BRU",
        "locality": {"nl": "Town"},
    }
    point = {"lat": 12.345678, "lon": 23.456789, "precision": "exact"}
    centre = published({**record, "address": address, "location": point})
    for form in (DetailLevel.BRIEF, DetailLevel.FULL):
        told = json.dumps([make(centre, CHANGED, form) for make in _MAKERS])
        assert not any(mark in told for mark in ("Canary", "12.34", "23.45", "addresses"))
        where = objects.service_at_location(centre, CHANGED, form)["location"]["description"]
        assert (address["postal_code"] in where) is (record["address_visibility"] == "locality")


_MAKERS = (objects.service, objects.organization, objects.service_at_location)


def test_what_is_hidden_is_said_to_be() -> None:
    """A location says what is not published, and its town; a postcode only if it is published."""
    told = place(address=ADDRESS, address_visibility="locality")
    assert told["description"] == (
        "The street is not published; the point stands for the postcode. 2000 Antwerp, BE."
    )
    told = place(address=ADDRESS, address_visibility="hidden")
    assert (
        told["description"]
        == "The address is not published; the point stands for the municipality. Antwerp, BE."
    )
    assert told["location_type"] == "physical"


def test_a_whole_address_is_an_address() -> None:
    """An address with all required members is an address object, with ISO 3166 codes."""
    told = place(address=ADDRESS)
    (address,) = told["addresses"]
    assert {
        name: address[name]
        for name in ("address_1", "city", "state_province", "postal_code", "country")
    } == {
        "address_1": "Leguit 4",
        "city": "Antwerp",
        "state_province": "BE-VAN",
        "postal_code": "2000",
        "country": "BE",
    }
    assert "description" not in told


@pytest.mark.parametrize("missing", ["street", "subdivision"])
def test_nothing_is_made_up_for_an_address(missing: str) -> None:
    """An address that lacks what the standard requires is told in words, with all that is known."""
    told = place(address={name: value for name, value in ADDRESS.items() if name != missing})
    assert "addresses" not in told
    assert (
        told["description"] == ("" if missing == "street" else "Leguit 4, ") + "2000 Antwerp, BE."
    )


def test_a_centre_without_a_point_has_none() -> None:
    """A hidden centre whose municipality has no known point is at no latitude."""
    centre = Centre.from_record(made_up_centre(1, address_visibility="hidden")).published(None)
    told = objects.service_at_location(centre, CHANGED, DetailLevel.FULL)["location"]
    assert not {"latitude", "longitude", "precision"} & told.keys()


def test_the_equator_is_a_place() -> None:
    """Latitude 0 and longitude 0 are told."""
    told = place(location={"lat": 0.0, "lon": 0.0, "precision": "exact"})
    assert (told["latitude"], told["longitude"]) == (0.0, 0.0)


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
        "telephone duty; hours: 24/7; ’s nachts",
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
    assert as_json.moment(there) == "2026-11-24T12:00:00.005Z"


def test_a_centre_without_words_says_what_it_is() -> None:
    """The standard requires a description; without one the kind of the centre is told."""
    told = objects.organization(
        published(made_up_centre(1, kind="reception-centre")), None, DetailLevel.BRIEF
    )
    assert told["description"] == "Reception centre for victims of human trafficking."


def test_a_minimal_service_is_its_id_and_its_time() -> None:
    """A minimal service has its id, the time if it is known, and what its schema requires."""
    centre = published(made_up_centre(1))
    line = HelplineEntry(
        Helpline(
            id="line", kind="police", name={"en": "HelplineEntry"}, countries=("BE",), number="101"
        ),
        "Publisher",
        None,
    )
    assert objects.service(centre, CHANGED, DetailLevel.MINIMAL).keys() == {
        "id",
        "name",
        "status",
        "modified_date",
    }
    told = {
        "id": objects.service_identity(line.helpline),
        "name": "HelplineEntry",
        "status": "active",
    }
    assert objects.helpline(line, DetailLevel.MINIMAL) == told


def test_both_vocabularies_are_taxonomies() -> None:
    """Each service and audience is a valid term of its taxonomy, with its labels."""
    assert [code for _, code in parts.TERMS] == [*SERVICES, *AUDIENCES]
    for taxonomy, code in parts.TERMS:
        term = parts.taxonomy_term(taxonomy, code).to_record()
        assert list(faults("taxonomy_term", term)) == []
        assert term["taxonomy_detail"] == parts.taxonomy(taxonomy).to_record()
        assert term["labels"] == labels(taxonomy.removesuffix("s"))[code]


@given(total=st.integers(0, 50), number=st.integers(1, 60), size=st.integers(1, 20))
def test_a_page_counts_right(total: int, number: int, size: int) -> None:
    """A page has the total, the number of pages, and whether it is the first, the last or empty."""
    contents = list(range(total))[(number - 1) * size : number * size]
    page = objects.page([{"id": str(each)} for each in contents], total, number, size)
    assert (page["total_items"], page["page_number"], page["size"]) == (
        total,
        number,
        len(contents),
    )
    assert page["total_pages"] == len(range(0, total, size))
    assert page["first_page"] is (number == 1)
    assert page["last_page"] is (number * size >= total)
    assert page["empty"] is (contents == [])


def test_the_check_of_the_standard_finds_what_is_wrong() -> None:
    """A missing member, a wrong value, an unknown member and a non-object are each found."""
    made = whole()
    spoilt = {**made, "status": "open", "colour": "red", "organization": "none"}
    del spoilt["name"]
    assert sorted(faults("service", spoilt)) == [
        "/colour is not in the standard",
        "/name is missing",
        "/organization is not an object",
        "/status is 'open'",
    ]
    assert made in nested([made])
