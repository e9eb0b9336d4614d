"""What a device keeps to find the nearest centre without a network; and a feed of the changes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from directory_api.feature import Feature, lazy
from directory_api.features.device.errors import BundleNotFound

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.live.editions import Edition
    from directory_api.web.http.static_file import StaticFile
    from directory_api.web.served import Web


def _routes(web: "Web") -> "Iterable[Blueprint]":
    """Return the routes of the bundle and of the feed for people."""
    from directory_api.features.device import bundle, feed
    from directory_api.web.api import Api

    return (
        Api("bundle", bundle.ROUTES),
        feed.blueprint(web.editions, static_site=web.static_site),
    )


def _static_files(edition: "Edition", *, has_origin: bool) -> "Iterable[StaticFile]":
    """Return the bundles, the tables of postcodes, the names and the feed.

    The table of an earlier bundle stays: a device may still have that.
    """
    from dataclasses import replace

    from directory_api.features.device import as_atom, bundle
    from directory_api.web.http.static_file import StaticFile, for_devices

    del has_origin
    own = edition.snapshot.gazetteer.sizes
    if edition.home in own:
        yield for_devices("/v1/bundle")
    for country in own:
        yield for_devices(f"/v1/bundle/{country}")
        table = bundle.address_of_table(country, bundle.table_of(country, edition))
        yield replace(for_devices(table), kept=True)
    for country in (*own, *edition.places.neighbours.places):
        yield for_devices(f"/v1/bundle/names/{country}")
    yield StaticFile(as_atom.PATH, as_atom.PATH[1:], finish=as_atom.with_origin)


feature = Feature(
    summary="What a device keeps to find the nearest centre offline, and a feed of the changes",
    routes=_routes,
    links={
        "bundle": "/v1/bundle",
        "bundle_of_country": "/v1/bundle/{country}",
        "bundle_names": "/v1/bundle/names/{country}",
        "feed": "/v1/changes.atom",
    },
    addresses=lazy("directory_api.features.device.headers:addresses"),
    errors=(BundleNotFound,),
    static_files=_static_files,
)
