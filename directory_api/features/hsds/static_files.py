"""The files of HSDS in a static site."""

from collections.abc import Iterator

from directory_api.features.hsds.catalogue import KINDS, Selection
from directory_api.features.hsds.objects import DetailLevel
from directory_api.features.hsds.routes import answer, catalogue_of
from directory_api.live.editions import Edition


def paths(edition: Edition, has_origin: bool) -> Iterator[str]:
    """Yield the routes whose JSON becomes a file each.

    The description at /hsds/ contains the host, so it needs a known origin.
    """
    if has_origin:
        yield "/hsds/"
    catalogue = catalogue_of(edition)
    for kind in KINDS:
        for entry in catalogue.entries(kind):
            yield f"/hsds/{kind}/{entry.id}"


def lists(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Yield each list as a whole: its route and its JSON. The server paginates them."""
    catalogue = catalogue_of(edition)
    for kind in KINDS:
        yield (
            f"/hsds/{kind}",
            answer(catalogue, catalogue.page(kind, Selection(), DetailLevel.BRIEF, 1, None)),
        )
