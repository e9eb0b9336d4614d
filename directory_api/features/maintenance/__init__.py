"""Check and backups of a store."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from directory_api.bootstrap import Directory
    from directory_api.features.maintenance.last_runs import LastRun


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.maintenance import commands as each

    return (
        each.check,
        each.backup,
        each.upgrade,
        each.restore_backup,
        each.adopt,
    )


def provide_last_runs(directory: "Directory") -> "Mapping[str, LastRun]":
    """Return when check, backup and restore drill went well last."""
    from directory_api.features.maintenance.last_runs import last_runs

    return last_runs(directory)
