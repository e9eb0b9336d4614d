"""What a release publishes, and its workflow; `make release-check` builds and tries it."""

import hashlib
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
import yaml
from hatchling.builders.plugin.interface import BuilderInterface
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from directory_api.features.pages.embed import pinned_modules
from tests.support.api_client import OPENAPI_FILES
from tests.support.releases import file_at, releases
from tests.support.servers import ROOT
from tools.release import versions
from tools.release.differences import differences

NEEDS = ("pages",)
WORKFLOWS = ROOT / ".github/workflows"
PAGES = "directory_api/features/pages"
CHANGELOG = """# Changelog

## [0.2.0] - 2027-01-31

- Second.

### Pages

- Third ([how](docs/third.md#how), [why](https://example.org/why)).

## [0.1.0] - not released yet

- First.
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the files that name the version."""
    for path in {versions.SOURCE, "CHANGELOG.md", *(path for path, _ in versions.COPIES)}:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tmp_path / path)
    return tmp_path


def _sources_are(folder: Path, number: str) -> None:
    (folder / versions.SOURCE).write_text(f'__version__ = "{number}"\n', encoding="utf-8")


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_each_file_names_the_same_version() -> None:
    """The sources, the contract, the npm package and the citation."""
    assert versions.differing(ROOT) == []


def test_a_file_with_another_version_is_named(sources: Path) -> None:
    """Each place of each file is looked at."""
    _sources_are(sources, "9.8.7")
    assert versions.differing(sources) == [
        f"{path} names the version {versions.version(ROOT)}, and {versions.SOURCE} 9.8.7."
        for path, _ in versions.COPIES
    ]


def test_a_file_that_names_no_version_is_an_error(sources: Path) -> None:
    """So a file that is written in another way does not go unchecked."""
    _write(sources, "CITATION.cff", "title: Directory\n")
    with pytest.raises(ValueError, match=r"CITATION\.cff names no version"):
        versions.differing(sources)


def test_the_notes_are_the_entry_of_the_version(sources: Path) -> None:
    """With its sections, without the entries of other versions, and without links to files."""
    _write(sources, "CHANGELOG.md", CHANGELOG)
    _sources_are(sources, "0.2.0")
    assert versions.notes(sources) == (
        "- Second.\n\n### Pages\n\n- Third (how, [why](https://example.org/why)).\n"
    )
    _sources_are(sources, "0.3.0")
    with pytest.raises(ValueError, match=r"CHANGELOG\.md has no entry for 0\.3\.0"):
        versions.notes(sources)


def test_a_version_with_a_date_and_without_loose_changes_is_ready_for_its_tag(
    sources: Path,
) -> None:
    """What is left is said otherwise: another tag, no date, changes that are not joined."""
    _write(sources, "CHANGELOG.md", CHANGELOG)
    _sources_are(sources, "0.2.0")
    assert versions.before_tag(sources, "v0.2.0") == []
    assert versions.before_tag(sources, "v0.2.1") == [
        "The tag is v0.2.1; these sources are v0.2.0."
    ]
    _sources_are(sources, "0.1.0")
    _write(sources, "docs/changes/way.md", "- A change.\n")
    assert versions.before_tag(sources, "v0.1.0") == [
        "CHANGELOG.md has no date for 0.1.0: write it after the version.",
        "Move what docs/changes/ has into CHANGELOG.md, and delete: way.md.",
    ]


def _wheel(path: Path, members: dict[str, str], compression: int = ZIP_DEFLATED) -> None:
    path.parent.mkdir(exist_ok=True)
    with ZipFile(path, "w", compression) as archive:
        for name, text in members.items():
            archive.writestr(name, text)


def _archive(path: Path, members: dict[str, str]) -> None:
    path.parent.mkdir(exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, BytesIO(text.encode()))


def test_two_equal_builds_have_no_difference(tmp_path: Path) -> None:
    """Byte by byte."""
    for folder in ("one", "two"):
        _wheel(tmp_path / folder / "a.whl", {"x": "1"})
        _write(tmp_path / folder, "notes.md", "Notes")
    assert differences(tmp_path / "one", tmp_path / "two") == []


def test_what_differs_between_two_builds_is_named(tmp_path: Path) -> None:
    """With the members of archives that have other bytes, or are in one of them only."""
    one, two = tmp_path / "one", tmp_path / "two"
    _wheel(one / "a.whl", {"x": "1", "y": "1", "z": "1"})
    _wheel(two / "a.whl", {"x": "2", "z": "1", "new": "1"})
    _wheel(one / "packed.whl", {"x": "1" * 99})
    _wheel(two / "packed.whl", {"x": "1" * 99}, ZIP_STORED)
    _archive(one / "b.tgz", {"m": "1"})
    _archive(two / "b.tgz", {"m": "2"})
    _write(one, "notes.md", "Notes")
    _write(two, "notes.md", "notes")
    _write(two, "more.txt", "")
    assert differences(one, two) == [
        "more.txt is in one build only.",
        "a.whl differs in new, x, y.",
        "b.tgz differs in m.",
        "notes.md differs.",
        "packed.whl differs in the order, the times or the permissions of the files in it.",
    ]


def _known_to_git(*folders: str) -> set[str]:
    """The files that are committed, or would be."""
    which = ("--cached", "--others", "--exclude-standard")
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", *which, "--", *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in listed.stdout.rstrip("\0").split("\0") if (ROOT / name).exists()}


def _packed(builder: BuilderInterface[Any, Any]) -> set[str]:
    """The files that a package takes from the repository, by their paths in the repository."""
    return {
        Path(file.path).resolve().relative_to(ROOT.resolve()).as_posix()
        for file in builder.recurse_included_files()
    }


def test_a_wheel_has_the_whole_package_the_data_and_the_contract() -> None:
    """Templates, texts, scripts and data; of the pages all but the sources of the scripts."""
    wanted = _known_to_git("directory_api", "data", *(path.name for path in OPENAPI_FILES))
    built_from = {
        name
        for name in wanted
        if re.match(rf"{PAGES}/(src/|test/|LICENSE$|\.npmrc$|[\w.-]+\.(js|json|md|ts)$)", name)
    }
    assert f"{PAGES}/src/finder.js" in built_from
    assert _packed(WheelBuilder(str(ROOT))) == wanted - built_from


def test_the_source_archive_has_what_builds_and_runs_the_server_and_no_tests() -> None:
    """With the documentation, deploy/ and the tested versions, as docs/operating.md uses them."""
    folders = {"LICENSES", "data", "deploy", "directory_api", "docs"}
    texts = {"CHANGELOG.md", "LICENSE", "README.md", "REUSE.toml", "SECURITY.md"}
    documents = {path.name for path in OPENAPI_FILES}
    files = {"hatch_build.py", "mkdocs.yml", "requirements.txt", *documents}
    assert _packed(SdistBuilder(str(ROOT))) == _known_to_git(*folders, *texts, *files)


# A command that installs or runs one of our names from an index. A file, ./NAME, is not one.
_FROM_AN_INDEX = re.compile(
    r"""\b(?:pip|pipx|uv|uvx|npm|npx|pnpm|yarn)\b(?=["\s])[^;&|]*?["'\s]"""
    r"""(?:directory[-_]api|nearest-centre)(?![\w./-])"""
)


def _commands(path: Path) -> Iterator[str]:
    """The lines of a file; of Markdown the lines of its blocks, and what is written as code."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    if path.suffix != ".md":
        yield from text.splitlines()
        return
    for number, part in enumerate(text.split("```")):
        if number % 2:
            yield from part.splitlines()
        else:
            yield from (" ".join(code.split()) for code in re.findall(r"`([^`]+)`", part))


def test_nothing_tells_people_to_install_a_name_that_is_not_ours() -> None:
    """No index has our names yet, and the first who takes them could publish anything."""
    suffixes = {".md", ".py", ".html", ".json", ".sh", ".toml", ".txt", ".yaml", ".yml", ".service"}
    paths = [
        ROOT / name
        for name in _known_to_git()
        if not name.startswith(("tests/", "tools/")) and Path(name).suffix in suffixes
    ]
    assert ROOT / "README.md" in paths
    found = [
        (path.relative_to(ROOT).as_posix(), command)
        for path in paths
        for command in _commands(path)
        if _FROM_AN_INDEX.search(command)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("pip install directory-api", True),
        ("pip install --upgrade 'directory-api[flyer]'", True),
        ('"/opt/one/bin/pip" install directory_api==0.1.0', True),
        ("uvx directory-api serve", True),
        ("npm install nearest-centre@0.1.0", True),
        ("pip install ./directory_api-0.1.0-py3-none-any.whl", False),
        ("npm install ./nearest-centre-0.1.0.tgz", False),
        ("pip install -r requirements.txt && directory-api init", False),
        ("directory-api serve", False),
    ],
)
def test_a_command_that_asks_an_index_for_our_names_is_found(command: str, told: bool) -> None:
    """One that installs a file is not."""
    assert bool(_FROM_AN_INDEX.search(command)) is told


def _workflow(name: str) -> dict[Any, Any]:
    parsed = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))
    assert isinstance(parsed, dict)
    return parsed


RELEASE = _workflow("release.yml")
JOBS: dict[str, dict[str, Any]] = RELEASE["jobs"]
STEPS = [(name, step) for name, job in JOBS.items() for step in job.get("steps", [])]


def test_nothing_is_published_before_the_tests_and_the_check_have_passed() -> None:
    """A job that publishes waits for both."""
    assert JOBS["tests"]["uses"] == "./.github/workflows/ci.yml"
    assert "workflow_call" in _workflow("ci.yml")[True]
    assert set(JOBS["release"]["needs"]) == {"tests", "build"}
    assert JOBS["index"]["needs"] == "release"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    made = re.findall(r"\bmake ([\w-]+)", "\n".join(step.get("run", "") for _, step in STEPS))
    assert "release-check" in made
    assert set(made) <= {*re.findall(r"^([\w-]+):", makefile, re.MULTILINE)}


def test_a_job_of_the_release_may_do_what_it_needs_and_no_more() -> None:
    """Only the two that publish may prove who they are, and they run no code of the project."""
    assert RELEASE["permissions"] == {"contents": "read"}
    assert {name: job["permissions"] for name, job in JOBS.items() if "permissions" in job} == {
        "release": {"contents": "write", "id-token": "write", "attestations": "write"},
        "index": {"id-token": "write"},
    }
    for name in ("release", "index"):
        assert JOBS[name]["environment"]
        assert not any("checkout" in step.get("uses", "") for job, step in STEPS if job == name)


def test_an_index_gets_nothing_until_the_project_owns_its_name() -> None:
    """A variable of the repository says so; npm refuses a private package."""
    assert JOBS["index"]["if"] == "vars.PACKAGE_INDEX == 'on'"
    assert [job for job, step in STEPS if "publish" in step.get("uses", "")] == ["index"]
    assert not any("npm publish" in step.get("run", "") for _, step in STEPS)
    assert '"private": true' in (ROOT / PAGES / "package.json").read_text(encoding="utf-8")


def test_what_a_tag_is_called_is_never_read_as_a_command() -> None:
    """A tag may contain characters that a shell understands."""
    for _, step in STEPS:
        assert "${{" not in step.get("run", "")


def test_no_workflow_names_a_registry() -> None:
    """Who copies the project publishes to their own; the actions know the usual one."""
    hosts = r"\b(pypi|npmjs|ghcr|docker|quay|pythonhosted)\.(org|com|io)\b"
    texts = {path.name: path.read_text(encoding="utf-8") for path in WORKFLOWS.glob("*.yml")}
    assert [name for name, text in texts.items() if re.search(hosts, text)] == []


def test_the_component_of_the_last_release_can_be_loaded() -> None:
    """Partners may have pinned it. In a clone without tags it is the present one."""
    name, last = f"{PAGES}/static/nearest-centre.js", next(iter(releases(ROOT)), None)
    script = file_at(ROOT, last, name) if last else (ROOT / name).read_text(encoding="utf-8")
    digest = hashlib.sha256(script.encode()).hexdigest()[:16]
    assert f"/embed/nearest-centre.{digest}.js" in pinned_modules(), digest
