"""How often functions are called: the work of a request, which unlike its time is the same on every
machine.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def counting(*functions: Callable[..., Any]) -> Iterator[Counter[str]]:
    """Count the calls of functions within the block, by name, in this thread."""
    names = {function.__code__: function.__qualname__ for function in functions}
    calls = Counter(dict.fromkeys(names.values(), 0))

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code in names:
            calls[names[frame.f_code]] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)
