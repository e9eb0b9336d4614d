"""Maps responses of the server to files.

An address of the API becomes a file with the extension of its format, which the server accepts as
well (web/http/negotiation.py). A page becomes the index.html of its folder, and
index.nl.html for a language. Responses to query strings (nearest to a postcode, postcodes by
prefix) get addresses that exist only in the static site.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlencode

from directory_api.answer.registry import FORMATS
from directory_api.feature import provided
from directory_api.live.editions import Edition
from directory_api.place.postcode import Place
from directory_api.search.snapshot import Snapshot
from directory_api.web.http.static_file import StaticFile, in_json

# Lists of the API that are never paginated.
_LISTS = ("helplines", "languages", "services")
# Longer prefixes are not needed: a complete code has its own address.
LONGEST_PREFIX = 3


def every(edition: Edition, *, has_origin: bool) -> Iterator[StaticFile]:
    """Yield all addresses that become a file; some can only be written if the site's origin is
    known.
    """
    for static_files in provided("static_files"):
        yield from static_files(edition, has_origin=has_origin)
    yield from _api(edition.snapshot)
    gazetteer = edition.snapshot.gazetteer
    for country in gazetteer.sizes:
        yield from _postcodes(country, gazetteer.places(country))


def error_pages() -> Iterator[StaticFile]:
    """Yield the pages that nginx shows in front of a server."""
    for static_error_pages in provided("static_error_pages"):
        yield from static_error_pages()


def _api(snapshot: Snapshot) -> Iterator[StaticFile]:
    yield in_json("/v1/")
    for name in _LISTS:
        yield in_json(f"/v1/{name}")
    for line in snapshot.helplines:
        yield in_json(f"/v1/helplines/{line.id}")
    for identity in snapshot.index.by_id:
        for each in FORMATS:
            url = f"/v1/centres/{identity}"
            yield StaticFile(url, f"{url[1:]}.{each.ending}", each.media_type)


def _postcodes(country: str, places: Iterable[Place]) -> Iterator[StaticFile]:
    codes = sorted(place.code for place in places)
    for code in codes:
        asked = urlencode({"postcode": code, "country": country})
        yield StaticFile(f"/v1/nearest?{asked}", f"v1/nearest/{country}/{code}.json")
        yield StaticFile(
            f"/v1/postcodes/{country}/{quote(code)}", f"v1/postcodes/{country}/{code}.json"
        )
    beginnings = f"v1/postcodes/{country}/beginning"
    # No code or name begins with ~, so this is the response without matches.
    yield StaticFile(
        f"/v1/postcodes?{urlencode({'country': country, 'prefix': '~'})}",
        f"{beginnings}/nothing.json",
    )
    for prefix in sorted(
        {code[:length] for code in codes for length in range(1, LONGEST_PREFIX + 1)}
    ):
        asked = urlencode({"country": country, "prefix": prefix})
        yield StaticFile(f"/v1/postcodes?{asked}", f"{beginnings}/{prefix}.json")
