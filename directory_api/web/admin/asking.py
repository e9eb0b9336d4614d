"""The kinds of questions that a form has."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ask:
    """One value. `widget` is line, area (a line that is long), choice or ticks (several of the choices)."""

    name: str
    label: str
    help: str = ""
    widget: str = "line"
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Texts:
    """The same text in several languages."""

    name: str
    label: str
    help: str = ""
    widget: str = "line"


@dataclass(frozen=True, slots=True)
class Cited:
    """The sources of each member."""

    name: str
    label: str
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of things with several values each. `one` is what one of them is called."""

    name: str
    one: str
    asks: tuple[Ask | Texts, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form under a heading."""

    title: str
    asks: tuple[Ask | Texts | Cited | Rows, ...]
    help: str = ""
