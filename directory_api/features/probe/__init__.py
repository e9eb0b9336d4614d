"""Asks a running server from outside for a number that is known."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the command."""
    from directory_api.features.probe.commands import probe

    return (probe,)
