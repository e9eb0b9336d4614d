"""The committed openapi.yaml, and its operations by method and path."""

from typing import Any

from tests.support.api_client import committed

COMMITTED = committed()
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, operations in COMMITTED["paths"].items()
    for method, operation in operations.items()
    if method != "parameters"
}
# For maintainers: what they are answered changes the directory, so no example can be had of it.
PRIVATE = [name for name, operation in OPERATIONS.items() if operation["security"]]
