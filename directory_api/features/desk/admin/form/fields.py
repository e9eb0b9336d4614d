"""The fields of the form, as data.

Each member of a record has a label in plain words; names are those of the columns in
record/columns.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from directory_api.countries.area_name import AreaName
from directory_api.features.desk.admin.form.names import areas, as_text, countries, labels, regions
from directory_api.record import vocabulary
from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class Field:
    """One value. `widget` is line, area (long text), date, hours (in OpenStreetMap's syntax),
    written (a text that the software may have written), choice, radios (a choice of which each is
    explained), ticks (several of the choices), language, languages, source or sources (one or
    several by name, see choices.py; of languages, `choices` are offered first).
    """

    name: str
    label: str
    help: str = ""
    widget: str = "line"
    choices: Mapping[str, str] | Callable[[], Mapping[str, str]] = field(default_factory=dict)

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of its choices."""
        return self.choices() if callable(self.choices) else self.choices

    def unknown(self, word: str) -> str:
        """Return the label of a stored value that is not offered: it may be a country."""
        return as_text(AreaName(word)) if callable(self.choices) else word


@dataclass(frozen=True, slots=True)
class Texts:
    """The same text in several languages."""

    name: str
    label: str
    help: str = ""
    widget: str = "line"


@dataclass(frozen=True, slots=True)
class SourceFields:
    """The sources of each member, with the label of its field."""

    name: str
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowsField:
    """A list of objects with several values each. `label` is the name of one object, and `more` are
    rarely changed; a list may be among them.
    """

    name: str
    label: str
    fields: tuple[Field | Texts, ...]
    more: "tuple[Field | Texts | RowsField, ...]" = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Fields with a heading. `part` is the part of the record that is changed together (PARTS)."""

    part: str
    title: str
    fields: tuple[Field | Texts | SourceFields | RowsField, ...]
    help: str = ""


# Offered for each text, in addition to the languages that it already has.
LANGUAGES = ("nl", "fr", "de", "en")

_STATUSES = {
    "active": Message("Active"),
    "temporarily_closed": Message("Temporarily closed"),
    "closed": Message("Permanently closed"),
}
_VISIBILITIES = {
    "public": Message("Public"),
    "locality": Message("Postcode and town only"),
    "hidden": Message("Hidden"),
}
_WHO_SEES = Message(
    "Public: visitors see the full address. Postcode and town only: visitors do not see the "
    "street, and the map shows the middle of the postcode. Hidden: visitors see neither street "
    "nor postcode, and the map shows the middle of the municipality. Maintainers always see the "
    "full address."
)
_PRECISIONS = {
    "exact": Message("Exact: the entrance"),
    "street": Message("Street: within about 150 m"),
    "postcode": Message("Postcode: anywhere in the area of the postcode"),
    "municipality": Message("Municipality: anywhere in the municipality"),
}
_PHONE_KINDS = {
    "main": Message("Main number"),
    "duty": Message("On-call number, for emergencies"),
    "mobile": Message("Mobile number"),
    "fax": Message("Fax"),
}
_HELPLINE_KINDS = {
    "emergency": Message("Emergency number"),
    "police": Message("Police"),
    "national_line": Message("National line"),
    "other_line": Message("Other line"),
    "reporting_site": Message("Web site for reports"),
    "child_line": Message("Line for children"),
}
WARNINGS = {
    "foreign-phone": Message("A number of another country"),
    "foreign-timezone": Message("A time zone of another country"),
    "no-phone": Message("Open, without a phone"),
    "other-domain": Message("E-mail and web site at different domains"),
    "outside-postcode": Message("The point is outside its postcode"),
    "overnight-hours": Message("Hours that last past midnight"),
    "past-hours": Message("Hours that are over"),
    "premium-rate": Message("A premium-rate number"),
    "shared-phone": Message("Another record has the same number"),
    "street-name": Message("Perhaps the street of an address that is not public"),
    "temporary-long": Message("Temporary values for more than a year"),
    "unclear-hours": Message("Hours that count as unknown"),
    "unknown-number": Message("A short number that is not known"),
    "unknown-postcode": Message("The postcode is not known"),
}
_INTERPRETER = {"no": Message("No, staff speak it"), "yes": Message("Yes, through an interpreter")}
_KINDS = labels("kind", vocabulary.KINDS)
_SERVICES = labels("service", vocabulary.SERVICES)
_AUDIENCES = labels("audience", vocabulary.AUDIENCES)
_SOURCED = {
    "name": Message("Sources of the name"),
    "description": Message("Sources of the description"),
    "address": Message("Sources of the address"),
    "phones": Message("Sources of the phones"),
    "email": Message("Sources of the e-mail"),
    "website": Message("Sources of the web address"),
    "languages": Message("Sources of the languages"),
    "services": Message("Sources of the services"),
    "audiences": Message("Sources of the audiences"),
    "opening_hours": Message("Sources of the opening hours"),
}
_CONTESTABLE = {
    "address": Message("Address"),
    "phones": Message("Phones"),
    "email": Message("E-mail"),
    "website": Message("Web address"),
    "languages": Message("Languages"),
    "services": Message("Services"),
    "audiences": Message("Audiences"),
    "opening_hours": Message("Opening hours"),
}
_HOURS = Message(
    "In the format of OpenStreetMap. “Mo-Fr 09:00-17:00; PH off” means Monday to Friday from 9:00 "
    "to 17:00, closed on public holidays. “24/7” means always open. With a break: "
    "“Mo-Fr 09:00-12:00,13:00-17:00”."
)
_NUMBER = Message("For example 02 511 64 64 or +32 2 511 64 64.")
_DISPLAY = Message(
    "Only if the centre writes it in another way, for example 078 055 800. It must be the same "
    "number."
)
_BY_NAME = Message("Write names with commas between them, in Dutch, French, German or English.")
_BY_TITLE = Message("Write a part of the title or of the publisher.")

# The parts of a record, each of which is changed by itself.
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
        "checks": Message("Confirmation and warnings"),
    }
)

_CONFIRMATION = Section(
    "checks",
    Message("Last confirmation"),
    (
        Field("verified.on", Message("Day"), widget="date"),
        Field("verified.by", Message("Confirmed by"), widget="written"),
        Field(
            "verified.how",
            Message("How"),
            Message("For example: called the main number. Only maintainers see it."),
            "written",
        ),
    ),
    Message("The button “Confirm as correct” on the page of the record fills this in."),
)
_ACKNOWLEDGED = Section(
    "checks",
    Message("Acknowledged warnings"),
    (
        RowsField(
            "acknowledged",
            Message("Acknowledged warning"),
            (
                Field("warning", Message("Warning"), "", "choice", WARNINGS),
                Field(
                    "value",
                    Message("About"),
                    Message("When this value changes, the warning comes back."),
                ),
                Field("reason", Message("Why it is right")),
            ),
        ),
    ),
    Message("“To do” in the menu offers to acknowledge a warning. Only maintainers see this."),
)

_PHONE_FIELDS = (
    Field("number", Message("Number"), _NUMBER),
    Field("kind", Message("Kind"), "", "choice", _PHONE_KINDS),
)
_MORE_OF_A_PHONE = (
    Field("display", Message("Number as visitors see it"), _DISPLAY),
    Field("languages", Message("Languages spoken on this number"), _BY_NAME, "languages"),
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
_CHANNEL_KINDS = {
    "call": Message("Call"),
    "sms": Message("Text message (SMS)"),
    "chat": Message("Chat"),
    "app": Message("App"),
    "form": Message("Form on a web site"),
    "email": Message("E-mail"),
    "relay": Message("Relay service, for example with sign language"),
    "in_person": Message("In person"),
}
_NOT_KNOWN = {"": Message("Not known")}
_COSTS = {**_NOT_KNOWN, "free": Message("Free of charge"), "charged": Message("It costs money")}
_YES_NO = {**_NOT_KNOWN, "yes": Message("Yes"), "no": Message("No")}
_SPOKEN = (
    Field("code", Message("Language"), Message("For example Romanian or Roemeens."), "language"),
    Field("interpreter", Message("Through an interpreter?"), "", "choice", _INTERPRETER),
    Field("source", Message("Source"), _BY_TITLE, "source"),
)
_CHANNELS = RowsField(
    "channels",
    Message("Way"),
    (
        Field("kind", Message("Kind"), "", "choice", _CHANNEL_KINDS),
        Field(
            "address",
            Message("Number or address"),
            Message(
                "A number for calls and text messages, an e-mail address, or a web address. Leave "
                "it empty if it is that of the record itself."
            ),
        ),
        Field("cost", Message("What does it cost?"), "", "radios", _COSTS),
        Field("on_bill", Message("Is it on the phone bill?"), "", "radios", _YES_NO),
        Field(
            "needs_account",
            Message("Does it need an account, an app or a registration?"),
            "",
            "radios",
            _YES_NO,
        ),
        Field("makes_sound", Message("Does it make sound?"), "", "radios", _YES_NO),
        Texts("for_whom", Message("For whom"), Message("Only if it is not for everybody.")),
        Field("sources", Message("Sources"), _BY_TITLE, "sources"),
    ),
    (
        Field(
            "hours",
            Message("Hours"),
            Message("When it is answered. “24/7” means day and night."),
            "hours",
        ),
        RowsField("languages", Message("Language of this way"), _SPOKEN),
        Texts("note", Message("Note")),
    ),
)
_ABOUT_CHANNELS = Message(
    "Write only what a source says; what is not known stays “Not known”. To remove a way, choose "
    "no kind."
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
            ),
            Field("name", Message("Name"), Message("As the centre itself writes its name.")),
            Texts(
                "name_translations",
                Message("Name in other languages"),
                Message("Only if the centre uses another name in that language."),
            ),
            Field("kind", Message("Kind"), widget="choice", choices=_KINDS),
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
                _STATUSES,
            ),
            Field(
                "closed_until",
                Message("Closed until"),
                Message(
                    "Only if it is temporarily closed: the last day on which it is closed. Leave "
                    "it empty if the day is not known."
                ),
                "date",
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
            Field("address.street", Message("Street and number")),
            Texts("address.street_translations", Message("Street in other languages")),
            Field(
                "address.postal_code",
                Message("Postcode"),
                Message(
                    "The town and the region of a new one, and the point if there is none, are "
                    "filled in, unless you write others."
                ),
            ),
            Texts("address.locality", Message("Town"), Message("In one language or more.")),
            Field("address.country", Message("Country"), "", "choice", countries),
            Field(
                "address.subdivision",
                Message("Region"),
                Message("It follows from the postcode. In other countries it can be empty."),
                "choice",
                regions,
            ),
            Field(
                "address_visibility",
                Message("Who can see the address"),
                _WHO_SEES,
                "choice",
                _VISIBILITIES,
            ),
        ),
    ),
    Section(
        "address",
        Message("Point on the map"),
        (
            Field(
                "location.lat",
                Message("Latitude"),
                Message(
                    "Degrees north, for example 50.8428; or both numbers, as map sites copy them: "
                    "50.8428, 4.3497."
                ),
            ),
            Field(
                "location.lon", Message("Longitude"), Message("Degrees east, for example 4.3497.")
            ),
            Field("location.precision", Message("Precision"), "", "choice", _PRECISIONS),
        ),
        Message(
            "Distances are measured from this point. Most map sites show both numbers when you "
            "click on the entrance."
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
        (
            RowsField(
                "languages",
                Message("Language"),
                _SPOKEN,
            ),
        ),
        Message("The languages in which the centre can help."),
    ),
    Section(
        "offers",
        Message("What the centre offers"),
        (
            Field("services", Message("Services"), "", "ticks", _SERVICES),
            Field("audiences", Message("For whom"), "", "ticks", _AUDIENCES),
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
                Message("Required with opening hours, for example Europe/Brussels."),
            ),
        ),
    ),
    Section(
        "temporary",
        Message("From when until when"),
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
    ),
    Section(
        "temporary",
        Message("Temporary address"),
        (
            Field("temporary.address.street", Message("Street and number")),
            Texts("temporary.address.street_translations", Message("Street in other languages")),
            Field(
                "temporary.address.postal_code",
                Message("Postcode"),
                Message(
                    "The town and the region of a new one are filled in, unless you write others."
                ),
            ),
            Texts(
                "temporary.address.locality",
                Message("Town"),
                Message("In one language or more."),
            ),
            Field(
                "temporary.address.country",
                Message("Country"),
                Message("Filled in: it is that of the centre."),
            ),
            Field("temporary.address.subdivision", Message("Region")),
            Field(
                "temporary.location.lat",
                Message("Latitude"),
                Message("Degrees north; or both numbers, as map sites copy them: 50.8428, 4.3497."),
            ),
            Field("temporary.location.lon", Message("Longitude"), Message("Degrees east.")),
            Field("temporary.location.precision", Message("Precision"), "", "choice", _PRECISIONS),
        ),
        Message("Only of a centre whose address is public."),
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
            ),
        ),
        Message("Leave this empty if the centre helps people from everywhere."),
    ),
    Section(
        "sources",
        Message("Sources"),
        (SourceFields("sources", _SOURCED),),
        Message("Where each fact comes from. “Sources” in the menu lists and adds them."),
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
                    Field("member", Message("Which fact"), "", "choice", _CONTESTABLE),
                    Field("sources", Message("Sources that contradict it"), _BY_TITLE, "sources"),
                    Field(
                        "value",
                        Message("The value that they give"),
                        Message(
                            "Only of an address (its street), a phone, an e-mail, a web address or "
                            "opening hours (in the format of OpenStreetMap)."
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
                    "Lower-case letters, digits and hyphens, for example be-112. It can never be "
                    "changed."
                ),
            ),
            Field("kind", Message("Kind"), "", "choice", _HELPLINE_KINDS),
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
                    "example 078 055 800."
                ),
            ),
            Field(
                "display",
                Message("Number as visitors see it"),
                Message("With spaces, for example 078 055 800. It must be the same number."),
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
            ),
            Field("hours", Message("Hours"), _HOURS, "hours"),
            Texts("note", Message("Note")),
        ),
    ),
    Section(
        "sources",
        Message("Sources"),
        (Field("sources", Message("Sources"), _BY_TITLE, "sources"),),
        Message("Where the facts come from. “Sources” in the menu lists and adds them."),
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
