"""Static hosts ignore query strings, so lists are written whole instead of paginated; otherwise a
client that requests the next page would get the first one again.
"""

from collections.abc import Iterator

from directory_api.answer.answer import Answer
from directory_api.answer.registry import FORMATS, JSON
from directory_api.feature import provided
from directory_api.features.static_site.publish import File
from directory_api.live.editions import Edition
from directory_api.search.query import Filters, RankedCentre
from directory_api.text.translations import ENGLISH
from directory_api.web.http.negotiation import translator


def whole(edition: Edition, prefix: str) -> Iterator[File]:
    """Yield the centres in every format, and the lists of the features. `prefix` is the path of the
    site.
    """
    snapshot = edition.snapshot
    page = snapshot.page(Filters(), None, None, max(1, len(snapshot.listed)))
    centres = Answer(
        page.revision,
        tuple(map(RankedCentre, page.centres)),
        edition.pieces,
        lambda: edition.pieces.page(page, None),
        translator(ENGLISH),
        prefix=prefix,
    )
    for each in FORMATS:
        yield File(f"v1/centres.{each.ending}", each.media_type, each.write(centres))
    for lists in provided("static_lists"):
        for path, content in lists(edition):
            yield File(f"{path[1:]}.{JSON.ending}", JSON.media_type, content)
