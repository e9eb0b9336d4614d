"""The members of a source in words, in the order of its form, and how its dates are written."""

from collections.abc import Mapping

from directory_api.features.desk.members.field import Field
from directory_api.features.desk.members.fields import RECORD_ID
from directory_api.text.message import Message

ID = Field(
    "id",
    Message("Id"),
    Message(
        "Lower-case letters, digits and hyphens. It can never be changed. If you leave it empty, "
        "it is made from the publisher or the title."
    ),
    cell=RECORD_ID,
    example="flyer",
)
FIELDS = (
    Field(
        "title",
        Message("Title"),
        Message("The title of the page or document, or in a few words what it says."),
    ),
    Field("publisher", Message("Publisher"), Message("For example myria.be.")),
    Field("url", Message("Web address"), Message("It starts with https://.")),
    Field(
        "published",
        Message("Date of the text"),
        Message("A year, a month or a day: 2026, 11/2026 or 28/11/2026."),
        cell=Message("The year, the month or the day."),
        example="2026-11",
    ),
    Field(
        "accessed",
        Message("Read in"),
        Message("The month in which you read it, for example 11/2026."),
        cell=Message("Year and month."),
        example="2026-11",
    ),
)
RETIRED = "retired"
DATES = ("published", "accessed")
# What each member is, also that which has a button instead of a field.
SOURCE = (
    ID,
    *FIELDS,
    Field(
        RETIRED,
        Message("Retired"),
        cell=Message("Write true for a source that is not cited any more."),
        example="true",
    ),
)
LABELS: Mapping[str, str] = {field.name: field.label for field in SOURCE}


def date_as_typed(iso: str) -> str:
    """Return a year, a month or a day (ISO 8601) as 2026, 11/2026 or 28/11/2026."""
    return "/".join(reversed(iso.split("-")))
