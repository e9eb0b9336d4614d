"""What the supervisor of the workers does, and a worker's pulse, without a server."""

import resource
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from granian.constants import Interfaces

from directory_api.cli import server, workers


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


def test_a_worker_counts_the_answers_of_its_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the application is loaded it only has to run; an answer of 503 counts, too."""
    asked = []
    app = Flask("app")

    @app.get("/readyz")
    def readyz() -> tuple[str, int]:
        asked.append("readyz")
        return "", 503

    def sleep(_: float) -> None:
        if apps:
            raise Slept
        apps.append(app)

    apps: list[Flask] = []
    pulse: Any = SimpleNamespace(value=0)
    monkeypatch.setattr(workers, "time", SimpleNamespace(sleep=sleep))
    with pytest.raises(Slept):
        workers._keep_pulse(pulse, apps)
    assert asked == ["readyz"]
    assert pulse.value == 2


def test_a_worker_has_a_pulse_before_its_application_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pulse gets the application once it is there."""
    app = Flask("app")
    given: list[tuple[object, list[Flask]]] = []
    started = threading.Event()

    def keep_pulse(pulse: object, apps: list[Flask]) -> None:
        given.append((pulse, apps))
        started.set()

    def load() -> Flask:
        assert started.wait(10)
        assert given == [("pulse", [])]
        return app

    monkeypatch.setattr(workers, "_keep_pulse", keep_pulse)
    assert workers.load_with_pulse(load, "pulse") is app
    assert given == [("pulse", [app])]


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
