"""Tokens and sessions are sent to every address of maintainers; no output may contain them.

tests/integration/test_web_auth.py sends tokens to every route of the directory.
"""

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory_api.store.sql.database import Engine
from directory_api.store.sql.store import Store
from directory_api.store.state import StoreState
from directory_api.web.app import create_app
from tests.support.html_browser import COOKIE, HERE, ORIGIN
from tests.support.maintainer_app import create_maintainer_app, expired_token
from tests.support.rules import methods_by_path

UNKNOWN = "directory_canary-that-nobody-made-0123456789abcdef"


class Crashing(Store):
    """Crashes with a secret in the text of its error."""

    def __init__(self, engine: Engine, secret: str) -> None:
        super().__init__(engine)
        self._secret = secret

    def records(self) -> StoreState:
        """Crash."""
        raise RuntimeError(self._secret)


def _answers(app: Flask, secret: str, cookie: str) -> Iterator[str]:
    """What every route answers to a secret in the header, the cookie and the form."""
    client = app.test_client()
    client.set_cookie(COOKIE, cookie, secure=True)
    ways: list[dict[str, Any]] = [
        {
            "headers": {"Authorization": f"Bearer {secret}", "If-Match": "*"},
            "json": {"reason": "x"},
        },
        {"headers": HERE, "data": {"token": secret}},
        {
            "headers": {**HERE, "Authorization": f"Basic {secret}"},
            "data": {"token": f"{secret} and more"},
        },
    ]
    paths = methods_by_path(app)
    for rule in sorted(paths, key=lambda each: each == "/admin/sign-out"):
        if not rule.startswith("/admin"):
            continue
        path = re.sub("<any[^>]*>", "centres", rule).replace("<id>", "pag-asa")
        # A method that the path does not take is refused alike.
        for method in sorted((paths[rule] & {"GET", "POST"}) | {"PUT"}):
            for way in ways:
                response = client.open(
                    re.sub("<[^>]*>", "x", path), method=method, base_url=ORIGIN, **way
                )
                # A workbook is no text.
                body = response.data.decode(errors="replace")
                yield f"{response.headers}{body}"


@pytest.mark.parametrize(
    ("kind", "crashing"),
    [("unknown", False), ("old", False), ("session", False), ("session", True)],
)
def test_no_secret_comes_out_of_any_route(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str, crashing: bool
) -> None:
    """Not in an answer, a header, a log line, a metric or a crash, whether it is valid or not."""
    maintainer_app = create_maintainer_app(tmp_path)
    directory = maintainer_app.directory
    secret = {
        "unknown": UNKNOWN,
        "old": expired_token(maintainer_app, "old"),
        "session": directory.tokens.sign_in(maintainer_app.secrets["rita"])[0],
    }[kind]
    if crashing:
        writer = copy(directory.writer)
        writer.store = Crashing(directory.stores.engine, secret)
        directory = replace(directory, writer=writer)
    app = create_app(directory)
    answers = list(_answers(app, secret, cookie=secret))
    answers.append(app.test_client().get("/metrics").text)
    out, err = capfd.readouterr()
    assert [answer for answer in answers if secret in answer] == []
    assert secret not in out + err
    assert err.count('"event": "request"') == len(answers)
    assert ('"event": "crash"' in err) == crashing
