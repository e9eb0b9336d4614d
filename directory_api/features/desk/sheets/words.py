"""The words of a workbook for maintainers: a label for each column, what it is, and an example.

In a label, {number} is the number of a phone, and {language} the name of the language of a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """What is said of a column; `label` is a pattern."""

    label: Message
    help: str = ""
    example: str = ""


_ID = Message(
    "The short name of the record in small letters. It never changes: other programs store it."
)
_SOURCES = Message("The ids of the sources, with semicolons between them.")
_HOURS = Message(
    "In the format of OpenStreetMap. Mo-Fr 09:00-17:00 means Monday to Friday from 9:00 to 17:00, "
    "24/7 means always open, and PH off means closed on public holidays."
)
_CONFIRMED = Message("The button “Confirm as correct” on the page of the record fills it in.")
_ACKNOWLEDGED = Message("“To do” in the menu offers to acknowledge a warning.")
_CONTESTED = Message("Only if reliable sources disagree.")
_NUMBER = Message("The number with + and the code of the country, without spaces.")
_DISPLAY = Message("The same number as the centre prints it. It may be empty.")
_WEB = Message("The full address, which starts with https://.")
_NOT_KNOWN = Message("Leave it empty while no source says it.")

_CHANNELS: Mapping[str, ColumnWords] = {
    "channels.kind": ColumnWords(
        Message("Way {number}: kind"), Message("How the record is reached."), "chat"
    ),
    "channels.address": ColumnWords(
        Message("Way {number}: number or address"),
        Message("It may be empty if it is that of the record itself."),
        "https://example.org/chat",
    ),
    "channels.languages.code": ColumnWords(Message("Way {number}: language"), "", "ro"),
    "channels.languages.interpreter": ColumnWords(
        Message("Way {number}: interpreter"), Message("yes if it needs an interpreter."), "no"
    ),
    "channels.languages.source": ColumnWords(
        Message("Way {number}: source of the language"), Message("The id of the source.")
    ),
    "channels.hours": ColumnWords(Message("Way {number}: hours"), _HOURS, "24/7"),
    "channels.cost": ColumnWords(Message("Way {number}: cost"), _NOT_KNOWN, "free"),
    "channels.on_bill": ColumnWords(Message("Way {number}: on the phone bill"), _NOT_KNOWN, "no"),
    "channels.needs_account": ColumnWords(
        Message("Way {number}: needs an account, an app or a registration"), _NOT_KNOWN, "no"
    ),
    "channels.makes_sound": ColumnWords(Message("Way {number}: makes sound"), _NOT_KNOWN, "no"),
    "channels.for_whom": ColumnWords(Message("Way {number}: for whom ({language})")),
    "channels.note": ColumnWords(Message("Way {number}: note ({language})")),
    "channels.sources": ColumnWords(Message("Way {number}: sources"), _SOURCES),
}
# By the path of the column, without the numbers of a list and the tags of languages.
CENTRE: Mapping[str, ColumnWords] = {
    "id": ColumnWords(Message("Id"), _ID, "pag-asa"),
    "name": ColumnWords(
        Message("Name"), Message("As the centre itself writes its name."), "PAG-ASA"
    ),
    "name_translations": ColumnWords(
        Message("Name ({language})"),
        Message("Only if the centre uses another name in that language."),
    ),
    "kind": ColumnWords(
        Message("Kind"), Message("What kind of centre it is."), "specialised-centre"
    ),
    "status": ColumnWords(
        Message("Status"),
        Message("If a centre has closed, choose “closed” instead of deleting its row."),
        "active",
    ),
    "closed_until": ColumnWords(
        Message("Closed until"),
        Message("Only if it is temporarily closed: the last day. It may be empty."),
        "2026-12-31",
    ),
    "closed_reason": ColumnWords(
        Message("Why it is closed ({language})"),
        Message("Only if it is temporarily closed. Visitors read it: one short sentence."),
    ),
    "description": ColumnWords(
        Message("Description ({language})"),
        Message("One or two plain sentences, without line breaks."),
    ),
    "address.street": ColumnWords(Message("Street and number"), Message("It may be empty.")),
    "address.street_translations": ColumnWords(Message("Street ({language})")),
    "address.postal_code": ColumnWords(
        Message("Postcode"),
        Message("A centre that moves also needs another point: change it on its page."),
        "1000",
    ),
    "address.locality": ColumnWords(Message("Town ({language})")),
    "address.country": ColumnWords(Message("Country"), Message("Two capital letters."), "BE"),
    "address.subdivision": ColumnWords(
        Message("Region"), Message("The code of the region."), "BE-BRU"
    ),
    "address_visibility": ColumnWords(
        Message("Who sees the address"),
        Message(
            "Maintainers always see all of it. Do not pass this file on: it has the addresses that "
            "visitors do not see."
        ),
        "public",
    ),
    "location.lat": ColumnWords(Message("Latitude"), Message("Degrees north."), "50.8428"),
    "location.lon": ColumnWords(Message("Longitude"), Message("Degrees east."), "4.3497"),
    "location.precision": ColumnWords(Message("Precision of the point")),
    "phones.number": ColumnWords(
        Message("Phone {number}: number"),
        Message(
            "The number with + and the code of the country, without spaces. Visitors call it. To "
            "remove a phone, empty its cells."
        ),
        "+3225116464",
    ),
    "phones.display": ColumnWords(Message("Phone {number}: as printed"), _DISPLAY, "02 511 64 64"),
    "phones.kind": ColumnWords(Message("Phone {number}: kind"), Message("What it is for."), "main"),
    "phones.languages": ColumnWords(
        Message("Phone {number}: languages"),
        Message("The languages spoken on this number, with semicolons between them."),
        "nl; fr",
    ),
    "phones.hours": ColumnWords(
        Message("Phone {number}: hours"),
        Message("When calls are answered, if that differs from the opening hours."),
        "24/7",
    ),
    "phones.note": ColumnWords(Message("Phone {number}: note ({language})")),
    "email": ColumnWords(Message("E-mail"), Message("It may be empty."), "info@example.org"),
    "website": ColumnWords(Message("Web address"), _WEB, "https://example.org"),
    **_CHANNELS,
    "languages.code": ColumnWords(
        Message("Language {number}"), Message("A language in which the centre can help."), "ro"
    ),
    "languages.interpreter": ColumnWords(
        Message("Language {number}: interpreter"), Message("yes if it needs an interpreter."), "no"
    ),
    "languages.source": ColumnWords(
        Message("Language {number}: source"), Message("The id of the source.")
    ),
    "services": ColumnWords(
        Message("Services"),
        Message("What the centre offers, with semicolons between the words."),
        "legal; medical",
    ),
    "audiences": ColumnWords(
        Message("For whom"),
        Message("Whom the centre helps, with semicolons between the words."),
        "victims; children",
    ),
    "opening_hours": ColumnWords(Message("Opening hours"), _HOURS, "Mo-Fr 09:00-12:00,13:00-17:00"),
    "timezone": ColumnWords(
        Message("Time zone"), Message("Required with opening hours."), "Europe/Brussels"
    ),
    "coverage": ColumnWords(
        Message("Area"),
        Message("The countries and regions for which the centre is responsible. It may be empty."),
        "BE-BRU; BE-WAL",
    ),
    "sources": ColumnWords(Message("Sources of: {member}"), _SOURCES),
    "contested.member": ColumnWords(Message("Contested {number}: field"), _CONTESTED),
    "contested.value": ColumnWords(Message("Contested {number}: value"), _CONTESTED),
    "contested.sources": ColumnWords(Message("Contested {number}: sources"), _SOURCES),
    "contested.note": ColumnWords(
        Message("Contested {number}: what they say ({language})"),
        Message("Visitors read it: one short sentence."),
    ),
    "verified.on": ColumnWords(Message("Confirmed on"), _CONFIRMED, "2026-11-29"),
    "verified.by": ColumnWords(Message("Confirmed by"), _CONFIRMED),
    "verified.how": ColumnWords(Message("Confirmed how"), _CONFIRMED),
    "acknowledged.warning": ColumnWords(Message("Acknowledged {number}: warning"), _ACKNOWLEDGED),
    "acknowledged.value": ColumnWords(Message("Acknowledged {number}: value"), _ACKNOWLEDGED),
    "acknowledged.reason": ColumnWords(Message("Acknowledged {number}: reason"), _ACKNOWLEDGED),
}
HELPLINE: Mapping[str, ColumnWords] = {
    "id": ColumnWords(Message("Id"), _ID, "be-112"),
    "kind": ColumnWords(Message("Kind"), Message("What it is for."), "national_line"),
    "number": ColumnWords(
        Message("Number"),
        Message("A short number as people dial it, or any other one with +."),
        "112",
    ),
    "display": ColumnWords(Message("Number as printed"), _DISPLAY, "078 055 800"),
    "url": ColumnWords(
        Message("Web address"), Message("Instead of a number."), "https://example.org"
    ),
    "url_translations": ColumnWords(Message("Web address ({language})"), _WEB),
    "name": ColumnWords(Message("Name ({language})")),
    "countries": ColumnWords(
        Message("Countries"),
        Message("Where people can call it, with semicolons between them."),
        "BE; LU",
    ),
    "hours": ColumnWords(Message("Hours"), _HOURS, "24/7"),
    **_CHANNELS,
    "note": ColumnWords(Message("Note ({language})")),
    "sources": ColumnWords(Message("Sources"), _SOURCES),
    **{
        column: words
        for column, words in CENTRE.items()
        if column.startswith(("verified.", "acknowledged."))
    },
}
SOURCE: Mapping[str, ColumnWords] = {
    "id": ColumnWords(Message("Id"), _ID, "flyer"),
    "title": ColumnWords(Message("Title"), Message("As the text itself has it.")),
    "publisher": ColumnWords(Message("Publisher"), Message("Who wrote it.")),
    "url": ColumnWords(Message("Web address"), _WEB, "https://example.org"),
    "published": ColumnWords(
        Message("Date of the text"), Message("The year, the month or the day."), "2026-11"
    ),
    "read_in": ColumnWords(Message("Read in"), Message("Year and month."), "2026-11"),
    "retired": ColumnWords(
        Message("Retired"), Message("Write true for a source that is not cited any more."), "true"
    ),
}
WORDS = {"centre": CENTRE, "helpline": HELPLINE, "source": SOURCE}
# What the words of a list mean, where they do not say it themselves.
MEANINGS: Mapping[str, Message] = {
    "temporarily_closed": Message("closed for a time; it opens again"),
    "closed": Message("closed for good"),
    "public": Message("visitors see the whole address"),
    "locality": Message("visitors see the postcode and the town only"),
    "hidden": Message("visitors see neither the street nor the postcode"),
    "exact": Message("the entrance"),
    "street": Message("within about 150 m"),
    "postcode": Message("anywhere in the area of the postcode"),
    "municipality": Message("anywhere in the municipality"),
    "main": Message("the number for most calls"),
    "duty": Message("for emergencies, also outside the opening hours"),
    "emergency": Message("the emergency number"),
    "national_line": Message("the line for victims of human trafficking"),
    "other_line": Message("another line"),
    "reporting_site": Message("a web site for reports"),
    "child_line": Message("a line for children"),
    "emergency-duty": Message("help by telephone outside the opening hours"),
}
INTRODUCTION = (
    Message(
        "Each row of the other sheets is a record. Change the cells, save the file as .xlsx, and "
        "import it: you will see every change before it is made."
    ),
    Message(
        "The grey cells cannot be changed. A column that the file does not have stays as it is "
        "stored. To empty a field, empty its cell."
    ),
    Message(
        "If a row is missing, its record is removed. A centre that has closed keeps its row and "
        "gets the status “closed”."
    ),
    Message(
        "The file has addresses that visitors do not see. Keep it where only maintainers can read "
        "it."
    ),
)
HEADINGS = (
    Message("Sheet"),
    Message("Column"),
    Message("What it is"),
    Message("Example"),
    Message("Words that are allowed"),
)
