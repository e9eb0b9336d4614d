"""In-process client of /v1, so that interfaces other than HTTP give the same answers."""

from collections.abc import Mapping
from typing import Any

from werkzeug.test import Client

from directory_api.web.wsgi.application import Application


class LocalClient:
    """The API of an app."""

    def __init__(self, app: Application) -> None:
        self._client = Client(app, use_cookies=False)
        self._base_url = f"http://localhost{app.config['APPLICATION_ROOT']}"

    def request(
        self, method: str, path: str, given: Mapping[str, Any], caller: Mapping[str, str]
    ) -> tuple[bool, dict[str, Any]]:
        """Return whether the request succeeded, and the body of the response.

        `given` is the body of a POST and the query of a GET. `caller` has the WSGI variables (PEP
        3333) that the rate limit uses: REMOTE_ADDR and HTTP_X_FORWARDED_FOR.
        """
        query = {name: _text(value) for name, value in given.items()} if method == "GET" else {}
        response = self._client.open(
            path,
            base_url=self._base_url,
            method=method,
            query_string=query,
            json=dict(given) if method == "POST" else None,
            environ_base=dict(caller),
        )
        body: dict[str, Any] = response.get_json()
        return response.status_code == 200, body


def _text(value: object) -> str:
    """Return text for a query, without lone surrogates, which JSON may contain."""
    return str(value).encode("utf-8", "replace").decode()
