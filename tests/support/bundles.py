"""The bundle as a device has it: with the table of its postcodes."""

from typing import Any

from flask.testing import FlaskClient


def bundle_with_postcodes(client: FlaskClient, path: str = "/v1/bundle") -> dict[str, Any]:
    """Return a bundle with the table in the place of its address."""
    bundle: dict[str, Any] = client.get(path).get_json()
    return {**bundle, **client.get(bundle["postcodes"]).get_json()}
