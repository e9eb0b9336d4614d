"""What needs the attention of maintainers: by mail, as a feed and as a calendar."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from directory_api.config import Setting
    from directory_api.web.context import Web
    from directory_api.web.http.addresses import Addresses


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.notices.commands import notify

    return (notify,)


def provide_settings() -> "Mapping[str, Setting]":
    """Return the settings."""
    from directory_api.features.notices.settings import SETTINGS

    return SETTINGS


def provide_addresses() -> "Iterable[Addresses]":
    """Return what holds for the secret addresses: programs of maintainers read them."""
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.header_fields import PRIVATE

    return (Addresses("/notices", PRIVATE, is_compressed=False, has_pages=False),)


def provide_parts(web: "Web") -> "Mapping[str, Callable[[], Blueprint]]":
    """Return what makes the routes with the first request for a feed or a calendar."""

    def routes() -> "Blueprint":
        from directory_api.features.notices.routes import blueprint

        return blueprint(web)

    return {"/notices": routes}
