"""The PostgreSQL engine: transactions, and psycopg's errors in our words."""

import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, Literal

import psycopg

from directory_api.features.postgres import schema
from directory_api.store.sql.database import NO_DIRECTORY, only_reads
from directory_api.text.errors import (
    StoreMissing,
    StoreNotWritable,
    StoreUnavailable,
    WriteNotReplicated,
)

# Milliseconds, also for a server that stops answering; a writer over HTTP waits at most this long.
LIMITS = {
    "statement_timeout": 10_000,
    "lock_timeout": 5_000,
    "idle_in_transaction_session_timeout": 15_000,
}
CONNECT_SECONDS = 3
# How long a commit may wait for a synchronous standby.
COMMIT_SECONDS = 10.0
TCP_MS = 5_000
# Connections of a process for reads, and as many for writes; further threads wait for one.
MOST = 8
WAIT_SECONDS = 5.0
# Any serves reads, also a standby; only a primary takes writes.
Session = Literal["any", "read-write"]
# By the beginning of the SQLSTATE (PostgreSQL, appendix A).
_CAUSES = {
    "25006": "the database may not be written",
    "42501": "the user lacks a privilege in the database",
    "53100": "the disk of the database server is full",
    "55P03": "it is locked by another process",
    "57014": "the database server took too long",
    "XX00": "the database is damaged; run `directory-api check`",
}
# With these the database can still be read.
_NOT_WRITABLE = ("25006", "53100")
# An error while connecting has no SQLSTATE.
_AWAY: dict[Session, str] = {
    "any": "no database server can be reached, or none lets this user in",
    "read-write": "no database server that takes writes can be reached, or none lets this user in",
}
# Those that a forked process shares with its parent. If they were closed here, the server
# would end the parent's.
_inherited: list[psycopg.Connection[Any]] = []


class PostgresConnection:
    """A connection within a transaction, with `?` for parameters."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw

    def execute(self, query: str, parameters: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        """Run a statement."""
        return self._raw.execute(_translated(query), parameters)

    def insert_rows(self, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows; `columns` are names with commas between them."""
        with (
            self._raw.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)


class PostgresEngine:
    """An Engine for a database on one or several servers, of which one is the primary. With
    `read_only`, it never asks for the primary.
    """

    unreadable: type[Exception] = psycopg.Error

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self._read_only = read_only
        self._reads = _Connections(url, "any")
        self._writes = _Connections(url, "read-write")

    def exists(self) -> bool:
        """Return whether the tables exist; True if that cannot be told."""
        try:
            with self.read_transaction() as connection:
                return schema.version(connection) > 0 or schema.has_records(connection)
        except StoreUnavailable:
            return True

    def create(self) -> None:
        """Create the tables where they are missing. Raises StoreUnavailable. An engine that only
        reads creates nothing, and raises StoreMissing without tables.
        """
        if self._read_only:
            self.migrate()
            return
        with self.read_transaction() as connection:
            if schema.version(connection) == schema.LAST:
                return
        with self.write_transaction() as connection:
            schema.migrate(connection)

    def migrate(self) -> None:
        """Apply pending migrations to existing tables. Raises StoreMissing, StoreUnavailable."""
        if not self.exists():
            raise StoreMissing(NO_DIRECTORY)
        if not self._read_only:
            self.create()

    def pending(self) -> int:
        """Return how many migrations of this version the tables lack. Raises StoreMissing,
        StoreUnavailable.
        """
        with self.read_transaction() as connection:
            version = schema.version(connection)
        if not version:
            raise StoreMissing(NO_DIRECTORY)
        return schema.LAST - version

    def check_writable(self) -> None:
        """Begin a transaction that writes, and look whether a synchronous standby is there where a
        commit waits for one. Raises StoreUnavailable.
        """
        with self.write_transaction() as connection:
            row = connection.execute(
                "SELECT current_setting('synchronous_standby_names') <> '' "
                "AND current_setting('synchronous_commit') NOT IN ('off', 'local'), "
                "(SELECT count(*) FROM pg_stat_replication)"
            ).fetchone()
        if row and row[0] and not row[1]:
            raise StoreUnavailable("the database waits for a standby, and there is none")

    @contextmanager
    def read_transaction(self) -> Iterator[PostgresConnection]:
        """A transaction that reads one state, on any server."""
        with self._reads.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as raw:
            yield PostgresConnection(raw)

    @contextmanager
    def write_transaction(self) -> Iterator[PostgresConnection]:
        """A transaction on the primary. Writers of the records wait for each other at the row with
        the revision.
        """
        if self._read_only:
            raise only_reads()
        with self._writes.transaction("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE") as raw:
            yield PostgresConnection(raw)

    @contextmanager
    def exclusive_transaction(self) -> Iterator[PostgresConnection]:
        """A transaction on the primary, beside which no other writes."""
        with self.write_transaction() as connection:
            connection.execute("LOCK TABLE state IN EXCLUSIVE MODE")
            yield connection


class _Connections:
    """Open connections of one kind; a thread takes one for each transaction and gives it back.

    Not psycopg_pool, which connects in threads and reports every failure as a time-out (ADR 9).
    """

    def __init__(self, url: str, session: Session) -> None:
        self._url = url
        self._session = session
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(MOST)
        self._idle: list[psycopg.Connection[Any]] = []
        # The process that opened them; in a list, so that the finaliser sees a later one.
        self._process = [os.getpid()]
        # Not `__del__`, which the garbage collector may call after that of a connection.
        weakref.finalize(self, _close, self._idle, self._process)

    @contextmanager
    def transaction(self, begin: str) -> Iterator[psycopg.Connection[Any]]:
        """Run a transaction, which is committed unless the block raises.

        The only place that translates errors of psycopg; raises StoreUnavailable.
        """
        if not self._slots.acquire(timeout=WAIT_SECONDS):
            raise StoreUnavailable("the database cannot be used: too many requests wait for it")
        try:
            connection = self._begun(begin)
            try:
                yield connection
                self._commit(connection)
            except BaseException:
                with suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._give_back(connection)
        except psycopg.errors.UndefinedTable:
            raise StoreMissing(NO_DIRECTORY) from None
        except psycopg.Error as error:
            cause = _cause(error, self._session)
            kind = StoreNotWritable if error.sqlstate in _NOT_WRITABLE else StoreUnavailable
            raise kind(f"the database cannot be used: {cause}") from None
        finally:
            self._slots.release()

    def _commit(self, connection: psycopg.Connection[Any]) -> None:
        """Commit. A server waits for its synchronous standby without a limit of its own. If the
        wait is cancelled, it commits alone, with a warning; such a change could be lost with the
        server, so it is not acknowledged.
        """
        if self._session == "any":
            connection.execute("COMMIT")
            return
        warnings: list[object] = []
        connection.add_notice_handler(warnings.append)
        limit = threading.Timer(COMMIT_SECONDS, connection.cancel_safe)
        limit.start()
        try:
            connection.execute("COMMIT")
        finally:
            limit.cancel()
            connection.remove_notice_handler(warnings.append)
        if warnings:
            raise WriteNotReplicated(
                "the change was written, but no standby has it yet; look whether it is there"
            )

    def _begun(self, begin: str) -> psycopg.Connection[Any]:
        """Return a connection in a new transaction."""
        while connection := self._take():
            try:
                connection.execute(begin.encode())
            except psycopg.OperationalError:
                connection.close()  # the server was restarted since it was used last
            else:
                return connection
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            target_session_attrs=self._session,
            connect_timeout=CONNECT_SECONDS,
            tcp_user_timeout=TCP_MS,
            application_name="directory-api",
            options=" ".join(f"-c {name}={limit}" for name, limit in LIMITS.items()),
        )
        try:
            schema.refuse_newer(PostgresConnection(connection))
            connection.execute(begin.encode())
        except BaseException:
            connection.close()
            raise
        return connection

    def _take(self) -> psycopg.Connection[Any] | None:
        with self._lock:
            if self._process != [os.getpid()]:
                _inherited.extend(self._idle)
                self._idle.clear()
                self._process[:] = [os.getpid()]
            return self._idle.pop() if self._idle else None

    def _give_back(self, connection: psycopg.Connection[Any]) -> None:
        if connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            with self._lock:
                self._idle.append(connection)
        else:
            connection.close()


def _close(idle: list[psycopg.Connection[Any]], process: list[int]) -> None:
    if process == [os.getpid()]:
        for connection in idle:
            connection.close()


@cache
def _translated(query: str) -> bytes:
    return query.replace("%", "%%").replace("?", "%s").encode()


def _cause(error: psycopg.Error, session: Session) -> str:
    """Describe an error by its SQLSTATE: the message may name a host, a user or a value."""
    state = error.sqlstate
    if state is None:
        return _AWAY[session]
    return next((text for code, text in _CAUSES.items() if state.startswith(code)), state)
