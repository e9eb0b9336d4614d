"""Looks up addresses for the pages of maintainers."""

from functools import cache
from typing import TYPE_CHECKING

from directory_api.bootstrap import Directory
from directory_api.features.desk.geocoding.located import Locate

if TYPE_CHECKING:
    from directory_api.features.desk.geocoding.service import Geocoder


def locate(directory: Directory) -> Locate | None:
    """Return what looks up an address; None without a service in the settings."""
    if not directory.settings.of_feature("geocoder"):
        return None

    @cache
    def geocoder() -> "Geocoder":
        # With the first address: geopy and requests take 9 MB. Only one, because it waits between
        # two requests.
        from directory_api.features.desk.geocoding.service import open_geocoder

        return open_geocoder(directory)

    return lambda *address: geocoder().locate(*address)
