"""The operation of the imports."""

from directory_api.features.desk.sheets import CSV, XLSX
from tools.openapi.described import ANY_OBJECT, Described, Operations
from tools.openapi.edits import OutcomeDocument

OPERATIONS: Operations = {
    ("POST", "/v1/import"): Described(
        "editing",
        "import_directory",
        OutcomeDocument,
        success=(200, 202),
        media={
            "application/json": dict(ANY_OBJECT),
            CSV: {"type": "string"},
            XLSX: {"type": "string", "format": "binary"},
        },
        takes=("Idempotency-Key",),
    ),
}
