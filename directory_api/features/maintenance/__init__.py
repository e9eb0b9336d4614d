"""Check, repair, copy and backups of a store."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.maintenance import commands as each

    return (each.check, each.repair, each.backup, each.restore_backup, each.adopt, each.copy)
