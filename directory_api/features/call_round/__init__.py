"""The call round: which records to confirm next, and a sheet with the questions for each."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from directory_api.web.context import AddedPages, Web


def provide_maintainer_pages(web: "Web") -> "AddedPages":
    """Return the list of calls, and the sheets."""
    from directory_api.features.call_round.pages import pages

    return pages(web)


def provide_maintainer_texts(tag: str) -> "Mapping[str, str]":
    """Return the texts of its pages for maintainers, by their English pattern."""
    from directory_api.text.translations import texts_of_feature

    return texts_of_feature(__package__, tag)
