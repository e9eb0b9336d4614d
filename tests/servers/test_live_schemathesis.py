"""Schemathesis asks a real server what openapi.yaml allows and what it forbids."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.support.api_client import OPENAPI_YAML
from tests.support.servers import SERVE, Served, environment, serving

CHECKS = (
    "not_a_server_error,status_code_conformance,"
    "content_type_conformance,response_schema_conformance"
)
SEED = "20261124"
# The coverage phase sends 3,000 requests, the same each time, for the limits of each parameter. CI
# takes its time for them.
IN_CI = bool(os.environ.get("CI"))
PHASES = "examples,coverage,fuzzing" if IN_CI else "examples,fuzzing"
# How many examples of each operation, and at least how many requests, for a stranger and a
# maintainer.
STRANGER, MAINTAINER = ((2, 2000), (1, 1000)) if IN_CI else ((5, 150), (4, 60))
WRITES = [
    option
    for method in ("POST", "PUT", "PATCH", "DELETE")
    for option in ("--include-method", method)
]

_PROGRAM = str(Path(sys.executable).parent / "schemathesis")


def _run(served: Served, folder: Path, examples: int, *more: str) -> int:
    """Run schemathesis; returns the number of requests, all of which were answered as
    documented.
    """
    ended = subprocess.run(
        [
            _PROGRAM,
            "run",
            str(OPENAPI_YAML),
            *_options(served),
            *more,
            "--max-examples",
            str(examples),
        ],
        env=environment(folder / "directory.db"),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,  # for a busy machine; it takes a quarter of a minute
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-6000:]
    generated = re.search(r"(\d+) generated, (\d+) passed", ended.stdout)
    assert generated, ended.stdout[-3000:]
    assert generated[1] == generated[2]
    assert "Traceback" not in served.logged()
    assert '"event": "crash"' not in served.logged()
    return int(generated[1])


def _options(served: Served) -> Sequence[str]:
    options = [
        "--url",
        f"http://127.0.0.1:{served.port}",
        "--checks",
        CHECKS,
        "--seed",
        SEED,
        "--no-color",
    ]
    return [*options, "--phases", PHASES, "--request-timeout", "10"]


def test_schemathesis_finds_no_answer_outside_the_contract(tmp_path: Path) -> None:
    """No generated request gets a 5xx, an undocumented status or content type, or another body."""
    examples, least = STRANGER
    with serving(SERVE, tmp_path, rate_limit="") as served:
        assert _run(served, tmp_path, examples) >= least


def test_schemathesis_finds_none_for_a_maintainer_either(tmp_path: Path) -> None:
    """With all scopes, and for any version, writes are answered as documented, too; some of them
    succeed, and the data that is served afterwards is valid.
    """
    examples, least = MAINTAINER
    with serving(SERVE, tmp_path, rate_limit="", second_look="off") as served:
        directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path / 'directory.db'}"))
        secret, _ = directory.tokens.create("everything", ["admin"], 1)
        known = ["--header", f"Authorization: Bearer {secret}", "--header", "If-Match: *"]
        assert _run(served, tmp_path, examples, *known, *WRITES) >= least
        assert int(served.ask("/v1/").json()["revision"]) > 3
        assert served.ask("/v1/nearest?postcode=1000").status == 200
        assert secret not in served.logged()
