"""The problem of a geocoding service that does not answer."""

from directory_api.text.errors import ServiceUnavailable


class GeocoderUnavailable(ServiceUnavailable):
    """The geocoding service is down, busy or not a geocoder. Retry later, or check the settings."""

    code = "geocoder-unavailable"
    problem_type = "unavailable"
    status = 503
    title = "The geocoding service is not available"
    advice = "Try again later."
