"""Why an address has no coordinate, and the problems of it."""

from directory_api.text.errors import ClientError, ServiceUnavailable
from directory_api.text.problem import Kind


class AddressNotFound(ClientError):
    """The geocoding service does not know this address in the country."""

    problem = Kind("address-unknown", 404, "No such address", "Check the spelling of the address.")


class GeocoderUnavailable(ServiceUnavailable):
    """The geocoding service is down, busy or not a geocoder. Retry later, or check the settings."""

    problem = Kind(
        "geocoder-unavailable",
        503,
        "The geocoding service is not available",
        "Try again later.",
    )
