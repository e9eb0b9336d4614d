"""Commands that start a server: serve, for the web; mcp, for assistants."""

import resource
import socket
import sys
from functools import partial
from typing import Any, Self
from urllib.parse import quote

import click
from flask import Flask

from directory_api.bootstrap import Directory, open_directory
from directory_api.cli.context import HOST, opened, port_option
from directory_api.cli.sections import START
from directory_api.config import Settings, SettingsInvalid
from directory_api.garbage import without_collection
from directory_api.interrupts import ending_at_once
from directory_api.place.postcode import rule_for
from directory_api.serving import last_resort, serving_app
from directory_api.shared_counters import SharedCounters
from directory_api.text.errors import StoreUnavailable
from directory_api.web.middleware import kept_counts
from directory_api.web.middleware.request_log import COUNTERS, Meters


@START.command()
@HOST
@port_option(8000)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Number of server processes.",
)
@ending_at_once()
def serve(host: str, port: int, workers: int) -> None:
    """Start the server.

    It serves an existing directory, and never creates one: `directory-api load` does. While there
    is none, or it cannot be read, the server answers with the last good snapshot, or only with the
    helplines, and recovers as soon as the directory can be read.
    """
    refuse_taken_port(host, port)
    settings = Settings.from_environment()
    try:
        with without_collection():
            directory = opened()
            start(directory)
    except (SettingsInvalid, click.ClickException):
        raise
    except Exception as error:
        click.echo(
            f"warning: the application cannot be built ({type(error).__name__}). The server "
            "answers 503 with the helplines and the last good snapshot. `directory-api doctor` "
            "says more.",
            err=True,
        )
        _serve_until_stopped(settings, None, host, port, workers)
        return
    url_host = f"[{host}]" if ":" in host else host
    address = f"http://{url_host}:{port}{directory.settings.path_prefix}"
    example = rule_for(directory.home).example
    path = f"/v1/nearest?postcode={quote(example)}" if example else "/v1/centres"
    click.echo(f"{_contents(directory)}. Try: curl '{address}{path}'  (Ctrl+C stops)")
    sys.stdout.flush()
    _serve_until_stopped(settings, directory, host, port, workers)


def start(directory: Directory) -> None:
    """Open a directory; one that cannot be read is no error, and the terminal says so. Raises
    SettingsInvalid for one of another country.
    """
    try:
        directory.open_to_serve()
    except StoreUnavailable as error:
        cause = directory.live.cause(error)
        directory.live.fall_back(cause)
        answers = (
            "with the last good snapshot" if directory.live.ready else "only with the helplines"
        )
        click.echo(
            f"warning: {directory.place}: {cause}. The server answers {answers} until the "
            "directory can be read.",
            err=True,
        )


def _contents(directory: Directory) -> str:
    if not directory.live.ready:
        return "Serving the helplines"
    snapshot = directory.live.snapshot
    centres, postcodes = len(snapshot.listed), sum(snapshot.gazetteer.sizes.values())
    return f"Serving {centres} centres and {postcodes:,} postcodes of {directory.place}"


# Connections that a worker accepts at a time. Most of them wait: granian's own limit of 1,024 was
# reached by as many silent sockets.
CONNECTIONS = 8192
# Seconds in which the header of a request must be complete. It also ends silent connections, and
# those that are kept after an answer.
HEADER_SECONDS = 15.0
# Files that a worker needs besides its connections.
_OTHER_FILES = 128


def _serve_until_stopped(
    settings: Settings, directory: Directory | None, host: str, port: int, workers: int
) -> None:
    # Imported here: only this command needs the server.
    with without_collection():
        from directory_api.server.supervisor import supervise
        from directory_api.server.workers import RestartingServer
        from directory_api.web.wsgi import log

    log.write_in_background()
    server = RestartingServer("directory_api.wsgi:app", **granian_options(host, port, workers))
    shared = (SharedCounters(workers, COUNTERS), SharedCounters(workers, kept_counts.COUNTERS))
    supervise(server, WorkerLoader(settings, *shared, directory))


class WorkerLoader:
    """Makes the application of a worker, which is a copy of the process that loaded a directory.

    The worker shares that process's memory and starts at once. A worker that starts later reads
    what has changed since then; if the store cannot be read, it serves the last good snapshot,
    which may be newer than the loaded one. A worker on a system that does not fork opens the
    directory itself: it receives the settings and the shared counters only.

    SQLite forbids using a connection to a file in a copy of the process that opened it. None is
    open then: a store opens one for each transaction. The index of words is a database in memory,
    without file locks, and only the copy uses it.
    """

    def __init__(
        self,
        settings: Settings,
        counters: SharedCounters,
        kept: SharedCounters,
        loaded: Directory | None = None,
    ) -> None:
        self._settings = settings
        # Of the requests and of the rate limit, each with a slot for each worker.
        self._counters = counters
        self._kept = kept
        self._loaded = loaded

    def __reduce__(self) -> tuple[type[Self], tuple[Settings, SharedCounters, SharedCounters]]:
        """Pickle the settings and the counters."""
        return type(self), (self._settings, self._counters, self._kept)

    def __call__(self, number: int) -> Flask:
        """Return the application of the worker with this number."""
        with without_collection():
            serve = partial(
                serving_app,
                meters=Meters(self._counters, number),
                kept=kept_counts.KeptCounts(self._kept.slot(number)),
            )
            try:
                loaded = self._loaded or open_directory(self._settings)
                if self._loaded is None:
                    return serve(loaded)
                loaded.live.refresh()
                unreadable = loaded.live.health.fault
                if unreadable is None:
                    return serve(loaded)
                return serve(open_directory(self._settings), unreadable)
            except SettingsInvalid:
                raise
            except Exception as error:
                return last_resort(self._settings, error)


def granian_options(host: str, port: int, workers: int) -> dict[str, Any]:
    """Return the options of granian's server, which the benchmark also uses for its baseline.

    Raises the limit of open files as far as needed and allowed.
    """
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    from directory_api.server.supervisor import GRACE_SECONDS
    from directory_api.web.middleware.body_limit import THREADS

    return {
        "address": host,
        "port": port,
        "interface": Interfaces.WSGI,
        "workers": workers,
        "blocking_threads": THREADS,
        "backpressure": max(_open_files_allowed() - _OTHER_FILES, _OTHER_FILES),
        "websockets": False,
        # With HTTP/2 allowed, granian waits for the first byte of a connection without a limit.
        "http": HTTPModes.http1,
        "http1_settings": HTTP1Settings(header_read_timeout=round(HEADER_SECONDS * 1000)),
        # Its messages can quote a request, and it blocks while standard error is not read.
        "log_enabled": False,
        "workers_kill_timeout": GRACE_SECONDS,
    }


def _open_files_allowed() -> int:
    """Raise the limit of open files as far as needed and allowed; return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed


def refuse_taken_port(host: str, port: int) -> None:
    """Raise a ClickException if the port cannot be listened on; granian's error is unclear."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {host} port {port} ({error.strerror}); try --port"
            ) from None
