"""The lists of /hsds, and the whole objects that they name."""

from typing import Any

from flask.testing import FlaskClient

from tests.support.api_client import ApiClient


def contents(client: FlaskClient | ApiClient, kind: str) -> list[dict[str, Any]]:
    """All objects of a list, in brief."""
    response = client.get(f"/hsds/{kind}")
    assert response.status_code == 200
    found: list[dict[str, Any]] = response.get_json()["contents"]
    return found


def first(client: FlaskClient | ApiClient, kind: str = "services") -> str:
    """The address of the whole object of the first centre of a list."""
    return f"/hsds/{kind}/{contents(client, kind)[0]['id']}"
