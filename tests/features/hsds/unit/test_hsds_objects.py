"""Every record makes objects that are valid in HSDS 3.0, with ids that stay the same."""

from collections import Counter
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.hsds import objects, parts
from directory_api.features.hsds.objects import DetailLevel, HelplineEntry
from directory_api.record.records import Helpline
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.text.translations import labels
from tests.features.hsds.centres import CHANGED, published, whole
from tests.features.hsds.standard import faults, nested
from tests.support.record_strategies import CENTRES, HELPLINES
from tests.support.records import made_up_centre

TIMES = st.one_of(st.none(), st.just(CHANGED))
# Which schema an object has in each form.
SCHEMAS = {DetailLevel.BRIEF: "{}_list", DetailLevel.FULL: "{}"}


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
    own = {record["number"]} if "number" in record else set()
    others = {
        each["address"]
        for each in record.get("channels", [])
        if each["kind"] in ("call", "sms") and "address" in each
    }
    assert {phone["number"] for phone in made.get("phones", [])} == own | others


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
    # A number that only a channel has is a phone, too; of a closed centre it is left out.
    numbers = [phone["number"] for phone in record.get("phones", [])]
    made_voices = [phone for phone in made.get("phones", []) if phone["type"] != "text"]
    known = Counter(each["number"] for each in made_voices)
    assert Counter(numbers) <= known
    assert set(known) - set(numbers) <= {
        each["address"] for each in record.get("channels", []) if "address" in each
    }


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
    assert {fault.partition(":")[0] for fault in faults("service", spoilt)} == {
        "$",
        "$.organization",
        "$.status",
    }
    assert made in nested([made])
