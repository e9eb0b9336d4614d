"""Schemathesis asks a real server what the documents allow and what they forbid."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from tests.support import schemathesis_checks
from tests.support.amount import EVERY_CASE
from tests.support.servers import ROOT, SERVE, Served, environment, serving

# All checks but one that support/schemathesis_checks.py replaces, and one that takes each POST for
# an addition, also those that search.
UNCHECKED = "positive_data_acceptance,ensure_resource_availability"
SEED = "20261124"
# The coverage phase sends 3,000 requests, the same each time, for the limits of each parameter. CI
# takes its time for them.
PHASES = "examples,coverage,fuzzing" if EVERY_CASE else "examples,fuzzing"
ALL_PHASES = "examples,coverage,fuzzing,stateful"
# How many examples of each operation, and at least how many requests, for a stranger and a
# maintainer.
STRANGER, MAINTAINER = ((4, 800), (1, 400)) if EVERY_CASE else ((4, 60), (2, 30))
# With so many requests for each of --max-examples there are enough.
CASES_OF_AN_EXAMPLE = 16
WRITES = [
    option
    for method in ("POST", "PUT", "PATCH", "DELETE")
    for option in ("--include-method", method)
]

_PROGRAM = str(Path(sys.executable).parent / "schemathesis")


def _run(
    served: Served,
    folder: Path,
    document: str,
    examples: int,
    *more: str,
    hooks: str = "",
    phases: str = PHASES,
    seconds: int = 300,
) -> int:
    """Run schemathesis; returns the number of requests, all of which were answered as
    documented.
    """
    ended = subprocess.run(
        [
            _PROGRAM,
            "--config-file",
            str(ROOT / "tests/support/schemathesis.toml"),
            "run",
            str(ROOT / document),
            *_options(served),
            "--phases",
            phases,
            *more,
            "--max-examples",
            str(examples),
        ],
        env={**environment(folder / "directory.db"), "SCHEMATHESIS_HOOKS": hooks},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=seconds,  # for a busy machine; it takes a quarter of a minute
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
        "--exclude-checks",
        UNCHECKED,
        "--seed",
        SEED,
        "--no-color",
    ]
    return [*options, "--request-timeout", "10"]


@pytest.mark.needs("hsds", "device", "desk", "reference")
@pytest.mark.parametrize("document", ["openapi.yaml", "openapi-hsds.yaml"])
def test_schemathesis_finds_no_answer_outside_the_contract(
    tmp_path: Path, request: pytest.FixtureRequest, document: str
) -> None:
    """No generated request gets a 5xx, an undocumented status, header or content type, or another
    body; invalid data is refused, and other data is accepted, except for reasons that are listed.

    `--schemathesis-cases=10000` sends so many requests at least, in all phases.
    tests/integration/test_web_auth.py has the refusals of what needs a token.
    """
    cases: int = request.config.getoption("--schemathesis-cases")
    examples, least = (cases // CASES_OF_AN_EXAMPLE, cases) if cases else STRANGER
    phases, seconds = (ALL_PHASES, cases) if cases else (PHASES, 300)
    with serving(SERVE, tmp_path, rate_limit="") as served:
        sent = _run(
            served,
            tmp_path,
            document,
            examples,
            hooks=schemathesis_checks.__file__,
            phases=phases,
            seconds=seconds,
        )
        # HSDS has a fifth of the parameters.
        assert sent >= (least if document == "openapi.yaml" else least / 6)


def test_schemathesis_finds_none_for_a_maintainer_either(tmp_path: Path) -> None:
    """With all scopes, and for any version, writes are answered as documented, too; some of them
    succeed, and the data that is served afterwards is valid. A record has more rules than its
    schema, so whether allowed data is accepted is not checked.
    """
    examples, least = MAINTAINER
    with serving(SERVE, tmp_path, rate_limit="", review="off") as served:
        directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path / 'directory.db'}"))
        secret, _ = directory.tokens.create("everything", ["admin"], 1)
        known = ["--header", f"Authorization: Bearer {secret}", "--header", "If-Match: *"]
        sent = _run(served, tmp_path, "openapi-editing.yaml", examples, *known, *WRITES)
        assert sent >= least
        assert int(served.ask("/v1/").json()["revision"]) > 3
        assert served.ask("/v1/nearest?postcode=1000").status == 200
        assert secret not in served.logged()
