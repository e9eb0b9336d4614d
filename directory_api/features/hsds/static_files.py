"""The files of HSDS in a static site."""

from collections.abc import Iterable

from directory_api.features.hsds.catalogue import KINDS
from directory_api.features.hsds.routes import catalogue_of
from directory_api.live.editions import Edition
from directory_api.web.http.static_file import StaticFile, in_json


def static_files(edition: Edition, *, has_origin: bool) -> Iterable[StaticFile]:
    """Yield a file for each list and each object; the description of HSDS has the host, so it
    needs one.
    """
    if has_origin:
        yield in_json("/hsds/")
    for kind in KINDS:
        yield in_json(f"/hsds/{kind}")
        for identity in catalogue_of(edition).identities(kind):
            yield in_json(f"/hsds/{kind}/{identity}")
