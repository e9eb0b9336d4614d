"""Start and stop of the processes of `serve`: the supervisor and its workers.

granian 2.8 alone loses signals. Its workers are forked with the supervisor's handlers and keep them
until the application is loaded: for half a second a SIGTERM has no effect, and the supervisor then
waits for the worker forever. Here the supervisor blocks the signals before it starts a worker, and
receives them in a thread. A worker inherits the signal mask, so a signal stays pending until it can
end the worker.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

STOPPING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
# Seconds that a worker has to finish its current requests before it is killed.
GRACE_SECONDS = 10
# Interval in seconds at which a worker checks its parent.
LOOK_SECONDS = 0.5


class Worker(Protocol):
    """A granian process that answers requests."""

    def kill(self) -> object:
        """Send SIGKILL, unless the process has ended."""


class Server(Protocol):
    """The used part of granian's MPServer."""

    interrupt_signal: bool

    @property
    def wrks(self) -> Sequence[Worker]:
        """The started workers, until the server has ended them."""

    def serve(self, *, target_loader: Callable[..., Callable[..., Any]], wrap_loader: bool) -> None:
        """Start workers, which call the loader with their number; return when interrupted and all
        have ended.
        """

    def signal_handler_interrupt(self) -> object:
        """Interrupt the server."""


# Returns the application of a worker, whose number it receives; they are numbered from 0.
Load = Callable[[int], Callable[..., Any]]


def supervise(server: Server, load: Load) -> None:
    """Serve until the first SIGTERM, SIGINT or SIGHUP (a closed terminal), then end every worker.

    A worker calls `load` for its application. Call this in the main thread; the signals stay
    blocked afterwards. Raises the errors of the server.
    """
    awaited = set(STOPPING)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # started by nohup
        awaited.remove(signal.SIGHUP)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    _start_thread(_interrupt_on_signal, server, awaited)
    serve_and_leave_no_worker(server, load)


def _interrupt_on_signal(server: Server, awaited: set[signal.Signals]) -> None:
    signal.sigwait(awaited)
    while True:  # granian may clear its event just after it was set
        server.signal_handler_interrupt()
        time.sleep(LOOK_SECONDS)


def serve_and_leave_no_worker(server: Server, load: Load) -> None:
    """Serve until the server is interrupted; after an error, kill the remaining workers.

    Raises the errors of the server, but not SystemExit after an interrupt.
    """
    try:
        server.serve(target_loader=partial(_load_app, os.getpid(), load), wrap_loader=False)
    except SystemExit:
        # systemd sends SIGTERM to the workers, too; a worker that ended first is no failure.
        if not server.interrupt_signal:
            raise
    finally:
        # Workers remain only after an error. multiprocessing would wait for them forever.
        for worker in server.wrks:
            worker.kill()


def _load_app(supervisor: int, load: Load, number: int) -> Callable[..., Any]:
    """Return the application, in the worker with this number of the process `supervisor`.

    From here on SIGTERM ends the worker, until granian has the application and handles the signal.
    SIGINT and SIGHUP stay blocked: a terminal sends them to every process, and the supervisor
    passes them on as SIGTERM.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    _start_thread(end_without, supervisor)
    return load(number)


def _start_thread(target: Callable[..., None], *args: object) -> None:
    threading.Thread(target=target, args=args, name=target.__name__, daemon=True).start()


def end_without(supervisor: int, end: Callable[[int], object] = os._exit) -> None:
    """End the process, with status 1, when its parent is no longer `supervisor`."""
    while os.getppid() == supervisor:
        time.sleep(LOOK_SECONDS)
    end(1)
