"""What a device keeps to find the nearest centre without a network; and a feed of the changes."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.live.editions import Edition
    from directory_api.text.errors import DirectoryError
    from directory_api.web.context import Web
    from directory_api.web.http.problem_kind import Kind
    from directory_api.web.http.static_file import StaticFile


def provide_blueprints(web: "Web") -> "Iterable[Blueprint]":
    """Return the routes of the bundle and of the feed for people."""
    from directory_api.features.device import bundle, feed
    from directory_api.features.device.device_data import DeviceData

    return (
        bundle.blueprint(DeviceData(), web.editions),
        feed.blueprint(web.editions, static_site=web.static_site),
    )


def provide_static_files(edition: "Edition", *, has_origin: bool) -> "Iterable[StaticFile]":
    """Return the bundles, the tables of postcodes and the feed.

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
    for country in (*own, *edition.places.countries()):
        yield for_devices(f"/v1/bundle/postcodes/{country}")
    yield StaticFile(as_atom.PATH, as_atom.PATH[1:], finish=as_atom.at)


def provide_problems() -> "Mapping[type[DirectoryError], Kind]":
    """Return the problem types of its errors."""
    from directory_api.features.device import errors
    from directory_api.web.http.problem_kind import Kind

    return {
        errors.BundleNotFound: Kind(
            "bundle-unknown",
            404,
            "No bundle for this country",
            "/v1/bundle is that of the directory's own country.",
        ),
    }
