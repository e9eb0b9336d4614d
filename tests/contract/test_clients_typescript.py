"""docs/clients.md: the types that openapi-typescript generates, compiled, and against a server."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.clients_page import ORIGIN, block, line_with
from tests.contract.generated_clients import later_release
from tests.support import node
from tests.support.made_once import made_once
from tests.support.servers import ROOT, SERVE, Served, serving

pytestmark = pytest.mark.nightly

SOURCES = ROOT / "tests/clients"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server."""
    with serving(SERVE, tmp_path_factory.mktemp("served"), rate_limit="") as running:
        yield running


@pytest.fixture(scope="module")
def project(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of tests/clients with its packages, the generated types, the example of the page, and
    what the compiler made of all programs, together, which is faster.
    """
    said = line_with("npx openapi-typescript").replace(
        f"{ORIGIN}/openapi.yaml", str(ROOT / "openapi.yaml")
    )

    def make(folder: Path) -> None:
        node.create_project(pytestconfig, SOURCES, folder)
        node.output(folder, "node_modules/.bin/openapi-typescript", *said.split()[2:])
        (folder / "example.ts").write_text(block("ts"), encoding="utf-8")
        settings = json.loads((folder / "tsconfig.json").read_text(encoding="utf-8"))
        settings["files"] = ["client.ts", "example.ts", "misuse.ts"]
        # The errors of misuse.ts are expected.
        settings["compilerOptions"]["noEmitOnError"] = False
        (folder / "all.json").write_text(json.dumps(settings), encoding="utf-8")
        ended = node.run(folder, "node_modules/.bin/tsc", "--project", "all.json")
        (folder / "errors.txt").write_text(ended.stdout, encoding="utf-8")

    made = made_once(tmp_path_factory, "typescript", make)
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("programs") / "all", symlinks=True))


@pytest.fixture(scope="module")
def errors(project: Path) -> list[str]:
    """The compiler's errors in all programs."""
    said = (project / "errors.txt").read_text(encoding="utf-8")
    return [line for line in said.splitlines() if not line.startswith(" ")]


@pytest.fixture(scope="module")
def compiled(project: Path, errors: list[str], served: Served) -> Path:
    """The project with `client.js` and `example.js`, which have no errors; the example asks the
    server of the tests.
    """
    assert [error for error in errors if not error.startswith("misuse.ts")] == []
    example = project / "example.js"
    said = example.read_text(encoding="utf-8").replace(ORIGIN, f"http://127.0.0.1:{served.port}")
    example.write_text(said, encoding="utf-8")
    return project


def _json(served: Served, path: str) -> Any:
    return json.loads(served.ask(path).body)


@pytest.mark.needs("device")
def test_a_strict_program_asks(compiled: Path, served: Served) -> None:
    """It compiles, and reads every kind of answer, and a problem with helplines."""
    said = _said(compiled, served.port)
    lines, brief = (
        [line.get("number", line.get("url")) for line in _json(served, path)["helplines"]]
        for path in ("/v1/helplines?country=BE", "/v1/nearest?postcode=abc")
    )
    assert lines[0] == brief[0] == "112"
    assert said == {
        "nearest": [["pag-asa", ["closest"]]],
        "privately": ["payoke"],
        "coordinate": ["coordinate", "surya"],
        "batch": ["surya", "/problems#place-unknown"],
        "pages": ["pag-asa", "payoke", "surya"],
        "legal": ["pag-asa", "payoke", "surya"],
        "centre": ["pag-asa", "specialised_centre"],
        "helplines": lines,
        "postcodes": True,
        "bundle": ["pag-asa", "payoke", "surya"],
        "problem": ["/problems#place-unknown", brief],
    }


@pytest.mark.needs("device")
def test_answers_of_a_later_release_are_read(compiled: Path, served: Served) -> None:
    """Another member, kind or service costs no answer."""
    with later_release(served) as port:
        said = _said(compiled, port)
    assert said == {
        **_said(compiled, served.port),
        "coordinate": ["new_kind", "surya"],
        "centre": ["pag-asa", "new_kind"],
    }


def _said(compiled: Path, port: int) -> Any:
    return json.loads(node.output(compiled, "node", "client.js", f"http://127.0.0.1:{port}"))


def test_misuse_does_not_compile(project: Path, errors: list[str]) -> None:
    """Each marked line is refused, such as an unknown parameter or a missing member, and no
    other.
    """
    marked = {
        number
        for number, line in enumerate(
            (project / "misuse.ts").read_text(encoding="utf-8").splitlines(), 1
        )
        if "; // " in line
    }
    refused = {
        int(number)
        for number in re.findall(
            r"^misuse\.ts\((\d+),\d+\): error", "\n".join(errors), re.MULTILINE
        )
    }
    assert refused == marked


def test_the_example_of_the_page_compiles_and_runs(compiled: Path) -> None:
    """It prints the helplines, then the closest centre."""
    said = node.output(compiled, "node", "example.js")
    assert "'112'" in said
    assert said.splitlines()[-1] == "PAG-ASA"


def test_the_lock_file_holds_names_versions_and_hashes_of_what_is_pinned() -> None:
    """The lock file has no URLs, each package has its hash, and package.json has exact versions."""
    assert node.lock_faults(SOURCES) == []
