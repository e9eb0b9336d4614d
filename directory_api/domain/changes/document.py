"""Conversion between the store's contents and one document, in the format of data/centres.json."""

from collections.abc import Mapping
from typing import Any

from directory_api.domain.changes.change import Contents
from directory_api.domain.model.helpline import in_dialling_order
from directory_api.domain.validation.schemas import Records

# The kinds of records that maintainers edit, and the member of the document that lists each.
COLLECTIONS: Mapping[str, str] = {"centre": "centres", "helpline": "helplines"}


def document(contents: Contents) -> dict[str, Any]:
    """Return the document: header, helplines by priority, centres by id."""
    return {
        **contents.get("directory", {}).get("directory", {}),
        "helplines": list(in_dialling_order(contents.get("helpline", {}).values())),
        "centres": [record for _, record in sorted(contents.get("centre", {}).items())],
    }


def contents_of(records: Records) -> Contents:
    """Return the store's contents for validated records."""
    return {
        "directory": {"directory": records.header},
        "helpline": {line.id: line.to_record() for line in records.helplines},
        "centre": {centre.id: centre.to_record() for centre in records.centres},
    }
