"""Schemathesis asks a real server what openapi.yaml allows and what it forbids."""

import re
import subprocess
import sys
from pathlib import Path

from tests.asking import OPENAPI_YAML
from tests.serving import SERVE, environment, serving

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = "20"
SEED = "20261124"


def test_schemathesis_finds_no_answer_outside_the_contract(tmp_path: Path) -> None:
    """No generated request gets a 5xx, an undocumented status or content type, or a body of another shape."""
    with serving(SERVE, tmp_path, rate_limit="") as served:
        command = [str(Path(sys.executable).parent / "schemathesis"), "run", str(OPENAPI_YAML)]
        options = ["--url", f"http://127.0.0.1:{served.port}", "--checks", CHECKS, "--max-examples", EXAMPLES]
        options += ["--seed", SEED, "--phases", "examples,coverage,fuzzing", "--no-color", "--request-timeout", "10"]
        ended = subprocess.run(
            [*command, *options],
            env=environment(tmp_path / "directory.db"),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert ended.returncode == 0, ended.stdout[-6000:]
    generated = re.search(r"(\d+) generated, (\d+) passed", ended.stdout)
    assert generated, ended.stdout[-3000:]
    assert int(generated[1]) == int(generated[2]) >= 500
    assert "Traceback" not in served.logged()
