"""In-process client of /v1, so that interfaces other than HTTP give the same answers."""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml
from werkzeug.test import Client

from directory_api.config import shipped
from directory_api.web.wsgi.application import Application

_REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')


class LocalClient:
    """The API of an app: its answers and their schemas."""

    def __init__(self, app: Application) -> None:
        self._client = Client(app, use_cookies=False)
        self._home: str | None = None
        self._base_url = f"http://localhost{app.config['APPLICATION_ROOT']}"
        # All wheels of PyYAML have the loader in C, which is eight times as fast.
        document = yaml.load(shipped("openapi.yaml").read_bytes(), yaml.CSafeLoader)
        spec = json.dumps(document["components"]["schemas"])
        self._schemas: dict[str, Any] = json.loads(_REFERENCE.sub(r'"#/$defs/\1"', spec))

    @property
    def home(self) -> str | None:
        """The directory's own country (ISO 3166-1); None while nothing is served."""
        if self._home is None:
            self._home = self.ask("GET", "/v1/helplines", {}, {})[1].get("country")
        return self._home

    def ask(
        self, method: str, path: str, given: Mapping[str, Any], caller: Mapping[str, str]
    ) -> tuple[bool, dict[str, Any]]:
        """Return whether the request succeeded, and the answer or the problem.

        `given` is the body of a POST and the query of a GET. `caller` has the WSGI variables (PEP
        3333) that the rate limit uses: REMOTE_ADDR and HTTP_X_FORWARDED_FOR.
        """
        query = (
            {_text(name): _text(value) for name, value in given.items()} if method == "GET" else {}
        )
        body = dict(given) if method == "POST" else None
        response = self._client.open(
            path,
            base_url=self._base_url,
            method=method,
            query_string=query,
            json=body,
            environ_base=dict(caller),
        )
        answer: dict[str, Any] = response.get_json()
        if "Retry-After" in response.headers:
            answer["suggestions"].append(
                {"detail": f"Try again in {response.headers['Retry-After']} seconds."}
            )
        return response.status_code == 200, answer

    def shapes(self, *names: str) -> dict[str, Any]:
        """Return components of openapi.yaml, and all that they refer to.

        The result is the `$defs` of a JSON Schema (2020-12).
        """
        schemas: dict[str, Any] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            schemas[name] = self._schemas[name]
            referred = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schemas[name])))
            # Sorted, because the order of a set differs between processes.
            waiting.extend(sorted(referred - schemas.keys()))
        return schemas


def _text(value: object) -> str:
    """Return text for a query, without lone surrogates, which JSON may contain."""
    return str(value).encode("utf-8", "replace").decode()
