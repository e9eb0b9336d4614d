"""The result of a write: what is in force, and what waits for a second person."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from directory_api.change.change import Change
from directory_api.change.proposal import Proposal, proposals_of
from directory_api.text.errors import Fault


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an edit.

    `to_check` are the changes in `applied` that a second person still looks at. `revision` is the
    one now in force; for a dry run, the one that the records were compared with.
    """

    revision: int
    applied: tuple[Change, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    warnings: tuple[Fault, ...] = ()
    to_check: tuple[Proposal, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, whether in force or waiting for review."""
        return (*self.applied, *(proposal.change for proposal in self.proposals))

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read what to_record returned."""
        return cls(
            revision=record["revision"],
            applied=tuple(Change(**change) for change in record["applied"]),
            proposals=proposals_of(record["proposals"]),
            warnings=tuple(Fault(**fault) for fault in record["warnings"]),
            to_check=proposals_of(record.get("to_check", {})),
        )

    def to_record(self) -> dict[str, Any]:
        """Return the record for the store, so that a repeated request gets the same answer."""
        return {
            "revision": self.revision,
            "applied": [asdict(change) for change in self.applied],
            "proposals": {proposal.id: proposal.to_record() for proposal in self.proposals},
            "warnings": [asdict(fault) for fault in self.warnings],
            "to_check": {proposal.id: proposal.to_record() for proposal in self.to_check},
        }
