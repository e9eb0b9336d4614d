"""Digests of what a store holds, and the links of its revisions; the same for every store
(docs/adr/0008-a-chain-of-revisions.md).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

SALT_BYTES = 16


def checksum(*parts: str) -> str:
    """Return the SHA-256 of these texts in hexadecimal."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


# Kept, because `json.dumps` makes one for each call, which takes longer than a row.
_record_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def canonical(record: Mapping[str, Any]) -> str:
    """Return a record as it is stored."""
    return _record_encoder.encode(record)


def rows_digest(rows: Iterable[Sequence[object]]) -> str:
    """Return the SHA-256 of the JSON of the sorted rows. A missing, additional or changed row
    changes it; their order does not matter.

    A flipped bit can turn a text value into a blob, or a number into nothing, so that the values
    of a column have no order of their own.
    """
    return hashlib.sha256(orjson.dumps(sorted(rows, key=repr), default=repr)).hexdigest()


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
