"""What a device keeps to find the nearest centre without a network: the bundle, its changes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.live.finder import Finder
    from directory_api.web.context import Web
    from directory_api.web.http.static_file import StaticFile


def provide_blueprints(web: "Web") -> "Iterable[Blueprint]":
    """Return the routes of the bundle, of its changes and of the feed for people."""
    from directory_api.features.device import bundle, changes
    from directory_api.features.device.device_data import DeviceData

    device = DeviceData(web.finder)
    return (
        bundle.blueprint(device, web.editions),
        changes.blueprint(device, web.editions, web.limiter),
        changes.feed(web.finder, static_site=web.static_site),
    )


def provide_static_files(finder: "Finder", *, has_origin: bool) -> "Iterable[StaticFile]":
    """Return the bundles, their changes and the feed."""
    from directory_api.features.device import as_atom
    from directory_api.web.http.static_file import StaticFile, for_devices

    del has_origin
    own = finder.snapshot.gazetteer.sizes
    if finder.country in own:
        yield for_devices("/v1/bundle")
    for country in own:
        yield for_devices(f"/v1/bundle/{country}")
    for country in (*own, *finder.neighbours()):
        yield for_devices(f"/v1/bundle/postcodes/{country}")
    yield for_devices("/v1/changes")
    yield StaticFile(as_atom.PATH, as_atom.PATH[1:], finish=as_atom.at)
