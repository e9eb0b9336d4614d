"""After random edits, imports and undos, no source stands beside a value that it does not state."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.change.change import document
from directory_api.change.guards import ALL_ALLOWED
from tests.support.write_side import ANNA, WriteSide, create_write_side, incoming, json_bytes

NEEDS = ("desk",)

_ID = "payoke"
_CITED = ("agii", "flyer", "general", "myria", "unhcr")
_VALUES: Mapping[str, Sequence[Any]] = {
    "phones": [
        [{"number": number, "kind": "main"} for number in numbers]
        for numbers in (["+3232011690"], ["+3232011609"], ["+3232011690", "+3232011609"])
    ],
    "email": ["info@payoke.be", "help@payoke.be", None],
    "opening_hours": ["Mo-Fr 09:00-17:00", "24/7", None],
    "services": [["legal"], ["legal", "medical"], ["medical"]],
}
# A member, the place of a new value, a source that is named with it, and whether the others stay.
_PART = st.tuples(
    st.sampled_from(sorted(_VALUES)), st.integers(0, 2), st.sampled_from(_CITED), st.booleans()
)
_STEP = st.tuples(
    st.sampled_from(
        ["change", "change", "name", "cite", "file", "old file", "same file", "undo", "restore"]
    ),
    _PART,
    st.integers(0, 30),
)


class _Told:
    """A directory, and what each source has been said to state."""

    def __init__(self, write_side: WriteSide) -> None:
        self.side = write_side
        self.files = [self._document()]
        self.said: set[str] = set()
        record = write_side.record(_ID)
        for member, ids in record["sources"].items():
            self.say(member, record, ids)

    def _document(self) -> Any:
        whole = document(self.side.store.records().contents)
        return json.loads(json.dumps(whole))

    def say(self, member: str, record: Mapping[str, Any], ids: Sequence[str]) -> None:
        """Note that sources state the value of a record."""
        self.said |= {_claim(member, record, source) for source in ids}

    def take(self, what: str, part: tuple[str, int, str, bool], at: int) -> None:
        """Make one change."""
        member, place, source, keeps = part
        side, record = self.side, self.side.record(_ID)
        value, cited = _VALUES[member][place], record.get("sources", {}).get(member, [])
        if what == "change":
            side.patch(_ID, **{member: value})
        elif what == "name" and source not in cited:
            named = [*cited, source] if keeps else [source]
            side.patch(_ID, **{member: value, "sources": {member: named}})
            self.say(member, {member: value}, [source])
        elif what == "cite" and source not in cited:
            side.patch(_ID, sources={member: [*cited, source]})
            self.say(member, record, [source])
        elif what == "file":  # which may be an old one, of which one value is new
            file = json.loads(json.dumps(self.files[at % len(self.files)]))
            (mine,) = (each for each in file["centres"] if each["id"] == _ID)
            mine.pop(member, None)
            mine.update({member: value} if value else {})
            self._import(file)
        elif what == "old file":
            self._import(self.files[at % len(self.files)])
        elif what == "same file":
            self._import(self.files[-1])
        elif what == "undo" and (newest := side.store.revision()) > 1:
            revision = 2 + at % (newest - 1)
            side.rollback.undo(ANNA, revision, "a mistake", allowed=ALL_ALLOWED)
        elif what == "restore":
            revision = 1 + at % side.store.revision()
            side.editor.restore(side.edit(_ID), revision)

    def _import(self, file: Any) -> None:
        self.files += [file, self._document()]
        self.side.importer.bring_in(ANNA, incoming(json_bytes(file)), "a file", allowed=ALL_ALLOWED)
        again = self.side.importer.bring_in(
            ANNA, incoming(json_bytes(file)), "again", allowed=ALL_ALLOWED
        )
        assert again.changes == ()


def _claim(member: str, record: Mapping[str, Any], source: str) -> str:
    value: Any = record.get(member)
    if member == "phones":
        value = sorted(phone["number"] for phone in value)
    if member == "services":
        value = sorted(value)
    return json.dumps([member, value, source], sort_keys=True)


def test_no_source_stands_beside_a_value_that_it_does_not_state(
    tmp_path_factory: Any,
) -> None:
    """Five hundred changes, in fifty directories."""

    @settings(max_examples=50, deadline=None)
    @given(steps=st.lists(_STEP, min_size=10, max_size=10))
    def tries(steps: list[tuple[str, tuple[str, int, str, bool], int]]) -> None:
        folder: Path = tmp_path_factory.mktemp("true")
        told = _Told(create_write_side(folder / "directory.db"))
        for step in steps:
            told.take(*step)
            record = told.side.record(_ID)
            for member, ids in record.get("sources", {}).items():
                for source in ids:
                    assert _claim(member, record, source) in told.said, (step, member, source)
            (public,) = (each for each in told.side.live.snapshot.centres if each.id == _ID)
            assert {m: [*ids] for m, ids in public.sources.items()} == record.get("sources", {})

    tries()
