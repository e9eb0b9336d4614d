"""The reference of the API: openapi.yaml, which is made from the routes, and its pages."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.live.editions import Edition
    from directory_api.web.context import Web
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.static_file import StaticFile


def provide_addresses() -> "Iterable[Addresses]":
    """Return the rows of the pages."""
    from directory_api.features.reference.page_headers import PAGE
    from directory_api.web.http.addresses import Addresses

    return (Addresses("/docs", PAGE), Addresses("/problems", PAGE))


def provide_blueprints(web: "Web") -> "Iterable[Blueprint]":
    """Return the routes of the pages and of openapi.yaml."""
    from directory_api.config import shipped
    from directory_api.features.reference.pages import pages

    return (pages(shipped("openapi.yaml"), static_site=web.static_site),)


def provide_materials() -> "Iterable[tuple[str, str]]":
    """Return the reference, and the key of its text."""
    return (("/docs", "door.api"),)


def provide_static_files(_edition: "Edition", *, has_origin: bool) -> "Iterable[StaticFile]":
    """Return the pages and openapi.yaml."""
    from directory_api.features.reference.pages import ASSETS
    from directory_api.web.http.static_file import StaticFile, as_it_is

    del has_origin
    pages = (StaticFile(page, f"{page[1:]}/index.html") for page in ("/docs", "/problems"))
    return (*pages, *map(as_it_is, (*ASSETS, "/openapi.yaml", "/openapi.json")))
