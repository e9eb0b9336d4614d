"""docs/editing.md: a maintainer who types it gets what it says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.programs import require
from tests.support.servers import ROOT, SERVE, environment, serving

TEXT = (ROOT / "docs/editing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
# What the page says that each of its requests is answered, in their order.
STATUSES = [200, 428, 412, 200, 200, 202, 200, 200, 202, 200, 200, 200]
# After each answer its status, on a line of its own; the page's curl shows a person the same in
# another way.
CURL = "curl() { command curl -sS -w '\\n=%{http_code}\\n' \"$@\"; }\n"


@pytest.mark.needs("imports", "maintenance")
def test_the_commands_do_what_the_page_says(tmp_path: Path) -> None:
    """Every command runs, every request has its status, and the record ends as the page says."""
    require("curl")
    with serving(SERVE, tmp_path, rate_limit="") as served:
        script = (
            CURL
            + "set -e\n"
            + "".join(BLOCKS).replace("127.0.0.1:8000", f"127.0.0.1:{served.port}")
        )
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        ended = subprocess.run(
            ["bash", "-c", script],
            env={**environment(tmp_path / "directory.db"), "PATH": path},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        record = served.ask("/v1/centres/pag-asa").json()
    assert ended.returncode == 0, ended.stderr
    assert [
        int(status) for status in re.findall(r"^=(\d{3})$", ended.stdout, flags=re.MULTILINE)
    ] == STATUSES
    assert (record["name"], record["email"]) == ("PAG-ASA Brussels", "info@pag-asa.be")
    (history,) = _answers(ended.stdout, "entries")
    assert [entry["reason"] for entry in history["entries"]][1:3] == [
        "confirmed over the API",
        "new sign at the door",
    ]
    assert history["entries"][0]["approved_by"] == "head office"
    assert [answer["result"] for answer in _answers(ended.stdout, "result")][-2:] == [
        "unchanged",
        "done",
    ]


def test_the_page_names_each_refusal_of_a_version_and_each_scope() -> None:
    """What stops a write, and what a token may do, is on the page."""
    from directory_api.record.token import SCOPES

    for word in (*SCOPES, "401", "412", "422", "428", "429", "202", "5 MB", "14 days"):
        assert word in TEXT


def _answers(printed: str, member: str) -> list[dict[str, Any]]:
    """The JSON answers that have a member."""
    found = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    return [answer for answer in found if member in answer]
