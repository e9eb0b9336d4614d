"""An app with maintainers' tokens; its client checks each answer against openapi.yaml."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.edit.tokens import Tokens
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.moments import now as moment_of_tests
from tests.support.records import TERMINAL
from tests.support.store_under_test import everything, file_of, fill, stores_of, url_of
from tests.support.whole_store import read_whole
from tests.support.write_side import create_write_side, open_write_side

CENTRE = "/v1/records/centres/pag-asa"
LINE = "/v1/records/helplines/be-101"
# A record of each kind that is edited.
RECORDS = {"centre": CENTRE, "helpline": LINE}
EVERYTHING = ("read_history", "edit", "approve", "admin")
# The maintainers: two may approve, one may only edit, one may do everything, one may only read.
STAFF: Mapping[str, Sequence[str]] = {
    "anna": ("read_history", "edit"),
    "bert": ("read_history", "edit", "approve"),
    "carl": ("read_history", "edit", "approve"),
    "dora": ("admin",),
    "rita": ("read_history",),
}
HIDDEN: Mapping[str, Any] = {
    "id": "sheltered",
    "name": "Sheltered centre",
    "kind": "reception_centre",
    "status": "active",
    "address": {
        "street": "Geheimstraat 7",
        "postcode": "9000",
        "locality": {"nl": "Gent"},
        "country": "BE",
        "subdivision": "BE-VOV",
    },
    "address_visibility": "hidden",
    "location": {"lat": 51.0311, "lon": 3.7022, "precision": "exact"},
}


@dataclass(frozen=True)
class MaintainerApp:
    """An app, its directory, and the tokens of its maintainers."""

    directory: Directory
    app: Flask
    secrets: Mapping[str, str]
    path: Path
    api: ApiClient = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "api", ApiClient(self.app))

    def send(
        self,
        method: str,
        path: str,
        *,
        by: str | None = "anna",
        headers: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> TestResponse:
        """Send a request with the token of a maintainer; without a token if `by` is None."""
        authorization = {"Authorization": f"Bearer {self.secrets[by]}"} if by else {}
        return self.api.open(method, path, headers={**authorization, **(headers or {})}, **rest)

    def write(
        self,
        method: str,
        path: str,
        *,
        match: str | None = None,
        key: str | None = None,
        **rest: Any,
    ) -> TestResponse:
        """Send a request with If-Match; by default the ETag of the current version."""
        record = path.split("?", maxsplit=1)[0].removesuffix("/restore").removesuffix("/verify")
        conditions = {"If-Match": self.etag(record) if match is None else match}
        return self.send(
            method, path, headers=conditions | ({"Idempotency-Key": key} if key else {}), **rest
        )

    def patch(self, path: str = CENTRE, /, **members: Any) -> TestResponse:
        """Change members of a record at its current version."""
        return self.write("PATCH", path, json=members)

    def etag(self, path: str = CENTRE) -> str:
        """Return the ETag of a record, `*` if it is not there."""
        return str(self.send("GET", path).headers.get("ETag", "*"))

    def record(self, path: str = CENTRE) -> dict[str, Any]:
        """Return a stored record."""
        stored: dict[str, Any] = self.send("GET", path).get_json()
        return stored

    def public(self, path: str = CENTRE) -> dict[str, Any]:
        """Return the public answer at a path, or that about a record."""
        body: dict[str, Any] = self.api.get(public(path)).get_json()
        return body

    def history(self, path: str = CENTRE) -> list[dict[str, Any]]:
        """Return the entries of a record's history, newest first."""
        entries: list[dict[str, Any]] = self.send("GET", f"{path}/history").get_json()["entries"]
        return entries

    @property
    def revision(self) -> str:
        """The current public revision."""
        return str(self.public("/v1/")["revision"])

    def everything(self) -> list[str]:
        """Return the whole database as SQL, without the days on which tokens were used."""
        return [line for line in everything(self.path) if 'INTO "tokens"' not in line]

    def file(self) -> dict[str, Any]:
        """Return the whole directory as a document; importing it changes nothing."""
        from directory_api.change.change import document

        whole: dict[str, Any] = json.loads(
            json.dumps(document(read_whole(self.directory.editor._writer.store).contents))
        )
        return whole


def public(path: str) -> str:
    """Return the path of the public answer about a record."""
    return path.replace("/v1/records/", "/v1/")


def create_maintainer_app(
    folder: Path,
    *,
    review: str = "off",
    more: Sequence[Mapping[str, Any]] = (),
    now: Callable[[], datetime] = moment_of_tests,
    **settings: Any,
) -> MaintainerApp:
    """Create an app with the shipped records and `more`, without postcodes (loading them is
    slow). `now` is its clock.
    """
    path = folder / "directory.db"
    database, secrets = _database_with_tokens(now().date())
    fill(path, database)
    write_side = open_write_side(path)
    all_settings = Settings(
        **{
            "database_url": url_of(path),
            "snapshot": f"{path}.last-good.json",
            "rate_limit": "",
            "review": review,
            **settings,
        }
    )
    directory = open_directory(all_settings, now)
    for record in more:
        write_side.editor.create(write_side.edit(record["id"], actor=TERMINAL), record)
    directory.live.refresh()
    return MaintainerApp(directory, create_app(directory), secrets, path)


@lru_cache(maxsize=2)
def _database_with_tokens(day: date) -> tuple[bytes, Mapping[str, str]]:
    """Return a database with records and tokens, and the tokens' secrets; made once, then copied.

    Everyone except rita has used their token on this day.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "directory.db"
        create_write_side(path)
        stores = stores_of(path)
        tokens = Tokens(stores.access, lambda: datetime.combine(day, time(), UTC))
        secrets = {name: tokens.create(name, scopes, 30)[0] for name, scopes in STAFF.items()}
        for name in STAFF.keys() - {"rita"}:
            tokens.actor(secrets[name])
        return file_of(path), secrets


def expired_token(
    maintainer_app: MaintainerApp, name: str, scopes: Sequence[str] = EVERYTHING
) -> str:
    """Return the secret of a token that expired long ago."""
    access, now = stores_of(maintainer_app.path).access, maintainer_app.directory.clock()
    then = Tokens(access, lambda: now - timedelta(days=400))
    return then.create(name, scopes, 1)[0]
