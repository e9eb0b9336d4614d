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
from tools.release.commands import Failed, clean, run
from tools.release.differences import differences, not_shared, sha256
from tools.release.trials import install_and_ask
from tools.release.versions import before_tag, differing, version

ROOT = Path(__file__).parents[2]
OUT = ROOT / "dist/release"
HERE = ROOT / "dist/here"
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
        _say("Building twice: source distribution, wheels, npm package, bill of materials ...")
        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(lambda chosen: build(ROOT, folder, chosen), (ONE, OTHER))
        faults = differences(one.published, other.published) + differences(one.here, other.here)
        _say("Installing each package in an environment without a compiler, and asking it ...")
        with ThreadPoolExecutor(2) as pool:
            tried = [
                pool.submit(install_and_ask, one, one.compiled, number, "compiled"),
                pool.submit(_try_both, other, number),
            ]
        for trial in tried:
            trial.result()
        _collect(one, added)
        faults += _different_wheels(one)
        _print(number, one.compiled.name)
    return faults


def _try_both(built: Build, number: str) -> None:
    install_and_ask(built, built.pure, number, "interpreted")
    install_and_ask(built, built.sdist, number, "interpreted")


def _collect(built: Build, added: Path | None) -> None:
    """Write what is published into dist/release, with its checksums, and the wheel for this machine
    beside it.
    """
    for folder in (OUT, HERE):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(built.published, OUT)
    HERE.mkdir(exist_ok=True)
    shutil.copyfile(built.compiled, HERE / built.compiled.name)
    for path in sorted(added.iterdir()) if added else []:
        shutil.copyfile(path, OUT / path.name)
    lines = [f"{sha256(path)}  {path.name}\n" for path in sorted(OUT.iterdir())]
    (OUT / SUMS).write_text("".join(lines), encoding="utf-8")


def _different_wheels(built: Build) -> list[str]:
    """Return a sentence for each wheel that has more or other files than the wheel for every
    machine, besides the compiled search.
    """
    wheels = [built.compiled, *(path for path in OUT.glob("*.whl") if path.name != built.pure.name)]
    return [
        f"{wheel.name} has not the files of {built.pure.name}: {', '.join(names)}."
        for wheel in wheels
        if (names := not_shared(built.pure, wheel))
    ]


def _print(number: str, here: str) -> None:
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(int(commit_time(ROOT))))
    print(f"\ndirectory-api {number}, of the commit of {when} UTC. This would be published:\n")
    width = max(len(path.name) for path in OUT.iterdir())
    for path in sorted(OUT.iterdir()):
        print(f"{path.name:{width}} {path.stat().st_size:>10,}  {sha256(path)}")
    identifiers = run(
        *(sys.executable, "-m", "cibuildwheel", "--print-build-identifiers"),
        *("--platform", "linux", "--archs", "x86_64,aarch64"),
        folder=ROOT,
        variables=clean(),
    )
    print(f"\nWith the compiled search, by `make wheels`: {', '.join(identifiers.split())}.")
    print(f"Built and tried here instead: dist/here/{here}.")
    print("The container image is built by the workflow from deploy/Containerfile.")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
