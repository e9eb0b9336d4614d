"""Runs the nightly tests of what has been changed: `python3 -m tools.touched [BASE]`

BASE is a commit, by default $BASE, else the newest that is older than a day. It needs Python alone,
and runs make.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PYTEST = "sh tools/test.sh .venv/bin/python all"
_CLIENTS = "tests/contract/test_clients_{python,typescript,kotlin,swift}.py"
# What is run when one of these files or folders has been changed.
TOUCHED = {
    f"{_PYTEST} {_CLIENTS} tests/contract/test_openapi_lint.py": (
        "openapi.yaml",
        "openapi-editing.yaml",
        "openapi-hsds.yaml",
        "docs/clients.md",
        "tests/clients",
    ),
    f"{_PYTEST} tests/contract/test_reference_hours.py": ("directory_api/hours",),
    f"{_PYTEST} tests/integrations": ("integrations", "tests/integrations"),
    f"{_PYTEST} tests/servers/test_deleted_features.py": (
        "directory_api/feature.py",
        "directory_api/features",
        "directory_api/web/app.py",
    ),
    f"{_PYTEST} tests/features/pages/browser/test_other_engines.py"
    " tests/features/pages/browser/test_stays_on_disk.py": (
        "directory_api/features/pages/src",
        "directory_api/features/pages/templates",
    ),
    "make docs": ("docs", "mkdocs.yml"),
    "make first-server": (
        "deploy",
        "docs/operating.md",
        "docs/operations.md",
        "tools/first_server",
    ),
}


def _changed(base: str) -> list[str]:
    listed = ["git", "diff", "--name-only", "-z", base, "HEAD"]
    return subprocess.run(
        listed, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")


def _base() -> str:
    """The commit that was meant, else the newest that is older than a day, else the first."""
    if named := (sys.argv[1:] or [os.environ.get("BASE", "")])[0]:
        return named
    for options in (["-1", "--before=1.day"], ["--max-parents=0"]):
        found = subprocess.run(
            ["git", "rev-list", *options, "HEAD"],  # noqa: S607
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        if found:
            break
    return found[0]


def main() -> int:
    """Run them; returns the exit status of the first that failed, or 0."""
    changed = _changed(_base())
    for command, paths in TOUCHED.items():
        if not any(
            name == path or name.startswith(f"{path}/") for name in changed for path in paths
        ):
            continue
        print(f"changed: {', '.join(paths)}: {command}", flush=True)
        shell = ["bash", "-c", command]
        status = subprocess.run(shell, cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
