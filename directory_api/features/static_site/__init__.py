"""The read side as static files, for a web host without an application server."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from directory_api.config import Setting
    from directory_api.text.errors import DirectoryError
    from directory_api.web.http.problem_kind import Kind


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.static_site.commands import publish

    return (publish,)


def provide_settings() -> "Mapping[str, Setting]":
    """Return the settings."""
    from directory_api.features.static_site.settings import SETTINGS

    return SETTINGS


def provide_problems() -> "Mapping[type[DirectoryError], Kind]":
    """Return the problem types of its errors."""
    from directory_api.features.static_site import errors
    from directory_api.web.http.problem_kind import Kind

    return {
        errors.ServerNeeded: Kind(
            "server-needed", 501, "This needs a server", "Use the bundle, or a server."
        ),
    }
