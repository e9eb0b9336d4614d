"""The fields of the form of a source, in its order, and how its dates are written."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class SourceField:
    """A field of the form of a source: the member, its label, and help."""

    name: str
    label: Message
    help: Message


ID = SourceField(
    "id",
    Message("Id"),
    Message(
        "Lower-case letters, digits and hyphens. It can never be changed. If you leave it empty, "
        "it is made from the publisher or the title."
    ),
)
FIELDS = (
    SourceField(
        "title",
        Message("Title"),
        Message("The title of the page or document, or in a few words what it says."),
    ),
    SourceField("publisher", Message("Publisher"), Message("For example myria.be.")),
    SourceField("url", Message("Web address"), Message("It starts with https://.")),
    SourceField(
        "published",
        Message("Date of the text"),
        Message("A year, a month or a day: 2026, 11/2026 or 28/11/2026."),
    ),
    SourceField(
        "read_in",
        Message("Read in"),
        Message("The month in which you read it, for example 11/2026."),
    ),
)
RETIRED = "retired"
DATES = ("published", "read_in")
# What each member is called, also that which has a button instead of a field.
LABELS: Mapping[str, Message] = {
    **{field.name: field.label for field in (*FIELDS, ID)},
    RETIRED: Message("Retired"),
}


def date_as_typed(iso: str) -> str:
    """Return a year, a month or a day (ISO 8601) as 2026, 11/2026 or 28/11/2026."""
    return "/".join(reversed(iso.split("-")))
