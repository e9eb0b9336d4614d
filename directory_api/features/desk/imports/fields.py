"""What is sent with an import."""

from directory_api.web.schemas.edits import ConfirmationFields, reason_field
from directory_api.web.schemas.request_fields import Flag


class ImportFields(ConfirmationFields):
    """The query of /v1/import."""

    reason = reason_field("imported over the API")
    dry_run = Flag(
        load_default=False, metadata={"description": "Return the changes without making them."}
    )
    allow_removals = Flag(
        load_default=False,
        metadata={
            "description": "Allow what is most often a mistake and refused otherwise, such as many "
            "removals, numbers that move between records, and removed helplines (scope admin)."
        },
    )
