"""The features of the directory: which there are, and what each may add to the core.

A feature is a package with all that it needs: routes, templates, commands, a format, an engine. The
core imports none. The first file of a feature (`__init__.py`) has one value, `feature`, which says
what it adds (`Feature` below). It names the rest with `lazy`, so that it is imported when it is
used. `features/README.md` shows a whole one.

The features in `directory_api/features/` are listed in SHIPPED: who deletes a folder deletes its
line. Others are packages of their own, which name this value in their entry points:

    [project.entry-points."directory_api.features"]
    kml = "kml_for_the_directory:feature"

Each is imported by itself. One that cannot be imported, or of which a hook fails while a process is
built, is left out of this process (left_out.py), as are those in DIRECTORY_WITHOUT.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from directory_api.left_out import Unusable, leave_out, left_out

if TYPE_CHECKING:
    # For mypy alone: these modules are above this one, and ask it.

    from flask import Blueprint
    from markupsafe import Markup

    from directory_api.answer.format import FileFormat, Format
    from directory_api.config import Setting
    from directory_api.live.editions import Edition
    from directory_api.store.stores import AddedEngine
    from directory_api.text.errors import DirectoryError
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.static_file import StaticFile
    from directory_api.web.served import Audience, Web

    class StaticFiles(Protocol):
        """Lists files; with `has_origin` the URL of the site is known."""

        def __call__(self, edition: Edition, /, *, has_origin: bool) -> Iterable[StaticFile]:
            """Return the files."""


_Used = TypeVar("_Used")

# What a feature adds comes in this order, for example its commands in `--help`.
SHIPPED = (
    "formats",
    "hsds",
    "device",
    "pages",
    "desk",
    "flyer",
    "country_folders",
    "mcp",
    "static_site",
    "reference",
    "postgres",
    "operations",
)
GROUP = "directory_api.features"
# The fields of `Feature` that are no functions.
_PLAIN: Mapping[str, tuple[Any, str]] = {
    "summary": (str, "a text"),
    "parts": (Mapping, "a mapping of paths"),
    "links": (Mapping, "a mapping of names"),
    "materials": (tuple, "a tuple"),
    "errors": (tuple, "a tuple"),
    "commands": (tuple, "a tuple"),
    "settings": (Mapping, "a mapping of names"),
}


def _nothing(*_arguments: Any, **_named: Any) -> tuple[()]:
    return ()


def _none(*_arguments: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Lazy:
    """Calls the function with a name, `package.module:function`, which it imports first."""

    name: str

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Return what the function returns."""
        return resolve_name(self.name)(*arguments, **named)


def lazy(name: str) -> Lazy:
    """Return a function that imports and calls another one of a module. A test compares the types
    of those of the features here with the fields of `Feature`.
    """
    return Lazy(name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """What a feature is and adds; what it does not add has a default.

    Raises Unusable if a value cannot be what its field says. What the functions return is checked
    where it is used.
    """

    # A sentence about it, without a full stop.
    summary: str

    # Routes of the application.
    routes: "Callable[[Web], Iterable[Blueprint]]" = _nothing
    # Routes that are made at the first request for a URL below their path.
    parts: "Mapping[str, Callable[[Web], Blueprint]]" = field(default_factory=dict)
    # Its links in /v1/: names, and URI templates (RFC 6570). The one called `problems` is the page
    # that explains the problem types, each at its name.
    links: Mapping[str, str] = field(default_factory=dict)
    # Headers and limits of its paths.
    addresses: "Callable[[], Iterable[Addresses]]" = _nothing
    # People who read errors as a page.
    audiences: "Callable[[Web], Iterable[Audience]]" = _nothing
    # Classes of errors whose problem types are its own.
    errors: "tuple[type[DirectoryError], ...]" = ()
    # Pages for people who help victims at work: the path, and the key of its text.
    materials: tuple[tuple[str, str], ...] = ()
    # Shows a stored record as visitors see it: HTML for a shadow root, with slots.
    card: "Callable[[Web], Callable[..., Markup] | None]" = _none
    # Draws borders and towns of a box of degrees, as elements of SVG.
    surroundings: "Callable[[Web], Callable[..., Markup] | None]" = _none

    # Formats of responses, and of files with the whole directory.
    formats: "Callable[[], Iterable[Format]]" = _nothing
    file_formats: "Callable[[], Iterable[FileFormat]]" = _nothing
    # Files of a static site, the pages that the web server in front shows, and hashes of scripts
    # within pages.
    static_files: "StaticFiles" = _nothing
    static_error_pages: "Callable[[], Iterable[StaticFile]]" = _nothing
    static_scripts: Callable[[], Iterable[str]] = _nothing

    # Commands of click, by their names in Python: `package.module:command`.
    commands: tuple[str, ...] = ()
    # Settings by name: the variable is DIRECTORY_ and the name in capitals.
    settings: "Mapping[str, Setting]" = field(default_factory=dict)
    # Engines of databases.
    engines: "Callable[[], Iterable[AddedEngine]]" = _nothing

    def __post_init__(self) -> None:
        """Check what can be seen of the values."""
        for each in fields(self):
            value = getattr(self, each.name)
            kind, name = _PLAIN.get(each.name, (Callable, "a function"))
            if not isinstance(value, kind):
                raise Unusable(f"its {each.name} is not {name}")


def use_each(use: Callable[[Feature], _Used | None]) -> list[_Used]:
    """Return what a function makes of each feature, in the order of SHIPPED, then of the packages
    of others; without None.

    For what a process is built of: a feature for which it raises is left out. So `use` takes
    everything that a hook returns, checks it, and adds it as a whole.
    """
    used = []
    for name, feature in _features().items():
        part = _part(name)
        if part in left_out():
            continue
        try:
            made = use(feature)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also SystemExit
            leave_out(part, error)
        else:
            if made is not None:
                used.append(made)
    return used


def in_use() -> Iterator[Feature]:
    """Yield each feature in their order. The errors of their hooks are the caller's."""
    for name, feature in _features().items():
        if _part(name) not in left_out():
            yield feature


def rows(
    of: Callable[[Feature], Iterable[_Used]],
    kind: type[_Used],
    keys: Callable[[_Used], Iterable[str]],
    own: Iterable[_Used] = (),
) -> tuple[_Used, ...]:
    """Return these rows, then those of each feature. A feature is left out if one of its rows is
    not of this kind, or has a key of another.
    """
    every = [*own]
    taken = {key for row in every for key in keys(row)}

    def add(feature: Feature) -> None:
        new = [*of(feature)]
        if not all(isinstance(row, kind) for row in new):
            raise Unusable(f"what it adds is not of the type {kind.__name__}")
        added = [key for row in new for key in keys(row)]
        if twice := taken.intersection(added):
            raise Unusable(f"another part adds {kind.__name__} {', '.join(sorted(twice))}, too")
        every.extend(new)
        taken.update(added)

    use_each(add)
    return tuple(every)


def without() -> frozenset[str]:
    """Return the names in DIRECTORY_WITHOUT, which this process does not import."""
    named = os.environ.get("DIRECTORY_WITHOUT", "").split(",")
    return frozenset(map(str.strip, named)) - {""}


def states() -> Iterator[tuple[str, str, str]]:
    """Yield the name of each feature and extension, what it is, and why it is left out, if so."""
    features = _features()
    for name in dict.fromkeys((*SHIPPED, *(point.name for point in _entry_points()))):
        summary = features[name].summary if name in features else ""
        is_named = name in without()
        reason = "in DIRECTORY_WITHOUT" if is_named else left_out().get(_part(name), "")
        yield name, summary, f"left out ({reason})" if reason else ""


@cache
def _features() -> Mapping[str, Feature]:
    loads: dict[str, Callable[[], Any]] = {
        name: partial(resolve_name, f"{GROUP}.{name}:feature") for name in SHIPPED
    }
    for point in _entry_points():
        if point.name in loads:
            leave_out(f"extension {point.name}", "another part has its name")
        else:
            loads[point.name] = point.load
    for name in without() - {*loads}:
        leave_out(f"name {name} in DIRECTORY_WITHOUT", "no feature and no extension has it")
    features: dict[str, Feature] = {}
    for name, load in loads.items():
        if name in without():
            continue
        try:
            features[name] = _check(load())
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also SystemExit
            leave_out(_part(name), error)
    return features


def _check(loaded: object) -> Feature:
    if not isinstance(loaded, Feature):
        raise Unusable("its entry point does not name a value of the type Feature")
    return loaded


@cache
def _entry_points() -> tuple[EntryPoint, ...]:
    try:
        return tuple(entry_points(group=GROUP))
    except Exception as error:  # the metadata of any package may be damaged
        leave_out("extensions", error)
        return ()


def _part(name: str) -> str:
    return f"{'feature' if name in SHIPPED else 'extension'} {name}"
