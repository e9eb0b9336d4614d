"""The coordinate of an address, from a geocoding service that the operator chooses."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.geocoding.commands import geocode

    return (geocode,)
