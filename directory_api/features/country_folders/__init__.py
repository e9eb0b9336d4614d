"""The folder of a country, with which a directory begins: made from public files, and checked."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.country_folders.commands import country

    return (country,)
