"""The members of a record in words, as data: one row for each, in the order of the form.

The form (record_form.py), the columns of a workbook (sheets/) and what says where a fault
is (fault_places.py) use it, through labels.py. Names are those of the columns in columns.py. What a
member is called in a sentence is in change/sentences.py.
"""

from collections.abc import Mapping
from types import MappingProxyType

from directory_api.features.desk.members.field import (
    Field,
    Fold,
    RowsField,
    Section,
    SourceFields,
    Texts,
)
from directory_api.features.desk.members.listed_words import (
    AUDIENCES,
    CHANNEL_KINDS,
    CONTESTABLE,
    COSTS,
    HELPLINE_KINDS,
    INTERPRETER,
    KINDS,
    PHONE_KINDS,
    PRECISIONS,
    SERVICES,
    STATUSES,
    VISIBILITIES,
    WARNINGS,
    YES_NO,
)
from directory_api.features.desk.members.names import areas, countries, regions
from directory_api.text.message import Message

_WHO_SEES = Message(
    "Public: visitors see the full address. Postcode and town only: visitors do not see the "
    "street, and the map shows the middle of the postcode. Hidden: visitors see neither street "
    "nor postcode, and the map shows the middle of the municipality. Maintainers always see the "
    "full address."
)
# The members of a centre with sources of their own.
SOURCED = (
    "name",
    "description",
    "address",
    "phones",
    "email",
    "website",
    "languages",
    "services",
    "audiences",
    "opening_hours",
)
_HOURS = Message("For example “Mon-Fri 9-12, 13-17; holidays closed”. “24/7” means always open.")
# A form shows those of the country of the record instead (record_form.py).
_EXAMPLE = {
    "national": "020 7946 0123",
    "international": "+44 20 7946 0123",
    "point": "48.8584, 2.2945",
}
_NUMBER = Message("For example {national} or {international}.", **_EXAMPLE)
_DISPLAY = Message(
    "Only if the centre writes it in another way, for example {national}. It must be the same "
    "number.",
    **_EXAMPLE,
)
_BY_NAME = Message("Write names with commas between them, in Dutch, French, German or English.")
_BY_TITLE = Message(
    "Write a part of the title or of the publisher, a web address, or “phone call with …”."
)
# Of cells.
RECORD_ID = Message(
    "The short name of the record in small letters. It never changes: other programs store it."
)
_IDS = Message("The ids of the sources, with semicolons between them.")
_LANGUAGE = Message("The code of a language.")
_UNKNOWN = Message("Leave it empty while no source says it.")
_CONFIRMED = Message("The button “Confirm” on the page of the record fills this in.")
_BY_TODO = Message(
    "“To do” in the menu offers to acknowledge a warning. Only maintainers see this."
)

# The parts of a record, each of which is changed by itself in a form. Of `checks` a workbook alone
# has columns.
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "status": Message("Status"),
        "phones": Message("Phones"),
        "number": Message("Number or web address"),
        "words": Message("Name and description"),
        "hours": Message("Opening hours"),
        "temporary": Message("For some time only"),
        "reach": Message("Where and when"),
        "languages": Message("Languages"),
        "address": Message("Address and point"),
        "web": Message("E-mail and web"),
        "offers": Message("Services and audiences"),
        "area": Message("Area"),
        "sources": Message("Sources"),
    }
)

_CONFIRMATION = Section(
    "checks",
    Message("Last confirmation"),
    (
        Field("verified.on", Message("Day"), "", "date", cell=_CONFIRMED, example="2026-11-29"),
        Field("verified.by", Message("Confirmed by"), "", "written", cell=_CONFIRMED),
        Field(
            "verified.how",
            Message("How"),
            "",
            "written",
            cell=_CONFIRMED,
        ),
    ),
    is_named=True,
)
_ACKNOWLEDGED = Section(
    "checks",
    Message("Acknowledged warnings"),
    (
        RowsField(
            "acknowledged",
            Message("Acknowledged warning"),
            (
                Field("warning", Message("Warning"), "", "choice", WARNINGS, _BY_TODO),
                Field(
                    "value",
                    Message("About"),
                    cell=Message("When this value changes, the warning comes back."),
                ),
                Field("reason", Message("Why it is right")),
            ),
        ),
    ),
)

_PHONE_FIELDS = (
    Field(
        "number",
        Message("Number"),
        _NUMBER,
        cell=Message(
            "The number in any usual form; that of another country with + and its code. Visitors "
            "call it. To remove a phone, empty its cells."
        ),
        example="+442079460123",
    ),
    Field("kind", Message("Kind"), "", "choice", PHONE_KINDS, example="main"),
)
_MORE_OF_A_PHONE = (
    Field("display", Message("Number as visitors see it"), _DISPLAY),
    Field(
        "languages",
        Message("Languages spoken on this number"),
        _BY_NAME,
        "languages",
        cell=Message("The languages spoken on this number, with semicolons between them."),
        example="nl; fr",
    ),
    Field(
        "hours",
        Message("Hours"),
        Message(
            "When calls are answered, if that is known and differs from the hours of the office, "
            "in the same format. “24/7” means day and night."
        ),
        "hours",
    ),
    Texts("note", Message("Note")),
)
_SPOKEN = (
    Field(
        "code",
        Message("Language"),
        Message("For example Romanian or Roemeens."),
        "language",
        cell=_LANGUAGE,
        example="ro",
    ),
    Field(
        "interpreter",
        Message("Through an interpreter?"),
        "",
        "choice",
        INTERPRETER,
        Message("yes if it needs an interpreter."),
        "no",
    ),
    Field("source", Message("Source"), _BY_TITLE, "source", cell=Message("The id of the source.")),
)
_CHANNELS = RowsField(
    "channels",
    Message("Way"),
    (
        Field("kind", Message("Kind"), "", "choice", CHANNEL_KINDS, example="chat"),
        Field(
            "address",
            Message("Number or address"),
            Message(
                "A number for calls and text messages, an e-mail address, or a web address. Leave "
                "it empty if it is that of the record itself."
            ),
            example="https://example.org/chat",
        ),
        Field("cost", Message("What does it cost?"), "", "radios", COSTS, _UNKNOWN, "free"),
        Field(
            "on_phone_bill",
            Message("Is it on the phone bill?"),
            "",
            "radios",
            YES_NO,
            _UNKNOWN,
            "no",
        ),
        Field(
            "needs_account",
            Message("Does it need an account, an app or a registration?"),
            "",
            "radios",
            YES_NO,
            _UNKNOWN,
            "no",
        ),
        Field("audible", Message("Does it make sound?"), "", "radios", YES_NO, _UNKNOWN, "no"),
        Texts("eligibility", Message("For whom"), Message("Only if it is not for everybody.")),
        Field("sources", Message("Sources"), _BY_TITLE, "sources", cell=_IDS),
    ),
    (
        Field(
            "hours",
            Message("Hours"),
            Message("When it is answered. “24/7” means day and night."),
            "hours",
            example="24/7",
        ),
        RowsField("languages", Message("Language of this way"), _SPOKEN),
        Texts("note", Message("Note")),
    ),
)
_ABOUT_CHANNELS = Message(
    "Write only what a source says; what is not known stays “Not known”. To remove a way, choose "
    "no kind."
)


def _address(member: str = "", visibility: tuple[Field, ...] = ()) -> tuple[Field | Fold, ...]:
    """Return the fields of an address and its point; `member` is the member that has both, with a
    dot.
    """
    address, location = f"{member}address", f"{member}location"
    return (
        Field(f"{address}.street", Message("Street and number")),
        Field(
            f"{address}.postcode",
            Message("Postcode"),
            Message("The town, the region and the point follow from a new one."),
            cell=Message("A centre that moves also needs another point: change it on its page."),
            example="1000",
        ),
        *visibility,
        Fold(
            Message("Town, region and country"),
            (
                Texts(f"{address}.street_translations", Message("Street in other languages")),
                Texts(f"{address}.locality", Message("Town"), Message("In one language or more.")),
                Field(
                    f"{address}.country",
                    Message("Country"),
                    "",
                    "choice",
                    countries,
                    Message("Two capital letters."),
                    "DE",
                ),
                Field(
                    f"{address}.subdivision",
                    Message("Region"),
                    Message("It follows from the postcode. In other countries it can be empty."),
                    "choice",
                    regions,
                    Message("The code of the region."),
                    "DE-BE",
                ),
            ),
        ),
        Fold(
            Message("Point on the map"),
            (
                Field(
                    f"{location}.point",
                    Message("Point"),
                    Message(
                        "On a map site, right-click the entrance; in a map app, hold your finger "
                        "on it. Copy the two numbers, for example {point}, and paste them here. If "
                        "it is empty, the middle of the postcode is taken, which is enough for an "
                        "address that visitors do not see.",
                        **_EXAMPLE,
                    ),
                    "point",
                ),
                Field(f"{location}.precision", Message("Precision"), "", "choice", PRECISIONS),
            ),
            Message("Distances are measured from it."),
        ),
        Field(
            f"{location}.lat",
            Message("Latitude"),
            Message("Degrees north."),
            "cell",
            example="48.8584",
        ),
        Field(
            f"{location}.lon",
            Message("Longitude"),
            Message("Degrees east, for example 2.2945."),
            "cell",
        ),
    )


CENTRE = (
    Section(
        "words",
        Message("Name and kind"),
        (
            Field(
                "id",
                Message("Id"),
                Message(
                    "A part of web addresses, which can never be changed: lower-case letters, "
                    "digits and hyphens. If you leave it empty, it is made from the name."
                ),
                cell=RECORD_ID,
                example="example-centre",
            ),
            Field(
                "name",
                Message("Name"),
                Message("As the centre itself writes its name."),
                example="Example Centre",
            ),
            Texts(
                "name_translations",
                Message("Name in other languages"),
                Message("Only if the centre uses another name in that language."),
            ),
            Field(
                "kind",
                Message("Kind"),
                widget="choice",
                choices=KINDS,
                example="specialised_centre",
            ),
            Texts(
                "description",
                Message("Description"),
                Message("One or two plain sentences, without line breaks."),
                "area",
            ),
        ),
    ),
    Section(
        "status",
        Message("Status"),
        (
            Field(
                "status",
                Message("Status"),
                Message(
                    "If a centre has closed, choose “Permanently closed” instead of removing it, "
                    "so that people who saved its address learn of it."
                ),
                "choice",
                STATUSES,
                Message("If a centre has closed, choose “closed” instead of deleting its row."),
                "active",
            ),
            Field(
                "closed_until",
                Message("Closed until"),
                Message(
                    "Only if it is temporarily closed: the last day on which it is closed. Leave "
                    "it empty if the day is not known."
                ),
                "date",
                example="2026-12-31",
            ),
            Texts(
                "closed_reason",
                Message("Why it is closed"),
                Message("Only if it is temporarily closed. Visitors read it: one short sentence."),
            ),
        ),
    ),
    Section(
        "address",
        Message("Address"),
        (
            *_address(
                visibility=(
                    Field(
                        "address_visibility",
                        Message("Who can see the address"),
                        _WHO_SEES,
                        "choice",
                        VISIBILITIES,
                        Message(
                            "Maintainers always see all of it. Do not pass this file on: it has "
                            "the addresses that visitors do not see."
                        ),
                        "public",
                    ),
                )
            ),
        ),
    ),
    Section(
        "phones",
        Message("Phones"),
        (RowsField("phones", Message("Phone"), _PHONE_FIELDS, _MORE_OF_A_PHONE),),
        Message("Visitors call these numbers. To remove a phone, clear its number."),
    ),
    Section("phones", Message("Ways to reach it"), (_CHANNELS,), _ABOUT_CHANNELS),
    Section(
        "web",
        Message("E-mail and web"),
        (
            Field("email", Message("E-mail"), Message("For example info@example.org.")),
            Field(
                "website",
                Message("Web address"),
                Message("The full address, starting with https://."),
            ),
        ),
    ),
    Section(
        "languages",
        Message("Languages"),
        (RowsField("languages", Message("Language"), _SPOKEN),),
        Message("The languages in which the centre can help."),
    ),
    Section(
        "offers",
        Message("What the centre offers"),
        (
            Field(
                "services",
                Message("Services"),
                "",
                "ticks",
                SERVICES,
                Message("What the centre offers, with semicolons between the words."),
                "legal; medical",
            ),
            Field(
                "audiences",
                Message("For whom"),
                "",
                "ticks",
                AUDIENCES,
                Message("Whom the centre helps, with semicolons between the words."),
                "victims; children",
            ),
        ),
    ),
    Section(
        "hours",
        Message("Opening hours"),
        (
            Field("opening_hours", Message("Opening hours"), _HOURS, "hours"),
            Field(
                "timezone",
                Message("Time zone"),
                Message("Required with opening hours, for example Europe/Paris."),
            ),
        ),
    ),
    Section(
        "temporary",
        Message("For some time only"),
        (
            Field(
                "temporary.from",
                Message("From"),
                Message("The first day. Leave it empty for at once."),
                "date",
            ),
            Field(
                "temporary.until",
                Message("Until"),
                Message(
                    "The last day; the day after, the permanent values are shown again by "
                    "themselves."
                ),
                "date",
            ),
            Texts("temporary.note", Message("Note"), Message("Why, for example: building works.")),
        ),
        Message(
            "What you write here takes the place of the same permanent value for this time. What "
            "you leave empty stays as it is."
        ),
        is_named=True,
    ),
    Section(
        "temporary",
        Message("Temporary address"),
        _address("temporary."),
        Message("Only of a centre whose address is public."),
        is_named=True,
    ),
    Section(
        "temporary",
        Message("Temporary phones"),
        (
            RowsField(
                "temporary.phones", Message("Temporary phone"), _PHONE_FIELDS, _MORE_OF_A_PHONE
            ),
        ),
        Message("They take the place of all phones."),
    ),
    Section(
        "temporary",
        Message("Temporary opening hours"),
        (Field("temporary.opening_hours", Message("Temporary opening hours"), _HOURS, "hours"),),
    ),
    Section(
        "area",
        Message("Area"),
        (
            Field(
                "coverage",
                Message("Area that the centre is responsible for"),
                "",
                "ticks",
                areas,
                Message("The codes of countries and regions, with semicolons between them."),
                "FR; DE-BE",
            ),
        ),
        Message("Leave this empty if the centre helps people from everywhere."),
    ),
    Section(
        "sources",
        Message("Sources"),
        (SourceFields("sources", SOURCED, _IDS),),
        Message(
            "Where each fact comes from: a part of the title of a source, a web address, or “phone "
            "call with …”. Visitors can read it: name no person."
        ),
    ),
    _CONFIRMATION,
    Section(
        "sources",
        Message("Contested facts"),
        (
            RowsField(
                "contested",
                Message("Contested fact"),
                (
                    Field(
                        "member",
                        Message("Which fact"),
                        "",
                        "choice",
                        CONTESTABLE,
                        Message("Only if reliable sources disagree."),
                    ),
                    Field(
                        "sources",
                        Message("Sources that contradict it"),
                        _BY_TITLE,
                        "sources",
                        cell=_IDS,
                    ),
                    Field(
                        "value",
                        Message("The value that they give"),
                        Message(
                            "Only of an address (its street), a phone, an e-mail, a web address or "
                            "opening hours (such as Mo-Fr 09:00-17:00)."
                        ),
                    ),
                    Texts(
                        "note",
                        Message("What they say"),
                        Message("Visitors read it: one short sentence."),
                    ),
                ),
            ),
        ),
        Message(
            "What reliable sources disagree about, until you know which of them is right. Visitors "
            "see that the fact is not certain."
        ),
    ),
    _ACKNOWLEDGED,
)

HELPLINE = (
    Section(
        "words",
        Message("Name and kind"),
        (
            Field(
                "id",
                Message("Id"),
                Message(
                    "Lower-case letters, digits and hyphens, for example line-112. It can never be "
                    "changed."
                ),
                cell=RECORD_ID,
                example="line-112",
            ),
            Field("kind", Message("Kind"), "", "choice", HELPLINE_KINDS, example="national_line"),
            Texts("name", Message("Name"), Message("In one language or more.")),
        ),
    ),
    Section(
        "number",
        Message("Number or web address"),
        (
            Field(
                "number",
                Message("Number"),
                Message(
                    "A short number as people dial it, for example 112, or any other one, for "
                    "example {national}.",
                    **_EXAMPLE,
                ),
                cell=Message("A short number as people dial it, or any other one with +."),
                example="112",
            ),
            Field(
                "display",
                Message("Number as visitors see it"),
                Message(
                    "With spaces, for example {national}. It must be the same number.",
                    **_EXAMPLE,
                ),
            ),
            Field(
                "url",
                Message("Web address"),
                Message("Instead of a number. It starts with https://."),
            ),
            Texts("url_translations", Message("Web address in other languages")),
        ),
        Message("A helpline has either a number or a web address, not both."),
    ),
    Section("number", Message("Ways to reach it"), (_CHANNELS,), _ABOUT_CHANNELS),
    Section(
        "reach",
        Message("Where and when"),
        (
            Field(
                "countries",
                Message("Countries"),
                Message("Where people can call it."),
                "ticks",
                countries,
                Message("Where people can call it, with semicolons between them."),
                "DE; FR",
            ),
            Field("hours", Message("Hours"), _HOURS, "hours"),
            Texts("note", Message("Note")),
        ),
    ),
    Section(
        "sources",
        Message("Sources"),
        (Field("sources", Message("Sources"), _BY_TITLE, "sources", cell=_IDS),),
        Message("Visitors can read it: name no person."),
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
