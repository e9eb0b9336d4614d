"""Maps responses of the server to files.

An address of the API becomes a file with the extension of its format, which the server accepts as
well (web/http/negotiation.py). A page becomes the index.html of its folder, and index.nl.html for a
language. The answer to each postcode gets an address that exists only in the static site.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from directory_api.answer.listing import Listing
from directory_api.answer.registry import FORMATS, OF_HELPLINES
from directory_api.answer.selection import DEFAULT
from directory_api.feature import in_use
from directory_api.features.static_site.publish import File
from directory_api.live.editions import Edition
from directory_api.search.query import Filters, Result
from directory_api.search.snapshot import Snapshot
from directory_api.web.http.static_file import StaticFile, in_json


def static_files(edition: Edition, *, has_origin: bool) -> Iterator[StaticFile]:
    """Yield all addresses that become a file; some can only be written if the site's origin is
    known.
    """
    for feature in in_use():
        yield from feature.static_files(edition, has_origin=has_origin)
    yield from _api(edition.snapshot)
    gazetteer = edition.snapshot.gazetteer
    for country in gazetteer.sizes:
        for code in sorted(place.code for place in gazetteer.places(country)):
            query = urlencode({"postcode": code, "country": country})
            yield StaticFile(f"/v1/nearest?{query}", f"v1/nearest/{country}/{code}.json")


def all_centres(edition: Edition, prefix: str) -> Iterator[File]:
    """Yield the list of all centres in every format, which a server paginates: hosts ignore query
    strings, so a client that requests the next page would get the first one again. `prefix` is the
    path of the site.
    """
    snapshot = edition.snapshot
    page = snapshot.page(Filters(), None, None, max(1, len(snapshot.listed)))
    centres = Listing(
        tuple(map(Result, page.centres)),
        edition.pieces,
        lambda: edition.pieces.page(page, None, DEFAULT, prefix),
        prefix=prefix,
    )
    for each in FORMATS:
        yield File(f"v1/centres.{each.ending}", each.media_type, each.write(centres))


def error_pages() -> Iterator[StaticFile]:
    """Yield the pages that nginx shows in front of a server."""
    for feature in in_use():
        yield from feature.static_error_pages()


def _api(snapshot: Snapshot) -> Iterator[StaticFile]:
    yield in_json("/v1")
    yield in_json("/v1/sources")
    for each in OF_HELPLINES:
        yield StaticFile("/v1/helplines", f"v1/helplines.{each.ending}", each.media_type)
    for line in snapshot.helplines:
        yield in_json(f"/v1/helplines/{line.id}")
    for identity in snapshot.index.by_id:
        for each in FORMATS:
            url = f"/v1/centres/{identity}"
            yield StaticFile(url, f"{url[1:]}.{each.ending}", each.media_type)
