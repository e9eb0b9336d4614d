"""Spectral and Redocly, two linters of OpenAPI, find nothing in openapi.yaml.

tests/openapi_lint has their rules, with a reason for each that is switched off.
"""

import re
from pathlib import Path

import pytest
import yaml

from tests.support import node
from tests.support.api_client import OPENAPI_YAML
from tests.support.servers import ROOT

SOURCES = ROOT / "tests/openapi_lint"
RULES = sorted(path.name for path in SOURCES.glob("*.yaml"))
SPECTRAL = ("spectral", "lint", "--ruleset", "spectral.yaml", "--fail-severity", "hint")
REDOCLY = ("redocly", "lint", "--config", "redocly.yaml")

# A short document: to read openapi.yaml takes a linter seconds.
BROKEN = """
openapi: 3.1.0
info: {title: Broken, version: "1"}
paths:
  /:
    get:
      responses:
        "200": {description: OK, headers: {Age: {$ref: "#/components/headers/None"}}}
"""


@pytest.fixture(scope="module")
def linters(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the linters and their rules."""
    folder = tmp_path_factory.mktemp("lint") / "all"
    node.create_project(pytestconfig, SOURCES, folder)
    return folder


def _findings(linters: Path, command: tuple[str, ...], document: str) -> str:
    """Return what a linter prints of a document; empty if it finds nothing."""
    (linters / "openapi.yaml").write_text(document, encoding="utf-8")
    program, *arguments = command
    ended = node.run(linters, f"node_modules/.bin/{program}", *arguments, "openapi.yaml")
    return ended.stdout + ended.stderr if ended.returncode else ""


@pytest.mark.parametrize("command", [SPECTRAL, REDOCLY], ids=["spectral", "redocly"])
def test_the_linters_find_nothing(linters: Path, command: tuple[str, ...]) -> None:
    """Neither errors nor warnings."""
    assert _findings(linters, command, OPENAPI_YAML.read_text(encoding="utf-8")) == ""


@pytest.mark.parametrize("command", [SPECTRAL, REDOCLY], ids=["spectral", "redocly"])
def test_the_linters_find_a_fault(linters: Path, command: tuple[str, ...]) -> None:
    """A reference to nothing is found."""
    assert "headers/None" in _findings(linters, command, BROKEN)


@pytest.mark.parametrize("name", RULES)
def test_each_rule_that_is_off_has_its_reason(name: str) -> None:
    """The lines above it are a comment."""
    text = (SOURCES / name).read_text(encoding="utf-8")
    rules = yaml.safe_load(text)["rules"]
    assert set(rules.values()) == {False}  # as YAML 1.1 reads off
    reasons = re.findall(r"^  # .+\n(?:  # .+\n)*  ([a-z0-9-]+): off$", text, re.MULTILINE)
    assert reasons == list(rules)


def test_the_lock_file_holds_names_versions_and_hashes_of_what_is_pinned() -> None:
    """The lock file has no URLs, each package has its hash, and package.json has exact versions."""
    assert node.lock_faults(SOURCES) == []
