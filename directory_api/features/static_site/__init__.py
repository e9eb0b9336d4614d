"""The read side as static files, for a web host without an application server."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.static_site.commands import publish

    return (publish,)
