"""The read side as static files, for a web host without an application server."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from directory_api.config import Setting


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.static_site.commands import publish

    return (publish,)


def provide_settings() -> "Mapping[str, Setting]":
    """Return the settings."""
    from directory_api.features.static_site.settings import SETTINGS

    return SETTINGS
