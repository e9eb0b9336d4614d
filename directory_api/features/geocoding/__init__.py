"""The coordinate of an address, from a geocoding service that the operator chooses."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from directory_api.bootstrap import Directory
    from directory_api.config import Setting
    from directory_api.features.geocoding.service import Geocoder, Located
    from directory_api.text.errors import DirectoryError
    from directory_api.web.http.problem_kind import Kind


def provide_locate(directory: "Directory") -> "Callable[[str, str | None, str], Located] | None":
    """Return what looks up an address; None without a service in the settings."""
    if not directory.settings.of_feature("geocoder"):
        return None

    @cache
    def geocoder() -> "Geocoder":
        # With the first address: geopy and requests take 9 MB. Only one, because it waits between
        # two requests.
        from directory_api.features.geocoding.service import open_geocoder

        return open_geocoder(directory)

    return lambda *address: geocoder().locate(*address)


def provide_problems() -> "Mapping[type[DirectoryError], Kind]":
    """Return the problem types of its errors."""
    from directory_api.features.geocoding import errors
    from directory_api.web.http.problem_kind import Kind

    return {
        errors.AddressNotFound: Kind(
            "address-unknown", 404, "No such address", "Check the spelling of the address."
        ),
        errors.GeocoderUnavailable: Kind(
            "geocoder-unavailable",
            503,
            "The geocoding service is not available",
            "Try again later.",
        ),
    }


def provide_settings() -> "Mapping[str, Setting]":
    """Return the settings."""
    from directory_api.features.geocoding.settings import SETTINGS

    return SETTINGS
