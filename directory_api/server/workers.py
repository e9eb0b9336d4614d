"""The worker processes of `serve`: started again whenever they end, replaced when they hang.

granian 2.8 alone ends the whole service when a worker ends twice within five seconds, and never
notices a worker that hangs. `RestartingServer` replaces its loop.
"""

import ctypes
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.sharedctypes import RawValue
from typing import TYPE_CHECKING, Any, Protocol
from wsgiref.util import setup_testing_defaults

from flask import Flask
from granian._granian import SocketHolder
from granian.server.mp import MPServer, WorkerProcess
from werkzeug.wsgi import ClosingIterator

from directory_api.server.supervisor import Worker
from directory_api.web.middleware.body_limit import THREADS
from directory_api.web.wsgi import log
from directory_api.web.wsgi.types import Headers, Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# Interval in seconds at which the supervisor looks after its workers, and a worker probes itself.
LOOK_SECONDS = 0.5
# A worker whose probe was not answered for so long hangs, and is killed. While it loads the
# application it only has to run.
HUNG_SECONDS = 10.0
# So does a worker whose threads all compute without an answer for so long. Requests take
# milliseconds; the bundle of 10,000 centres, for which others wait, takes seconds.
ENDLESS_SECONDS = 120.0
# The first restart is immediate. If workers end soon after their start, each restart waits twice
# as long as the one before.
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
# A worker that lived so long ended for a new reason.
STABLE_SECONDS = 60.0
# A connection ends when the other end has taken nothing of an answer for so long.
UNREAD_SECONDS = 30.0
# Seconds of silence after which the system asks the other end whether it is still there. A phone
# that loses its network while it sends a body would otherwise occupy a thread without end.
SILENT_SECONDS = 15
_LONGEST_PAUSE_SECONDS = 2 * LOOK_SECONDS
_PROBE = "/readyz"


class WorkerHandle(Worker, Protocol):
    """The used part of granian's WorkerProcess, which has no types."""

    # When it was created, by time.monotonic.
    birth: float

    def start(self) -> object:
        """Start the process. Raises OSError."""

    def is_alive(self) -> bool:
        """Return whether the process runs."""

    def join(self, timeout: float) -> object:
        """Wait for its end, at most so many seconds."""


def wait_before_restart(quick_ends: int) -> float:
    """Return the seconds to wait after so many ends of a worker in a row."""
    if quick_ends <= 1:
        return 0.0
    # The exponent is limited, because a float overflows after a thousand ends.
    return min(FIRST_WAIT_SECONDS * 2.0 ** min(quick_ends - 2, 16), LONGEST_WAIT_SECONDS)


@dataclass
class _Watch:
    """What the supervisor knows of the worker in one place."""

    # A counter in shared memory that the worker increments after each probe.
    pulse: Any = field(default_factory=partial(RawValue, ctypes.c_ulong, 0))
    beats: int = 0
    silent_seconds: float = 0.0
    quick_ends: int = 0
    restart_at: float | None = None


class RestartingServer(MPServer):
    """granian's server, which restarts workers without end until it is interrupted."""

    _sso: Any
    _shd: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._watches: dict[int, _Watch] = {}

    def _init_shared_socket(self) -> None:
        # granian 2.8 opens a listening socket for each worker, and the system divides connections
        # among them: a worker that was killed or stopped took those along that waited for it.
        holder: Any = SocketHolder  # its stub has no arguments
        self._sso = listening(self.bind_addr, self.bind_port, self.backlog)
        self._shd = holder(self._sso.fileno(), False, self.backlog)

    def _spawn_worker(
        self,
        idx: int,
        target: Callable[..., None],
        callback_loader: Callable[[int], Flask],
        socket_loader: None = None,
    ) -> WorkerProcess:
        watch = self._watches.setdefault(idx, _Watch())
        # A new counter: the worker before may still be ending.
        watch.pulse, watch.beats, watch.silent_seconds = RawValue(ctypes.c_ulong, 0), 0, 0.0
        load = partial(load_with_pulse, partial(callback_loader, idx), watch.pulse)
        return super()._spawn_worker(idx, target, load)

    def _serve_loop(
        self, spawn_target: Callable[..., None], target_loader: Callable[[int], Flask]
    ) -> None:
        looked = time.monotonic()
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait(LOOK_SECONDS)  # also set when a worker ends
            self.main_loop_interrupt.clear()
            self.interrupt_children.clear()
            now = time.monotonic()
            # If this process itself was stopped (Ctrl+Z) or the machine slept, the workers were,
            # too: that time does not count.
            passed, looked = min(now - looked, _LONGEST_PAUSE_SECONDS), now
            for place, watch in self._watches.items():
                worker: WorkerHandle = self.wrks[place]
                if worker.is_alive():
                    _kill_if_hung(worker, place, watch, passed)
                elif watch.restart_at is None:
                    _plan_restart(worker.birth, place, watch)
                if watch.restart_at is not None and watch.restart_at <= time.monotonic():
                    self._restart(place, watch, spawn_target, target_loader)

    def _restart(
        self,
        place: int,
        watch: _Watch,
        spawn_target: Callable[..., None],
        target_loader: Callable[[int], Flask],
    ) -> None:
        watch.restart_at = None
        process = self._spawn_worker(place, spawn_target, target_loader)
        worker: WorkerHandle = process
        try:
            worker.start()
        except OSError:  # too many processes, or no memory; it counts as a worker that ended
            _plan_restart(worker.birth, place, watch)
        else:
            self.wrks[place] = process


def listening(host: str, port: int, backlog: int) -> socket.socket:
    """Return a listening socket for all workers. Raises OSError.

    Linux ends its connections when the other end is gone, or takes nothing of an answer; other
    systems may not have all of these options.
    """
    options = {
        "TCP_NODELAY": 1,
        "TCP_KEEPIDLE": SILENT_SECONDS,
        "TCP_KEEPINTVL": 5,
        # It ends a connection also if the other end keeps saying that it has no room.
        "TCP_USER_TIMEOUT": round(UNREAD_SECONDS * 1000),
    }
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option in options.keys() & set(dir(socket)):
        listener.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), options[option])
    listener.set_inheritable(True)
    listener.bind((host, port))
    listener.listen(backlog)
    return listener


def _kill_if_hung(worker: WorkerHandle, place: int, watch: _Watch, passed: float) -> None:
    beats = watch.pulse.value
    watch.silent_seconds = watch.silent_seconds + passed if beats == watch.beats else 0.0
    watch.beats = beats
    if watch.silent_seconds > HUNG_SECONDS:
        log.note("worker", number=place + 1, state="hung")
        watch.silent_seconds = 0.0
        worker.kill()
        worker.join(1.0)


def _plan_restart(birth: float, place: int, watch: _Watch) -> None:
    now = time.monotonic()
    watch.quick_ends = watch.quick_ends + 1 if now - birth < STABLE_SECONDS else 1
    wait = wait_before_restart(watch.quick_ends)
    watch.restart_at = now + wait
    log.note("worker", number=place + 1, state="ended", restart_in_seconds=wait)


class WorkerApp:
    """The application in a worker, which knows what each thread is at."""

    def __init__(self, app: Flask, threads: int) -> None:
        self._app = app
        # Flask.__call__ does nothing but call it.
        self._respond = app.wsgi_app
        self._threads = threads
        # When each thread that is at a request began it, by time.monotonic and the thread's id, and
        # the clock of its processor time.
        self._began: dict[int, tuple[float, int]] = {}
        # When they began, and the processor time that they had used, at the last look.
        self._seen: dict[int, tuple[float, float]] = {}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        began, thread = self._began, threading.get_ident()
        began[thread] = time.monotonic(), time.pthread_getcpuclockid(thread)
        try:
            return self._respond(environ, start_response)
        finally:
            del began[thread]

    def probe(self) -> None:
        """Have the application answer a request, in the calling thread."""
        environ: dict[str, Any] = {"PATH_INFO": _PROBE}
        setup_testing_defaults(environ)
        # Without the middleware that counts and logs.
        ClosingIterator(type(self._app).wsgi_app(self._app, environ, _ignore)).close()

    def hangs(self) -> bool:
        """Look at the threads: return whether all of them are at a request, and since the last look
        none has begun one or used the processor.

        The probe has a thread of its own and does not notice it. A thread that computes is busy,
        and only hangs if no thread has begun a request for ENDLESS_SECONDS.
        """
        began = self._began.copy()
        seen = {thread: (at, _processor_seconds(clock)) for thread, (at, clock) in began.items()}
        before, self._seen = self._seen, seen
        if len(seen) < self._threads:
            return False
        newest = max(at for at, _ in seen.values())
        return seen == before or time.monotonic() - newest > ENDLESS_SECONDS


def _ignore(_line: str, _headers: Headers, _error: Any = None) -> Write:
    """Start no answer: the one to a probe is not sent."""
    return bytes


def _processor_seconds(clock: int) -> float:
    """Return the processor time of a thread; 0 if it has ended."""
    try:
        return time.clock_gettime(clock)
    except OSError:
        return 0.0


def load_with_pulse(load: Callable[[], Flask], pulse: Any, threads: int = THREADS) -> WorkerApp:
    """Return the application, in a worker, and from now on count its probes in `pulse`.

    `threads` is how many answer requests.
    """
    apps: list[WorkerApp] = []
    threading.Thread(target=_keep_pulse, args=(pulse, apps), name="pulse", daemon=True).start()
    app = WorkerApp(load(), threads)
    apps.append(app)
    return app


def _keep_pulse(pulse: Any, apps: list[WorkerApp]) -> None:
    """Ask the application, once it is loaded, and count; without end.

    Only a missing answer stops the pulse: restarting a worker that answers 503 would not help.
    """
    while True:
        if not any(app.hangs() for app in apps):
            for app in apps:
                app.probe()
            pulse.value += 1
        time.sleep(LOOK_SECONDS)
