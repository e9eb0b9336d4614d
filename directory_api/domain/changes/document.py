"""The whole directory as one document, as data/centres.json holds it, and back."""

from collections.abc import Mapping
from typing import Any

from directory_api.domain.changes.change import Contents
from directory_api.domain.model.helpline import in_dialling_order
from directory_api.domain.validation.schemas import Records

# The records that maintainers keep: each kind, and the member of the document that lists them.
COLLECTIONS: Mapping[str, str] = {"centre": "centres", "helpline": "helplines"}


def document(contents: Contents) -> dict[str, Any]:
    """Header, helplines in the order to try them, centres by id."""
    return {
        **contents.get("directory", {}).get("directory", {}),
        "helplines": list(in_dialling_order(contents.get("helpline", {}).values())),
        "centres": [record for _, record in sorted(contents.get("centre", {}).items())],
    }


def contents_of(records: Records) -> Contents:
    """What the store keeps of checked records."""
    return {
        "directory": {"directory": records.header},
        "helpline": {line.id: line.to_record() for line in records.helplines},
        "centre": {centre.id: centre.to_record() for centre in records.centres},
    }
