"""/v1 asked from within this process, for a door that is not HTTP: it then says the same, in the same words."""

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.test import Client

from directory_api.web.openapi.api import DirectoryApi

_REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')


class Within:
    """An app's API: its answers, and the shapes of them."""

    def __init__(self, app: Flask) -> None:
        self._client = Client(app, use_cookies=False)
        spec = json.dumps(app.extensions[DirectoryApi.__name__].document()["components"]["schemas"])
        self._schemas: dict[str, Any] = json.loads(_REFERENCE.sub(r'"#/$defs/\1"', spec))

    def ask(
        self, method: str, path: str, given: Mapping[str, Any], caller: Mapping[str, str]
    ) -> tuple[bool, dict[str, Any]]:
        """Whether it succeeded, and the answer or the problem.

        `given` is the body of a POST and the query of a GET. `caller` is who asks, in the words of WSGI (PEP 3333):
        REMOTE_ADDR and HTTP_X_FORWARDED_FOR, which the rate limit counts by.
        """
        query = {_text(name): _text(value) for name, value in given.items()} if method == "GET" else {}
        body = dict(given) if method == "POST" else None
        response = self._client.open(path, method=method, query_string=query, json=body, environ_base=dict(caller))
        answer: dict[str, Any] = response.get_json()
        if "Retry-After" in response.headers:
            answer["suggestions"].append({"detail": f"Try again in {response.headers['Retry-After']} seconds."})
        return response.status_code == 200, answer

    def shapes(self, *names: str) -> dict[str, Any]:
        """Components of openapi.yaml, and all that they refer to, as the `$defs` of a JSON Schema (2020-12)."""
        found: dict[str, Any] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            found[name] = self._schemas[name]
            referred = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(found[name])))
            waiting.extend(sorted(referred - found.keys()))  # a set's order is another in each process
        return found


def _text(value: object) -> str:
    """Text that a query can hold; a lone surrogate, which JSON may carry, is none."""
    return str(value).encode("utf-8", "replace").decode()
