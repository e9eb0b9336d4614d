"""What of a contract (OpenAPI 3.1) breaks those who hold on to the one before it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def breaks(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Each break, with its place. What is added, and what need not be sent any longer, breaks nobody."""
    return sorted(set(_Comparison(old, new).found()))


@dataclass(frozen=True)
class _Comparison:
    """Two documents. A shape that is met again is not walked again, since shapes may hold themselves."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    walked: set[tuple[str, str, bool]] = field(default_factory=set)

    def found(self) -> Iterator[str]:
        """The breaks of all operations."""
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
                yield f"{name}: is gone"

    def _operation(self, at: str, old: Any, new: Any) -> Iterator[str]:
        if old.get("security") != new.get("security"):
            yield f"{at}: another security"
        before, after = _parameters(self.old, old), _parameters(self.new, new)
        yield from _gone(f"{at} parameter", before, after)
        yield from _demanded(f"{at} parameter", _required(before), _required(after))
        for name in before.keys() & after.keys():
            yield from self._shape(
                f"{at} {name}", before[name]["schema"], after[name]["schema"], sent=True
            )
        bodies = (
            _resolved(self.old, old.get("requestBody", {})),
            _resolved(self.new, new.get("requestBody", {})),
        )
        if bodies[1].get("required") and not bodies[0].get("required"):
            yield f"{at} body: has to be sent"
        yield from self._content(f"{at} body", *bodies, sent=True)
        yield from _gone(f"{at} status", old["responses"], new["responses"])
        for status in old["responses"].keys() & new["responses"].keys():
            answers = (
                _resolved(self.old, old["responses"][status]),
                _resolved(self.new, new["responses"][status]),
            )
            yield from self._content(f"{at} {status}", *answers, sent=False)

    def _content(self, at: str, old: Any, new: Any, *, sent: bool) -> Iterator[str]:
        before, after = old.get("content", {}), new.get("content", {})
        yield from _gone(f"{at} media type", before, after)
        for media in before.keys() & after.keys():
            yield from self._shape(
                at, before[media].get("schema", {}), after[media].get("schema", {}), sent=sent
            )

    def _shape(self, at: str, old: Any, new: Any, *, sent: bool) -> Iterator[str]:
        """The breaks of a schema, in what is `sent` or what is answered."""
        pair = (old.get("$ref", ""), new.get("$ref", ""), sent)
        if pair in self.walked:
            return
        if all(pair[:2]):
            self.walked.add(pair)
        at = pair[0].rpartition("/")[2] or at
        old, new = _resolved(self.old, old), _resolved(self.new, new)
        if _type(old) != _type(new):
            yield f"{at}: another type"
        before, after = old.get("properties", {}), new.get("properties", {})
        yield from _gone(f"{at} member", before, after)
        if sent:
            yield from _demanded(f"{at} member", old.get("required", []), new.get("required", []))
            yield from _fewer(at, old, new)
        else:
            yield from _no_longer(at, old, new)
        for name in before.keys() & after.keys():
            yield from self._shape(f"{at}.{name}", before[name], after[name], sent=sent)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                yield from self._shape(f"{at}.{part}", old[part], new[part], sent=sent)
        for one, other in zip(_choices(old), _choices(new), strict=False):
            yield from self._shape(f"{at} (a choice)", one, other, sent=sent)


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each operation by method and path, with the parameters of its path."""
    for path, item in document["paths"].items():
        for method in _METHODS & item.keys():
            shared = [*item.get("parameters", []), *item[method].get("parameters", [])]
            yield f"{method.upper()} {path}", {**item[method], "parameters": shared}


def _resolved(document: Mapping[str, Any], part: Any) -> Any:
    """What a $ref within the document leads to."""
    while "$ref" in part:
        found: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def _parameters(document: Mapping[str, Any], operation: Any) -> dict[str, Any]:
    resolved = (_resolved(document, each) for each in operation["parameters"])
    return {f"{each['in']} {each['name']}": each for each in resolved}


def _required(parameters: Mapping[str, Any]) -> list[str]:
    return [name for name, parameter in parameters.items() if parameter.get("required")]


def _type(schema: Any) -> Any:
    """What a reader makes of it; how many choices there are is part of that."""
    named = schema.get("type", [])
    return (
        sorted([named] if isinstance(named, str) else named),
        schema.get("format"),
        len(_choices(schema)),
    )


def _choices(schema: Any) -> list[Any]:
    return [*schema.get("oneOf", []), *schema.get("anyOf", []), *schema.get("allOf", [])]


def _gone(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{what} {name}: is gone" for name in old if name not in new)


def _demanded(what: str, old: list[str], new: list[str]) -> Iterator[str]:
    yield from (f"{what} {name}: has to be sent" for name in new if name not in old)


def _fewer(at: str, old: Any, new: Any) -> Iterator[str]:
    """Values that can be sent no longer; without an enum anything can."""
    if "enum" in new:
        before = old.get("enum", ["of any kind"])
        yield from (f"{at} value {value}: is gone" for value in before if value not in new["enum"])


def _no_longer(at: str, old: Any, new: Any) -> Iterator[str]:
    """Members that may be absent from an answer where they were always there."""
    kept = [
        *new.get("required", []),
        *(set(old.get("required", [])) - new.get("properties", {}).keys()),
    ]
    yield from (
        f"{at} member {name}: may be absent" for name in old.get("required", []) if name not in kept
    )
