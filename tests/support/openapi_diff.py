"""Finds changes between two OpenAPI 3.1 documents that break existing clients."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def breaking_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return each breaking change with its place, sorted.

    Additions are not breaking, nor is input that is no longer required.
    """
    return sorted(set(_Comparison(old, new).changes()))


@dataclass(frozen=True)
class _Comparison:
    """Two documents. `walked` are the pairs of schemas compared so far: schemas may be
    recursive.
    """

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    walked: set[tuple[str, str, bool]] = field(default_factory=set)

    def changes(self) -> Iterator[str]:
        """Yield the breaking changes of all operations."""
        new = dict(_operations(self.new))
        schemes = [
            document.get("components", {}).get("securitySchemes")
            for document in (self.old, self.new)
        ]
        if schemes[0] != schemes[1]:
            yield "securitySchemes: changed"
        for name, operation in _operations(self.old):
            if name in new:
                yield from self._operation(name, operation, new[name])
            else:
                yield f"{name}: removed"

    def _operation(self, at: str, old: Any, new: Any) -> Iterator[str]:
        # An empty list and none both say that no token is needed.
        if (old.get("security") or []) != (new.get("security") or []):
            yield f"{at}: security changed"
        before, after = _parameters(self.old, old), _parameters(self.new, new)
        yield from _removed(f"{at} parameter", before, after)
        yield from _newly_required(f"{at} parameter", _required(before), _required(after))
        for name in before.keys() & after.keys():
            yield from self._schema(
                f"{at} {name}", before[name]["schema"], after[name]["schema"], sent=True
            )
        bodies = (
            _resolved(self.old, old.get("requestBody", {})),
            _resolved(self.new, new.get("requestBody", {})),
        )
        if bodies[1].get("required") and not bodies[0].get("required"):
            yield f"{at} body: now required"
        yield from self._content(f"{at} body", *bodies, sent=True)
        yield from _removed(f"{at} status", old["responses"], new["responses"])
        for status in old["responses"].keys() & new["responses"].keys():
            answers = (
                _resolved(self.old, old["responses"][status]),
                _resolved(self.new, new["responses"][status]),
            )
            yield from self._content(f"{at} {status}", *answers, sent=False)

    def _content(self, at: str, old: Any, new: Any, *, sent: bool) -> Iterator[str]:
        before, after = old.get("content", {}), new.get("content", {})
        yield from _removed(f"{at} media type", before, after)
        for media in before.keys() & after.keys():
            yield from self._schema(
                at, before[media].get("schema", {}), after[media].get("schema", {}), sent=sent
            )

    def _schema(self, at: str, old: Any, new: Any, *, sent: bool) -> Iterator[str]:
        """Yield the breaking changes of a schema: of a request if `sent`, else of a response."""
        pair = (old.get("$ref", ""), new.get("$ref", ""), sent)
        if pair in self.walked:
            return
        if all(pair[:2]):
            self.walked.add(pair)
        at = pair[0].rpartition("/")[2] or at
        old, new = _resolved(self.old, old), _resolved(self.new, new)
        if _type(old) != _type(new):
            yield f"{at}: type changed"
        before, after = old.get("properties", {}), new.get("properties", {})
        yield from _removed(f"{at} member", before, after)
        if sent:
            yield from _newly_required(
                f"{at} member", old.get("required", []), new.get("required", [])
            )
            yield from _narrowed(at, old, new)
        else:
            yield from _no_longer_required(at, old, new)
        for name in before.keys() & after.keys():
            yield from self._schema(f"{at}.{name}", before[name], after[name], sent=sent)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                yield from self._schema(f"{at}.{part}", old[part], new[part], sent=sent)
        for choices in zip(_choices(old), _choices(new), strict=False):
            yield from self._schema(f"{at} (a choice)", *choices, sent=sent)


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each operation by method and path, with the parameters of its path."""
    for path, item in document["paths"].items():
        for method in _METHODS & item.keys():
            shared = [*item.get("parameters", []), *item[method].get("parameters", [])]
            yield f"{method.upper()} {path}", {**item[method], "parameters": shared}


def _resolved(document: Mapping[str, Any], part: Any) -> Any:
    """Return a part of the document, following references."""
    while "$ref" in part:
        target: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        part = target
    return part


def _parameters(document: Mapping[str, Any], operation: Any) -> dict[str, Any]:
    resolved = (_resolved(document, each) for each in operation["parameters"])
    return {f"{each['in']} {each['name']}": each for each in resolved}


def _required(parameters: Mapping[str, Any]) -> list[str]:
    return [name for name, parameter in parameters.items() if parameter.get("required")]


def _type(schema: Any) -> Any:
    """Return what a client makes of a schema: types, format and the number of choices."""
    named = schema.get("type", [])
    return (
        sorted([named] if isinstance(named, str) else named),
        schema.get("format"),
        len(_choices(schema)),
    )


def _choices(schema: Any) -> list[Any]:
    return [*schema.get("oneOf", []), *schema.get("anyOf", []), *schema.get("allOf", [])]


def _removed(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{what} {name}: removed" for name in old if name not in new)


def _newly_required(what: str, old: list[str], new: list[str]) -> Iterator[str]:
    yield from (f"{what} {name}: now required" for name in new if name not in old)


def _narrowed(at: str, old: Any, new: Any) -> Iterator[str]:
    """Yield the values that a request may no longer have; without an enum any value is allowed."""
    if "enum" in new:
        before = old.get("enum", ["of any kind"])
        yield from (f"{at} value {value}: removed" for value in before if value not in new["enum"])


def _no_longer_required(at: str, old: Any, new: Any) -> Iterator[str]:
    """Yield the members of a response that were always present and may now be absent."""
    still_required = [
        *new.get("required", []),
        *(set(old.get("required", [])) - new.get("properties", {}).keys()),
    ]
    yield from (
        f"{at} member {name}: may be absent"
        for name in old.get("required", [])
        if name not in still_required
    )
