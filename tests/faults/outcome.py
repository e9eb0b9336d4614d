"""What a test of a fault counts, and the row of `make faults` that it is."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import pytest

# How a promise can be broken.
Breach = Literal[
    "lost",  # an acknowledged change is gone
    "wrong",  # a response, a record or a state that was never written
    "missing",  # a record or a helpline is absent from a response that claims to be complete
    "silent",  # damage or a replaced history is not reported
    "unreviewed",  # one person changed what the public reads, other than by hiding something
    "leaked",  # a place, an IP address or a hidden address is revealed
    "unanswered",  # a request, a process or a recovery took too long
]

MOST_EXAMPLES = 5


def fault(name: str, holds: str) -> pytest.MarkDecorator:
    """Mark a test as the row with this name, which counts in its fixture `outcome`.

    `holds` says what must be true in each try. A test raises an exception when the fault could not
    be caused at all.
    """
    return pytest.mark.fault(name, holds)


@dataclass(frozen=True)
class Size:
    """How much to do: bounded for CI, or in full."""

    full: bool

    def of(self, bounded: int, full: int) -> int:
        """The number of tries."""
        return full if self.full else bounded


@dataclass
class Outcome:
    """How often the fault was caused, how often a promise was broken, and other figures."""

    tries: int = 0
    breaches: Counter[Breach] = field(default_factory=Counter)
    # The first few, each in a sentence without a place.
    examples: list[str] = field(default_factory=list)
    # What else was measured, such as "median 0.4 s, longest 1.1 s".
    figures: str = ""

    def breach(self, kind: Breach, example: str) -> None:
        """Count a broken promise."""
        self.breaches[kind] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(f"{kind}: {example}")

    def expect(self, holds: bool, kind: Breach, example: str) -> None:
        """Count a broken promise unless it holds."""
        if not holds:
            self.breach(kind, example)

    @property
    def broken(self) -> str:
        """How often which promise was broken; "0" if none was."""
        return ", ".join(f"{number} {kind}" for kind, number in self.breaches.items()) or "0"

    def add(self, other: "Outcome") -> None:
        """Count the tries and breaches of another outcome, too."""
        self.tries += other.tries
        self.breaches += other.breaches
        self.examples = [*self.examples, *other.examples][:MOST_EXAMPLES]
