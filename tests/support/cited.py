"""The sources that stay with a record when some of its values change."""

from collections.abc import Mapping
from typing import Any

Record = dict[str, Any]


def without_old_sources(before: Mapping[str, Any], after: Record) -> Record:
    """The record after an edit, without the sources of the members that have another value.

    A helpline has one list for all of its own values; a channel has sources of its own.
    """
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    cited = after.get("sources", {})
    if cited != before.get("sources", {}) or not changed:
        return after
    if isinstance(cited, list):
        kept: Any = cited if changed <= {"kind", "display", "channels", "acknowledged"} else []
    else:
        kept = {member: ids for member, ids in cited.items() if member not in changed}
    rest = {name: value for name, value in after.items() if name != "sources"}
    return {**rest, "sources": kept} if kept else rest
