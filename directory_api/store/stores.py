"""Chooses the engine of a store by its URL."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from directory_api.config import expected_database_url
from directory_api.feature import use_each
from directory_api.left_out import leave_out
from directory_api.store.sql.access import AccessStore
from directory_api.store.sql.database import Engine
from directory_api.store.sql.store import Store
from directory_api.store.sql.writable import Writable
from directory_api.store.sqlite.engine import SqliteEngine
from directory_api.text.errors import StoreUnavailable

SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class AddedEngine:
    """An engine of a feature, for the URLs that begin with `prefix`.

    `place` is what messages call such a store. `is_usable` returns whether a text is a URL of the
    engine and what it needs is installed; `expected` says what to write and to install. `base_path`
    returns the path beside which the last good snapshot is, and copies of what was replaced.
    """

    prefix: str
    place: str
    expected: str
    is_usable: Callable[[str], bool]
    # With True, an engine that only reads.
    open: Callable[[str, bool], Engine]
    base_path: Callable[[str], Path]


@dataclass(frozen=True, slots=True)
class Stores:
    """The records and the tokens of one store.

    `place` is what messages call it: the path of its file, never the host of a server. The names of
    the files that belong to the store, such as the last good snapshot, begin with `base_path`.
    """

    engine: Engine
    store: Store
    access: AccessStore
    place: str
    base_path: Path
    file: Path | None
    # None if this process only reads.
    writes: Writable | None


def stores_at(url: str, *, read_only: bool = False) -> Stores:
    """Return the store that a URL names; nothing is opened yet. Raises StoreUnavailable if no
    engine has such URLs.
    """
    if url.startswith(SQLITE):
        path = Path(url.removeprefix(SQLITE))
        with suppress(FileNotFoundError):  # the working directory was deleted; opening it says so
            path = path.absolute()
        file = SqliteEngine(path, read_only=read_only)
        return _stores(file, str(path), path, path, read_only)
    for each in _added_engines():
        if url.startswith(each.prefix):
            return _stores(
                _open(each, url, read_only), each.place, each.base_path(url), None, read_only
            )
    raise StoreUnavailable(f"no engine is installed for this database; {expected_database_url()}")


def base_path(url: str) -> Path | None:
    """Return `Stores.base_path` of the store at a URL; None if no engine has such URLs."""
    if url.startswith(SQLITE):
        return Path(url.removeprefix(SQLITE))
    return next(
        (each.base_path(url) for each in _added_engines() if url.startswith(each.prefix)), None
    )


def _added_engines() -> Iterator[AddedEngine]:
    return chain.from_iterable(use_each(lambda feature: [*feature.engines()]))


def _open(added: AddedEngine, url: str, read_only: bool) -> Engine:
    try:
        return added.open(url, read_only)
    except ImportError as error:
        # Its library is there and cannot be used, such as psycopg without libpq.
        leave_out(f"engine of {added.prefix}", error)
        raise StoreUnavailable("a library that the database needs cannot be used") from None


def _stores(
    engine: Engine, place: str, base_path: Path, file: Path | None, read_only: bool
) -> Stores:
    if read_only:
        return Stores(engine, Store(engine), AccessStore(engine), place, base_path, file, None)
    writes = Writable(engine)
    store, access = Store(engine, writes.noted), AccessStore(engine, writes.noted)
    return Stores(engine, store, access, place, base_path, file, writes)
