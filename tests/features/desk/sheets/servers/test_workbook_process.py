"""While a workbook is read in its own process, a server answers, and leaves no process behind."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.features.desk.sheets import XLSX
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


def _headers(served: Served) -> dict[str, str]:
    url = f"sqlite:///{served.log.parent / 'directory.db'}"
    token, _ = open_directory(Settings(database_url=url)).tokens.create("anna", ["edit"], 30)
    return {"Authorization": f"Bearer {token}", "Content-Type": XLSX}


def _import_slow(served: Served, headers: dict[str, str]) -> int:
    """Return the status of the answer, or 0 if there is none."""
    with suppress(OSError):  # the server is stopped before it answers
        return served.ask("/v1/import?dry_run=true&reason=x", "POST", slow(), headers).status
    return 0


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
def test_a_process_that_reads_a_workbook_ends_with_the_server(tmp_path: Path, killed: bool) -> None:
    """After SIGTERM of the server, and when its worker is killed."""
    with serving(SERVE, tmp_path) as served, ThreadPoolExecutor(1) as pool:
        session = served.process.pid
        before = {*living(session)}
        pool.submit(_import_slow, served, _headers(served))
        eventually(START_SECONDS, lambda: {*living(session)} > before)
        (reader,) = {*living(session)} - before
        environ = Path(f"/proc/{reader}/environ")
        # Until it is the other program, it has the environment of the server.
        eventually(30.0, lambda: b"DIRECTORY_" not in environ.read_bytes())
        assert served.ask("/livez").status == 200
        if killed:
            (worker,) = before - {session}
            os.kill(worker, signal.SIGKILL)
            eventually(30.0, lambda: reader not in living(session))
        else:
            os.kill(session, signal.SIGTERM)
            assert left_after(session, STOP_SECONDS) == []
            assert "Traceback" not in served.logged()


def test_a_workbook_that_is_read_slowly_lets_others_work(tmp_path: Path) -> None:
    """Others edit meanwhile, visitors are answered, and a second workbook is refused, so that it
    holds no thread.
    """
    with serving(SERVE, tmp_path) as served, ThreadPoolExecutor(5) as pool:
        session, headers = served.process.pid, _headers(served)
        before = {*living(session)}
        first = pool.submit(_import_slow, served, headers)
        eventually(START_SECONDS, lambda: {*living(session)} > before)
        others = [pool.submit(_import_slow, served, headers) for _ in range(4)]
        etag = served.ask("/v1/records/centres/pag-asa", headers=headers).headers["etag"]
        edited = served.ask(
            "/v1/records/centres/pag-asa?reason=x",
            "PATCH",
            json.dumps({"description": {"en": "Changed meanwhile"}}).encode(),
            {**headers, "Content-Type": "application/json", "If-Match": etag},
        )
        assert edited.status in (200, 202), edited.body
        assert {each.result() for each in others} == {422}
        assert len({*living(session)} - before) == 1
        assert served.ask("/v1/nearest?postcode=1000").status == 200
        assert not first.done()
        assert first.result() == 422
