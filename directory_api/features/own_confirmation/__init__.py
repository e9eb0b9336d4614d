"""A centre confirms its own record without an account, by a link that a maintainer makes."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.web.context import AddedPages, Audience, Web
    from directory_api.web.http.addresses import Addresses


def provide_addresses() -> "Iterable[Addresses]":
    """Return what holds for the page of the link. A secret is beside what a request sent."""
    from directory_api.features.own_confirmation.headers import CONFIRM
    from directory_api.web.http.addresses import Addresses

    return (Addresses("/confirm", CONFIRM, is_compressed=False),)


def provide_blueprints(web: "Web") -> "Iterable[Blueprint]":
    """Return the page of the link."""
    from directory_api.features.own_confirmation.page import ConfirmPage

    return (web.made(ConfirmPage).routes(),)


def provide_audience(web: "Web") -> "Audience":
    """Return the centre, whose errors are pages."""
    from directory_api.features.own_confirmation.page import ConfirmPage

    return web.made(ConfirmPage)


def provide_maintainer_pages(web: "Web") -> "AddedPages":
    """Return the pages on which maintainers make and revoke links."""
    from directory_api.features.own_confirmation.maintainers import pages

    return pages(web)


def provide_maintainer_texts(tag: str) -> "Mapping[str, str]":
    """Return the texts of its pages for maintainers, by their English pattern."""
    from directory_api.text.translations import texts_of_feature

    return texts_of_feature(__package__, tag)
