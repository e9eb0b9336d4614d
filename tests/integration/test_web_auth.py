"""Tokens over HTTP: who has access, and that neither errors nor logs reveal anything."""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from directory_api.edit.tokens import BEGINNING, Tokens
from directory_api.store.sql.access import AccessStore
from directory_api.store.sqlite.engine import SqliteConnection, SqliteEngine
from directory_api.web.app import create_app
from tests.support.api_client import OPENAPI_FILES, ApiClient, problem
from tests.support.maintainer_app import (
    CENTRE,
    MaintainerApp,
    create_maintainer_app,
    expired_token,
    public,
)
from tests.support.openapi_document import PRIVATE
from tests.support.records import made_up_centre
from tests.support.rules import methods_by_path

JSON = "application/json"
# The least that a body must hold for its route to look at the scope: bodies with fields of their
# own come first.
BODIES = {"/restore": {"revision": 1}, "/verify": {"how": "x"}}
# Every token may look at what waits, and withdraw what it proposed.
ANYBODY = ["GET /v1/proposals", "GET /v1/proposals/{id}", "POST /v1/proposals/{id}/reject"]
SCOPES = {
    "read_history": [name for name in PRIVATE if name.endswith("/history")],
    "approve": [name for name in PRIVATE if name.endswith("/approve")],
}
# The answer has former values.
RESTORE = [name for name in PRIVATE if name.endswith("/restore")]
SCOPES["edit"] = [
    name
    for name in PRIVATE
    if name not in (*ANYBODY, *RESTORE, *SCOPES["read_history"], *SCOPES["approve"])
]


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> MaintainerApp:
    """An app for requests that change nothing."""
    return create_maintainer_app(tmp_path_factory.mktemp("shut"))


class NotingEngine(SqliteEngine):
    """An engine that notes its transactions."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.transactions: list[str] = []

    @contextmanager
    def read_transaction(self) -> Iterator[SqliteConnection]:
        self.transactions.append("read")
        with super().read_transaction() as connection:
            yield connection

    @contextmanager
    def write_transaction(self) -> Iterator[SqliteConnection]:
        self.transactions.append("write")
        with super().write_transaction() as connection:
            yield connection


def _private(
    maintainer_app: MaintainerApp, name: str, header: str | None, **rest: Any
) -> TestResponse:
    """A request to a private operation of openapi.yaml, as bare as it can be."""
    method, path = name.split()
    headers = {"Authorization": header} if header is not None else {}
    return maintainer_app.api.open(method, path.replace("{id}", "pag-asa"), headers=headers, **rest)


def _refused(maintainer_app: MaintainerApp) -> dict[str, str | None]:
    """Values of Authorization that open nothing."""
    revoked, token = maintainer_app.directory.tokens.create("gone", ["admin"], 30)
    maintainer_app.directory.tokens.revoke(token.id)
    return {
        "missing": None,
        "unknown": f"Bearer {BEGINNING}{secrets.token_urlsafe(32)}",
        "revoked": f"Bearer {revoked}",
        "expired": f"Bearer {expired_token(maintainer_app, 'old')}",
        "empty": "Bearer ",
        "only the scheme": "Bearer",
        "another scheme": f"Basic {maintainer_app.secrets['dora']}",
        "no scheme": maintainer_app.secrets["dora"],
        "half of a good one": f"Bearer {maintainer_app.secrets['dora'][:-1]}",
        "two": f"Bearer {maintainer_app.secrets['anna']}, Bearer {maintainer_app.secrets['dora']}",
        "not of ASCII": "Bearer caf\u00e9",
    }


@pytest.mark.needs("reference")
def test_what_opens_nothing_is_answered_alike_and_takes_the_same_steps(tmp_path: Path) -> None:
    """Missing, unknown, revoked and expired: the same status, headers and body to the byte. A token
    is read once and nothing is written, so the time reveals nothing; without one there is no look.
    """
    maintainer_app = create_maintainer_app(tmp_path)
    refused = _refused(maintainer_app)
    engine = NotingEngine(maintainer_app.path)
    tokens = Tokens(AccessStore(engine), maintainer_app.directory.clock)
    counted = replace(
        maintainer_app, app=create_app(replace(maintainer_app.directory, tokens=tokens))
    )
    answers, steps = [], {}
    for name, header in refused.items():
        engine.transactions.clear()
        answers.append(_private(counted, "GET /v1/proposals", header))
        steps[name] = list(engine.transactions)
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    assert steps["missing"] == []
    assert steps["unknown"] == steps["revoked"] == steps["expired"] == ["read"]


@pytest.mark.needs("reference")
@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer    "])
def test_a_scheme_is_written_as_one_likes(maintainer_app: MaintainerApp, scheme: str) -> None:
    """The scheme's capitals do not matter (RFC 9110), nor do spaces after it."""
    assert (
        _private(
            maintainer_app, "GET /v1/proposals", f"{scheme}{maintainer_app.secrets['anna']}"
        ).status_code
        == 200
    )


@pytest.mark.needs("reference")
@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_does_what_its_scopes_say(maintainer_app: MaintainerApp, scope: str) -> None:
    """A token without the scope, but with all others except admin, is 403 with the scope; with it,
    it works. Proposals are shown to every token.
    """
    others = [name for name in ("read_history", "edit", "approve") if name != scope]
    lacks, _ = maintainer_app.directory.tokens.create("lacks", others, 30)
    has, _ = maintainer_app.directory.tokens.create("has", [scope], 30)
    everything, _ = maintainer_app.directory.tokens.create("admin of all", ["admin"], 30)
    for name in SCOPES[scope]:
        rest = {"json": next((body for end, body in BODIES.items() if name.endswith(end)), None)}
        told = problem(
            _private(maintainer_app, name, f"Bearer {lacks}", **rest), 403, "scope-missing"
        )
        assert told["detail"].endswith(f"a token with the scope {scope}.")
        for secret in (has, everything):
            response = _private(maintainer_app, name, f"Bearer {secret}", **rest)
            assert response.status_code not in (401, 403)
    for name in ANYBODY:
        assert _private(maintainer_app, name, f"Bearer {lacks}").status_code in (200, 404)


@pytest.mark.needs("reference")
@pytest.mark.parametrize("name", RESTORE)
def test_to_restore_a_record_takes_two_scopes(maintainer_app: MaintainerApp, name: str) -> None:
    """To change it, and to read its former values."""
    for number, scopes in enumerate(
        (["edit", "approve"], ["read_history"], ["read_history", "edit"])
    ):
        secret, _ = maintainer_app.directory.tokens.create(f"person {number}", scopes, 30)
        response = _private(maintainer_app, name, f"Bearer {secret}", json={"revision": 1})
        assert (response.status_code == 403) is (len(scopes) < 2 or "approve" in scopes)


def _send_secrets(app: Flask, marks: list[str]) -> list[TestResponse]:
    """Each secret in every header, path, query and body of every route."""
    client, answers = app.test_client(), []
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    for mark, scheme in product(marks, ("Bearer ", "Basic ", "")):
        headers = {
            "Authorization": f"{scheme}{mark}",
            "If-Match": f'"{mark}"',
            **dict.fromkeys(("User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For"), mark),
            "Cookie": f"session={mark}",
        }
        for rule, taken in methods_by_path(app).items():
            template = rule.replace("<collection>", "centres")
            path = re.sub("<[^>]*>", mark, template)
            # A method that the path does not take is refused alike.
            tried = (taken & methods) | {"DELETE"} if scheme == "Bearer " else {"GET"}
            for method in sorted(tried):
                for known in sorted({path, re.sub("<[^>]*>", "pag-asa", template)}):
                    answers.append(client.open(known, method=method, headers=headers))  # noqa: PERF401
            query, body = {"reason": f"<{mark}", mark: mark}, {"id": mark, mark: [mark]}
            answers.append(client.patch(path, headers=headers, query_string=query, json=body))
            broken, keyed = f'{{"{mark}": ', {**headers, "Idempotency-Key": mark}
            answers.append(client.post(path, headers=keyed, data=broken, content_type=JSON))
    return answers


def test_a_token_is_in_no_log_metric_answer_or_database(
    maintainer_app: MaintainerApp, capfd: pytest.CaptureFixture[str]
) -> None:
    """A valid and an invalid token are sent in every header, path, query and body of every route;
    neither they nor the hash appear in the output, and the database has only hashes.
    """
    good, wrong = maintainer_app.secrets["dora"], f"{BEGINNING}{'canary' * 8}"[:53]
    marks = re.compile(
        f"{good[len(BEGINNING) :]}|canarycanary|{hashlib.sha256(good.encode()).hexdigest()}"
    )
    edit = {"Authorization": f"Bearer {good}", "Idempotency-Key": "k"}
    app = create_app(maintainer_app.directory)
    answers = _send_secrets(app, [good, wrong])
    client = app.test_client()
    answers.append(client.post("/v1/records/centres", json=made_up_centre(1), headers=edit))
    answers.append(client.get("/metrics"))
    assert {200, 201, 400, 401, 404, 405, 412, 415} <= {a.status_code for a in answers}
    out, err = capfd.readouterr()
    assert out == ""
    assert len(
        [line for line in err.splitlines() if json.loads(line)["event"] == "request"]
    ) == len(answers)
    assert "crash" not in err
    assert marks.findall(err) == []
    for answer in answers:
        assert marks.findall(answer.text + str(answer.headers)) == []
    kept = "\n".join(
        [*maintainer_app.everything(), maintainer_app.path.read_bytes().decode("latin-1")]
    )
    assert [path for path in OPENAPI_FILES if marks.search(path.read_text(encoding="utf-8"))] == []
    assert set(marks.findall(kept)) <= {hashlib.sha256(good.encode()).hexdigest()}


def test_a_public_answer_needs_no_token_and_ignores_one(maintainer_app: MaintainerApp) -> None:
    """GET with a wrong token gets the public answer: public pages keep working for maintainers."""
    api = ApiClient(maintainer_app.app)
    path = public(CENTRE)
    wrong = api.get(path, headers={"Authorization": "Bearer nothing"})
    assert (wrong.status_code, wrong.data) == (200, api.get(path).data)
