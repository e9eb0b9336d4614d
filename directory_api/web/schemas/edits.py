"""The parameters and bodies of what maintainers send."""

from typing import Any

from marshmallow import fields, validate

from directory_api.record import validators
from directory_api.search.query import MOST_REVISIONS
from directory_api.web.http.parsing import RequestSchema
from directory_api.web.schemas.request_fields import Flag, Whole

# What plain_text requires, as far as a pattern can say it.
_LINE = r"^[^\s<]([^<\t\r\n]*[^\s<])?$"


def plain_line(longest: int, **options: Any) -> fields.String:
    """Return a field for a line of plain text; `metadata` are further members of its schema."""
    metadata = {"minLength": 1, "pattern": _LINE, **options.pop("metadata")}
    return fields.String(
        validate=[validate.Length(max=longest), validators.plain_text], metadata=metadata, **options
    )


LONGEST_REASON = 300
_REASON = "The reason for the change, in a few words; the history shows it."


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
            "description": "The number of each helpline that is changed or removed, typed once "
            "more, with commas between them: the new number, or that of a removed helpline; its "
            "web address if it has no number. In a URL, write + as %2B.",
            "example": "112",
        },
    )


class ReasonFields(ConfirmationFields):
    """The query of a write."""

    reason = plain_line(
        LONGEST_REASON, load_default="edited over the API", metadata={"description": _REASON}
    )


class ImportFields(ConfirmationFields):
    """The query of /v1/import."""

    reason = plain_line(
        LONGEST_REASON, load_default="imported over the API", metadata={"description": _REASON}
    )
    dry_run = Flag(
        load_default=False, metadata={"description": "Return the changes without making them."}
    )
    allow_removals = Flag(
        load_default=False,
        metadata={
            "description": "Allow what is refused otherwise, because most often it is a mistake: "
            "the removal of more than a third of the centres, phones, addresses or e-mails, "
            "numbers that move between records, helplines that are removed or have another number "
            "(scope admin)."
        },
    )


class RestoreFields(ConfirmationFields):
    """The body of a restore."""

    revision = Whole(
        1,
        MOST_REVISIONS,
        required=True,
        metadata={"description": "A revision from the history of the record."},
    )
    reason = plain_line(
        LONGEST_REASON, load_default="restored over the API", metadata={"description": _REASON}
    )


class VerifyFields(RequestSchema):
    """The body of a confirmation."""

    how = plain_line(
        200,
        required=True,
        metadata={"description": "How the record was confirmed, such as: called the main number."},
    )
    reason = plain_line(
        LONGEST_REASON, load_default="confirmed over the API", metadata={"description": _REASON}
    )
