"""What one person may try, to mislead visitors without a second person: a list and a generator."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from directory_api.change.change import COLLECTIONS, Contents
from directory_api.record.record_value import Record, private_members
from directory_api.record.records import Centre, Helpline
from directory_api.record.schemas import CentreSchema, HelplineSchema
from tests.support.record_strategies import codes

Members = Mapping[str, Any]

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
TEXTS = ("name", "name_translations", "description")

# Hours, area, and what a centre no longer offers lead people away from it.
OF_A_CENTRE: tuple[Members, ...] = (
    {"opening_hours": "2020 Mo-Fr 09:00-17:00"},
    {"opening_hours": "Mo-Fr 09:00-09:01"},
    {"coverage": ["BE-WLX"]},
    {"timezone": "Asia/Tokyo"},
    {"kind": "reception_centre"},
    {"audiences": ["children"]},
    {"services": ["legal"]},
    {"languages": [{"code": "nl"}]},
    {"channels": [{"kind": "chat", "address": "https://fakehelp.example.org/"}]},
    {"sources": {"phones": ["general"]}},
    {"verified": {"on": "2026-11-24", "by": "Call 1712", "how": "called"}},
    {"verified": {"on": "2030-11-24", "by": "anna", "how": "called"}},
)

OF_A_HELPLINE: tuple[Members, ...] = (
    {"hours": "24/7"},
    {"name": {"en": "Police, out of service until 2030"}},
    {"note": {"en": "fakehelp dot com"}},
    {"channels": [{"kind": "chat", "address": "https://fakehelp.example.org/"}]},
    {"sources": ["general"]},
)

# Changes of the file, by name.
OF_THE_HEADER: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "publisher": lambda file: file.update(publisher="Call 0470 11 22 33"),
    "name of the licence": lambda file: file["licence"].update(name="fakehelp dot com"),
    "link of the licence": lambda file: file["licence"].update(url="https://fakehelp.example.org/"),
    "title of a source": lambda file: file["sources"][0].update(title="Now call 0470 11 22 33"),
    "publisher of a source": lambda file: file["sources"][0].update(publisher="fakehelp dot com"),
    "link of a source": lambda file: file["sources"][0].update(url="https://fakehelp.example.org/"),
    "new source": lambda file: file["sources"].append({"id": "call-1712", "title": "Call 1712"}),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A record as it is wanted: changed, new, or None to remove it."""

    kind: str
    id: str
    # The member that is to mislead.
    member: str
    record: Record | None

    def is_new(self, contents: Contents) -> bool:
        """Whether no record has this id yet."""
        return self.id not in contents[self.kind]

    def in_file(self, contents: Contents) -> dict[str, Any]:
        """The whole directory as a file with this record."""
        records = {kind: {**contents[kind]} for kind in ("directory", *COLLECTIONS)}
        if self.record is None:
            del records[self.kind][self.id]
        else:
            records[self.kind][self.id] = self.record
        return deepcopy(
            {
                **records["directory"]["directory"],
                "centres": list(records["centre"].values()),
                "helplines": list(records["helpline"].values()),
            }
        )


def listed(contents: Contents) -> Iterator[Attempt]:
    """Each attempt of the lists above, on one centre, one helpline and the header."""

    def on(kind: str, identity: str, members: Members) -> Attempt:
        record = {**contents[kind][identity], **members}
        return Attempt(kind, identity, next(iter(members)), record)

    for lure in LURES:
        for member in TEXTS:
            yield on("centre", "pag-asa", {member: lure if member == "name" else {"en": lure}})
    for members in OF_A_CENTRE:
        yield on("centre", "pag-asa", members)
    for members in OF_A_HELPLINE:
        yield on("helpline", "be-101", members)
    for name, change in OF_THE_HEADER.items():
        header = deepcopy(dict(contents["directory"]["directory"]))
        change(header)
        yield Attempt("directory", "directory", name, header)


# Every member that the public can read, by kind.
MEMBERS: tuple[tuple[str, str], ...] = (
    *(
        (kind, name)
        for kind, record, schema in (
            ("centre", Centre, CentreSchema),
            ("helpline", Helpline, HelplineSchema),
        )
        for name in schema().fields
        if name not in ("id", *private_members(record))
    ),
    *(("directory", name) for name in ("publisher", "licence", "sources")),
)
_ALLOWED_TOO: Members = {"verified": {"on": "2026-11-24", "by": "anna", "how": "called"}}


def generated(
    chance: random.Random, contents: Contents, members: Sequence[tuple[str, str]] = MEMBERS
) -> Iterator[Attempt]:
    """Attempts without end, over these members in turn. Some are no valid records."""
    for kind, member in cycle(members):
        having = [each for each, record in contents[kind].items() if member in record]
        identity = chance.choice(sorted(having or contents[kind]))
        before = contents[kind][identity]
        if kind == "directory":
            yield Attempt(kind, identity, member, _header(chance, before, member))
            continue
        record = {**before, member: _lured(chance, before.get(member), kind, member)}
        if member in ("closed_until", "closed_reason"):
            record["status"] = "temporarily_closed"
        if kind == "centre" and member != "verified" and chance.random() < 0.3:
            record |= _ALLOWED_TOO
        record = {name: value for name, value in record.items() if value is not None}
        fate = chance.choice(["change", "change", "change", "create", "remove"])
        if fate == "create":
            identity = f"new-{chance.randint(1, 10**6)}"
            record["id"] = identity
        yield Attempt(kind, identity, member, None if fate == "remove" else record)


def _header(chance: random.Random, before: Record, member: str) -> Record:
    header = deepcopy(dict(before))
    lure = f"{chance.choice(LURES)} {chance.randint(1, 99)}"
    if member == "publisher":
        header["publisher"] = lure
    elif member == "licence":
        header["licence"]["name"] = lure
    else:
        source = header["sources"][chance.randrange(5)]
        source[chance.choice(["title", "publisher"])] = lure
    return header


def _lured(chance: random.Random, value: Any, kind: str, member: str) -> Any:
    """Another value of a member: another word of its vocabulary, else as _LURED says."""
    lure = f"{chance.choice(LURES)} {chance.randint(1, 99)}"
    if others := [each for each in _CODES[kind].get(member, ()) if each != value]:
        return chance.choice(others)
    return _LURED[member](chance, value, lure)


# For each member that is a word of a vocabulary, its words.
_CODES: Mapping[str, Mapping[str, Sequence[str]]] = {
    kind: {name: codes(field) for name, field in schema().fields.items()}
    for kind, schema in (("centre", CentreSchema), ("helpline", HelplineSchema))
}


_HOURS = ["2020 Mo-Fr 09:00-17:00", 'Mo-Fr 09:00-09:01 "fakehelp dot com"', "Su 03:00-04:00"]


def _number(chance: random.Random) -> dict[str, str]:
    return {"number": f"+32470{chance.randint(100000, 999999)}", "kind": "main"}


def _site(chance: random.Random) -> str:
    return f"https://fakehelp{chance.randint(1, 99)}.org/"


# Other values for the members that are no words of a vocabulary, from the present value. Each has
# the structure of its member: the form of /admin has no fields for another one, and would send the
# record without it.
_LURED: Mapping[str, Callable[[random.Random, Any, str], Any]] = {
    **dict.fromkeys(
        ("name_translations", "description", "closed_reason", "note"),
        lambda _, __, lure: {"en": lure},
    ),
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
    "closed_until": lambda chance, _, __: f"2030-01-{chance.randint(10, 28)}",
    "contested": lambda chance, _, lure: [
        {"member": "phones", "sources": ["general"], "note": {"en": lure}}
    ],
    "temporary": lambda chance, _, lure: chance.choice(
        [
            {"until": "2120-01-01", "phones": [_number(chance)]},
            {"until": "2120-01-01", "opening_hours": chance.choice(_HOURS), "note": {"en": lure}},
        ]
    ),
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
            [{**value[0], "hours": "2020 Mo-Fr 09:00-17:00"}],
            [{**value[0], "kind": "fax"}],
            [{**value[0], "languages": ["ja"]}],
            value * 2,
        ]
    ),
    "channels": lambda chance, value, lure: chance.choice(
        [
            [{"kind": "chat", "address": _site(chance)}],
            [*(value or ()), {"kind": "sms", "address": _number(chance)["number"]}],
            [*(value or ())[1:], {"kind": "app", "address": _site(chance), "note": {"en": lure}}],
            [{"kind": "form", "address": _site(chance), "eligibility": {"en": lure}}],
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
