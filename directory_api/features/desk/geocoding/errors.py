"""The problem of a geocoding service that does not answer."""

from directory_api.text.errors import ServiceUnavailable
from directory_api.text.problem import Kind


class GeocoderUnavailable(ServiceUnavailable):
    """The geocoding service is down, busy or not a geocoder. Retry later, or check the settings."""

    problem = Kind(
        "geocoder-unavailable",
        503,
        "The geocoding service is not available",
        "Try again later.",
    )
