"""What is refused to a device."""

from directory_api.text.errors import ClientError


class BundleNotFound(ClientError):
    """No postcode table for this country, so no bundle; `suggestions` lists the others."""
