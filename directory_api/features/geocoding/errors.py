"""Why an address has no coordinate, and the problems of it."""

from directory_api.text.errors import ClientError, ServiceUnavailable


class AddressNotFound(ClientError):
    """The geocoding service does not know this address in the country."""


class GeocoderUnavailable(ServiceUnavailable):
    """The geocoding service is down, busy or not a geocoder. Retry later, or check the settings."""
