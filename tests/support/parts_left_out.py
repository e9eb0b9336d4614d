"""What tests leave out of the process."""

from collections.abc import Iterator
from contextlib import contextmanager

from directory_api import left_out


@contextmanager
def kept_apart() -> Iterator[None]:
    """Forget after the block what is left out in it: the next test begins as this one did."""
    reasons, reports = {**left_out._reasons}, [*left_out._reports]
    try:
        yield
    finally:
        left_out._reports[:] = reports
        left_out._reasons.clear()
        left_out._reasons.update(reasons)
