"""Spectral and Redocly, two linters of OpenAPI, find nothing in the documents.

tests/openapi_lint has their rules, with a reason for each that is switched off.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import node
from tests.support.api_client import OPENAPI_FILES
from tests.support.servers import ROOT

pytestmark = pytest.mark.nightly

SOURCES = ROOT / "tests/openapi_lint"
DOCUMENTS = [path.name for path in OPENAPI_FILES]
RULES = sorted(path.name for path in SOURCES.glob("*.yaml"))
OPTIONS = {
    "spectral": ("--ruleset", "spectral.yaml", "--fail-severity", "hint", "--format", "json"),
    "redocly": ("--config", "redocly.yaml", "--format", "json"),
}

# Is linted in the same run as the others: a linter takes half a second to start.
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
    """A folder with the linters, their rules, and all documents."""
    folder = tmp_path_factory.mktemp("lint") / "all"
    node.create_project(pytestconfig, SOURCES, folder)
    for path in OPENAPI_FILES:
        shutil.copy(path, folder)
    (folder / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=OPTIONS)
def findings(request: pytest.FixtureRequest, linters: Path) -> dict[str, str]:
    """What each linter finds in each document."""
    program = f"node_modules/.bin/{request.param}"
    documents = (*DOCUMENTS, "broken.yaml")
    ended = node.run(linters, program, "lint", *OPTIONS[request.param], *documents)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    return {
        document: "\n".join(
            json.dumps(problem)
            for problem in _problems(ended.stdout)
            if f'{document}"' in json.dumps(problem)
        )
        for document in documents
    }


def _problems(printed: str) -> Iterator[Any]:
    """Return the members of a list (spectral), or of a list for each document (redocly)."""
    while printed := printed.strip():
        read, end = json.JSONDecoder().raw_decode(printed)
        yield from read if isinstance(read, list) else read["problems"]
        printed = printed[end:]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_linters_find_nothing(findings: dict[str, str], document: str) -> None:
    """Neither errors nor warnings."""
    assert findings[document] == ""


def test_the_linters_find_a_fault(findings: dict[str, str]) -> None:
    """A reference to nothing is found."""
    assert re.search('"(invalid-ref|no-unresolved-refs)"', findings["broken.yaml"])


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
