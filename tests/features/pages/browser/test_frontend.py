"""The scripts of the pages: built files are what src gives, and the sources pass their checks."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder

import directory_api
from tests.support import node
from tests.support.made_once import made_once
from tests.support.servers import ROOT

PAGES = ROOT / "directory_api/features/pages"
SCRIPTS = ("exit.js", "language.js", "nearest-centre.js", "page.js")
BUILT = (*SCRIPTS, "finder.css")
ORIGIN = "https://directory.example"
# Uses the types of the functions, the element and its events.
TYPESCRIPT = """
import { EXIT, nearest, opening, readBundle, resolve } from "nearest-centre";
import type { BundleRecord, Result } from "nearest-centre";

export function closest(record: BundleRecord, text: string): Result | undefined {
  const bundle = readBundle(record);
  const { place } = resolve(bundle, text);
  const [hit] = place ? nearest(bundle, place, { service: "legal" }, 1) : [];
  return hit && opening(bundle, hit.centre, new Date()).word === "open" ? hit : undefined;
}

const element = document.createElement("nearest-centre");
element.forget();
export const target: string = element.exitTarget ?? EXIT;
document.addEventListener("nearest-centre:result", ({ detail }) => detail.results[0].id.length);
// @ts-expect-error a bundle is read first
nearest({}, { lat: 50, lon: 4, accuracy: 1 });
"""


@pytest.fixture(scope="module")
def package(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the npm package with its development dependencies."""
    return made_once(
        tmp_path_factory, "frontend", partial(node.create_project, pytestconfig, PAGES)
    )


def test_the_built_files_are_those_of_the_sources(package: Path, tmp_path: Path) -> None:
    """After a change in src, `make frontend` writes them again."""
    folder = tmp_path / "built"
    node.output(package, "node", "build.js", str(folder))
    built = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert built.keys() == set(BUILT)
    for name, body in built.items():
        assert body == (PAGES / "static" / name).read_bytes(), f"{name}: run `make frontend`"


def test_the_sources_have_no_lint(package: Path) -> None:
    """ESLint reports nothing."""
    node.script(package, "lint")


def test_the_types_of_the_sources_are_consistent(package: Path) -> None:
    """Tsc checks the JSDoc types in its strict mode."""
    node.script(package, "types")


def test_the_tests_of_the_sources_pass(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`node --test` runs them, each file in a process, and it finds them all."""
    monkeypatch.setenv("VECTORS", (ROOT / "docs/vectors.json").as_uri())
    report = node.output(package, "node", "--test", "--test-reporter=tap")
    names = [
        name
        for path in (PAGES / "test").glob("*.test.js")
        for name in re.findall(r'^test\("(.+)",', path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(re.findall(r"^ok \d+ - (.+)$", report, re.MULTILINE)) == sorted(names)


@pytest.fixture(scope="module")
def consumer(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has installed what `npm pack` writes."""

    def make(folder: Path) -> None:
        folder.mkdir()
        # `npm pack` itself runs this script first, but with a slower compiler (support/node.py).
        node.script(package, "declarations")
        node.output(package, "npm", "pack", "--ignore-scripts", "--pack-destination", str(folder))
        (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        archive = folder / f"nearest-centre-{directory_api.__version__}.tgz"
        node.output(folder, "npm", "install", "--offline", "--no-audit", "--no-fund", str(archive))

    return made_once(tmp_path_factory, "consumer", make)


def test_the_example_of_the_package_finds_a_centre(consumer: Path, embed_origin: str) -> None:
    """The functions in its README run in Node.js by `import`."""
    readme = (consumer / "node_modules/nearest-centre/README.md").read_text(encoding="utf-8")
    example = re.findall(r"^```js\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)[-1]
    assert ORIGIN in example
    (consumer / "example.js").write_text(example.replace(ORIGIN, embed_origin), encoding="utf-8")
    found = node.output(consumer, "node", "example.js").splitlines()
    assert found[0] == "Payoke 1 [ 'closest' ]"


def test_the_types_of_the_package_compile(consumer: Path, package: Path) -> None:
    """Strict TypeScript programs: one uses the functions, the element and its events, the other is
    the example of the README.
    """
    (consumer / "example.ts").write_text(TYPESCRIPT, encoding="utf-8")
    readme = (consumer / "node_modules/nearest-centre/README.md").read_text(encoding="utf-8")
    example = re.findall(r"^```js\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)[-1]
    (consumer / "readme.ts").write_text(example, encoding="utf-8")
    options = (
        "--strict --noEmit --skipDefaultLibCheck --module nodenext --target es2022 --lib es2023,dom"
    )
    compiler = str(package / "node_modules/.bin/tsc")
    node.output(consumer, compiler, *options.split(), "example.ts", "readme.ts")


def test_a_fresh_clone_can_be_packed() -> None:
    """`npm pack` gets the compiler that the development dependencies lock, and runs nothing else
    of them.
    """
    manifest = json.loads((PAGES / "package.json").read_text(encoding="utf-8"))
    version = manifest["devDependencies"]["typescript"]
    prepack = f"npx --yes --package=typescript@{version} -- npm run declarations"
    assert manifest["scripts"]["prepack"] == prepack


def test_the_package_has_the_module_its_types_and_its_description(consumer: Path) -> None:
    """And the licence, but no source, test or script of the page."""
    folder = consumer / "node_modules/nearest-centre"
    names = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "types" not in path.relative_to(folder).parts
    }
    assert names == {
        *("LICENSE", "README.md", "package.json", "custom-elements.json", "index.d.ts"),
        "static/nearest-centre.js",
    }
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_manifest_describes_what_the_documentation_does() -> None:
    """custom-elements.json has the attributes, events, parts and properties of the page."""
    page = (ROOT / "docs/embedding-component.md").read_text(encoding="utf-8")
    card = PAGES / "templates/finder/centre.html"
    files = (*(PAGES / "src").iterdir(), card)
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    manifest = json.loads((PAGES / "custom-elements.json").read_text(encoding="utf-8"))
    (declaration,) = manifest["modules"][0]["declarations"]
    attributes = _section(page, "Attributes")
    assert _names(declaration, "attributes") == set(re.findall(r"^\| `(.+?)` ", attributes, re.M))
    events = re.findall(r"^\| `(.+?)` ", _section(page, "Events"), re.MULTILINE)
    assert _names(declaration, "events") == set(events)
    appearance = _section(page, "Appearance")
    properties, parts = appearance.partition("- Parts")[::2]
    assert _names(declaration, "cssProperties") == set(re.findall(r"`(--.+?)`", properties))
    assert _names(declaration, "cssParts") == set(re.findall(r"`(\w+)`", parts))
    assert _names(declaration, "cssParts") == set(re.findall(r'part(?:: |=)"(\w+)"', source))


def _names(declaration: dict[str, Any], kind: str) -> set[str]:
    return {member["name"] for member in declaration[kind]}


def _section(page: str, heading: str) -> str:
    return page.partition(f"## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_built_file_has_no_comments_and_imports_nothing(name: str) -> None:
    """A phone on 2G loads one file, without text for developers."""
    text = (PAGES / "static" / name).read_text(encoding="utf-8")
    assert not re.search(r"/\*|^\s*//", text, re.MULTILINE)
    assert not re.search(r"(?:^|;)import[ {*\"']", text)


def test_the_lock_file_holds_names_versions_and_hashes_of_what_is_pinned() -> None:
    """The lock file has no URLs, each package has its hash, and package.json has exact versions."""
    assert node.lock_faults(PAGES) == []


def test_the_wheel_has_the_built_files_and_no_sources() -> None:
    """A wheel contains the scripts as they are served, and nothing that only builds them."""
    folder = "directory_api/features/pages/"
    names = {
        file.distribution_path.removeprefix(folder)
        for file in WheelBuilder(str(ROOT)).recurse_included_files()
        if file.distribution_path.startswith(folder)
    }
    assert {f"static/{name}" for name in BUILT} <= names
    folders = {name.partition("/")[0] for name in names if "/" in name}
    assert folders == {"past", "static", "templates"}
    assert {Path(name).suffix for name in names if "/" not in name} == {".py"}
