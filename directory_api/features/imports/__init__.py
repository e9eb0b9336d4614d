"""Whole directories that come in as a file, and the files that go out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.imports import commands as each

    return (each.validate, each.diff, each.import_file, each.export)
