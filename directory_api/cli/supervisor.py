"""How the processes of `serve` end: the supervisor, and the workers that it starts.

granian 2.8 alone loses signals. Its workers are forked with the supervisor's handlers and keep them
until the application is loaded: for half a second a SIGTERM does nothing, and the supervisor then
waits for the worker without end. Here the supervisor blocks the signals before it starts a worker,
and takes them in a thread. A worker inherits the mask, so a signal waits until it can end the
worker.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, Protocol

STOPPING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
# How long a worker may take for the requests that have begun, before it is killed.
GRACE_SECONDS = 10
# How often a worker looks for its supervisor.
LOOK_SECONDS = 0.5


class Worker(Protocol):
    """A process of granian's that answers requests."""

    def kill(self) -> object:
        """Send SIGKILL, unless it has ended."""


class Server(Protocol):
    """What is used of granian's MPServer."""

    interrupt_signal: bool

    @property
    def wrks(self) -> Sequence[Worker]:
        """The workers that were started, until the server has ended them."""

    def serve(self, *, target_loader: Callable[..., Callable[..., Any]], wrap_loader: bool) -> None:
        """Start workers, which call the loader; return when interrupted and all have ended."""

    def signal_handler_interrupt(self) -> object:
        """Interrupt the server."""


def supervise(server: Server) -> None:
    """Serve until the first SIGTERM, SIGINT or SIGHUP (a closed terminal), then end every worker.

    To be called in the main thread; the signals stay blocked afterwards. Raises SystemExit when a
    worker that has just been restarted ends again, and what the server raises.
    """
    awaited = set(STOPPING)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # started by nohup
        awaited.remove(signal.SIGHUP)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    _start_thread(_interrupt_on_signal, server, awaited)
    serve_and_leave_no_worker(server)


def _interrupt_on_signal(server: Server, awaited: set[signal.Signals]) -> None:
    signal.sigwait(awaited)
    while True:  # granian may clear its event just after it was set
        server.signal_handler_interrupt()
        time.sleep(LOOK_SECONDS)


def serve_and_leave_no_worker(server: Server) -> None:
    """Serve until the server is interrupted, and kill what workers there are after an error.

    Raises what the server raises, but no SystemExit when it was interrupted.
    """
    try:
        server.serve(target_loader=partial(_load_app, os.getpid()), wrap_loader=False)
    except SystemExit:
        # systemd sends SIGTERM to the workers, too; one that has ended first is no failure.
        if not server.interrupt_signal:
            raise
    finally:
        # There are some only after an error. multiprocessing would wait for them without end.
        for worker in server.wrks:
            worker.kill()


def _load_app(supervisor: int) -> Callable[..., Any]:
    """The application, in a worker of the process `supervisor`.

    From here on SIGTERM ends the worker, until granian has the application and handles it. SIGINT
    and SIGHUP stay blocked: a terminal sends them to every process, and the supervisor passes them
    on as SIGTERM.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    _start_thread(end_without, supervisor)
    app: Callable[..., Any] = import_module("directory_api.wsgi").app
    return app


def _start_thread(target: Callable[..., None], *args: object) -> None:
    threading.Thread(target=target, args=args, name=target.__name__, daemon=True).start()


def end_without(supervisor: int, end: Callable[[int], object] = os._exit) -> None:
    """End the process, with status 1, once its parent is another process than its supervisor."""
    while os.getppid() == supervisor:
        time.sleep(LOOK_SECONDS)
    end(1)
