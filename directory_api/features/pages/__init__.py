"""The pages for visitors and partners, and the component for other sites."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint
    from markupsafe import Markup

    from directory_api.config import Setting
    from directory_api.live.editions import Edition
    from directory_api.web.context import Audience, Web
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.static_file import StaticFile


def provide_addresses() -> "Iterable[Addresses]":
    """Return the rows of the pages, and of what they load."""
    from directory_api.features.pages.headers import EMBED, FINDER, PARTNERS
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.header_fields import PUBLIC

    return (
        Addresses("/", FINDER),
        Addresses("/embed/nearest-centre", PUBLIC),
        Addresses("/embed/words", PUBLIC),
        Addresses("/embed", EMBED),
        Addresses("/print", FINDER),
        Addresses("/contact", FINDER),
        Addresses("/partners", PARTNERS),
        Addresses("/robots.txt", PUBLIC),
        # The page about the rate limit needs its stylesheet and its exit script, too.
        Addresses("/static/", PUBLIC, is_counted=False),
    )


def provide_blueprints(web: "Web") -> "Iterable[Blueprint]":
    """Return the routes."""
    from directory_api.features.pages import embed, finder, partners, robots
    from directory_api.features.pages.audience import page_options, pages_of

    pages, framed = web.made(pages_of)
    return (
        embed.blueprint(),
        partners.blueprint(web.directory, page_options(web)),
        finder.blueprint(pages, "finder"),
        finder.blueprint(framed, "frame"),
        robots.blueprint(),
    )


def provide_card(web: "Web") -> "Callable[..., Markup]":
    """Return what shows a stored centre or helpline as visitors see it, with `has_slots` for more
    beside its parts.
    """
    from directory_api.features.pages.audience import pages_of

    whole, _ = web.made(pages_of)
    return whole.card


def provide_surroundings(web: "Web") -> "Callable[..., Markup]":
    """Return what draws the borders and the towns of a box of degrees."""
    from directory_api.features.pages.surroundings import Box, surroundings

    def draw(box: Box, size: int) -> "Markup":
        return surroundings(web.editions.current().snapshot, box, size)

    return draw


def provide_materials() -> "Iterable[tuple[str, str]]":
    """Return the page for partners, and the key of its text."""
    return (("/partners", "door.partners"),)


def provide_audience(web: "Web") -> "Audience":
    """Return the visitors, whose errors are pages in their language."""
    from directory_api.features.pages.audience import Visitors

    return Visitors(web)


def provide_static_files(_edition: "Edition", *, has_origin: bool) -> "Iterable[StaticFile]":
    """Return the pages, the scripts, styles and translations that they and those of partners load,
    and robots.txt.
    """
    from directory_api.features.pages import embed
    from directory_api.text.translations import languages
    from directory_api.web.http.static_file import StaticFile, as_it_is, in_each_language

    module = embed.module()
    yield from in_each_language("/")
    yield from in_each_language("/embed")
    if has_origin:
        yield from in_each_language("/partners")
    yield as_it_is("/embed/nearest-centre.js")
    # Partners that pinned a version by its hash continue to use it.
    yield StaticFile(module.path, module.path[1:], kept=True)
    for language in languages():
        yield as_it_is(f"/embed/words/{language.tag}.json")
    for name in embed.STATIC:
        yield as_it_is(name)
    yield as_it_is("/robots.txt")


def provide_static_scripts() -> Iterable[str]:
    """Return the hashes of the scripts that stand within the pages of a static site, as sources of
    a Content-Security-Policy.
    """
    from directory_api.features.pages import embed

    return [f"'{embed.inline(name).hash}'" for name in ("language.js", "likely.js")]


def provide_static_error_pages() -> "Iterable[StaticFile]":
    """Return the pages that nginx shows in front of a server, in each language.

    Their names have the first subtag of a language, with which a browser's Accept-Language begins.
    """
    from directory_api.text.translations import languages
    from directory_api.web.http.static_file import StaticFile

    yield StaticFile("/unavailable", "problems/page.html")
    for language in languages():
        primary = language.tag.partition("-")[0]
        yield StaticFile(f"/unavailable?lang={language.tag}", f"problems/page.{primary}.html")


def provide_settings() -> "Mapping[str, Setting]":
    """Return the settings."""
    from directory_api.features.pages.settings import SETTINGS

    return SETTINGS
