"""Lists that a server gives in pages, each whole: a host of files takes no page number, and who asks for the next page
must not get the first one again.
"""

from collections.abc import Iterator

from directory_api.actions.find import Finder
from directory_api.actions.hsds import KINDS, Catalogues, Selection
from directory_api.actions.publishing import File
from directory_api.domain.query import Filters
from directory_api.formats import listing
from directory_api.formats.as_hsds import Form
from directory_api.formats.registry import FORMATS, JSON
from directory_api.web import hsds
from directory_api.web.negotiation import voice
from directory_api.web.reply import Edition
from directory_api.web.words import ENGLISH


def whole(finder: Finder, edition: Edition) -> Iterator[File]:
    """The centres in every format, and the lists of HSDS."""
    snapshot = edition.snapshot
    page = finder.centres(Filters(), None, None, max(1, len(snapshot.listed)), snapshot)
    centres = listing.of_centres(
        page.revision, page.centres, edition.pieces, lambda: edition.pieces.page(page, None), voice(ENGLISH)
    )
    for each in FORMATS:
        yield File(f"v1/centres.{each.ending}", each.media_type, each.write(centres))
    catalogue = Catalogues(finder).current()
    for kind in KINDS:
        found = catalogue.page(kind, Selection(), Form.BRIEF, 1, None)
        yield File(f"hsds/{kind}.{JSON.ending}", JSON.media_type, hsds.written(catalogue, found))
