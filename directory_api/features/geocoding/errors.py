"""Why an address has no coordinate, and the problems of it."""

from collections.abc import Mapping

from directory_api.text.errors import ClientError, DirectoryError, ServiceUnavailable
from directory_api.web.http.problem_kind import Kind


class GeocoderOff(ClientError):
    """No geocoder is configured (DIRECTORY_GEOCODER)."""


class AddressNotFound(ClientError):
    """The geocoding service does not know this address in the country."""


class GeocoderUnavailable(ServiceUnavailable):
    """The geocoding service is down, busy or not a geocoder. Retry later, or check the settings."""


def problems() -> Mapping[type[DirectoryError], Kind]:
    """Return the problem types of these errors."""
    return {
        GeocoderOff: Kind(
            "geocoder-off",
            422,
            "The geocoder is switched off",
            "Set DIRECTORY_GEOCODER to switch it on.",
        ),
        AddressNotFound: Kind(
            "address-unknown", 404, "No such address", "Check the spelling of the address."
        ),
        GeocoderUnavailable: Kind(
            "geocoder-unavailable",
            503,
            "The geocoding service is not available",
            "Try again later.",
        ),
    }
