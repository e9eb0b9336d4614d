"""Runs the tests that are left when features are deleted: `python -m tools.without pages desk`, or
`all`; `--` and arguments of pytest may follow.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.feature import SHIPPED
from tests.support.deleted_features import delete
from tests.support.servers import ROOT


def _copy(folder: Path) -> None:
    """Copy what git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    for name in listed.stdout.decode().rstrip("\0").split("\0"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)


def main() -> int:
    """Run the tests in a copy. Returns their exit status, or 2 for a name that is no feature."""
    names, _, arguments = " ".join(sys.argv[1:]).partition("--")
    chosen = SHIPPED if names.strip() == "all" else tuple(names.split())
    if not chosen or not {*chosen} <= {*SHIPPED}:
        print(f"Name features, or all: {', '.join(SHIPPED)}", file=sys.stderr)
        return 2
    with TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)  # some tests read it as another user
        _copy(folder)
        delete(chosen, folder / "directory_api")
        for name in chosen:
            shutil.rmtree(folder / "tests/features" / name, ignore_errors=True)
        # Some tests ask git for the files, or for its tags.
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        for command in (["init"], ["add", "--all"], [*who, "commit", "--quiet", "--message=x"]):
            subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)  # noqa: S607
        return subprocess.run(
            ["sh", "tools/test.sh", sys.executable, "quick", *arguments.split()],  # noqa: S607
            cwd=folder,
            env={**os.environ, "PYTHONPATH": place},
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
