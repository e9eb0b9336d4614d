"""Digests of what a store holds, and the links of its revisions; the same for every store.

Sets of rows have a digest that a change updates (docs/adr/0008-a-chain-of-revisions.md): the sum of
a hash of each row, modulo 2^2048. Its order does not matter, and a row is added or taken away in
1.5 us, however many rows there are.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

# With fewer bits two sets with the same sum could be computed (generalised birthday problem).
_BITS = 2048
SALT_BYTES = 16


def checksum(*parts: str) -> str:
    """Return the SHA-256 of these texts in hexadecimal."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


# Kept, because `json.dumps` makes one for each call, which takes longer than a row.
_record_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def canonical(record: Mapping[str, Any]) -> str:
    """Return a record as it is stored."""
    return _record_encoder.encode(record)


@dataclass(frozen=True, slots=True)
class RowSet:
    """The number of rows of a set, and the sum of their hashes.

    A missing, additional or changed row changes the sum.
    """

    rows: int = 0
    total: int = 0

    @classmethod
    def of(cls, rows: Iterable[Sequence[object]]) -> Self:
        """Return the set of these rows; their order does not matter."""
        running = RunningSet()
        for row in rows:
            running.add(row)
        return cls(running.rows, running.total % (1 << _BITS))

    def changed(self, removed: "RowSet", added: "RowSet") -> "RowSet":
        """Return the set without the removed rows, and with the added ones."""
        return RowSet(
            self.rows - removed.rows + added.rows,
            (self.total - removed.total + added.total) % (1 << _BITS),
        )

    @property
    def sha256(self) -> str:
        """The SHA-256 of the number of rows and their sum."""
        return checksum(str(self.rows), self.written)

    @property
    def written(self) -> str:
        """The sum in hexadecimal."""
        return f"{self.total:x}"

    @classmethod
    def read(cls, rows: object, written: object) -> Self | None:
        """Return the set of which a store has the number of rows and the sum; None if they are
        damaged.
        """
        try:
            return cls(int(str(rows)), int(str(written), 16))
        except ValueError:
            return None


@dataclass(slots=True)
class RunningSet:
    """A set of rows that are read one after the other."""

    rows: int = 0
    total: int = 0

    def add(self, row: Sequence[object]) -> None:
        """Add a row."""
        # `str`, because a flipped bit can turn a text value into a blob or a number.
        self.total += _hash("\0".join(map(str, row)))
        self.rows += 1

    @property
    def row_set(self) -> RowSet:
        """The set of the rows so far."""
        return RowSet(self.rows, self.total % (1 << _BITS))


def _hash(row: str) -> int:
    text = row.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.shake_128(text).digest(_BITS // 8), "big")


@dataclass(frozen=True, slots=True)
class ChainedRevision:
    """A revision in the chain: what its link is made of, and the link.

    `records` and `postcodes` are digests of all of them after the revision, `history` is one of the
    rows of history of the revision. The salt never leaves the store: a link is public, and without
    the salt a hidden street could be guessed from it.
    """

    revision: int
    salt: str
    records: str
    postcodes: str
    history: str
    link: str = ""

    def linked(self, store: str, previous: str) -> str:
        """Return the link of this revision, from that of the previous one."""
        return checksum(
            store,
            previous,
            self.salt,
            str(self.revision),
            self.records,
            self.postcodes,
            self.history,
        )


def row_digest(*parts: object) -> str:
    """Return the SHA-256 of a row of history."""
    return checksum(_json(parts))


def history_digest(heads: Iterable[Sequence[object]]) -> str:
    """Return the SHA-256 of rows of history, as `checksum` gives it of their sorted JSON; their
    order does not matter.

    A head is the revision, kind, id, time and visibility of a row, and the SHA-256 of the row.
    """
    digest = hashlib.sha256()
    for number, head in enumerate(sorted(map(_json, heads))):
        digest.update(("\0" * bool(number) + head).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=repr)


def _json(parts: Sequence[Any]) -> str:
    return _encoder.encode(parts)
