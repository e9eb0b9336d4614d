"""The pages for maintainers, below /admin."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.web.context import Audience, Web
    from directory_api.web.http.addresses import Addresses


def provide_addresses() -> "Iterable[Addresses]":
    """Return what holds for the paths below /admin."""
    from directory_api.features.admin.headers import ADMIN
    from directory_api.web.http.addresses import Addresses

    return (Addresses("/admin", ADMIN, is_compressed=False, has_pages=False),)


def provide_parts(web: "Web") -> "Mapping[str, Callable[[], Blueprint]]":
    """Return what makes the routes with the first request below /admin."""

    def routes() -> "Blueprint":
        from directory_api.features.admin import routes

        return routes.blueprint(web.made(routes.make_context))

    return {"/admin": routes}


def provide_audience(web: "Web") -> "Audience":
    """Return the maintainers, whose errors are pages of /admin."""
    from directory_api.features.admin.audience import Maintainers

    return Maintainers(web)


def provide_maintainer_texts(tag: str) -> "Mapping[str, str]":
    """Return the texts of these pages and of the core, by their English pattern."""
    from directory_api.text.translations import texts_of_feature

    return texts_of_feature(__package__, tag)
