"""docs/clients.md: the Kotlin client that openapi-generator makes, against a server."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.contract import generated_clients
from tests.contract.clients_page import ORIGIN, block
from tests.contract.generated_clients import SOURCES, java, of_a_later_release
from tests.support.made_once import made_once
from tests.support.programs import missing
from tests.support.servers import SERVE, Served, free_port, serving

pytestmark = pytest.mark.nightly

# Debian's libgoogle-gson-java and libokhttp-java.
DEBIAN = [Path("/usr/share/java") / f"{name}.jar" for name in ("gson", "okhttp", "okio")]
# What OkHttp 4 has as properties, and Debian's OkHttp 3 as functions.
IMPORT = re.compile(r"^import okhttp3\..*Companion.*\n", re.MULTILINE)
PROPERTY = re.compile(
    r"(\.encodedPathSegments|\b(?:it|response|this)\.(?:body|code|message|headers))\b(?!\()"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server."""
    with serving(SERVE, tmp_path_factory.mktemp("served"), rate_limit="") as running:
        yield running


@pytest.fixture(scope="module")
def programs(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What runs the generated client with the program of the tests and the example of the page."""
    if not all(jar.exists() for jar in DEBIAN):
        missing("java")
    jars = sorted((generated_clients.packages(pytestconfig) / "run_kotlin_kernel/jars").iterdir())
    library = [jar for jar in jars if jar.name.startswith("kotlin-stdlib-")]

    def make(folder: Path) -> None:
        generated_clients.generate(pytestconfig, "kotlin", folder)
        sources = folder / "src/main/kotlin/directory"
        for path in (*sources.glob("apis/*.kt"), *sources.glob("infrastructure/*.kt")):
            text = IMPORT.sub("", path.read_text(encoding="utf-8"))
            path.write_text(PROPERTY.sub(r"\1()", text), encoding="utf-8")
        example = block("kotlin").replace(f'"{ORIGIN}"', 'System.getenv("ORIGIN")')
        (folder / "Example.kt").write_text(example, encoding="utf-8")
        classes = ":".join(map(str, [*library, *DEBIAN]))
        java(
            jars,
            "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
            *("-no-stdlib", "-no-reflect", "-nowarn", "-cp", classes),
            *("-d", str(folder / "programs"), str(sources), str(folder / "Example.kt")),
            *map(str, sorted((SOURCES / "kotlin").glob("*.kt"))),
        )

    made = made_once(tmp_path_factory, "kotlin", make)
    return [made / "programs", *library, *DEBIAN]


@pytest.mark.needs("device")
def test_typed_answers_hold_all_that_the_server_said(programs: list[Path], served: Served) -> None:
    """An answer that the client reads and writes again is unchanged, and so is every problem."""
    printed = java(programs, "ClientKt", f"http://127.0.0.1:{served.port}")
    generated_clients.compare(printed, served)


@pytest.mark.needs("device")
def test_answers_of_a_later_release_are_read(programs: list[Path], served: Served) -> None:
    """Another member, kind or service costs no answer; the member is ignored."""
    with generated_clients.later_release(served) as port:
        printed = java(programs, "ClientKt", f"http://127.0.0.1:{port}")
    generated_clients.compare(printed, served, lambda answer: of_a_later_release(answer, {}))


def test_the_example_of_the_page_compiles_and_runs(programs: list[Path], served: Served) -> None:
    """It prints the helplines, then the closest centre."""
    origin = f"http://127.0.0.1:{served.port}"
    lines, name = java(programs, "ExampleKt", ORIGIN=origin).splitlines()
    assert lines.startswith("[112, ")
    assert name.startswith("PAG-ASA")


def test_the_example_shows_the_helplines_of_a_server_that_fails(
    programs: list[Path], served: Served
) -> None:
    """A problem of the server has them, too; without any answer the program goes on."""
    problem = served.ask("/v1/centres/nothing").body

    class Failing(BaseHTTPRequestHandler):
        """Answers every request with 503."""

        def do_POST(self) -> None:
            self.send_response(503)
            self.send_header("Content-Type", "application/problem+json")
            self.send_header("Content-Length", str(len(problem)))
            self.end_headers()
            self.wfile.write(problem)

    with ThreadingHTTPServer(("127.0.0.1", 0), Failing) as failing:
        Thread(target=failing.serve_forever).start()
        try:
            printed = java(programs, "ExampleKt", ORIGIN=f"http://127.0.0.1:{failing.server_port}")
        finally:
            failing.shutdown()
    lines, kind = printed.splitlines()
    assert lines.startswith("[112, ")
    assert kind == "/problems#not-found"
    assert java(programs, "ExampleKt", ORIGIN=f"http://127.0.0.1:{free_port()}") == "no answer\n"
