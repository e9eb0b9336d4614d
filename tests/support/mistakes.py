"""Mistakes that people make with a record, and what stops each: one table for all ways to edit
(tests/cases/mistakes.yaml), and mistakes in a whole file.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from directory_api.change.merge_patch import merged
from tests.support.cited import without_old_sources
from tests.support.records import made_up_centre, shipped_records
from tests.support.servers import ROOT

# What stops a mistake, beside the warnings: it is an error; the number of a helpline is typed once
# more; a second person approves it. What hides something waits only if it comes in a file, and is
# otherwise looked at afterwards. What cannot mislead takes effect.
REFUSED, TYPED, SECOND, HIDES, ONE = "refused", "typed", "second", "hides", "one"

Members = Mapping[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A change of a record by a merge patch; without one the record is removed."""

    what: str
    kind: str
    id: str
    patch: Members | None
    stopped_by: frozenset[str]
    # The codes of the warnings, or a part of the error.
    warnings: frozenset[str] = frozenset()
    error: str = ""

    def before(self) -> Record | None:
        """The record before it; None if it is new."""
        lists = (shipped_records()["centres"], shipped_records()["helplines"])
        return next((each for of in lists for each in of if each["id"] == self.id), None)

    def after(self) -> Record | None:
        """The record after it."""
        if self.patch is None:
            return None
        before = self.before() or made_up_centre(1, id=self.id)
        return without_old_sources(before, merged(before, self.patch))

    @property
    def typed(self) -> str:
        """The number to type once more: that of a channel, if that is what changes."""
        record = self.after() or self.before() or {}
        for channel in (self.patch or {}).get("channels", ()):
            return str(channel["address"])
        return str(record.get("number") or record.get("url", ""))


def _mistakes() -> Iterator[Mistake]:
    table = (ROOT / "tests/cases/mistakes.yaml").read_text(encoding="utf-8")
    for entry in yaml.load(table, yaml.CSafeLoader):
        kind = "centre" if "centre" in entry else "helpline"
        error = entry.get("error", "")
        stopped_by = frozenset({REFUSED} if error else entry.get("stopped_by", {SECOND}))
        warnings = frozenset(entry.get("warnings", ()))
        yield Mistake(entry["what"], kind, entry[kind], entry["patch"], stopped_by, warnings, error)


MISTAKES = tuple(_mistakes())


def shift_phones(records: Record) -> None:
    """Move the column of phones down by a row; the last number comes first."""
    centres = records["centres"]
    phones = [centre["phones"] for centre in centres]
    for at, centre in enumerate(centres):
        centre["phones"] = phones[at - 1]


def _without(*members: str) -> Callable[[Record], object]:
    def change(records: Record) -> None:
        for centre in records["centres"]:
            for member in members:
                centre.pop(member)

    return change


def _of_each(**members: Any) -> Callable[[Record], object]:
    return lambda records: [centre.update(members) for centre in records["centres"]]


# Changes of a whole file, and what each error says.
IN_A_FILE: Mapping[str, tuple[Callable[[Record], object], tuple[str, ...]]] = {
    "a column of phones that is shifted by a row": (
        shift_phones,
        (
            "+3225116464 from PAG-ASA to Payoke; +3232011690 from Payoke to Sürya",
            "phones of 3 of 3 centres would change or disappear, more than a third: "
            "PAG-ASA +3225116464 → +3242324030; Payoke +3232011690 → +3225116464",
        ),
    ),
    "the columns of phones deleted": (
        _without("phones"),
        ("PAG-ASA +3225116464 → none; Payoke +3232011690 → none; Sürya +3242324030 → none",),
    ),
    "one e-mail address in each row": (
        _of_each(email="info@example.org"),
        ("PAG-ASA info@pag-asa.be → info@example.org",),
    ),
    "every address hidden": (
        _of_each(address_visibility="hidden"),
        ("addresses of 3 of 3 centres",),
    ),
    "most rows deleted": (
        lambda records: records.update(centres=records["centres"][:1]),
        ("2 of 3 centres would be removed, more than a third: Payoke; Sürya.",),
    ),
    "hours of 112": (
        lambda records: records["helplines"][0].update(hours="24/7"),
        (
            "112 is what everybody in danger in Belgium is told to dial. "
            "Hours added: Day and night;",
        ),
    ),
}
