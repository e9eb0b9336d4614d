"""What a caller selects of an answer: members of each centre, and one language of its texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from directory_api.record.records import TextsByLanguage, in_language, only

# The members at each level by name; None stands for a member with all that is below it.
_Tree = dict[str, "_Tree | None"]


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected members and language.

    `paths` are names of members of a centre, those of a member's members after a dot
    (`address.locality`); without any, all members are selected. What every centre has stays, so
    that a part of a centre still has the shape of a centre in openapi.yaml: a generated client
    fails where a member is missing that the contract requires. `language` is a BCP 47 tag; without
    it, texts are in all their languages.
    """

    paths: tuple[str, ...] = ()
    language: str | None = None

    def centre(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the selected part of the record of a centre."""
        return self.texts(_selected(record, _tree(self.paths)) if self.paths else record)

    def texts(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a record with its texts in the selected language."""
        return in_language(record, self.language) if self.language else record

    def helpline(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a helpline in the selected language.

        If the caller selects members of centres, it has what a person needs to call or to report;
        with a language, too, `url` is the address in that language.
        """
        if self.paths:
            record = {name: value for name, value in record.items() if name not in _NOT_NEEDED}
            if self.language in record.get("url_translations", {}):
                record["url"] = record.pop("url_translations")[self.language]
        return self.texts(record)

    def text(self, texts: TextsByLanguage) -> TextsByLanguage:
        """Return a text in the selected language, in English if it has none in that."""
        return only(texts, self.language) if self.language else texts


WHOLE = Selection()
# What a helpline lacks in a small answer, as in a bundle.
_NOT_NEEDED = frozenset({"channels", "sources"})
# What stays of a centre, and of a member of it by the name of that. A test compares this with what
# openapi.yaml requires.
REQUIRED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset(members.split())
        for name, members in {
            "": "id name kind status address address_visibility freshness open_state",
            "address": "locality country postal_code",
            "location": "lat lon precision",
            "phones": "number kind",
            "channels": "kind",
            "languages": "code",
            "contested": "member sources",
            "verified": "on",
            "temporary": "until",
            "permanent": "address",
        }.items()
    }
)
_NOTHING: frozenset[str] = frozenset()


@lru_cache(maxsize=256)
def _tree(paths: Sequence[str]) -> _Tree:
    # The shorter one first, so that a whole member includes its parts.
    tree: _Tree = {}
    for path in sorted(paths):
        level: _Tree | None = tree
        *parents, last = path.split(".")
        for parent in parents:
            level = None if level is None else level.setdefault(parent, {})
        if level is not None:
            level[last] = None
    return tree


def _selected(record: Mapping[str, Any], tree: _Tree, parent: str = "") -> dict[str, Any]:
    """Return the members in the order of the record, without empty ones."""
    selected, always = {}, REQUIRED.get(parent, _NOTHING)
    for name, value in record.items():
        if name in tree or name in always:
            below = tree.get(name, {} if name in REQUIRED else None)
            part = value if below is None else _below(value, below, name)
            if part or part == 0:  # False and 0 are values
                selected[name] = part
    return selected


def _below(value: Any, tree: _Tree, parent: str) -> Any:
    if isinstance(value, list):
        return [_selected(item, tree, parent) for item in value]
    return _selected(value, tree, parent)
