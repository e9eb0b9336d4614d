"""Maps responses of the server to files.

An address of the API becomes a file with the extension of its format, which the server accepts as
well (web/http/negotiation.py). A page becomes the index.html of its folder, and
index.nl.html for a language. Responses to query strings (nearest to a postcode, postcodes by
prefix) get addresses that exist only in the static site.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from directory_api.answer.registry import FORMATS, JSON
from directory_api.features.device.as_atom import PATH as FEED
from directory_api.features.pages import embed
from directory_api.features.reference import pages
from directory_api.live.finder import Finder
from directory_api.place.postcode import Place
from directory_api.text.translations import languages
from directory_api.web.app import Feature

# Lists of the API that are never paginated.
_LISTS = ("helplines", "languages", "services")
# Longer prefixes are not needed: a complete code has its own address.
LONGEST_PREFIX = 3


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the server, the Accept header to send, and the file for the response (`kept`:
    see File).
    """

    url: str
    path: str
    accept: str = "*/*"
    kept: bool = False
    # A device loads it whole: it does not exist if it is too large for that.
    for_devices: bool = False


def every(
    finder: Finder, *, has_origin: bool, features: Iterable[Feature] = ()
) -> Iterator[Address]:
    """Yield all addresses that become a file; some can only be written if the site's origin is
    known.
    """
    yield from _pages()
    if has_origin:
        yield from _in_each_language("/partners")

    yield from _parts()
    yield from _api(finder)
    if finder.country in finder.snapshot.gazetteer.sizes:
        yield _for_devices("/v1/bundle")
    for country in finder.snapshot.gazetteer.sizes:
        yield from _postcodes(country, finder.snapshot.gazetteer.places(country))
    for country in (*finder.snapshot.gazetteer.sizes, *finder.neighbours()):
        yield _for_devices(f"/v1/bundle/postcodes/{country}")
    for feature in features:
        yield from map(_json, feature.load().paths(finder, has_origin))


def error_pages() -> Iterator[Address]:
    """Yield the pages that nginx shows in front of a server, in each language.

    Their names have the first subtag of a language, with which a browser's Accept-Language begins.
    """
    yield Address("/unavailable", "problems/page.html")
    for language in languages():
        primary = language.tag.partition("-")[0]
        yield Address(f"/unavailable?lang={language.tag}", f"problems/page.{primary}.html")


def _pages() -> Iterator[Address]:
    yield from _in_each_language("/")
    yield from _in_each_language("/embed")
    for page in ("/docs", "/problems"):
        yield Address(page, f"{page[1:]}/index.html")


def _in_each_language(page: str) -> Iterator[Address]:
    folder = f"{page.strip('/')}/".lstrip("/")
    yield Address(page, f"{folder}index.html")
    for language in languages():
        yield Address(f"{page}?lang={language.tag}", f"{folder}index.{language.tag}.html")


def _parts() -> Iterator[Address]:
    """The scripts, styles and translations that our pages and partners' pages load."""
    module = embed.module()
    yield _as_it_is("/embed/nearest-centre.js")
    # Partners that pinned a version by its hash continue to use it.
    yield Address(module.path, module.path[1:], kept=True)
    for language in languages():
        yield _as_it_is(f"/embed/words/{language.tag}.json")
    yield from map(
        _as_it_is, (*embed.STATIC, *pages.ASSETS, "/openapi.yaml", "/openapi.json", FEED)
    )


def _as_it_is(url: str) -> Address:
    return Address(url, url[1:])


def _api(finder: Finder) -> Iterator[Address]:
    yield _json("/v1/")
    for name in _LISTS:
        yield _json(f"/v1/{name}")
    yield _for_devices("/v1/changes")
    for line in finder.snapshot.helplines:
        yield _json(f"/v1/helplines/{line.id}")
    for identity in finder.snapshot.index.by_id:
        for each in FORMATS:
            url = f"/v1/centres/{identity}"
            yield Address(url, f"{url[1:]}.{each.ending}", each.media_type)


def _postcodes(country: str, places: Iterable[Place]) -> Iterator[Address]:
    codes = sorted(place.code for place in places)
    yield _for_devices(f"/v1/bundle/{country}")
    for code in codes:
        asked = urlencode({"postcode": code, "country": country})
        yield Address(f"/v1/nearest?{asked}", f"v1/nearest/{country}/{code}.json")
        yield Address(
            f"/v1/postcodes/{country}/{quote(code)}", f"v1/postcodes/{country}/{code}.json"
        )
    beginnings = f"v1/postcodes/{country}/beginning"
    # No code or name begins with ~, so this is the response without matches.
    yield Address(
        f"/v1/postcodes?{urlencode({'country': country, 'prefix': '~'})}",
        f"{beginnings}/nothing.json",
    )
    for prefix in sorted(
        {code[:length] for code in codes for length in range(1, LONGEST_PREFIX + 1)}
    ):
        asked = urlencode({"country": country, "prefix": prefix})
        yield Address(f"/v1/postcodes?{asked}", f"{beginnings}/{prefix}.json")


def _for_devices(url: str) -> Address:
    return replace(_json(url), for_devices=True)


def _json(url: str) -> Address:
    path = f"{url[1:]}index" if url.endswith("/") else url[1:]
    return Address(url, f"{path}.{JSON.ending}", JSON.media_type)
