"""Looks at an installation as a whole: settings, files, backups, time, and the server that runs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.doctor.commands import doctor

    return (doctor,)
