"""People sign in to /admin with a passkey (Web Authentication) instead of a token.

It needs the extra `passkeys`: without the package webauthn, the feature offers nothing.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from directory_api.web.context import AddedPages, Web


def _is_installed() -> bool:
    return find_spec("webauthn") is not None


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    if not _is_installed():
        return ()
    from directory_api.features.passkeys.commands import passkey

    return (passkey,)


def provide_maintainer_pages(web: "Web") -> "AddedPages | None":
    """Return the pages of people and of their passkeys."""
    if not _is_installed():
        return None
    from directory_api.features.passkeys.pages import pages

    return pages(web)


def provide_maintainer_texts(tag: str) -> "Mapping[str, str]":
    """Return the texts of its pages for maintainers, by their English pattern."""
    from directory_api.text.translations import texts_of_feature

    return texts_of_feature(__package__, tag)
