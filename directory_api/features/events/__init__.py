"""What happens after a revision: functions of features that are called with what has changed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.events.commands import follow

    return (follow,)
