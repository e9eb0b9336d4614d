"""Checks Kubernetes manifests against the types that lightkube-models has for each kind."""

import dataclasses
import importlib
import sys
import types
from collections.abc import Iterator, Mapping
from typing import Any, Union, get_args, get_origin, get_type_hints


def faults(manifest: Mapping[str, Any]) -> list[str]:
    """Return what is unknown, missing or of another type, each with its path."""
    group, _, version = manifest["apiVersion"].rpartition("/")
    module = f"{group.partition('.')[0] or 'core'}_{version}"
    kind = getattr(_models(module), manifest["kind"])
    return list(_faults(manifest, kind, manifest["kind"]))


def _models(name: str) -> types.ModuleType:
    """Return a module of lightkube-models, without the client that it is a part of: its types are
    plain dataclasses.
    """
    schema: Any = types.ModuleType("lightkube.core.schema")
    schema.DictMixin, schema.field, schema.dataclass = (
        object,
        dataclasses.field,
        dataclasses.dataclass,
    )
    sys.modules.setdefault("lightkube.core", types.ModuleType("lightkube.core"))
    sys.modules.setdefault("lightkube.core.schema", schema)
    return importlib.import_module(f"lightkube.models.{name}")


def _faults(value: Any, kind: Any, path: str) -> Iterator[str]:
    if get_origin(kind) is Union:
        choices = [choice for choice in get_args(kind) if choice is not type(None)]
        tried = [list(_faults(value, choice, path)) for choice in choices]
        if all(tried):
            yield from tried[0]
    elif dataclasses.is_dataclass(kind):
        yield from _faults_of_object(value, kind, path)
    elif get_origin(kind) is list and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _faults(item, get_args(kind)[0], f"{path}[{number}]")
    elif type(value) is not (get_origin(kind) or kind):
        yield f"{path}: {value!r} is not {kind}"


def _faults_of_object(value: Any, kind: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is not {kind}"
        return
    hints = get_type_hints(kind)
    # A member that Python reserves, such as `from`, has another name in the class.
    members = {field.metadata.get("json", field.name): field for field in dataclasses.fields(kind)}
    for name, field in members.items():
        optional = (field.default, field.default_factory) != (dataclasses.MISSING,) * 2
        if name not in value and not optional:
            yield f"{path}.{name} is missing"
    for name, member in value.items():
        if name in members:
            yield from _faults(member, hints[members[name].name], f"{path}.{name}")
        else:
            yield f"{path}.{name} is unknown"
