"""What an edit came to: what is in force, what waits for a second look, and what to look at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from directory_api.domain.changes.change import Change
from directory_api.domain.changes.proposal import Proposal
from directory_api.domain.errors import Fault


@dataclass(frozen=True, slots=True)
class Outcome:
    """`revision` is the one now in force; of a dry run, the one that it was compared with."""

    revision: int
    done: tuple[Change, ...] = ()
    waiting: tuple[Proposal, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that differs, whether in force or waiting."""
        return (*self.done, *(proposal.change for proposal in self.waiting))

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read what to_record wrote."""
        return cls(
            revision=record["revision"],
            done=tuple(Change(**change) for change in record["done"]),
            waiting=tuple(Proposal.from_record(identity, held) for identity, held in record["waiting"].items()),
            warnings=tuple(Fault(**fault) for fault in record["warnings"]),
        )

    def to_record(self) -> dict[str, Any]:
        """What the store keeps of it, to give the same answer to the same request again."""
        return {
            "revision": self.revision,
            "done": [asdict(change) for change in self.done],
            "waiting": {proposal.id: proposal.to_record() for proposal in self.waiting},
            "warnings": [asdict(fault) for fault in self.warnings],
        }
