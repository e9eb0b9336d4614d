"""The machine: its clock, and the versions of what runs."""

import ctypes
import platform
from collections.abc import Callable, Iterator

from directory_api import __version__
from directory_api.features.operations.doctor.finding import HINT, OK, Finding

# The state of the kernel's clock if nothing sets it (adjtimex(2)), and more bytes than struct timex
# has on any machine.
_TIME_ERROR = 5
_TIMEX_BYTES = 512


def clock_state() -> int | None:
    """Return the state of the kernel's clock (adjtimex(2)); None if that cannot be told."""
    try:
        state = int(ctypes.CDLL(None).ntp_adjtime(ctypes.create_string_buffer(_TIMEX_BYTES)))
    except (AttributeError, OSError):
        return None
    return state if state >= 0 else None


def clock(state: Callable[[], int | None] = clock_state) -> Iterator[Finding]:
    """Yield whether a program sets the clock by others."""
    if state() == _TIME_ERROR:
        yield Finding(
            HINT,
            "time",
            "No program sets the clock of this machine by a time server.",
            "Install systemd-timesyncd or chrony, unless the host of a virtual machine does it.",
        )
    else:
        yield Finding(OK, "time", "The clock of this machine is set, or that cannot be told.")


def versions() -> Iterator[Finding]:
    """Yield what runs."""
    yield Finding(
        OK,
        "versions",
        f"directory-api {__version__}, Python {platform.python_version()}.",
    )
