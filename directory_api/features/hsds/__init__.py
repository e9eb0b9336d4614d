"""The directory as Open Referral HSDS 3.0, at /hsds."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.live.editions import Edition
    from directory_api.text.errors import DirectoryError
    from directory_api.web.context import Web
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.problem_kind import Kind
    from directory_api.web.http.static_file import StaticFile


def provide_addresses() -> "Iterable[Addresses]":
    """Return what holds for the paths below /hsds."""
    from directory_api.web.http.addresses import Addresses
    from directory_api.web.http.header_fields import PUBLIC

    return (Addresses("/hsds", PUBLIC, ends_in_json=True, has_pages=False),)


def provide_parts(web: "Web") -> "Mapping[str, Callable[[], Blueprint]]":
    """Return what makes the routes with the first request below /hsds."""

    def routes() -> "Blueprint":
        from directory_api.features.hsds.routes import blueprint

        return blueprint(web.editions)

    return {"/hsds": routes}


def provide_static_files(edition: "Edition", *, has_origin: bool) -> "Iterable[StaticFile]":
    """Return a file for each list and each object; the description of HSDS has the host, so it
    needs one.
    """
    from directory_api.features.hsds.catalogue import KINDS
    from directory_api.features.hsds.routes import catalogue_of
    from directory_api.web.http.static_file import in_json

    if has_origin:
        yield in_json("/hsds/")
    for kind in KINDS:
        yield in_json(f"/hsds/{kind}")
        for identity in catalogue_of(edition).identities(kind):
            yield in_json(f"/hsds/{kind}/{identity}")


def provide_problems() -> "Mapping[type[DirectoryError], Kind]":
    """Return the problem types of its errors."""
    from directory_api.features.hsds import errors
    from directory_api.web.http.problem_kind import Kind

    return {
        errors.ObjectNotFound: Kind(
            "object-unknown",
            404,
            "No such object",
            "The same address without the id lists them all.",
        ),
    }
