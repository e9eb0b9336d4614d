"""The hook and the example repository name existing commands and do what they say."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from directory_api.cli import main
from tests.support.frozen import CENTRES

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs/examples/data-repository"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
CONFIG = EXAMPLE / ".pre-commit-config.yaml"
WORKFLOW = EXAMPLE / ".github/workflows/records.yml"


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = _read(WORKFLOW)["jobs"]["records"]["steps"]
    return steps


def _what_changes() -> str:
    (script,) = (step["run"] for step in _steps() if "directory-api diff" in step.get("run", ""))
    return str(script)


def test_the_hook_runs_validate_on_each_centres_file() -> None:
    """The hook runs a command of ours, and its pattern matches the records in any folder."""
    (hook,) = _read(HOOKS)
    assert (hook["entry"], hook["language"]) == ("directory-api validate", "python")
    assert {"id", "name"} <= set(hook)
    pattern = re.compile(hook["files"])
    assert [
        bool(pattern.search(path))
        for path in ("centres.json", "data/centres.json", "centres.jsonl")
    ] == [1, 1, 0]


def test_the_example_uses_a_hook_that_there_is() -> None:
    """The ids of the example are ids of the hook file."""
    used = {hook["id"] for repository in _read(CONFIG)["repos"] for hook in repository["hooks"]}
    assert used == {hook["id"] for hook in _read(HOOKS)}


@pytest.mark.needs("desk")
@pytest.mark.parametrize(
    "path", [HOOKS, CONFIG, WORKFLOW, EXAMPLE / "README.md"], ids=lambda path: path.name
)
def test_each_command_that_they_name_is_one(path: Path) -> None:
    """`directory-api WORD` names a command, in the hook, the job and the README."""
    named = set(re.findall(r"directory-api ([a-z]+)", path.read_text(encoding="utf-8")))
    assert named <= set(main.commands)


def test_hook_and_job_say_honestly_what_to_fill_in() -> None:
    """Both files have the same two placeholders, and the README says to replace them."""
    (repository,) = _read(CONFIG)["repos"]
    environ = _read(WORKFLOW)["env"]
    assert (repository["repo"], repository["rev"]) == (
        environ["DIRECTORY_REPOSITORY"],
        environ["DIRECTORY_VERSION"],
    )
    assert all(word.startswith("REPLACE-WITH-") for word in environ.values())


def test_the_job_can_only_read() -> None:
    """A proposal from outside runs with no right to write."""
    assert _read(WORKFLOW)["permissions"] == {"contents": "read"}
    assert any("validate centres.json" in step.get("run", "") for step in _steps())


@pytest.mark.parametrize(("code", "passes"), [(0, True), (1, True), (2, False), (127, False)])
def test_only_faults_stop_the_job_and_changes_are_shown(
    tmp_path: Path, code: int, passes: bool
) -> None:
    """Whatever `diff` ends with, its sentences are on the summary; changes alone are no failure."""
    repository = _repository(tmp_path, "old", "new")
    ended, summary = _run_step(
        tmp_path, repository, f'cat "$2" "$3"; echo "# phone changed"; exit {code}'
    )
    assert (ended.returncode == 0) is passes
    assert summary == "    old\n    new\n    # phone changed\n"


def test_a_breakdown_is_no_change(tmp_path: Path) -> None:
    """A crash ends with 1 as changes do, but without a sentence: it stops the job."""
    ended, summary = _run_step(
        tmp_path, _repository(tmp_path, "old", "new"), "echo Traceback >&2; exit 1"
    )
    assert (ended.returncode == 0, summary) == (False, "")


def test_a_new_file_has_nothing_to_compare_with(tmp_path: Path) -> None:
    """In the change that brings the first centres.json the job passes without asking `diff`."""
    ended, summary = _run_step(tmp_path, _repository(tmp_path, None, "new"), "exit 2")
    assert (ended.returncode, summary) == (0, "")
    assert "nothing to compare" in ended.stdout


@pytest.mark.needs("desk")
def test_the_step_before_takes_the_shipped_records(tmp_path: Path) -> None:
    """`validate` as the job writes it passes on records without faults."""
    (tmp_path / "centres.json").write_bytes((CENTRES).read_bytes())
    (line,) = (step["run"] for step in _steps() if "directory-api validate" in step.get("run", ""))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    command = ["bash", "-e", "-c", line]
    subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PATH": path}, check=True, capture_output=True
    )


def _repository(folder: Path, old: str | None, new: str) -> Path:
    """A repository whose last commit changes centres.json from `old` to `new`."""
    repository = folder / "repository"
    repository.mkdir()
    who = {
        f"GIT_{role}_{what}": "x@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    environ = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*words: str) -> None:
        subprocess.run(
            ["git", *words], cwd=repository, env=environ, check=True, capture_output=True
        )

    git("init")
    for content in (old, new):
        if content is not None:
            (repository / "centres.json").write_text(f"{content}\n", encoding="utf-8")
        git("add", "--all")
        git("commit", "--allow-empty", "--message", "records")
    return repository


def _run_step(
    folder: Path, repository: Path, stand_in: str
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the job's step as GitHub does, with a fake directory-api; returns the process and the
    summary.
    """
    programs = folder / "programs"
    programs.mkdir()
    program = programs / "directory-api"
    program.write_text(f"#!/bin/sh\n{stand_in}\n", encoding="utf-8")
    program.chmod(0o755)
    summary = folder / "summary.md"
    summary.touch()
    environ = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(folder),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", _what_changes()]
    ended = subprocess.run(
        command, cwd=repository, env=environ, capture_output=True, text=True, check=False
    )
    return ended, summary.read_text(encoding="utf-8")
