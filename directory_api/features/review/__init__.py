"""Changes that wait until a second maintainer approves them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.review.commands import proposals

    return (proposals,)
