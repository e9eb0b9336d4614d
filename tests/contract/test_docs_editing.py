"""docs/editing.md: a maintainer who types it gets what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from directory_api.record.token import SCOPES
from tests.support.programs import require
from tests.support.servers import ROOT, SERVE, environment, serving

TEXT = (ROOT / "docs/editing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
# After each answer its status, on a line of its own; the page's curl shows a person the same in
# another way.
CURL = "curl() { command curl -sS -w '\\n=%{http_code}\\n' \"$@\"; }\n"


@pytest.mark.needs("desk", "operations")
def test_each_command_of_the_page_runs(tmp_path: Path) -> None:
    """Its requests are answered; only the two that the page shows without If-Match and with an old
    version are refused.
    """
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
    assert ended.returncode == 0, ended.stderr
    statuses = re.findall(r"^=(\d{3})$", ended.stdout, flags=re.MULTILINE)
    assert len(statuses) == "".join(BLOCKS).count("\ncurl ")
    assert [each for each in statuses if each not in ("200", "202")] == ["428", "412"]


def test_the_page_names_each_scope() -> None:
    """What a token may do."""
    assert [scope for scope in SCOPES if f"`{scope}`" not in TEXT] == []
