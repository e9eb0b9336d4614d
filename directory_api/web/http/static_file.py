"""The files of a copy of the directory that needs no server: what each is made from."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from directory_api.answer.registry import JSON
from directory_api.text.translations import languages


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A path of the server, the Accept header to send, and the file for the answer.

    `kept` files stay when the site is published again (a version that partners have pinned). With
    `for_devices`, a device loads it whole: it does not exist if it is too large for that. `finish`
    completes a content for the origin of the site, if that is known.
    """

    url: str
    path: str
    accept: str = "*/*"
    kept: bool = False
    for_devices: bool = False
    finish: Callable[[str, bytes], bytes] | None = None


def at_its_path(url: str) -> StaticFile:
    """Return the file with the path of its address."""
    return StaticFile(url, url[1:])


def in_json(url: str) -> StaticFile:
    """Return the file of an address of the API, with the suffix of JSON."""
    path = f"{url[1:]}index" if url.endswith("/") else url[1:]
    return StaticFile(url, f"{path}.{JSON.ending}", JSON.media_type)


def for_devices(url: str) -> StaticFile:
    """Return the file of an address of the API that a device loads whole."""
    return replace(in_json(url), for_devices=True)


def in_each_language(page: str) -> tuple[StaticFile, ...]:
    """Return the index.html of a page, and the same in each language."""
    folder = f"{page.strip('/')}/".lstrip("/")
    return (
        StaticFile(page, f"{folder}index.html"),
        *(
            StaticFile(f"{page}?lang={each.tag}", f"{folder}index.{each.tag}.html")
            for each in languages()
        ),
    )
