"""`make release-check`: builds all that a release publishes, tries it, and prints it.

Nothing is uploaded. What would be published is in dist/release; the exit status is 1 if two builds
differ or a package does not work. `--tag v0.1.0` also refuses what is not ready for this tag, and
`--add FOLDER` adds what was built on other machines.
"""

import argparse
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.release.builds import ONE, OTHER, Build, build, commit_time, uncommitted
from tools.release.commands import Failed
from tools.release.differences import differences, sha256
from tools.release.trials import install_and_ask
from tools.release.versions import before_tag, differing, version

ROOT = Path(__file__).parents[2]
OUT = ROOT / "dist/release"
SUMS = "SHA256SUMS"


def main() -> int:
    """Return 0 if everything is as it should be, else 1; say what is not."""
    parser = argparse.ArgumentParser(prog="make release-check", description=__doc__)
    parser.add_argument("--tag", help="refuse what is not ready for this tag")
    parser.add_argument("--add", type=Path, metavar="FOLDER", help="with what others have built")
    chosen = parser.parse_args()
    try:
        number = version(ROOT)
        left = before_tag(ROOT, chosen.tag or f"v{number}")
        faults = differing(ROOT)
    except ValueError as error:
        parser.exit(1, f"Error: {error}.\n")
    if uncommitted(ROOT):
        left.append("Commit what has changed.")
    faults += left if chosen.tag else []
    if not faults:
        try:
            faults = _built(number, chosen.add)
        except Failed as failed:
            faults = [str(failed)]
        else:
            if not faults:
                print("Both builds are the same, byte by byte; each package was tried.")
    for fault in faults:
        print(f"Error: {fault}", file=sys.stderr)
    if left and not chosen.tag:
        print(f"\nBefore the tag v{number}:", *left, sep="\n- ")
    return 1 if faults else 0


def _built(number: str, added: Path | None) -> list[str]:
    """Build, compare, try and print; return what is wrong. Raises Failed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _say("Building twice: source distribution, wheel, npm package, bill of materials ...")
        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(lambda chosen: build(ROOT, folder, chosen), (ONE, OTHER))
        faults = differences(one.published, other.published)
        _say("Installing each package in an environment of its own, and asking it ...")
        with ThreadPoolExecutor(2) as pool:
            tried = [
                pool.submit(install_and_ask, one, one.wheel, number),
                pool.submit(install_and_ask, other, other.sdist, number),
            ]
        for trial in tried:
            trial.result()
        _collect(one, added)
        _print(number)
    return faults


def _collect(built: Build, added: Path | None) -> None:
    """Write what is published into dist/release, with its checksums."""
    shutil.rmtree(OUT, ignore_errors=True)
    shutil.copytree(built.published, OUT)
    for path in sorted(added.iterdir()) if added else []:
        shutil.copyfile(path, OUT / path.name)
    lines = [f"{sha256(path)}  {path.name}\n" for path in sorted(OUT.iterdir())]
    (OUT / SUMS).write_text("".join(lines), encoding="utf-8")


def _print(number: str) -> None:
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(int(commit_time(ROOT))))
    print(f"\ndirectory-api {number}, of the commit of {when} UTC. This would be published:\n")
    width = max(len(path.name) for path in OUT.iterdir())
    for path in sorted(OUT.iterdir()):
        print(f"{path.name:{width}} {path.stat().st_size:>10,}  {sha256(path)}")
    print("\nThe container image is built by the workflow from deploy/Containerfile.")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
