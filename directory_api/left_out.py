"""The optional parts of this process that cannot be used, and why.

These are features, extensions, the files of countries and of languages, and settings. The process
goes on without them, and names them in `/readyz`, the log, `doctor` and after each command. A
process that is forked knows those of its parent.
"""

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

_reasons: dict[str, str] = {}
# Each is called with a part and the reason when it is left out.
_reports: list[Callable[[str, str], object]] = []


class Unusable(Exception):
    """What a part adds cannot be used. The message is shown to operators and has no value."""


def leave_out(part: str, reason: str | BaseException) -> None:
    """Note that a part, such as `feature flyer`, is left out; the first reason is kept.

    Of an exception only its class and its place in the code are noted: the message may hold
    anything.
    """
    if part not in _reasons:
        _reasons[part] = reason if isinstance(reason, str) else _described(reason)
        for report in _reports:
            report(part, _reasons[part])


def report_by(report: Callable[[str, str], object]) -> None:
    """Have a function called with each part and the reason: those that are left out already, now,
    and others when they are.
    """
    for part, reason in [*_reasons.items()]:
        report(part, reason)
    if report not in _reports:
        _reports.append(report)


def left_out() -> Mapping[str, str]:
    """Return the reasons by part."""
    return MappingProxyType(_reasons)


def sentence() -> str | None:
    """Return what is left out, without the reasons, which can name files; None if nothing is."""
    if not _reasons:
        return None
    return f"left out, because it cannot be used: {', '.join(_reasons)}"


def _described(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, Unusable):
        return str(error)
    if isinstance(error, SyntaxError) and error.filename:
        return f"{name} at {Path(error.filename).name}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    places = [frame for frame in frames if not frame.filename.startswith("<frozen")]
    if not places:
        return name
    path = Path(places[-1].filename)
    return f"{name} at {path.parent.name}/{path.name}:{places[-1].lineno}"
