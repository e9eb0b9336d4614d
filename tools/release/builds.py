"""Builds everything that a release publishes from the files that git knows."""

import json
import re
import shutil
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tools.release.commands import PIP, Failed, clean, run
from tools.release.versions import notes, version

_PAGES = "directory_api/features/pages"
_PLUGINS = "integrations/wordpress"


@dataclass(frozen=True)
class Surroundings:
    """What a build must not depend on."""

    folder: str
    variables: Mapping[str, str]
    umask: int
    backwards: bool  # the order in which the sources are written


# Two machines of two people; names of folders differ in length, too.
ONE = Surroundings("one", {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "1"}, 0o022, False)
OTHER = Surroundings(
    "another/folder", {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2"}, 0o077, True
)


@dataclass(frozen=True)
class Build:
    """The folders of a build."""

    published: Path
    environment: Path  # the locked packages of a server, without the project

    @property
    def sdist(self) -> Path:
        """The source distribution."""
        return _only(self.published, "*.tar.gz")

    @property
    def wheel(self) -> Path:
        """The wheel, which is for every machine."""
        return _only(self.published, "*-py3-none-any.whl")


def commit_time(root: Path) -> str:
    """Return when the commit was made, in seconds since 1970."""
    return _git(root, "log", "-1", "--format=%ct").strip()


def uncommitted(root: Path) -> bool:
    """Whether a file that git knows differs from the commit."""
    return bool(_git(root, "status", "--porcelain", "--untracked-files=no").strip())


def build(root: Path, folder: Path, surroundings: Surroundings) -> Build:
    """Build everything once, in a new folder below this one. Raises Failed."""
    place = folder / surroundings.folder
    made = Build(place / "published", place / "environment")
    made.published.mkdir(parents=True)
    source = place / "source"
    _copy(root, source, backwards=surroundings.backwards)
    variables = {**clean(), **surroundings.variables, "SOURCE_DATE_EPOCH": commit_time(root)}
    umask = surroundings.umask
    _python(source, made, variables, umask)
    _component(source, made, variables, umask)
    _plugin(source, made, int(commit_time(root)))
    _materials(source, made, variables)
    shutil.copyfile(source / "requirements.txt", made.published / "requirements.txt")
    (made.published / "NOTES.md").write_text(notes(source), encoding="utf-8")
    return made


def _copy(root: Path, folder: Path, *, backwards: bool) -> None:
    names = _git(root, "ls-files", "-z").rstrip("\0").split("\0")
    for name in sorted(names, reverse=backwards):
        # A removed file that is not committed is still listed.
        if (root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, folder / name, follow_symlinks=False)


def _python(source: Path, made: Build, variables: Mapping[str, str], umask: int) -> None:
    """The source distribution, and from its contents alone the wheel."""
    command = (sys.executable, "-m", "build", "--no-isolation")
    out = ("--outdir", made.published)
    run(*command, "--sdist", *out, ".", folder=source, variables=variables, umask=umask)
    unpacked = source.parent / "unpacked"
    with tarfile.open(made.sdist) as archive:
        archive.extractall(unpacked, filter="data")
    contents = _only(unpacked, "*")
    run(*command, "--wheel", *out, ".", folder=contents, variables=variables, umask=umask)


def _component(source: Path, made: Build, variables: Mapping[str, str], umask: int) -> None:
    """The npm package of the component. Raises Failed if its script is not made of the sources."""
    folder = source / _PAGES

    def npm(*arguments: str | Path) -> None:
        run("npm", *arguments, folder=folder, variables=variables, umask=umask)

    def scripts() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (folder / "static").glob("*.js")}

    committed = scripts()
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
    npm("run", "build")
    if scripts() != committed:
        raise Failed("The scripts in static/ are not those of their sources: make frontend")
    npm("run", "declarations")
    # npm packs the rights that files have here, and not those that git knows.
    for path in (*folder.glob("*"), *folder.glob("static/*"), *folder.glob("types/**/*")):
        if path.is_file():
            path.chmod(0o644)
    npm("pack", "--ignore-scripts", "--pack-destination", made.published)


def _plugin(source: Path, made: Build, moment: int) -> None:
    """The plugin for WordPress, whose files are those of `make wordpress`."""
    folder = source / _PLUGINS
    at = datetime.fromtimestamp(moment, UTC)
    when = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    packed = made.published / f"nearest-centre-wordpress-{version(source)}.zip"
    with ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                member = ZipInfo(path.relative_to(folder).as_posix(), when)
                member.external_attr = 0o644 << 16
                archive.writestr(member, path.read_bytes(), ZIP_DEFLATED)


def _materials(source: Path, made: Build, variables: Mapping[str, str]) -> None:
    """The software bill of materials: what requirements.txt installs, without pip."""
    place = source.parent
    venv = (sys.executable, "-m", "venv", "--without-pip", made.environment)
    run(*venv, folder=place, variables=variables)
    python = made.environment / "bin/python"
    locked = ("--require-hashes", "--only-binary", ":all:", "-r", source / "requirements.txt")
    install = (*PIP, "--python", python, "install", "--no-compile", *locked)
    run(*install, folder=place, variables=variables)
    # It reads the version only where it is written into pyproject.toml.
    text = (source / "pyproject.toml").read_text(encoding="utf-8")
    number = json.dumps(version(source))
    described = place / "described/pyproject.toml"
    described.parent.mkdir()
    described.write_text(
        re.sub(r'^dynamic = \["version"\]$', f"version = {number}", text, flags=re.MULTILINE),
        encoding="utf-8",
    )
    options = ("--output-reproducible", "--spec-version", "1.6", "--output-format", "JSON")
    target = made.published / f"directory-api-{version(source)}.cdx.json"
    generator = Path(sys.executable).with_name("cyclonedx-py")
    run(
        *(generator, "environment", "--pyproject", described, *options, "-o", target, python),
        folder=place,
        variables=variables,
    )


def _git(root: Path, *arguments: str) -> str:
    # In a container the checkout may belong to another user, which git refuses by default.
    return run("git", "-c", "safe.directory=*", *arguments, folder=root, variables=clean())


def _only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path
