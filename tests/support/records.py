"""Records made up for tests, and directories that hold them."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.guards import ALL_ALLOWED
from directory_api.config import Settings
from directory_api.edit.draft import ChangeRequest
from directory_api.files.neighbours import read_neighbours
from directory_api.record.token import SCOPES, Actor
from tests.support.frozen import CENTRES, DATA
from tests.support.moments import now as moment_of_tests

# Who sits at the machine itself.
TERMINAL = Actor("local:test", "test", SCOPES)
# The shipped postcodes of the neighbouring countries.
NEIGHBOURS = read_neighbours(DATA)
LANGUAGES = ("nl", "fr", "en", "uk", "ro")
SERVICES = ("legal", "medical", "accommodation")


def shipped_records() -> dict[str, Any]:
    """A copy of the shipped centres.json."""
    records: dict[str, Any] = json.loads((CENTRES).read_text(encoding="utf-8"))
    return records


def belgian_helplines() -> list[dict[str, Any]]:
    """The shipped helplines of an answer without a place, or with one in Belgium."""
    return [line for line in shipped_records()["helplines"] if "BE" in line["countries"]]


def made_up_centre(number: int, **members: Any) -> dict[str, Any]:
    """A centre in Belgium, unlike its neighbours in place, language and service."""
    return {
        "id": f"made-up-{number:03}",
        "name": f"Centre Énée {number}",
        "kind": "specialised_centre",
        "status": "active",
        "address": {
            "postcode": "1000",
            "locality": {"nl": "Brussel"},
            "country": "BE",
            "subdivision": "BE-BRU",
        },
        "address_visibility": "public",
        "location": {
            "lat": 50.8 + number / 10_000,
            "lon": 4.3 + number / 7_000,
            "precision": "street",
        },
        "languages": [{"code": LANGUAGES[number % len(LANGUAGES)]}],
        "services": [SERVICES[number % len(SERVICES)]],
        **members,
    }


def write_records(path: Path, centres: Sequence[Mapping[str, Any]]) -> Path:
    """A centres.json with these centres and the shipped rest."""
    path.write_text(json.dumps({**shipped_records(), "centres": list(centres)}), encoding="utf-8")
    return path


def load(directory: Directory, centres: Sequence[Mapping[str, Any]]) -> int:
    """Bring centres into a directory; the revision."""
    document = {**shipped_records(), "centres": list(centres)}
    done = directory.writer.write(
        TERMINAL, "test", lambda _state: ChangeRequest(document), allowed=ALL_ALLOWED
    )
    return done.revision


def directory_of(
    folder: Path,
    centres: Sequence[Mapping[str, Any]],
    now: Callable[[], datetime] = moment_of_tests,
    **settings: Any,
) -> Directory:
    """A directory of its own with these centres and the shipped rest. `now` is its clock."""
    chosen = {"rate_limit": "", **settings}
    database = folder / "directory.db"
    database.write_bytes(shipped_database())
    directory = open_directory(Settings(database_url=f"sqlite:///{database}", **chosen), now)
    directory.prepare()
    load(directory, centres)
    return directory


@cache
def shipped_database() -> bytes:
    """Return the database with the shipped data; made once, then copied."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "directory.db"
        open_directory(Settings(database_url=f"sqlite:///{path}"), moment_of_tests).prepare()
        return path.read_bytes()
