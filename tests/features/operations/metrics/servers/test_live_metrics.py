"""The metrics of a server with several workers."""

import os
import re
import signal
from pathlib import Path

from tests.support.servers import SERVE, Served, eventually, listening, living, serving

SENT = 60
SECONDS = 30.0
HELPLINES = 'directory_requests_total{method="GET",route="/v1/helplines",status="200"}'
TIMED = 'directory_request_seconds_count{route="/v1/helplines"}'


def _counted(served: Served, name: str = HELPLINES) -> float:
    """What a worker says that was counted."""
    text = served.ask("/metrics").body.decode()
    return sum(map(float, re.findall(rf"^{re.escape(name)} (.+)$", text, re.MULTILINE)))


def test_every_worker_gives_the_sum_of_all_and_a_restart_loses_nothing(tmp_path: Path) -> None:
    """A counter that falls counts as a restart of the server in Prometheus."""
    with serving((*SERVE, "--workers", "2"), tmp_path) as served:
        eventually(SECONDS, lambda: listening(served.port) == 2)
        for _ in range(SENT):
            assert served.ask("/v1/helplines").status == 200
        eventually(SECONDS, lambda: _counted(served) == SENT)
        assert {_counted(served) for _ in range(20)} == {SENT}
        assert _counted(served, TIMED) == SENT
        before = {*living(served.process.pid)} - {served.process.pid}
        os.kill(min(before), signal.SIGKILL)
        eventually(SECONDS, lambda: len({*living(served.process.pid)} - before) == 2)
        assert {_counted(served) for _ in range(20)} == {SENT}
        assert served.ask("/v1/helplines").status == 200
        eventually(SECONDS, lambda: _counted(served) == SENT + 1)
