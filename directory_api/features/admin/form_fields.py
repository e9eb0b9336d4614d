"""The fields of the form, as data.

Each member of a record has a label in plain words; names are those of the columns in
record/columns.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from directory_api.record import vocabulary
from directory_api.text.translations import ENGLISH, words


@dataclass(frozen=True, slots=True)
class Field:
    """One value. `widget` is line, area (long text), date, choice or ticks (several of the
    choices).
    """

    name: str
    label: str
    help: str = ""
    widget: str = "line"
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Texts:
    """The same text in several languages."""

    name: str
    label: str
    help: str = ""
    widget: str = "line"


@dataclass(frozen=True, slots=True)
class SourceFields:
    """The sources of each member."""

    name: str
    label: str
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowsField:
    """A list of objects with several values each. `label` is the name of one object, and `more` are
    rarely changed.
    """

    name: str
    label: str
    fields: tuple[Field | Texts, ...]
    more: tuple[Field | Texts, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Fields with a heading. `part` is the part of the record that is changed together (PARTS)."""

    part: str
    title: str
    fields: tuple[Field | Texts | SourceFields | RowsField, ...]
    help: str = ""


def _labels(kind: str, codes: Iterable[str]) -> Mapping[str, str]:
    """Return the English labels of the codes of a vocabulary."""
    return {code: words(ENGLISH)[f"{kind}.{code}"] for code in codes}


# Offered for each text, in addition to the languages that it already has.
LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"nl": "Dutch", "fr": "French", "de": "German", "en": "English"}
)

_STATUSES = {
    "active": "Active",
    "temporarily_closed": "Temporarily closed",
    "closed": "Permanently closed",
}
_VISIBILITIES = {"public": "Public", "locality": "Postcode and town only", "hidden": "Hidden"}
_WHO_SEES = (
    "Public: visitors see the full address. Postcode and town only: visitors do not see the "
    "street, and the map shows the middle of the postcode. Hidden: visitors see neither street "
    "nor postcode, and the map shows the middle of the municipality. Maintainers always see the "
    "full address."
)
_PRECISIONS = {
    "exact": "Exact: the entrance",
    "street": "Street: within about 150 m",
    "postcode": "Postcode: anywhere in the area of the postcode",
    "municipality": "Municipality: anywhere in the municipality",
}
_PHONE_KINDS = {
    "main": "Main number",
    "duty": "On-call number, for emergencies",
    "mobile": "Mobile number",
    "fax": "Fax",
}
_HELPLINE_KINDS = {
    "emergency": "Emergency number",
    "police": "Police",
    "national_line": "National line",
    "other_line": "Other line",
    "reporting_site": "Web site for reports",
    "child_line": "Line for children",
}
WARNINGS = {
    "foreign-phone": "A number of another country",
    "foreign-timezone": "A time zone of another country",
    "no-phone": "Open, without a phone",
    "other-domain": "E-mail and web site at different domains",
    "outside-postcode": "The point is outside its postcode",
    "overnight-hours": "Hours that last past midnight",
    "past-hours": "Hours that are over",
    "premium-rate": "A premium-rate number",
    "shared-phone": "Another centre has the same number",
    "unclear-hours": "Hours that count as unknown",
    "unknown-number": "A short number that is not known",
    "unknown-postcode": "The postcode is not known",
}
_INTERPRETER = {"no": "No, staff speak it", "yes": "Yes, through an interpreter"}
_KINDS = _labels("kind", vocabulary.KINDS)
_SERVICES = _labels("service", vocabulary.SERVICES)
_AUDIENCES = _labels("audience", vocabulary.AUDIENCES)
_SOURCED = {
    "name": "the name",
    "description": "the description",
    "address": "the address",
    "phones": "the phones",
    "email": "the e-mail",
    "website": "the web address",
    "languages": "the languages",
    "services": "the services",
    "audiences": "for whom",
    "opening_hours": "the opening hours",
}
_CONTESTABLE = {
    member: _SOURCED[member].removeprefix("the ").capitalize() for member in vocabulary.CONTESTABLE
}
_HOURS = (
    "In the format of OpenStreetMap. “Mo-Fr 09:00-17:00; PH off” means Monday to Friday from 9:00 "
    "to 17:00, closed on public holidays. “24/7” means always open. With a break: "
    "“Mo-Fr 09:00-12:00,13:00-17:00”."
)
_NUMBER = "For example 02 511 64 64 or +32 2 511 64 64."
_DISPLAY = (
    "Only if the centre writes it in another way, for example 078 055 800. It must be the same "
    "number."
)
_TAGS = "Language tags separated by semicolons, for example: nl; fr; pt-BR."
_IDS = "Ids of sources, separated by semicolons."

# The parts of a record, each of which is changed by itself.
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "status": "Status",
        "phones": "Phones",
        "number": "Number or web address",
        "words": "Name and description",
        "hours": "Opening hours",
        "reach": "Where and when",
        "languages": "Languages",
        "address": "Address and point",
        "web": "E-mail and web",
        "offers": "Services and audiences",
        "area": "Area",
        "sources": "Sources",
        "checks": "Confirmation and warnings",
    }
)

_CONFIRMATION = Section(
    "checks",
    "Last confirmation",
    (
        Field("verified.on", "Day", widget="date"),
        Field("verified.by", "Confirmed by"),
        Field(
            "verified.how",
            "How",
            "For example: called the main number. Only maintainers see it.",
        ),
    ),
    "The button “Confirm as correct” on the page of the record fills this in.",
)
_ACKNOWLEDGED = Section(
    "checks",
    "Acknowledged warnings",
    (
        RowsField(
            "acknowledged",
            "Acknowledged warning",
            (
                Field("warning", "Warning", "", "choice", WARNINGS),
                Field("value", "About", "When this value changes, the warning comes back."),
                Field("reason", "Why it is right"),
            ),
        ),
    ),
    "“Quality” in the menu offers to acknowledge a warning. Only maintainers see this.",
)

CENTRE = (
    Section(
        "words",
        "Name and kind",
        (
            Field(
                "id",
                "Id",
                "Lower-case letters, digits and hyphens, for example pag-asa. The id is part of "
                "web addresses and can never be changed.",
            ),
            Field("name", "Name", "As the centre itself writes its name."),
            Texts(
                "name_translations",
                "Name in other languages",
                "Only if the centre uses another name in that language.",
            ),
            Field("kind", "Kind", widget="choice", choices=_KINDS),
            Texts(
                "description",
                "Description",
                "One or two plain sentences, without line breaks.",
                "area",
            ),
        ),
    ),
    Section(
        "status",
        "Status",
        (
            Field(
                "status",
                "Status",
                "If a centre has closed, choose “Permanently closed” instead of removing it, so "
                "that people who saved its address learn of it.",
                "choice",
                _STATUSES,
            ),
            Field(
                "closed_until",
                "Closed until",
                "Only if it is temporarily closed: the last day on which it is closed. Leave it "
                "empty if the day is not known.",
                "date",
            ),
            Texts(
                "closed_reason",
                "Why it is closed",
                "Only if it is temporarily closed. Visitors read it: one short sentence.",
            ),
        ),
    ),
    Section(
        "address",
        "Address",
        (
            Field("address.street", "Street and number"),
            Texts("address.street_translations", "Street in other languages"),
            Field(
                "address.postal_code",
                "Postcode",
                "The town and the region of a new one are filled in, unless you write others.",
            ),
            Texts("address.locality", "Town", "In one language or more."),
            Field(
                "address.country",
                "Country",
                "Country code of two capital letters (ISO 3166-1), for example BE.",
            ),
            Field(
                "address.subdivision",
                "Region",
                "Region code (ISO 3166-2), for example BE-BRU (Brussels) or BE-WLG (Liège).",
            ),
            Field(
                "address_visibility", "Who can see the address", _WHO_SEES, "choice", _VISIBILITIES
            ),
        ),
    ),
    Section(
        "address",
        "Point on the map",
        (
            Field(
                "location.lat",
                "Latitude",
                "Degrees north, for example 50.8428; or both numbers, as map sites copy them: "
                "50.8428, 4.3497.",
            ),
            Field("location.lon", "Longitude", "Degrees east, for example 4.3497."),
            Field("location.precision", "Precision", "", "choice", _PRECISIONS),
        ),
        "Distances are measured from this point. Most map sites show both numbers when you click "
        "on the entrance.",
    ),
    Section(
        "phones",
        "Phones",
        (
            RowsField(
                "phones",
                "Phone",
                (
                    Field("number", "Number", _NUMBER),
                    Field("kind", "Kind", "", "choice", _PHONE_KINDS),
                ),
                (
                    Field("display", "Number as visitors see it", _DISPLAY),
                    Field("languages", "Languages spoken on this number", _TAGS),
                    Field(
                        "hours",
                        "Hours",
                        "When calls are answered, if that is known and differs from the hours of "
                        "the office, in the same format. “24/7” means day and night.",
                    ),
                    Texts("note", "Note"),
                ),
            ),
        ),
        "Visitors call these numbers. To remove a phone, clear its number.",
    ),
    Section(
        "web",
        "E-mail and web",
        (
            Field("email", "E-mail", "For example info@example.org."),
            Field("website", "Web address", "The full address, starting with https://."),
        ),
    ),
    Section(
        "languages",
        "Languages",
        (
            RowsField(
                "languages",
                "Language",
                (
                    Field("code", "Language", "A language tag, for example nl or pt-BR."),
                    Field("interpreter", "Through an interpreter?", "", "choice", _INTERPRETER),
                    Field("source", "Source", "The id of the source of this fact."),
                ),
            ),
        ),
        "The languages in which the centre can help.",
    ),
    Section(
        "offers",
        "What the centre offers",
        (
            Field("services", "Services", "", "ticks", _SERVICES),
            Field("audiences", "For whom", "", "ticks", _AUDIENCES),
        ),
    ),
    Section(
        "hours",
        "Opening hours",
        (
            Field("opening_hours", "Opening hours", _HOURS),
            Field(
                "timezone", "Time zone", "Required with opening hours, for example Europe/Brussels."
            ),
        ),
    ),
    Section(
        "area",
        "Area",
        (
            Field(
                "coverage",
                "Area that the centre is responsible for",
                "Country or region codes (ISO 3166), separated by semicolons, for example: "
                "BE-BRU; BE-WAL.",
            ),
        ),
        "Leave this empty if the centre helps people from everywhere.",
    ),
    Section(
        "sources",
        "Sources",
        (
            SourceFields(
                "sources",
                "Sources of",
                _SOURCED,
            ),
        ),
        "Where each fact comes from. " + _IDS,
    ),
    _CONFIRMATION,
    Section(
        "sources",
        "Contested facts",
        (
            RowsField(
                "contested",
                "Contested fact",
                (
                    Field("member", "Which fact", "", "choice", _CONTESTABLE),
                    Field("sources", "Sources that contradict it", _IDS),
                    Texts(
                        "note",
                        "What they say",
                        "Visitors read it: one short sentence.",
                    ),
                ),
            ),
        ),
        "What reliable sources disagree about, until you know which of them is right. Visitors "
        "see that the fact is not certain.",
    ),
    _ACKNOWLEDGED,
)

HELPLINE = (
    Section(
        "words",
        "Name and kind",
        (
            Field(
                "id",
                "Id",
                "Lower-case letters, digits and hyphens, for example be-112. It can never be "
                "changed.",
            ),
            Field("kind", "Kind", "", "choice", _HELPLINE_KINDS),
            Texts("name", "Name", "In one language or more."),
        ),
    ),
    Section(
        "number",
        "Number or web address",
        (
            Field(
                "number",
                "Number",
                "A short number as people dial it, for example 112, or any other one, for example "
                "078 055 800.",
            ),
            Field(
                "display",
                "Number as visitors see it",
                "With spaces, for example 078 055 800. It must be the same number.",
            ),
            Field("url", "Web address", "Instead of a number. It starts with https://."),
            Texts("url_translations", "Web address in other languages"),
        ),
        "A helpline has either a number or a web address, not both.",
    ),
    Section(
        "reach",
        "Where and when",
        (
            Field(
                "countries",
                "Countries",
                "Where people can call it: country codes separated by semicolons, for example: "
                "BE; LU.",
            ),
            Field("hours", "Hours", _HOURS),
            Texts("note", "Note"),
        ),
    ),
    Section(
        "sources", "Sources", (Field("sources", "Sources", _IDS),), "Where the facts come from."
    ),
    _CONFIRMATION,
    _ACKNOWLEDGED,
)

SECTIONS: Mapping[str, tuple[Section, ...]] = MappingProxyType(
    {"centre": CENTRE, "helpline": HELPLINE}
)


def members(kind: str, part: str) -> frozenset[str]:
    """Return the members of a record that are a part of it; none of an unknown part."""
    return frozenset(
        field.name.partition(".")[0]
        for section in SECTIONS[kind]
        if section.part == part
        for field in section.fields
        if field.name != "id"
    )
