"""What a static site has of HSDS."""

from collections.abc import Iterator

from directory_api.hsds.catalogue import KINDS, Catalogues, Selection
from directory_api.hsds.objects import Form
from directory_api.hsds.routes import written
from directory_api.services.finder import Finder


def paths(finder: Finder, has_origin: bool) -> Iterator[str]:
    """The routes whose JSON becomes a file each. The description names the host, so it needs an origin."""
    if has_origin:
        yield "/hsds/"
    catalogue = Catalogues(finder).current()
    for kind in KINDS:
        for entry in catalogue.entries(kind):
            yield f"/hsds/{kind}/{entry.id}"


def lists(finder: Finder) -> Iterator[tuple[str, bytes]]:
    """The lists that the server gives in pages, each whole: its route and its JSON."""
    catalogue = Catalogues(finder).current()
    for kind in KINDS:
        yield f"/hsds/{kind}", written(catalogue, catalogue.page(kind, Selection(), Form.BRIEF, 1, None))
