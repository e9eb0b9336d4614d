"""Every record makes objects that are valid in HSDS 3.0, with ids that stay the same."""

from collections import Counter
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.hsds import objects, parts
from directory_api.features.hsds.objects import HelplineEntry
from directory_api.record.records import Helpline
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.text.translations import labels
from tests.features.hsds.centres import CHANGED, published, whole
from tests.features.hsds.standard import faults, nested
from tests.support.record_strategies import CENTRES, HELPLINES
from tests.support.records import made_up_centre

TIMES = st.one_of(st.none(), st.just(CHANGED))
# Which schema an object has in each form.
SCHEMAS = {False: "{}_list", True: "{}"}


@given(record=CENTRES, changed=TIMES, is_whole=st.booleans())
def test_every_centre_makes_objects_of_the_standard(
    record: dict[str, Any], changed: datetime | None, is_whole: bool
) -> None:
    """Whatever a record contains, its service, organization and service at location are valid."""
    centre = published(record)
    made = {
        "service": objects.service(centre, changed, is_whole),
        "organization": objects.organization(centre, changed, is_whole),
        "service_at_location": objects.service_at_location(centre, changed, is_whole),
    }
    assert [
        fault for kind, one in made.items() for fault in faults(SCHEMAS[is_whole].format(kind), one)
    ] == []


@given(record=HELPLINES, changed=TIMES)
def test_every_helpline_makes_a_service_of_the_standard(
    record: dict[str, Any], changed: datetime | None
) -> None:
    """Any helpline is a valid service without a location, and its number is as it is dialled."""
    line = HelplineEntry(Helpline.from_record(record), "Publisher", changed)
    made = objects.helpline(line, True)
    assert [
        *faults("service_list", objects.helpline(line, False)),
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


@given(record=HELPLINES)
def test_the_publisher_is_an_organization_of_the_standard(record: dict[str, Any]) -> None:
    """Who publishes the helplines is an organization; its services are told by name."""
    lines = [HelplineEntry(Helpline.from_record(record), "Publisher", CHANGED)]
    brief, whole = (objects.publisher("Publisher", lines, each) for each in (False, True))
    assert list(faults("organization_list", brief)) == []
    assert list(faults("organization", whole)) == []
    assert [each["name"] for each in whole["services"]] == [
        objects.helpline(line, False)["name"] for line in lines
    ]


@given(record=CENTRES)
def test_each_object_within_has_an_id_of_its_own(record: dict[str, Any]) -> None:
    """No two phones, languages, areas or attributes share an id, also if a record repeats
    itself.
    """
    made = objects.service(published(record), CHANGED, True)
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
            make(published(record), CHANGED, True)["id"]
            == make(published(other), None, False)["id"]
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


def test_an_empty_list_has_an_empty_page() -> None:
    """It is the first and the last."""
    page = objects.page([])
    assert (page["total_items"], page["size"], page["empty"]) == (0, 0, True)
    assert (page["first_page"], page["last_page"], page["contents"]) == (True, True, [])


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
