"""Flyers to print, in each language, and the page that says whether a print is still right."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.live.editions import Edition
    from directory_api.web.context import Audience, Web
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.static_file import StaticFile


def provide_addresses() -> "Iterable[Addresses]":
    """Return the rows of the pages; /f alone is the beginning of other addresses."""
    from directory_api.features.flyer.headers import PAGES
    from directory_api.web.http.addresses import Addresses

    return Addresses("/flyers", PAGES), Addresses("/f/", PAGES)


def provide_blueprints(web: "Web") -> "Iterable[Blueprint]":
    """Return the pages for partners, and the one that checks a print."""
    from directory_api.features.flyer.pages import FlyerPages

    return (web.made(FlyerPages).routes(),)


def provide_audience(web: "Web") -> "Audience":
    """Return those who print or check a flyer, whose errors are pages."""
    from directory_api.features.flyer.pages import FlyerPages

    return web.made(FlyerPages)


def provide_materials() -> Iterable[tuple[str, str]]:
    """Return the page for people who help victims at work: its path and the key of its text."""
    return (("/flyers", "flyer.page"),)


def provide_static_files(edition: "Edition", *, has_origin: bool) -> "Iterable[StaticFile]":
    """Return the pages, and the flyers if all centres have room on one; nothing without the address
    of the site, which is on each flyer.
    """
    from directory_api.features.flyer.flyer import has_room
    from directory_api.features.flyer.sizes import SIZES
    from directory_api.web.http.static_file import as_it_is, in_each_language

    if not (has_origin and has_room(edition)):
        return
    yield as_it_is("/flyers/page.css")
    for page in ("/flyers", "/f/", *(f"/flyers/{size}" for size in SIZES)):
        yield from in_each_language(page)
