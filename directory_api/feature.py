"""The features of the directory: which there are, and what each may add to the core.

A feature is a package with all that it needs: routes, templates, commands, a format, an engine. The
core imports none. It asks for what the features add to one of its rooms, by the name of a hook. The
first file of a feature (`__init__.py`) has a function for each of its hooks, `provide_` and the
name, which imports the rest only when it is called. HOOKS has them all.

The features in `directory_api/features/` are listed in SHIPPED: who deletes a folder deletes its
line. Others are packages of their own, which name themselves in their entry points:

    [project.entry-points."directory_api.features"]
    kml = "kml_for_the_directory"

Each is imported by itself. One that cannot be imported, or of which a hook fails while a process is
built, is left out of this process (left_out.py), as are those in DIRECTORY_WITHOUT.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from directory_api.left_out import Unusable, leave_out, left_out

_Used = TypeVar("_Used")

# What a feature adds comes in this order, for example its commands in `--help`.
SHIPPED = (
    "formats",
    "hsds",
    "device",
    "pages",
    "admin",
    "review",
    "call_round",
    "own_confirmation",
    "passkeys",
    "flyer",
    "imports",
    "sheets",
    "notices",
    "country_folders",
    "geocoding",
    "mcp",
    "static_site",
    "reference",
    "metrics",
    "response_cache",
    "postgres",
    "maintenance",
    "doctor",
)
GROUP = "directory_api.features"
# Without it, one person alone could bring a wrong number into effect.
NEVER_LEFT_OUT = "review"
# What the function of each hook is called with, and what it returns. `Web` has the parts of an
# application (web/context.py).
HOOKS = {
    # Routes and pages.
    "addresses": "() -> what holds for its paths (web.http.addresses.Addresses)",
    "blueprints": "(Web) -> blueprints of Flask",
    "parts": "(Web) -> what makes a blueprint, by the path below which it is made when first asked",
    "maintainer_pages": "(Web) -> pages for maintainers, or None (web.context.AddedPages)",
    "maintainer_texts": "(language) -> texts of pages for maintainers, by their English pattern",
    "audience": "(Web) -> people who read errors as a page (web.context.Audience)",
    "card": "(Web) -> a stored record as visitors see it: HTML for a shadow root, with slots",
    "surroundings": "(Web) -> borders and towns of a box of degrees, as elements of SVG",
    "materials": "() -> pages for people who help victims at work: (path, key of its text)",
    "problems": "() -> problem types by error class (web.http.problem_kind.Kind)",
    "finished_answers": "(Web) -> answers that are sent before Flask is asked",
    # Answers and files.
    "formats": "() -> formats of answers (answer.format.Format)",
    "contact_card": "() -> a centre or helpline for an address book (answer.format)",
    "file_formats": "() -> formats of files with the whole directory (answer.format)",
    "readers": "() -> readers of files that are not JSON (files.raw_records)",
    "static_files": "(Edition, has_origin) -> files of a static site (web.http.static_file)",
    "static_error_pages": "() -> pages that nginx shows in front of a server",
    "static_scripts": "() -> hashes of scripts within the pages of a static site",
    # Commands, stores and changes.
    "commands": "() -> commands of click",
    "settings": "() -> settings by name (config.Setting)",
    "engines": "() -> engines of databases (store.stores.AddedEngine)",
    "last_runs": "(Directory) -> when each task of the operator went well, and whether it failed",
    "importers": "(Directory) -> what imports the bytes of a file",
    "downloads": "(Directory) -> what returns the whole directory, by format",
    "locate": "(Directory) -> what looks up the point of an address; None if it is off",
    "gate": "(whether review is required) -> the gate of changes (edit.gate.Gate)",
    "proposals": "(Writer) -> the changes that wait for a second person",
}


def provided(hook: str) -> Iterator[Any]:
    """Yield the function that each feature has for a hook, in the order of SHIPPED; then those of
    the packages of others. Their errors are the caller's.
    """
    for name, module in _features().items():
        function = getattr(module, f"provide_{hook}", None)
        if function is not None and _part(name) not in left_out():
            yield function


def use_each(hook: str, use: Callable[[Any], _Used]) -> list[_Used]:
    """Return what `use` makes of the function that each feature has for a hook, in their order.

    For what a process is built of: a feature for which it raises is left out. So `use` takes
    everything that the function returns, checks it, and adds it as a whole.
    """
    used = []
    for name, module in _features().items():
        part = _part(name)
        if part in left_out():
            continue
        try:
            function = getattr(module, f"provide_{hook}", None)
            if function is not None:
                used.append(use(function))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also SystemExit
            leave_out(part, error)
    return used


def rows(
    hook: str, kind: type[_Used], keys: Callable[[_Used], Iterable[str]], own: Iterable[_Used] = ()
) -> tuple[_Used, ...]:
    """Return these rows, then those that the functions of each feature return for a hook. A feature
    is left out if one of its rows is not of this kind, or has a key of another.
    """
    every = [*own]
    taken = {key for row in every for key in keys(row)}

    def add(function: Callable[[], Iterable[_Used]]) -> None:
        new = [*function()]
        if not all(isinstance(row, kind) for row in new):
            raise Unusable(f"what it provides as {hook} is not of the type {kind.__name__}")
        added = [key for row in new for key in keys(row)]
        if twice := taken.intersection(added):
            raise Unusable(f"another part provides {', '.join(sorted(twice))} as {hook}, too")
        every.extend(new)
        taken.update(added)

    use_each(hook, add)
    return tuple(every)


def without() -> frozenset[str]:
    """Return the names in DIRECTORY_WITHOUT, which this process does not import."""
    return _named_without() - {NEVER_LEFT_OUT}


def states() -> Iterator[tuple[str, str, str]]:
    """Yield the name of each feature and extension, what it is, and why it is left out, if so."""
    features = _features()
    for name in dict.fromkeys((*SHIPPED, *(point.name for point in _entry_points()))):
        summary = (getattr(features.get(name), "__doc__", None) or "").partition("\n")[0]
        is_named = name in without()
        reason = "in DIRECTORY_WITHOUT" if is_named else left_out().get(_part(name), "")
        yield name, summary, f"left out ({reason})" if reason else ""


def _named_without() -> frozenset[str]:
    named = os.environ.get("DIRECTORY_WITHOUT", "").split(",")
    return frozenset(map(str.strip, named)) - {""}


@cache
def _features() -> Mapping[str, Any]:
    """Return what was imported, by name."""
    loads: dict[str, Callable[[], Any]] = {
        name: partial(import_module, f"{GROUP}.{name}") for name in SHIPPED
    }
    for point in _entry_points():
        if point.name in loads:
            leave_out(f"extension {point.name}", "another part has its name")
        else:
            loads[point.name] = point.load
    for name in _named_without() - {*loads}:
        leave_out(f"name {name} in DIRECTORY_WITHOUT", "no feature and no extension has it")
    if NEVER_LEFT_OUT in _named_without():
        leave_out(f"name {NEVER_LEFT_OUT} in DIRECTORY_WITHOUT", "it cannot be left out")
    features: dict[str, Any] = {}
    for name, load in loads.items():
        if name in without():
            continue
        try:
            features[name] = load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also SystemExit
            leave_out(_part(name), error)
    return features


@cache
def _entry_points() -> tuple[EntryPoint, ...]:
    try:
        return tuple(entry_points(group=GROUP))
    except Exception as error:  # the metadata of any package may be damaged
        leave_out("extensions", error)
        return ()


def _part(name: str) -> str:
    return f"{'feature' if name in SHIPPED else 'extension'} {name}"
