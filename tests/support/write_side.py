"""Maintainers at an app of their own: tokens, requests held against openapi.yaml, and what came of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features import create_app
from directory_api.services.tokens import Tokens
from directory_api.storage.sqlite.tokens import SqliteAccess
from tests.support.api_client import Asker
from tests.support.maintainers import everything, house_at, house_of
from tests.support.records import TERMINAL

CENTRE = "/v1/centres/pag-asa"
EVERYTHING = ("read-history", "edit", "approve", "admin")
# Who works here by default: two who may approve, one who only edits, one who only reads.
STAFF: Mapping[str, Sequence[str]] = {
    "anna": ("read-history", "edit"),
    "bert": ("read-history", "edit", "approve"),
    "carl": ("read-history", "edit", "approve"),
    "dora": ("admin",),
    "rita": ("read-history",),
}
HIDDEN: Mapping[str, Any] = {
    "id": "sheltered",
    "name": "Sheltered centre",
    "kind": "reception-centre",
    "status": "active",
    "address": {
        "street": "Geheimstraat 7",
        "postal_code": "9000",
        "locality": {"nl": "Gent"},
        "country": "BE",
        "subdivision": "BE-VOV",
    },
    "address_visibility": "hidden",
    "location": {"lat": 51.0311, "lon": 3.7022, "precision": "exact"},
}


@dataclass(frozen=True)
class Office:
    """An app, its directory, and the tokens of those who work there."""

    directory: Directory
    app: Flask
    secrets: Mapping[str, str]
    path: Path
    ask: Asker = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ask", Asker(self.app))

    def send(
        self,
        method: str,
        path: str,
        *,
        by: str | None = "anna",
        headers: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> TestResponse:
        """A request with somebody's token, or nobody's."""
        known = {"Authorization": f"Bearer {self.secrets[by]}"} if by else {}
        return self.ask.open(method, path, headers={**known, **(headers or {})}, **rest)

    def write(
        self,
        method: str,
        path: str,
        *,
        match: str | None = None,
        key: str | None = None,
        **rest: Any,
    ) -> TestResponse:
        """A request that says which version it is about: by default the one that is public now."""
        record = path.split("?", maxsplit=1)[0].removesuffix("/restore").removesuffix("/verify")
        named = {"If-Match": self.etag(record) if match is None else match}
        return self.send(
            method, path, headers=named | ({"Idempotency-Key": key} if key else {}), **rest
        )

    def patch(self, path: str = CENTRE, /, **members: Any) -> TestResponse:
        """Change members of a record as it is now."""
        return self.write("PATCH", path, json=members)

    def etag(self, path: str = CENTRE) -> str:
        """The ETag of a public answer, or nothing where there is none."""
        return str(self.ask.get(path).headers.get("ETag", "*"))

    def public(self, path: str = CENTRE) -> dict[str, Any]:
        """What everybody is answered."""
        answer: dict[str, Any] = self.ask.get(path).get_json()
        return answer

    def history(self, path: str = CENTRE) -> list[dict[str, Any]]:
        """The entries of a record's history, newest first."""
        entries: list[dict[str, Any]] = self.send("GET", f"{path}/history").get_json()["entries"]
        return entries

    @property
    def revision(self) -> str:
        """The revision that everybody is answered."""
        return str(self.public("/v1/")["revision"])

    def everything(self) -> list[str]:
        """All that the database holds, but for the day on which a token was used."""
        return [line for line in everything(self.path) if 'INTO "tokens"' not in line]

    def file(self) -> dict[str, Any]:
        """The whole directory as a file that changes nothing."""
        from directory_api.domain.changes.document import document

        whole: dict[str, Any] = json.loads(
            json.dumps(document(self.directory.editor._writer.store.read().contents))
        )
        return whole


def office_at(
    folder: Path,
    *,
    second_look: str = "off",
    more: Sequence[Mapping[str, Any]] = (),
    **settings: Any,
) -> Office:
    """An office over the shipped records, and `more`, without postcodes: it is quick."""
    path = folder / "directory.db"
    kept, secrets = _furnished()
    path.write_bytes(kept)
    house = house_at(path)
    chosen = Settings(
        **{
            "database_url": f"sqlite:///{path}",
            "rate_limit": "",
            "second_look": second_look,
            **settings,
        }
    )
    directory = open_directory(chosen)
    for record in more:
        house.editor.create(house.edit(record["id"], actor=TERMINAL), record)
    directory.current.refresh()
    return Office(directory, create_app(directory), secrets, path)


@lru_cache(maxsize=1)
def _furnished() -> tuple[bytes, Mapping[str, str]]:
    """A database with records and tokens, made once: what is copied waits for no disk. All but rita were here today."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "directory.db"
        house_of(path)
        tokens = Tokens(SqliteAccess(path), lambda: datetime.now(UTC))
        secrets = {name: tokens.create(name, scopes, 30)[0] for name, scopes in STAFF.items()}
        for name in STAFF.keys() - {"rita"}:
            tokens.actor(secrets[name])
        return path.read_bytes(), secrets


def token_of_old(office: Office, name: str, scopes: Sequence[str] = EVERYTHING) -> str:
    """The secret of a token that was good for a day, long ago."""
    then = Tokens(SqliteAccess(office.path), lambda: datetime.now(UTC) - timedelta(days=400))
    return then.create(name, scopes, 1)[0]
