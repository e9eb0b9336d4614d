"""The classes of records, their schemas and the schemas of answers have the same members."""

from dataclasses import dataclass, fields

import marshmallow as ma
import pytest

from directory_api.record import schemas
from directory_api.record.parts import (
    Acknowledged,
    Address,
    Channel,
    Contested,
    Phone,
    Spoken,
    Temporary,
)
from directory_api.record.record_value import Private, Public, RecordValue, private_members
from directory_api.record.records import Centre, Helpline
from directory_api.record.verified import Verified
from tests.support.record_strategies import MEMBERS
from tests.support.records import made_up_centre, shipped_records
from tools.openapi.centre_document import CentreDocument
from tools.openapi.responses import HelplineDocument

PAIRS: list[tuple[type[RecordValue], type[ma.Schema]]] = [
    (Address, schemas.AddressSchema),
    (Centre, schemas.CentreSchema),
    (Channel, schemas.ChannelSchema),
    (Contested, schemas.ContestedSchema),
    (Helpline, schemas.HelplineSchema),
    (Phone, schemas.PhoneSchema),
    (Spoken, schemas.SpokenSchema),
    (Temporary, schemas.TemporarySchema),
    (Verified, schemas.VerifiedSchema),
    (Acknowledged, schemas.AcknowledgedSchema),
]
# Computed when a record is published, so that no stored one has it.
PUBLISHED = {"changed_since", "permanent"}
# Computed for each answer, so that no record has them.
COMPUTED = {"freshness", "office"}


@pytest.mark.parametrize(("kind", "schema"), PAIRS, ids=[kind.__name__ for kind, _ in PAIRS])
def test_a_class_has_the_members_of_its_schema_in_the_same_order(
    kind: type[RecordValue], schema: type[ma.Schema]
) -> None:
    """A member that is in one of the two only would be lost or refused."""
    members = [member.name for member in fields(kind)]  # type: ignore[arg-type]  # see RecordValue
    # The name of a member may be a keyword of Python.
    named = [name.rstrip("_") for name in members if name not in PUBLISHED]
    assert named == list(schema().fields)


def test_every_member_is_in_the_answers() -> None:
    """Answers follow from the schema."""
    for kind, document in ((Centre, CentreDocument), (Helpline, HelplineDocument)):
        members = {member.name for member in fields(kind)}
        assert set(document().fields) - COMPUTED == members - {*private_members(kind)}


def test_the_generated_centres_have_every_member() -> None:
    """So the tests of tables, texts and changes try a new one, too."""
    missing = {member.name for member in fields(Centre)} - MEMBERS - PUBLISHED
    assert not missing, f"Generate {missing} in tests/support/record_strategies.py."


# What is left of the members without a mark, if the address is hidden; of `contested`, a test below
# shows it.
REVEALING: dict[str, set[str]] = {
    "address": {"locality", "country", "subdivision"},
    "location": set(),
}


def test_whether_a_member_reveals_a_hidden_place_is_decided() -> None:
    """A member that cannot, is marked in record/records.py; the others are removed or replaced."""
    unmarked = {each.name for each in fields(Centre) if not hasattr(each.type, "__metadata__")}
    undecided = unmarked - {*REVEALING, *PUBLISHED, "contested", "temporary"}
    assert not undecided, (
        f"Mark {undecided} in record/records.py as Public if no value can reveal where a hidden "
        "centre is, or as Private; else write into REVEALING what is left of it."
    )
    record = made_up_centre(1, address_visibility="hidden")
    published = Centre.from_record(record).published(None).to_record()
    for name, kept in REVEALING.items():
        assert set(record[name]) - kept
        assert set(published.get(name, ())) <= kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _MarkedCentre(Centre):
    access: Public[str | None] = None
    landmark: str | None = None
    landmarks: tuple[str, ...] = ()
    remark: Private[str | None] = None


@pytest.mark.parametrize(
    ("visibility", "shown"),
    [
        ("public", {"access", "landmark", "landmarks"}),
        ("locality", {"access"}),
        ("hidden", {"access"}),
    ],
)
def test_a_member_without_a_mark_is_hidden_with_the_address(
    visibility: str, shown: set[str]
) -> None:
    """So one that was forgotten cannot reveal a hidden address; a private one is never seen."""
    more = {"access": "yes", "landmark": "a", "landmarks": ["a"], "remark": "b"}
    record = made_up_centre(1, address_visibility=visibility, **more)
    centre = _MarkedCentre.from_record(record)
    assert centre.to_record() == record
    assert centre.published(None).to_record().keys() & more.keys() == shown


@pytest.mark.parametrize("visibility", ["public", "locality", "hidden"])
def test_what_is_for_maintainers_is_never_published(visibility: str) -> None:
    """Neither how a record was confirmed nor which warnings were acknowledged."""
    notes = {
        "acknowledged": [{"warning": "no_phone", "value": "no phone", "reason": "a web site"}],
        "verified": {"on": "2026-11-01", "by": "anna", "how": "called"},
    }
    record = made_up_centre(1, address_visibility=visibility, **notes)
    centre = Centre.from_record(record)
    assert centre.to_record()["acknowledged"] == notes["acknowledged"]
    published = centre.published(centre.location).to_record()
    assert "acknowledged" not in published
    assert "how" not in published["verified"]


def test_what_is_for_maintainers_is_never_published_of_a_helpline() -> None:
    """With a confirmation or without one."""
    line = shipped_records()["helplines"][0]
    about = [{"warning": "premium_rate", "value": line["number"], "reason": "the only one"}]
    for confirmed in ({}, {"verified": {"on": "2026-11-01", "by": "anna", "how": "called"}}):
        record = {**line, **confirmed, "acknowledged": about}
        helpline = Helpline.from_record(record)
        assert helpline.to_record() == record
        published = helpline.published().to_record()
        assert "acknowledged" not in published
        assert "how" not in published.get("verified", {})
    assert Helpline.from_record(line).published().to_record() == line


def test_what_is_contested_of_a_hidden_address_is_not_published() -> None:
    """A source that names another address may name the true one; other entries stay."""
    contested = [
        {"member": "address", "sources": ["flyer"], "note": {"en": "Leguit 4"}},
        {"member": "email", "sources": ["flyer"]},
    ]
    for visibility, members in (
        ("public", ["address", "email"]),
        ("locality", ["email"]),
        ("hidden", ["email"]),
    ):
        record = made_up_centre(1, address_visibility=visibility, contested=contested)
        published = Centre.from_record(record).published(None)
        assert [entry.member for entry in published.contested] == members


def test_a_record_of_an_older_version_is_read_without_its_unknown_members() -> None:
    """History keeps records as they were written."""
    record = made_up_centre(1)
    centre = Centre.from_record(record)
    assert Centre.from_record({**record, "fax": "1", "email": None}) == centre
    with pytest.raises(KeyError, match="required member of Centre"):
        Centre.from_record({**record, "name": None})


def test_false_is_written_and_an_unknown_value_is_not() -> None:
    """That a language needs no interpreter is known; an empty list says nothing."""
    spoken = Spoken("nl", interpreter=False)
    assert spoken.to_record() == {"code": "nl", "interpreter": False}
    assert Spoken.from_record(spoken.to_record()) == spoken
    assert Spoken("nl").to_record() == {"code": "nl"}
    assert Phone(number="112", kind="main").to_record() == {"number": "112", "kind": "main"}


def test_without_temporary_values_nothing_switches() -> None:
    assert Centre.from_record(made_up_centre(1)).switches == ()
