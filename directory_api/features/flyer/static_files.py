"""The flyers of a static site."""

from collections.abc import Iterable

from directory_api.features.flyer.flyer import has_room
from directory_api.features.flyer.sizes import SIZES
from directory_api.live.editions import Edition
from directory_api.web.http.static_file import StaticFile, at_its_path, in_each_language


def static_files(edition: Edition, *, has_origin: bool) -> Iterable[StaticFile]:
    """Yield the pages, and the flyers if all centres have room on one; nothing without the address
    of the site, which is on each flyer.
    """
    if not (has_origin and has_room(edition)):
        return
    yield at_its_path("/flyers/page.css")
    for page in ("/flyers", "/f/", *(f"/flyers/{size}" for size in SIZES)):
        yield from in_each_language(page)
