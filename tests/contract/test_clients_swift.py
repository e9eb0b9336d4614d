"""docs/clients.md: the Swift client that openapi-generator makes, against a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import generated_clients
from tests.contract.clients_page import ORIGIN, block
from tests.contract.generated_clients import SOURCES, of_a_later_release, run
from tests.support.made_once import made_once
from tests.support.programs import require
from tests.support.servers import SERVE, Served, serving

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server."""
    with serving(SERVE, tmp_path_factory.mktemp("served"), rate_limit="") as running:
        yield running


@pytest.fixture(scope="module")
def programs(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program of the tests, and the example of the page."""
    require("swiftc")

    def make(folder: Path) -> None:
        generated_clients.generate(pytestconfig, "swift6", folder)
        example = block("swift").replace(
            f'"{ORIGIN}"', 'ProcessInfo.processInfo.environment["ORIGIN"]!'
        )
        (folder / "example.swift").write_text(example, encoding="utf-8")
        sources = map(str, sorted((folder / "Sources").rglob("*.swift")))
        compiler = ["swiftc", "-swift-version", "6", "-Onone"]
        name = "DirectoryClient"
        where = str(folder)
        library = ["-emit-library", "-emit-module", "-module-name", name, "-wmo"]
        run(
            [
                *compiler,
                *library,
                "-num-threads",
                "2",
                "-o",
                f"{where}/lib{name}.so",
                "-emit-module-path",
                f"{where}/{name}.swiftmodule",
                *sources,
            ]
        )
        for program in (SOURCES / "swift/client.swift", folder / "example.swift"):
            linked = ["-I", where, "-L", where, f"-l{name}", "-Xlinker", f"-rpath={where}"]
            run([*compiler, str(program), *linked, "-o", f"{where}/{program.stem}"])

    return made_once(tmp_path_factory, "swift", make)


@pytest.mark.needs("device")
def test_typed_answers_hold_all_that_the_server_said(programs: Path, served: Served) -> None:
    """An answer that the client reads and writes again is unchanged, and so is every problem."""
    printed = run([str(programs / "client"), f"http://127.0.0.1:{served.port}"])
    generated_clients.compare(printed, served)


@pytest.mark.needs("device")
def test_answers_of_a_later_release_are_read(programs: Path, served: Served) -> None:
    """Another member, kind or service costs no answer; the member is ignored."""
    with generated_clients.later_release(served) as port:
        printed = run([str(programs / "client"), f"http://127.0.0.1:{port}"])
    generated_clients.compare(printed, served, lambda answer: of_a_later_release(answer, {}))


def test_the_example_of_the_page_compiles_and_runs(programs: Path, served: Served) -> None:
    """It prints the helplines, then the closest centre."""
    printed = run([str(programs / "example")], ORIGIN=f"http://127.0.0.1:{served.port}")
    lines, name = printed.splitlines()
    assert lines.startswith('["112", ')
    assert name.startswith("PAG-ASA")
