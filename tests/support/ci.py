"""Whether the tests run in CI, which tries everything. Elsewhere some tests try a part of it."""

import os

IN_CI = bool(os.environ.get("CI"))
# Of many cases of one kind, such as all postcodes, one of so many is tried: `cases[::STRIDE]`.
STRIDE = 1 if IN_CI else 4


def tried(count: int) -> int:
    """Return how many of so many generated cases are tried."""
    return count // STRIDE
