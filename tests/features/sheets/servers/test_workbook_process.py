"""While a workbook is read in its own process, a server answers, and leaves no process behind."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.features.sheets import XLSX
from tests.support.hostile_workbooks import slow
from tests.support.servers import (
    SERVE,
    START_SECONDS,
    STOP_SECONDS,
    Served,
    eventually,
    left_after,
    living,
    serving,
)


def _import_slow(served: Served) -> None:
    url = f"sqlite:///{served.log.parent / 'directory.db'}"
    token, _ = open_directory(Settings(database_url=url)).tokens.create("anna", ["edit"], 30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": XLSX}
    with suppress(OSError):  # the server is stopped before it answers
        served.ask("/v1/import?dry_run=true&reason=x", "POST", slow(), headers)


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
def test_a_process_that_reads_a_workbook_ends_with_the_server(tmp_path: Path, killed: bool) -> None:
    """After SIGTERM of the server, and when its worker is killed."""
    with serving(SERVE, tmp_path) as served, ThreadPoolExecutor(1) as pool:
        session = served.process.pid
        before = {*living(session)}
        pool.submit(_import_slow, served)
        eventually(START_SECONDS, lambda: {*living(session)} > before)
        (reader,) = {*living(session)} - before
        environ = Path(f"/proc/{reader}/environ")
        # Until it is the other program, it has the environment of the server.
        eventually(2.0, lambda: b"DIRECTORY_" not in environ.read_bytes())
        assert served.ask("/livez").status == 200
        if killed:
            (worker,) = before - {session}
            os.kill(worker, signal.SIGKILL)
            eventually(2.0, lambda: reader not in living(session))
        else:
            os.kill(session, signal.SIGTERM)
            assert left_after(session, STOP_SECONDS) == []
            assert "Traceback" not in served.logged()
