"""The parameters and bodies of what maintainers send."""

from typing import Any

from marshmallow import fields, validate

from directory_api.record import validators
from directory_api.search.query import MOST_REVISIONS
from directory_api.web.http.parsing import RequestSchema
from directory_api.web.schemas.request_fields import WholeNumber

# What plain_text requires, as far as a pattern can say it.
_LINE = r"^[^\s<]([^<\t\r\n]*[^\s<])?$"


def plain_line(longest: int, **options: Any) -> fields.String:
    """Return a field for a line of plain text; `metadata` are further members of its schema."""
    metadata = {"minLength": 1, "pattern": _LINE, **options.pop("metadata")}
    return fields.String(
        validate=[validate.Length(max=longest), validators.plain_text], metadata=metadata, **options
    )


LONGEST_REASON = 300


def reason_field(default: str) -> fields.String:
    """Return the field of a reason with a default."""
    description = "The reason for the change, in a few words; the history shows it."
    return plain_line(LONGEST_REASON, load_default=default, metadata={"description": description})


class Typed(fields.String):
    """Numbers of helplines, with commas between them, as a tuple."""

    def deserialize(self, *args: Any, **options: Any) -> Any:
        """Split the text after its length was looked at."""
        text = super().deserialize(*args, **options)
        return tuple(part for part in text.split(",") if part.strip())


class ConfirmationFields(RequestSchema):
    """What is confirmed with a change of a helpline."""

    confirm_number = Typed(
        load_default="",
        validate=validate.Length(max=100),
        metadata={
            "description": "The new number of each helpline that is changed, or that of a removed "
            "one, with commas; the URL if it has none. Write + as %2B.",
            "example": "112",
        },
    )


class ReasonFields(ConfirmationFields):
    """The query of a write."""

    reason = reason_field("edited over the API")


class RestoreFields(ConfirmationFields):
    """The body of a restore."""

    revision = WholeNumber(
        1,
        MOST_REVISIONS,
        required=True,
        metadata={"description": "A revision from the history of the record."},
    )
    reason = reason_field("restored over the API")


class VerifyFields(RequestSchema):
    """The body of a confirmation."""

    how = plain_line(
        200,
        required=True,
        metadata={"description": "How the record was confirmed, such as: called the main number."},
    )
    reason = reason_field("confirmed over the API")
