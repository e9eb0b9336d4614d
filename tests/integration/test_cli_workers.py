"""What the supervisor of the workers does, and a worker's pulse, without a server."""

import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from granian.constants import Interfaces
from werkzeug.test import Client

from directory_api.cli import server
from directory_api.server import workers
from tests.support.servers import eventually


class Refused:
    """A worker that the system has no process for."""

    birth = 0.0

    def start(self) -> None:
        """Fail as with too many processes."""
        raise BlockingIOError


def test_a_worker_that_cannot_be_started_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It counts as one that ended; the one before stays in its place."""
    supervisor: Any = workers.RestartingServer("none:app", interface=Interfaces.WSGI)
    supervisor.wrks = ["the one before"]
    monkeypatch.setattr(supervisor, "_spawn_worker", lambda *_: Refused())
    monkeypatch.setattr(workers, "time", SimpleNamespace(monotonic=lambda: 1.0))
    watch = workers._Watch(quick_ends=2, restart_at=0.0)
    supervisor._restart(0, watch, lambda: None, lambda: Flask("none"))
    assert supervisor.wrks == ["the one before"]
    assert watch.quick_ends == 3
    assert watch.restart_at == 1.0 + workers.wait_before_restart(3)


class Slept(Exception):
    """The end of the endless loop."""


def _beats(monkeypatch: pytest.MonkeyPatch, *rounds: list[workers.WorkerApp]) -> int:
    """The pulse of a worker after looks at the application, which each round adds or not."""
    apps: list[workers.WorkerApp] = []
    waiting = list(rounds)

    def sleep(_: float) -> None:
        if not waiting:
            raise Slept
        apps.extend(waiting.pop(0))

    pulse: Any = SimpleNamespace(value=0)
    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", sleep)
        with pytest.raises(Slept):
            workers._keep_pulse(pulse, apps)
    beats: int = pulse.value
    return beats


def test_a_worker_counts_the_answers_of_its_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the application is loaded it only has to run; an answer of 503 counts, too."""
    asked = []
    app = Flask("app")

    @app.get("/readyz")
    def readyz() -> tuple[str, int]:
        asked.append("readyz")
        return "", 503

    assert _beats(monkeypatch, [workers.WorkerApp(app, 2)]) == 2
    assert asked == ["readyz"]


def test_a_worker_whose_threads_all_hang_has_no_pulse(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has one while a thread is free."""
    flask = Flask("app")
    release = threading.Event()
    inside = threading.Semaphore(0)

    @flask.get("/<name>")
    def wait(name: str) -> str:
        if name == "hang":
            inside.release()
            release.wait(10)
        return name

    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.0)
    app = workers.WorkerApp(flask, 2)
    client = Client(app)
    with ThreadPoolExecutor(2) as threads:
        for hanging in (1, 2):
            threads.submit(client.get, "/hang")
            assert inside.acquire(timeout=10)
            eventually(10.0, lambda hanging=hanging: app.hangs() == (hanging == 2))
            assert _beats(monkeypatch, [app]) == (2 if hanging == 1 else 1)
        release.set()
    assert not app.hangs()
    assert client.get("/free").text == "free"


def test_a_worker_that_computes_is_busy_until_it_does_so_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long its requests take, and also if all other threads wait for one of them."""
    flask = Flask("app")
    release = threading.Event()
    inside = threading.Semaphore(0)

    @flask.get("/<name>")
    def work(name: str) -> str:
        inside.release()
        if name == "wait":
            release.wait(10)
        while not release.is_set():
            pass
        return name

    app = workers.WorkerApp(flask, 2)
    client = Client(app)
    with ThreadPoolExecutor(2) as threads:
        for name in ("wait", "compute"):
            threads.submit(client.get, f"/{name}")
            assert inside.acquire(timeout=10)
        looks = []
        for _ in range(5):
            time.sleep(0.1)
            looks.append(app.hangs())
        assert looks == [False] * 5
        monkeypatch.setattr(workers, "ENDLESS_SECONDS", 0.01)
        assert app.hangs()
        release.set()
    assert not app.hangs()


def test_a_thread_that_has_ended_uses_no_processor_time() -> None:
    """Its clock is gone; nothing is raised."""
    assert workers._processor_seconds(99) == 0.0


def test_a_worker_has_a_pulse_before_its_application_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pulse gets the application once it is there."""
    app = Flask("app")
    given: list[tuple[object, list[workers.WorkerApp]]] = []
    started = threading.Event()

    def keep_pulse(pulse: object, apps: list[workers.WorkerApp]) -> None:
        given.append((pulse, apps))
        started.set()

    def load() -> Flask:
        assert started.wait(10)
        assert given == [("pulse", [])]
        return app

    monkeypatch.setattr(workers, "_keep_pulse", keep_pulse)
    loaded = workers.load_with_pulse(load, "pulse")
    assert given == [("pulse", [loaded])]


def test_the_limit_of_open_files_is_raised() -> None:
    """As far as the server needs and the system allows; one that is high enough stays."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        allowed = server._open_files_allowed()
        after = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert server._open_files_allowed() == allowed
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == after
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert allowed > 256
    assert after == (allowed, before[1])
