"""What is refused to a device, and its problems."""

from directory_api.text.errors import ClientError


class BundleNotFound(ClientError):
    """No postcode table for this country, so no bundle; `suggestions` lists the others."""


class CursorNotFound(ClientError):
    """The directory never had that revision, so the changes since then are unknown.

    The caller must download the bundle again; `suggestions` has a link for each country.
    """
