"""The URLs of PostgreSQL, and what opens them."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from directory_api.store.stores import AddedEngine

if TYPE_CHECKING:
    from directory_api.store.sql.database import Engine

_PREFIX = "postgresql://"
# A password belongs in PGPASSFILE or PGSERVICEFILE, because a process's environment can be read.
_URL = re.compile(r"(?!.*password=)postgresql://([^:@/?#]+@)?[^@/?#]*/[^/?@#]+(\?[^@#]+)?\Z")


def engines() -> tuple[AddedEngine, ...]:
    """Return the engine for the URLs of PostgreSQL."""
    return (
        AddedEngine(
            _PREFIX,
            "the PostgreSQL database",
            "postgresql:// with hosts and the name of a database, without a password, for example "
            "postgresql://directory@db1.example.org,db2.example.org/directory, "
            "and install psycopg: pip install 'psycopg[binary]>=3.2.1'",
            _is_usable,
            _open,
            _base_path,
        ),
    )


def _is_usable(url: str) -> bool:
    return bool(_URL.match(url) and find_spec("psycopg"))


def _open(url: str, read_only: bool) -> "Engine":
    # psycopg is installed only where it is needed.
    from directory_api.features.postgres.engine import PostgresEngine

    return PostgresEngine(url, read_only=read_only)


def _base_path(url: str) -> Path:
    """Return a path with the name of the database, whatever its hosts and options are: a server
    that is moved to another host knows what it has served.
    """
    name = url.removeprefix(_PREFIX).partition("/")[2].partition("?")[0]
    return Path(f"var/postgresql-{re.sub(r'[^A-Za-z0-9_.-]', '_', unquote(name))}")
