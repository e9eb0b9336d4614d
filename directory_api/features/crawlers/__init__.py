"""What search engines may read: /robots.txt."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.live.editions import Edition
    from directory_api.web.context import Web
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.static_file import StaticFile


def provide_addresses() -> "Iterable[Addresses]":
    """Return the row of the file."""
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.header_fields import PUBLIC

    return (Addresses("/robots.txt", PUBLIC),)


def provide_blueprints(_web: "Web") -> "Iterable[Blueprint]":
    """Return the route."""
    from directory_api.features.crawlers.robots import blueprint

    return (blueprint(),)


def provide_static_files(_edition: "Edition", *, has_origin: bool) -> "Iterable[StaticFile]":  # noqa: ARG001  # all features are called alike
    """Return the file."""
    from directory_api.web.http.static_file import as_it_is

    return (as_it_is("/robots.txt"),)
