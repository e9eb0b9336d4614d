"""Finds changes between two OpenAPI 3.1 documents that break existing clients.

Each document is read as a set of promises: what may be sent, and what comes back. A promise that
the new document does not have is a breaking change, and so is a demand that the old one did not
have. Names of components are promises, too: generated clients have classes with these names.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
# After this of a value that may be sent; any value is a promise of each.
_ANY = "any value"


def breaking_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return each promise that is lost and each demand that was added, sorted.

    Additions are not breaking, nor is input that is no longer required.
    """
    before, after = _Contract(old), _Contract(new)
    lost = {
        f"{subject}: no longer {promise}"
        for subject, promise in before.promises - after.promises
        if not (promise.startswith("value ") and (subject, _ANY) in after.promises)
    }
    subjects = {subject for subject, _ in before.promises}
    added = {
        f"{subject}: now {demand}"
        for subject, demand in after.demands - before.demands
        if subject in subjects
    }
    return sorted(lost | added)


class _Contract:
    """Promises and demands, each with the operation or the part of a schema that has it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.promises: set[tuple[str, str]] = set()
        self.demands: set[tuple[str, str]] = set()
        self._document = document
        self._read: set[tuple[str, bool]] = set()
        schemes = document.get("components", {}).get("securitySchemes")
        self.promises.add(("securitySchemes", str(schemes)))
        for name, operation in _operations(document):
            self._operation(name, operation)

    def _operation(self, at: str, operation: Any) -> None:
        self.promises.add((at, "there"))
        # An empty list and none both say that no token is needed.
        self.demands.add((at, f"with security {operation.get('security') or []}"))
        for each in map(self._resolved, operation["parameters"]):
            name = f"{each['in']} {each['name']}"
            self.promises.add((at, f"with parameter {name}"))
            if each.get("required"):
                self.demands.add((at, f"requires parameter {name}"))
            self._schema(f"{at} {name}", each["schema"], sent=True)
        body = self._resolved(operation.get("requestBody", {}))
        if body.get("required"):
            self.demands.add((at, "requires a body"))
        self._content(f"{at} body", body, sent=True)
        for status, response in operation["responses"].items():
            self.promises.add((at, f"with status {status}"))
            self._content(f"{at} {status}", self._resolved(response), sent=False)

    def _content(self, at: str, part: Any, *, sent: bool) -> None:
        for media, content in part.get("content", {}).items():
            self.promises.add((at, media))
            self._schema(at, content.get("schema", {}), sent=sent)

    def _schema(self, at: str, schema: Any, *, sent: bool) -> None:
        """Read a schema: of a request if `sent`, else of a response."""
        if name := schema.get("$ref", "").rpartition("/")[2]:
            self.promises.add((at, f"a {name}"))
            if (name, sent) in self._read:
                return
            self._read.add((name, sent))
            at, schema = name, self._resolved(schema)
        choices = [each for of in ("oneOf", "anyOf", "allOf") for each in schema.get(of, [])]
        kind = (schema.get("type"), schema.get("format"), len(choices))
        self.promises.add((at, f"of type {kind}"))
        if sent:
            values = [f"value {value}" for value in schema["enum"]] if "enum" in schema else [_ANY]
            self.promises |= {(at, value) for value in values}
        for name in schema.get("required", []):
            needed = self.demands if sent else self.promises
            needed.add((at, f"requires {name}" if sent else f"always with {name}"))
        for name, member in schema.get("properties", {}).items():
            self.promises.add((at, f"with {name}"))
            self._schema(f"{at}.{name}", member, sent=sent)
        for part in ("items", "additionalProperties"):
            if isinstance(schema.get(part), dict):
                self._schema(f"{at}.{part}", schema[part], sent=sent)
        for number, choice in enumerate(choices):
            self._schema(f"{at} (choice {number})", choice, sent=sent)

    def _resolved(self, part: Any) -> Any:
        while "$ref" in part:
            target: Any = self._document
            for name in part["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            part = target
        return part


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each operation by method and path, with the parameters of its path."""
    for path, item in document["paths"].items():
        for method in _METHODS & item.keys():
            shared = [*item.get("parameters", []), *item[method].get("parameters", [])]
            yield f"{method.upper()} {path}", {**item[method], "parameters": shared}
