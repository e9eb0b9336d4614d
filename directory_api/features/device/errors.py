"""What is refused to a device."""

from directory_api.text.errors import ClientError


class BundleNotFound(ClientError):
    """No postcode table for this country, so no bundle; `suggestions` lists the others."""

    code = "bundle-unknown"
    problem_type = "not-found"
    status = 404
    title = "Bundle not found"
    advice = "/v1/bundle is that of the directory's own country."
