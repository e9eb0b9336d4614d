"""The features of the directory: which there are, and what each may add to the core.

A feature is a package with all that it needs: routes, templates, commands, a format, an engine. The
core imports none. It asks for what the features add to one of its rooms, by the name of a hook. The
first file of a feature (`__init__.py`) has a function for each of its hooks, `provide_` and the
name, which imports the rest only when it is called. HOOKS has them all.

The features in `directory_api/features/` are listed in SHIPPED: who deletes a folder deletes its
line. Others are packages of their own, which name themselves in their entry points:

    [project.entry-points."directory_api.features"]
    kml = "kml_for_the_directory"
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

# What a feature adds comes in this order, for example its commands in `--help`.
SHIPPED = (
    "formats",
    "hsds",
    "device",
    "pages",
    "admin",
    "review",
    "imports",
    "sheets",
    "geocoding",
    "mcp",
    "static_site",
    "reference",
    "metrics",
    "shared_limit",
    "response_cache",
    "postgres",
    "maintenance",
)
GROUP = "directory_api.features"
# What each hook is called with, and what it returns; the module in brackets has the types.
HOOKS = {
    "formats": "() -> formats of answers [answer.format]",
    "file_formats": "() -> formats of files with the whole directory [answer.format]",
    "reminders": "() -> function that returns a calendar [features.formats.as_ics]",
    "commands": "() -> commands [click]",
    "engines": "() -> engines of databases [store.stores]",
    "readers": "() -> readers of files that are not JSON [store.raw_records]",
    "importers": "(directory) -> function that imports the bytes of a file [features.imports]",
    "downloads": "(directory) -> functions that return the whole directory, by format",
}


def provided(hook: str) -> Iterator[Any]:
    """Yield the function that each feature has for a hook, in the order of SHIPPED; then those of
    the packages of others.
    """
    for module in _features():
        function = getattr(module, f"provide_{hook}", None)
        if function is not None:
            yield function


@cache
def _features() -> tuple[ModuleType, ...]:
    own = [import_module(f"{GROUP}.{name}") for name in SHIPPED]
    return (*own, *(point.load() for point in entry_points(group=GROUP)))
