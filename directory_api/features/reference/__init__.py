"""The reference of the API: openapi.yaml, which is made from the routes, and its pages."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.reference.commands import openapi

    return (openapi,)
