"""The fields of the form, as data.

Each member of a record has a label in plain words; names are those of the columns in
domain/tabular/columns.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from directory_api.domain.model import vocabulary
from directory_api.i18n.translations import ENGLISH, words


@dataclass(frozen=True, slots=True)
class Field:
    """One value. `widget` is line, area (long text), choice or ticks (several of the choices)."""

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
    """A list of objects with several values each. `label` is the name of one object."""

    name: str
    label: str
    fields: tuple[Field | Texts, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form with a heading."""

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
    "active": "Open",
    "temporarily_closed": "Closed for some time",
    "closed": "Closed for good",
}
_VISIBILITIES = {"public": "Public", "locality": "Postcode and town only", "hidden": "Hidden"}
_WHO_SEES = (
    "Public: everybody sees the street and the point. Postcode and town only: nobody sees the street, and the centre "
    "stands in the middle of its postcode. Hidden: nobody sees street or postcode, and it stands in the middle of its "
    "municipality. Maintainers see all of it."
)
_PRECISIONS = {
    "exact": "Exact: the door",
    "street": "Street: up to about 150 m off",
    "postcode": "Postcode: somewhere in the postcode’s area",
    "municipality": "Municipality: somewhere in the municipality",
}
_PHONE_KINDS = {
    "main": "Main number",
    "duty": "Duty number, for emergencies",
    "mobile": "Mobile",
    "fax": "Fax",
}
_HELPLINE_KINDS = {
    "emergency": "Emergency number",
    "police": "Police",
    "national_line": "National line",
    "reporting_site": "Web site to report at",
}
_INTERPRETER = {"no": "No, staff speak it", "yes": "Yes, through an interpreter"}
_KINDS = _labels("kind", vocabulary.KINDS)
_SERVICES = _labels("service", vocabulary.SERVICES)
_AUDIENCES = _labels("audience", vocabulary.AUDIENCES)
_HOURS = (
    "As OpenStreetMap writes them: “Mo-Fr 09:00-17:00; PH off” is Monday to Friday from 9 to 17 and closed on public "
    "holidays, “24/7” is always. Two times a day: “Mo-Fr 09:00-12:00,13:00-17:00”."
)
_NUMBER = (
    "In international form (E.164): + and the country, then the number without its first 0 and without spaces. "
    "02 511 64 64 in Belgium is +3225116464."
)
_DISPLAY = (
    "As people read it best, such as +32 2 511 64 64. It is checked against the number itself."
)
_TAGS = "Language tags such as nl, fr or pt-BR, with semicolons between them."
_IDS = "Ids of sources, with semicolons between them."

CENTRE = (
    Section(
        "Name and kind",
        (
            Field(
                "id",
                "Id",
                "Small letters, digits and hyphens, such as pag-asa. It stands in addresses and never changes.",
            ),
            Field("name", "Name", "As the centre itself writes it."),
            Texts(
                "name_translations",
                "Name in other languages",
                "Only where the centre has another name there.",
            ),
            Field("kind", "Kind", widget="choice", choices=_KINDS),
            Field(
                "status",
                "Status",
                "A centre that has closed stays here as “closed for good”: whoever kept its address then learns of it.",
                "choice",
                _STATUSES,
            ),
            Texts(
                "description",
                "Description",
                "One or two plain sentences, without line breaks.",
                "area",
            ),
        ),
    ),
    Section(
        "Address",
        (
            Field("address.street", "Street and number"),
            Texts("address.street_translations", "Street in other languages"),
            Field("address.postal_code", "Postcode"),
            Texts("address.locality", "Town", "In at least one language."),
            Field("address.country", "Country", "Two capitals (ISO 3166-1), such as BE."),
            Field(
                "address.subdivision",
                "Region",
                "ISO 3166-2, as BE-BRU (Brussels) or BE-WLG (Liège).",
            ),
            Field(
                "address_visibility", "Who may see the address", _WHO_SEES, "choice", _VISIBILITIES
            ),
        ),
    ),
    Section(
        "Point on the map",
        (
            Field("location.lat", "Latitude", "Degrees north, such as 50.8428."),
            Field("location.lon", "Longitude", "Degrees east, such as 4.3497."),
            Field("location.precision", "How exact it is", "", "choice", _PRECISIONS),
        ),
        "Distances are measured from here. A map shows both numbers when you press on the entrance.",
    ),
    Section(
        "Phones",
        (
            RowsField(
                "phones",
                "Phone",
                (
                    Field("number", "Number", _NUMBER),
                    Field("display", "Number as it is shown", _DISPLAY),
                    Field("kind", "Kind", "", "choice", _PHONE_KINDS),
                    Field("languages", "Languages spoken at it", _TAGS),
                    Field(
                        "hours", "Hours", "Where they differ from the centre’s, in the same form."
                    ),
                    Texts("note", "Note"),
                ),
            ),
        ),
        "People call these. Empty a phone’s fields to take it out.",
    ),
    Section(
        "E-mail and web",
        (
            Field("email", "E-mail", "Such as info@example.org."),
            Field("website", "Web address", "The whole address; it starts with https://."),
        ),
    ),
    Section(
        "Languages",
        (
            RowsField(
                "languages",
                "Language",
                (
                    Field("code", "Language", "A language tag, such as nl or pt-BR."),
                    Field("interpreter", "Through an interpreter?", "", "choice", _INTERPRETER),
                    Field("source", "Source", "The id of the source that says so."),
                ),
            ),
        ),
        "In which languages people can be helped.",
    ),
    Section(
        "What it does",
        (
            Field("services", "Services", "", "ticks", _SERVICES),
            Field("audiences", "For whom", "", "ticks", _AUDIENCES),
        ),
    ),
    Section(
        "Opening hours",
        (
            Field("opening_hours", "Opening hours", _HOURS),
            Field("timezone", "Time zone", "Needed beside opening hours, such as Europe/Brussels."),
        ),
    ),
    Section(
        "Area",
        (
            Field(
                "coverage",
                "Area it is responsible for",
                "Countries or regions (ISO 3166) with semicolons, such as BE-BRU; BE-WAL.",
            ),
        ),
        "Leave it empty where the centre helps everybody.",
    ),
    Section(
        "Sources",
        (
            SourceFields(
                "sources",
                "Sources of",
                {
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
                },
            ),
        ),
        "Where each fact was read. " + _IDS,
    ),
    Section(
        "Last confirmation",
        (
            Field("verified.on", "Day", "YYYY-MM-DD."),
            Field("verified.by", "By whom"),
            Field("verified.how", "How", "Such as: called the main number."),
        ),
        "“Confirm as right today” on the record’s page fills this in.",
    ),
)

HELPLINE = (
    Section(
        "Name and kind",
        (
            Field(
                "id", "Id", "Small letters, digits and hyphens, such as be-112. It never changes."
            ),
            Field("kind", "Kind", "", "choice", _HELPLINE_KINDS),
            Texts("name", "Name", "In at least one language."),
        ),
    ),
    Section(
        "Number or web address",
        (
            Field(
                "number",
                "Number",
                f"A short number as it is dialled, such as 112; any other one as here. {_NUMBER}",
            ),
            Field(
                "display",
                "Number as it is shown",
                "Such as 078 055 800. It is checked against the number itself.",
            ),
            Field("url", "Web address", "In the place of a number; it starts with https://."),
            Texts("url_translations", "Web address in other languages"),
        ),
        "Either a number or a web address, never both.",
    ),
    Section(
        "Where and when",
        (
            Field(
                "countries",
                "Countries",
                "Where it can be called: two capitals each, with semicolons, such as BE; LU.",
            ),
            Field("hours", "Hours", _HOURS),
            Texts("note", "Note"),
        ),
    ),
    Section("Sources", (Field("sources", "Sources", _IDS),), "Where the facts were read."),
)

SECTIONS: Mapping[str, tuple[Section, ...]] = MappingProxyType(
    {"centre": CENTRE, "helpline": HELPLINE}
)
