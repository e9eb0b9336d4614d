"""The command `serve`, and what the commands of other servers share with it."""

import os
import signal
import socket
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import click

from directory_api.bootstrap import Directory
from directory_api.cli.context import HOST, open_from_settings, port_option
from directory_api.cli.sections import START
from directory_api.config import SettingsInvalid
from directory_api.interrupts import end_by, ending_at_once
from directory_api.place.postcode import rule_for


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
    try:
        _say_what_is_served(host, port)
    except (SettingsInvalid, click.ClickException):
        raise
    except Exception as error:
        click.echo(
            f"warning: the application cannot be built ({type(error).__name__}). The server "
            "answers 503 with the helplines and the last good snapshot. `directory-api doctor` "
            "says more.",
            err=True,
        )
    _serve_until_stopped(host, port, workers)


def _say_what_is_served(host: str, port: int) -> None:
    """Open the directory once before the workers do, so that the terminal says what is wrong."""
    directory = open_from_settings()
    start(directory)
    url_host = f"[{host}]" if ":" in host else host
    address = f"http://{url_host}:{port}{directory.settings.path_prefix}"
    example = rule_for(directory.home).example
    path = f"/v1/nearest?postcode={quote(example)}" if example else "/v1/centres"
    click.echo(f"{_contents(directory)}. Try: curl '{address}{path}'  (Ctrl+C stops)")
    sys.stdout.flush()


def start(directory: Directory) -> None:
    """Open a directory; one that cannot be read is no error, and the terminal says so. Raises
    SettingsInvalid for one of another country.
    """
    if cause := directory.open_to_serve():
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


# Seconds in which the header of a request must be complete. It also ends silent connections, and
# those that are kept after an answer.
HEADER_SECONDS = 15
# Seconds that a worker has to finish its current requests before it is killed.
GRACE_SECONDS = 10


def granian_options(host: str, port: int, workers: int) -> dict[str, Any]:
    """Return the options of granian's server, which the benchmark also uses for its baseline."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    from directory_api.web.middleware.rate_limit import THREADS

    return {
        "address": host,
        "port": port,
        "interface": Interfaces.WSGI,
        "workers": workers,
        "blocking_threads": THREADS,
        "websockets": False,
        # With HTTP/2 allowed, granian waits for the first byte of a connection without a limit.
        "http": HTTPModes.http1,
        "http1_settings": HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        # Its messages can quote a request, and it blocks while standard error is not read.
        "log_enabled": False,
        "respawn_failed_workers": True,
        "workers_kill_timeout": GRACE_SECONDS,
    }


def _serve_until_stopped(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP (a closed terminal). Raises ClickException if a worker
    ends again and again; the service manager then starts the server again.
    """
    with _shared_counts():
        # Imported here, after the folder of the counts is known: a worker is a copy of this
        # process, and starts sooner with what is imported.
        from granian import Granian

        from directory_api import serving  # noqa: F401

        package = Path(__file__).parents[1]
        server = Granian(
            f"{package / 'worker.py'}:app",
            factory=True,
            # Otherwise modules are also looked for in the folder where the command was started.
            working_dir=package.parent,
            **granian_options(host, port, workers),
        )
        stopping = StopSignals()
        server.on_startup(stopping.handle)
        try:
            server.serve()
        except SystemExit:
            # systemd and a terminal signal the workers, too; one that ends first is no failure.
            if not stopping.received:
                raise click.ClickException(
                    "the workers end again and again; the lines above may say why"
                ) from None
        finally:
            signal.alarm(0)  # it would end Python, which first puts back the handlers


def _shared_counts() -> AbstractContextManager[object]:
    """Have the workers count together for the block, by files in a private folder. It is in memory
    where that is possible: on a full disk the workers would end.
    """
    memory = Path("/dev/shm")  # noqa: S108  # the folder in it has a random name
    folder = memory if os.access(memory, os.W_OK) else None
    try:
        shared = TemporaryDirectory(prefix="directory-api-", dir=folder, ignore_cleanup_errors=True)
    except OSError:  # no room: each worker counts for itself
        return nullcontext()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared.name
    return shared


class StopSignals:
    """Ends the server at a signal, by granian's own handler, also if granian misses the first one:
    it may clear its event just after that was set, so it is called each second.
    """

    def __init__(self) -> None:
        self.received = False
        self._server = os.getpid()
        # Started by nohup, the server ignores that its terminal is closed.
        self._ignores_hangup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

    def handle(self) -> None:
        """Handle the signals from now on, with the handler that granian has set."""
        self._interrupt: Any = signal.getsignal(signal.SIGTERM)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, self._stop)
        if self._ignores_hangup:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _stop(self, number: int, frame: object) -> None:
        if os.getpid() != self._server:  # a worker that has inherited this and is not yet loaded
            end_by(number)
        self.received = True
        self._interrupt(number, frame)
        signal.alarm(1)


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
