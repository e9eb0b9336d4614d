"""The pages of a static site, and those of the web server in front of a server."""

from collections.abc import Iterable

from directory_api.features.pages import embed
from directory_api.live.editions import Edition
from directory_api.text.translations import languages
from directory_api.web.http.static_file import StaticFile, at_its_path, in_each_language


def static_files(_edition: Edition, *, has_origin: bool) -> Iterable[StaticFile]:
    """Yield the pages, the scripts, styles and translations that they and those of partners load,
    and robots.txt.
    """
    yield from in_each_language("/")
    yield from in_each_language("/embed")
    if has_origin:
        yield from in_each_language("/partners")
    yield at_its_path("/embed/nearest-centre.js")
    # Partners that pinned a version by its hash continue to use it.
    for path in embed.pinned_modules():
        yield StaticFile(path, path[1:], kept=True)
    for language in languages():
        yield at_its_path(f"/embed/words/{language.tag}.json")
    for name in embed.STATIC:
        yield at_its_path(name)
    yield at_its_path("/robots.txt")


def scripts() -> Iterable[str]:
    """Return the hashes of the scripts that stand within the pages of a static site, as sources of
    a Content-Security-Policy.
    """
    script = embed.inline("language.js")
    return [f"'{script.hash}'"]


def error_pages() -> Iterable[StaticFile]:
    """Yield the pages that the web server shows in front of a server, in each language.

    Their names have the first subtag of a language, with which a browser's Accept-Language begins.
    """
    yield StaticFile("/unavailable", "problems/page.html")
    for language in languages():
        primary = language.tag.partition("-")[0]
        yield StaticFile(f"/unavailable?lang={language.tag}", f"problems/page.{primary}.html")
