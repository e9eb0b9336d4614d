"""The objects of HSDS 3.0 as a JSON Schema, from the table in tests/cases/hsds.yaml."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from tests.support.servers import ROOT

_TABLE = yaml.load((ROOT / "tests/cases/hsds.yaml").read_text("utf-8"), yaml.CSafeLoader)


def _schema(value: Any) -> Any:
    if isinstance(value, str):
        return {"$ref": f"#/$defs/{value}"}
    return {"type": "array", "items": _schema(value[0])} if isinstance(value, list) else value


_DEFINITIONS = {
    **_TABLE["types"],
    **{
        name: {
            "type": "object",
            "required": [each[:-1] for each in members if each.endswith("!")],
            "properties": {
                **dict.fromkeys(_TABLE["ours"], True),
                **{each.rstrip("!"): _schema(value) for each, value in members.items()},
            },
            "additionalProperties": False,
        }
        for name, members in _TABLE["objects"].items()
    },
}


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(
        {"$ref": f"#/$defs/{kind}", "$defs": _DEFINITIONS},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def faults(kind: str, value: Any) -> Iterator[str]:
    """Yield what does not conform to HSDS 3.0 in an object of a kind, each with its place."""
    for error in _validator(kind.replace(" ", "_")).iter_errors(value):
        yield f"{error.json_path}: {error.message}"


def nested(value: Any) -> Iterator[dict[str, Any]]:
    """Yield a value and all objects nested in it."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from nested(member)
    if isinstance(value, list):
        for item in value:
            yield from nested(item)
