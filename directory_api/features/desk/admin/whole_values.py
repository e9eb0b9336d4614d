"""The whole values before and after a change, for a person who decides about it.

The sentences of a change are short; an attacker may put a number behind the end of a short text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from directory_api.change.change import Change
from directory_api.record.consistency import Steps


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that differs, as text, whole; None if there is none on that side. An item of a list
    that has an id is named by it.
    """

    path: Steps
    before: str | None
    after: str | None


def whole_values(change: Change) -> Iterator[ValueChange]:
    """Yield every value that differs between the record before and after, of any kind. A list of
    words is one value.
    """
    before, after = (
        dict(_values(record, ())) if record is not None else {}
        for record in (change.before, change.after)
    )
    for path in {**before, **after}:
        old, new = before.get(path), after.get(path)
        if (path in before, old) != (path in after, new):
            yield ValueChange(
                path,
                _text(old) if path in before else None,
                _text(new) if path in after else None,
            )


def _values(value: Any, path: Steps) -> Iterator[tuple[Steps, Any]]:
    if isinstance(value, dict) and (value or not path):
        for name, below in value.items():
            yield from _values(below, (*path, name))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for step, item in zip(_steps(value), value, strict=True):
            yield from _values(item, (*path, step))
    else:
        yield path, value


def _steps(items: list[Any]) -> Iterable[str | int]:
    """Return the ids of items, so that a new one does not make the later ones differ; else their
    indexes.
    """
    ids = [item["id"] for item in items if isinstance(item, dict) and "id" in item]
    return ids if len(set(ids)) == len(items) else range(len(items))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None or value == {} else str(value)
