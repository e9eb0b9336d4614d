"""The committed OpenAPI documents, and their operations by method and path."""

from typing import Any

from tests.support.api_client import committed, documents

# Each by its file.
DOCUMENTS = documents()
# The paths and components of all.
COMMITTED = committed()
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, operations in COMMITTED["paths"].items()
    for method, operation in operations.items()
    if method != "parameters"
}
# For maintainers: what they are answered changes the directory, so no example can be had of it.
PRIVATE = [name for name, operation in OPERATIONS.items() if operation["security"]]
