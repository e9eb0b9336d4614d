"""Nothing that the public can read changes without a second person, except the allow-list."""

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import fields, replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from directory_api.domain.changes.change import Outcome
from directory_api.domain.errors import ClientError, ProposalOwn, RecordsInvalid
from directory_api.domain.model.records import Centre, Helpline
from directory_api.domain.model.token import Actor
from tests.support.records import shipped_records
from tests.support.write_side import ANNA, BERT, WriteSide, create_write_side, incoming

Members = Mapping[str, Any]


@pytest.fixture
def write_side(tmp_path: Path) -> WriteSide:
    """The shipped records, with review."""
    return create_write_side(tmp_path / "directory.db", review_required=lambda: True)


def _public(write_side: WriteSide) -> str:
    """Everything that the public can read, as one text."""
    write_side.live.refresh()
    snapshot = write_side.live.snapshot
    return json.dumps(
        [
            dict(snapshot.header),
            [line.to_record() for line in snapshot.helplines],
            [centre.to_record() for centre in snapshot.centres],
        ],
        sort_keys=True,
    )


def _import(write_side: WriteSide, change: Callable[[dict[str, Any]], object]) -> Outcome:
    records = {**shipped_records(), "centres": [], "helplines": []}
    contents = write_side.store.records().contents
    records |= deepcopy(dict(contents["directory"]["directory"]))
    records["centres"] = [deepcopy(dict(each)) for each in contents["centre"].values()]
    records["helplines"] = [deepcopy(dict(each)) for each in contents["helpline"].values()]
    change(records)
    return write_side.importer.bring_in(
        ANNA, incoming(json.dumps(records).encode()), "a file", allow_removals=True
    )


# What a pattern of numbers and addresses did not recognise.
LURES = (
    "Call 1712",
    "Call oh four seven zero, one one two two",
    "04 7a0 11b 22 33",
    "fakehelp dot com",
    "Write to @pagasa_help",
    "We have moved: ask the driver at the station",
    "Out of service until 2030",
    "Do not call, come to the bar next door",
)


@pytest.mark.parametrize("lure", LURES)
@pytest.mark.parametrize("member", ["name", "name_translations", "description"])
def test_every_text_of_a_centre_waits(write_side: WriteSide, member: str, lure: str) -> None:
    """Whatever it says, and in whatever words."""
    before = _public(write_side)
    text: Any = lure if member == "name" else {"en": lure}
    outcome = write_side.editor.patch(write_side.edit("pag-asa"), {member: text})
    assert (len(outcome.done), len(outcome.waiting)) == (0, 1)
    assert _public(write_side) == before


@pytest.mark.parametrize(
    "members",
    [
        {"opening_hours": "off"},
        {"opening_hours": "Mo-Fr 09:00-09:01"},
        {"coverage": ["BE-WLX"]},
        {"timezone": "Asia/Tokyo"},
        {"kind": "reception-centre"},
        {"audiences": ["children"]},
        {"services": ["legal"]},
        {"languages": [{"code": "nl"}]},
        {"sources": {"phones": ["general"]}},
        {"verified": {"on": "2026-11-24", "by": "Call 1712", "how": "called"}},
        {"verified": {"on": "2030-11-24", "by": "anna", "how": "called"}},
    ],
)
def test_what_is_told_about_a_centre_waits(write_side: WriteSide, members: Members) -> None:
    """Hours, area, and what a centre no longer offers lead people away from it."""
    before = _public(write_side)
    assert _import(write_side, lambda file: file["centres"][0].update(members)).done == ()
    assert _public(write_side) == before


@pytest.mark.parametrize(
    "members",
    [
        {"hours": "off"},
        {"name": {"en": "Police, out of service until 2030"}},
        {"note": {"en": "fakehelp dot com"}},
        {"sources": ["general"]},
    ],
)
def test_everything_of_a_helpline_waits(write_side: WriteSide, members: Members) -> None:
    """The police number does not seem out of service because of one person."""
    before = _public(write_side)
    edit = write_side.edit("be-101", kind="helpline")
    assert write_side.editor.patch(edit, members).done == ()
    assert _public(write_side) == before


HEADERS: list[Callable[[dict[str, Any]], object]] = [
    lambda file: file.update(publisher="Call 0470 11 22 33"),
    lambda file: file["licence"].update(name="fakehelp dot com"),
    lambda file: file["licence"].update(url="https://fakehelp.example.org/"),
    lambda file: file["sources"][0].update(title="Now call 0470 11 22 33"),
    lambda file: file["sources"][0].update(publisher="fakehelp dot com"),
    lambda file: file["sources"][0].update(url="https://fakehelp.example.org/"),
    lambda file: file["sources"].append({"id": "call-1712", "title": "Call 1712"}),
]


@pytest.mark.parametrize("change", HEADERS)
def test_publisher_licence_and_sources_wait(
    write_side: WriteSide, change: Callable[[dict[str, Any]], object]
) -> None:
    """They are shown beside the centres. A second person brings them into force."""
    before = _public(write_side)
    (proposal,) = _import(write_side, change).waiting
    assert _public(write_side) == before
    assert write_side.proposals.approve(BERT, proposal.id).done == (proposal.change,)
    assert _public(write_side) != before


def test_how_a_record_was_checked_is_not_public(write_side: WriteSide) -> None:
    """The text is kept for maintainers; a change of it alone is not seen by anybody else."""
    write_side.editor.verify(write_side.edit("pag-asa"), "Call 0470 11 22 33, fakehelp dot com")
    public = _public(write_side)
    assert "0470" not in public
    assert '"verified": {"by": "anna", "on": "2026-11-24"}' in public
    assert write_side.record("pag-asa")["verified"]["how"].startswith("Call 0470")
    write_side.editor.verify(write_side.edit("pag-asa"), "wrote")
    assert write_side.live.snapshot.news[0].revision == 2
    assert _public(write_side) == public


ALONE: list[Members] = [
    {"verified": {"on": "2026-11-24", "by": "anna", "how": "called"}},
    {"services": ["information"]},
    {"languages": [{"code": "uk", "interpreter": True}]},
]


@pytest.mark.parametrize("more", ALONE)
def test_one_person_may_make_the_changes_of_the_allow_list(
    write_side: WriteSide, more: Members
) -> None:
    """They take effect at once, also in another order than before."""
    record = write_side.record("pag-asa")
    members = {
        name: [*value, *reversed(record[name])] if isinstance(value, list) else value
        for name, value in more.items()
    }
    if "services" in members:
        members["services"] = list(dict.fromkeys(members["services"]))
    outcome = write_side.editor.patch(write_side.edit("pag-asa"), members)
    assert (len(outcome.done), outcome.waiting) == (1, ())


# Two proposals of one import


def test_proposals_that_depend_on_each_other_can_be_approved_in_an_order(
    write_side: WriteSide,
) -> None:
    """A source that goes with its centre: first the centre is approved, then the source."""

    def drop(file: dict[str, Any]) -> None:
        for collection in ("centres", "sources"):
            file[collection] = [each for each in file[collection] if each["id"] != "surya"]

    centre, header = sorted(_import(write_side, drop).waiting, key=lambda p: p.change.kind)
    with pytest.raises(RecordsInvalid):
        write_side.proposals.approve(BERT, header.id)
    assert write_side.proposals.approve(BERT, centre.id).done
    assert write_side.proposals.approve(BERT, header.id).done


# Persons


@pytest.mark.parametrize("name", ["anna", "Anna", "ANNA", " anna ", "ａｎｎａ", "an\u200bna"])
def test_one_person_with_two_tokens_does_not_approve_alone(
    write_side: WriteSide, name: str
) -> None:
    """A person is a name, however it is written; the proposal may be withdrawn."""
    (proposal,) = write_side.editor.patch(write_side.edit("pag-asa"), {"email": None}).waiting
    second = Actor("token:second", name, ("admin",))
    before = write_side.everything()
    with pytest.raises(ProposalOwn):
        write_side.proposals.approve(second, proposal.id)
    assert write_side.everything() == before
    write_side.proposals.reject(replace(second, scopes=()), proposal.id, "my mistake")
    assert write_side.proposals.waiting() == ()


# Generated attempts

ATTEMPTS = 200
_ALLOWED_TOO: Members = {"verified": {"on": "2026-11-24", "by": "anna", "how": "called"}}


_HOURS = ["off", 'Mo-Fr 09:00-09:01 "fakehelp dot com"', "Su 03:00-04:00"]


def _number(chance: random.Random) -> dict[str, str]:
    return {"number": f"+32470{chance.randint(100000, 999999)}", "kind": "main"}


def _site(chance: random.Random) -> str:
    return f"https://fakehelp{chance.randint(1, 99)}.org/"


# Other values for the members that are no free text, from the present value.
_LURED: Mapping[str, Callable[[random.Random, Any, str], Any]] = {
    "opening_hours": lambda chance, _, __: chance.choice(_HOURS),
    "hours": lambda chance, _, __: chance.choice(_HOURS),
    "timezone": lambda chance, _, __: chance.choice(["Asia/Tokyo", "America/New_York"]),
    "coverage": lambda chance, _, __: [chance.choice(["BE-WLX", "BE-VWV", "LU"])],
    "email": lambda chance, _, __: f"help{chance.randint(1, 99)}@fakehelp.org",
    "website": lambda chance, _, __: _site(chance),
    "url": lambda chance, _, __: _site(chance),
    "url_translations": lambda chance, _, __: {"nl": _site(chance)},
    "number": lambda chance, _, __: _number(chance)["number"],
    "display": lambda *_: None,
    "countries": lambda chance, _, __: ["BE", chance.choice(["LU", "NL", "FR"])],
    "audiences": lambda chance, _, __: [chance.choice(["children", "women", "men"])],
    "kind": lambda chance, _, __: chance.choice(["reception-centre", "police", "national_line"]),
    "status": lambda chance, _, __: chance.choice(["closed", "temporarily_closed"]),
    "address_visibility": lambda chance, _, __: chance.choice(["hidden", "locality"]),
    "location": lambda chance, _, __: {
        "lat": 50 + chance.random(),
        "lon": 4 + chance.random(),
        "precision": "street",
    },
    "address": lambda _, value, lure: {**value, "street": lure},
    "name": lambda _, value, lure: lure if isinstance(value, str) else {"en": lure},
    "phones": lambda chance, value, lure: chance.choice(
        [
            [],
            [_number(chance)],
            [_number(chance), *value],
            [{**value[0], "note": {"en": lure}}],
            [{**value[0], "hours": "off"}],
            [{**value[0], "kind": "fax"}],
            [{**value[0], "languages": ["ja"]}],
            value * 2,
        ]
    ),
    "languages": lambda chance, value, _: chance.choice(
        [
            [],
            [*value, {"code": "en-GB-oxendict"}],
            [*value, {"code": "uk"}, {"code": "uk", "interpreter": True}],
            [{**value[0], "interpreter": True}, *value[1:]],
            value * 2,
        ]
    ),
    "services": lambda chance, value, _: chance.choice([[], value[:1], value * 2]),
    "sources": lambda _, value, __: {"name": ["general"]} if _by_member(value) else ["general"],
    "verified": lambda chance, _, lure: chance.choice(
        [
            {"on": "2026-11-24", "by": lure, "how": "called"},
            {"on": "2030-01-01", "by": "anna", "how": "called"},
            {"on": "2026-11-24", "by": "bert", "how": "called"},
        ]
    ),
}


def _by_member(sources: Any) -> bool:
    return isinstance(sources, dict)


def _lured(chance: random.Random, value: Any, member: str) -> Any:
    """The value of a member with something else in it."""
    lure = f"{chance.choice(LURES)} {chance.randint(1, 99)}"
    other = _LURED.get(member)
    return other(chance, value, lure) if other else {"en": lure}


def _attempt(chance: random.Random, write_side: WriteSide, kind: str, member: str) -> Outcome:
    """Try to change a member of a record, by one of the ways to change it."""
    if kind == "directory":
        index = chance.randrange(5)
        lure = chance.choice(LURES)
        part = chance.choice(["title", "publisher"])
        changes: Mapping[str, Callable[[dict[str, Any]], object]] = {
            "publisher": lambda file: file.update(publisher=lure),
            "licence": lambda file: file["licence"].update(name=lure),
            "sources": lambda file: file["sources"][index].update({part: lure}),
        }
        return _import(write_side, changes[member])
    collection = "centres" if kind == "centre" else "helplines"
    identity = chance.choice(sorted(write_side.store.records().contents[kind]))
    record = write_side.record(identity, kind)
    changed = {**record, member: _lured(chance, record.get(member), member)}
    if kind == "centre" and member != "verified" and chance.random() < 0.3:
        changed |= _ALLOWED_TOO
    changed = {name: value for name, value in changed.items() if value is not None}
    edit = write_side.edit(identity, kind=kind)
    way = chance.choice(["patch", "replace", "import", "remove", "create"])
    if way == "patch":
        return write_side.editor.patch(edit, changed)
    if way == "replace":
        return write_side.editor.replace(edit, changed)
    if way == "remove":
        return write_side.editor.remove(edit)
    if way == "create":
        new = f"new-{chance.randint(1, 10**6)}"
        return write_side.editor.create(write_side.edit(new, kind=kind), {**changed, "id": new})

    def put(file: dict[str, Any]) -> None:
        file[collection] = [
            changed if each["id"] == identity else each for each in file[collection]
        ]

    return _import(write_side, put)


def test_no_generated_attempt_of_one_person_is_in_effect(write_side: WriteSide) -> None:
    """200 attempts over every public member, by every way to change a record: each waits. The same
    person with another token, in another spelling, approves none.
    """
    chance = random.Random(13)  # the same attempts in each run
    members = [
        *(("centre", each.name) for each in fields(Centre) if each.name != "id"),
        *(("helpline", each.name) for each in fields(Helpline) if each.name != "id"),
        *(("directory", name) for name in ("publisher", "licence", "sources")),
    ]
    before = _public(write_side)
    waited = Counter[tuple[str, str]]()
    for kind, member in cycle(members):
        try:
            outcome = _attempt(chance, write_side, kind, member)
        except ClientError:
            continue  # such a record cannot be correct, which is no attempt
        assert outcome.done == (), (kind, member)
        assert _public(write_side) == before, (kind, member)
        for proposal in outcome.waiting:
            name = chance.choice(["anna", "Anna", "ANNA", "ａｎｎａ"])
            with pytest.raises(ProposalOwn):
                write_side.proposals.approve(Actor("token:x", name, ("admin",)), proposal.id)
        waited[kind, member] += bool(outcome.waiting)
        if waited.total() == ATTEMPTS:
            break
    assert set(+waited) == set(members)
    assert _public(write_side) == before
