"""What is refused to a device."""

from directory_api.text.errors import ClientError
from directory_api.text.problem import Kind


class BundleNotFound(ClientError):
    """No postcode table for this country, so no bundle; `suggestions` lists the others."""

    problem = Kind(
        "bundle-unknown",
        404,
        "No bundle for this country",
        "/v1/bundle is that of the directory's own country.",
    )
