"""The routes of the pages."""

from collections.abc import Iterable

from flask import Blueprint

from directory_api.features.pages import embed, finder, partners, robots
from directory_api.features.pages.audience import page_options, pages_of
from directory_api.web.served import Web


def routes(web: Web) -> Iterable[Blueprint]:
    """Return the routes."""
    pages, framed = web.get_or_build(pages_of)
    return (
        embed.blueprint(web.editions),
        partners.blueprint(web.directory, page_options(web)),
        finder.blueprint(pages, "finder"),
        finder.blueprint(framed, "frame"),
        robots.blueprint(),
    )
