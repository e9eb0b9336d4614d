"""The documentation names everything that there is."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from html import unescape
from itertools import chain, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from directory_api.config import PREFIX, every_setting
from directory_api.text import errors
from directory_api.web.http import problems
from tests.support.openapi_document import OPERATIONS, PRIVATE
from tools import generated_docs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# The features whose commands, errors and attributes are in the generated parts of the pages.
GENERATED_FROM = (
    *("country_folders", "desk", "device", "hsds"),
    *("mcp", "operations", "pages", "reference", "static_site"),
)


# What the repository says to people; the pictures and the example's files are beside them.
PAGES = sorted(
    (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob(".github/**/*.md"),
        ROOT / "tests/README.md",
    )
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_request_of_a_page_has_the_response_that_follows_it(
    client: FlaskClient, page: Path
) -> None:
    """In JSON, … stands for what is omitted; text is shown whole."""
    text = page.read_text(encoding="utf-8")
    for body, url, kind, shown in _REQUEST.findall(text):
        options = {"data": body, "content_type": "application/json"} if body else {}
        response = client.open(url, method="POST" if body else "GET", **options)
        if kind == "json":
            _assert_shows(json.loads(shown), response.get_json())
        else:
            assert shown.rstrip("\n") == response.text.rstrip("\r\n").replace("\r\n", "\n")


@pytest.mark.needs("device", "formats", "hsds")
@pytest.mark.parametrize("page", ["api", "bundle", "formats", "hsds", "problems", "SAFETY"])
def test_each_request_of_a_page_is_answered(client: FlaskClient, page: str) -> None:
    """Only the postcode 9999 is refused, which shows a problem."""
    text = (ROOT / f"docs/{page}.md").read_text(encoding="utf-8")
    lines = re.findall(r"^curl .+$", text, re.MULTILINE)
    requests = [shlex.split(line) for line in lines if "$" not in line]
    assert requests
    for words in requests:
        (url,) = (word for word in words if word.startswith("http://127.0.0.1:8000/"))
        sent = [word for option, word in pairwise(words) if option in ("-d", "--data-urlencode")]
        path = url.removeprefix("http://127.0.0.1:8000")
        if "--get" in words:
            response = client.get(path, query_string=dict(each.split("=", 1) for each in sent))
        elif sent:
            response = client.post(path, data=sent[0], content_type="application/json")
        else:
            response = client.get(path)
        assert response.status_code == (404 if "9999" in url else 200), url


def test_the_first_pages_begin_with_a_request_and_its_response() -> None:
    """Also the page about the API, which has three of them before anything else."""
    assert len(_REQUEST.findall(README)) == 1
    start = (ROOT / "docs/api.md").read_text(encoding="utf-8").partition("\n## The place\n")[0]
    assert len(_REQUEST.findall(start)) == 3


# The body, the URL, the language of the block, and the response.
_REQUEST = re.compile(
    r"^curl (?:-H [^\n]+ -d '([^\n]+)' )?'http://127\.0\.0\.1:8000([^\n]+)'\n```\n\n"
    r"```(json|text|csv)\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def _assert_shows(shown: Any, answer: Any) -> None:
    if isinstance(shown, dict):
        assert shown.keys() - {"…"} <= answer.keys()
        assert "…" in shown or shown.keys() == answer.keys()
        for name in shown.keys() - {"…"}:
            _assert_shows(shown[name], answer[name])
    elif isinstance(shown, list):
        elements = [each for each in shown if each != "…"]
        assert len(elements) < len(answer) if "…" in shown else len(elements) == len(answer)
        for element, one in zip(elements, answer, strict=False):
            _assert_shows(element, one)
    else:
        assert shown == answer


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_within_the_repository_leads_somewhere(page: Path) -> None:
    """The file of each relative link exists, and has the heading that the link names. A page of the
    documentation site links to no file outside docs/, which the site does not have.
    """
    for target, anchor in _links(page.read_text(encoding="utf-8")):
        file = page.parent / target if target else page
        assert file.exists(), target
        if page.is_relative_to(ROOT / "docs"):
            assert file.resolve().is_relative_to(ROOT / "docs"), target
        if anchor:
            assert anchor in _anchors(file.read_text(encoding="utf-8")), f"{target}#{anchor}"


def _links(text: str) -> Iterator[tuple[str, str]]:
    """The relative links outside code, each as its file and its heading."""
    prose = re.sub(r"^```.*?^```$|`[^`\n]+`", "", text, flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if "://" not in link:
            target, _, anchor = unquote(link).partition("#")
            yield target, anchor


def _anchors(text: str) -> set[str]:
    """The anchors that GitHub and the documentation site give to the headings."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_start_page_of_the_documentation_leads_to_each_page() -> None:
    """docs/index.md links to every page; the decisions are in the navigation."""
    start = ROOT / "docs/index.md"
    linked = {
        (start.parent / target).resolve() for target, _ in _links(start.read_text(encoding="utf-8"))
    }
    assert set((ROOT / "docs").glob("*.md")) - {start} <= linked


def test_the_navigation_of_the_site_has_each_decision() -> None:
    """A page that it lacks is found only by a search."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {f"adr/{path.name}" for path in ROOT.glob("docs/adr/*.md")}
    assert pages == set(re.findall(r": (adr/\S+\.md)$", text, re.MULTILINE))


def test_each_public_answer_has_the_emergency_number_but_those_that_the_page_names(
    client: FlaskClient,
) -> None:
    """In docs/api.md. `client` has no token."""
    without = set()
    for path in (name[4:] for name in OPERATIONS if name[:4] == "GET " and name not in PRIVATE):
        identity = "pag-asa" if path.startswith("/v1/centres") else "be-112"
        query = {"postcode": "1000"} if path == "/v1/nearest" else {}
        if path == "/v1/postcodes":
            query = {"country": "BE", "prefix": "10"}
        url = path.replace("{id}", identity).replace("{country}", "BE").replace("{code}", "1000")
        url = url.replace("{digest}", "HASH")
        assert "{" not in url
        if '"112"' not in client.get(url, query_string=query).text:
            without.add(url)
    assert without == {
        *("/v1/languages", "/v1/services", "/v1/sources", "/v1/postcodes"),
        "/v1/postcodes/BE/1000",
        *("/v1/bundle/BE/postcodes/HASH", "/v1/bundle/names/BE", "/livez", "/readyz"),
    }
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    assert {url for url in without if f"`{url}`" not in page} == set()


def test_the_page_for_operators_names_each_setting_with_its_default() -> None:
    """Each setting has a row in the table of docs/settings.md, and a meaning."""
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for name, setting in every_setting().items():
        default = "empty" if setting.default == "" else f"`{setting.default}`"
        assert setting.meaning
        assert f"| `{PREFIX}{name.upper()}` | {default} |" in page


def test_the_page_about_checks_names_each_warning() -> None:
    """By its code, which the API sends."""
    package = ROOT / "directory_api"
    paths = [*(package / "record").glob("*.py"), package / "change" / "directory.py"]
    sources = "".join(path.read_text(encoding="utf-8") for path in paths)
    codes = set(re.findall(r'(?:code=|\.add\()"([a-z_]+)"', sources))
    page = (ROOT / "docs/review.md").read_text(encoding="utf-8")
    assert "no_phone" in codes
    assert {code for code in codes if f"`{code}`" not in page} == set()


def test_every_refusal_has_a_problem() -> None:
    """Each concrete error class has a code, and there are few problem types."""
    leaves = [cls for cls in _below(errors.DirectoryError) if not cls.__subclasses__()]
    assert {cls.code for cls in leaves} <= set(problems.BY_CODE)
    assert len({*map(problems.type_of, problems.BY_CODE.values())}) < 25


@pytest.mark.needs(*GENERATED_FROM)
@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs").glob("**/*.md")), ids=lambda page: str(page.relative_to(ROOT))
)
def test_the_generated_parts_of_the_pages_are_those_of_the_code(page: Path) -> None:
    """`make docs-generated` writes them."""
    text = page.read_text(encoding="utf-8")
    assert text == generated_docs.rewritten(text)


def test_each_generated_part_is_on_a_page() -> None:
    """An unused name can be wrong without notice."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("**/*.md"))
    assert {*re.findall(r"^<!-- generated: (.+) -->$", pages, re.M)} == {*generated_docs.PARTS}


def test_the_error_tree_is_drawn_at_the_top_of_its_file() -> None:
    """Each class of that file is in the diagram."""
    for cls in _below(errors.DirectoryError):
        assert cls.__module__ != errors.__name__ or cls.__name__ in (errors.__doc__ or "")


def test_each_dependency_has_its_licence_and_its_purpose_beside_it() -> None:
    """Also those of extras and groups: `"flask>=3.1",  # BSD: what it is for`."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)
    asked = [
        *project["project"]["dependencies"],
        *chain(*project["project"]["optional-dependencies"].values()),
        *chain(*project["dependency-groups"].values()),
    ]
    assert "flask>=3.1" in asked
    for requirement in asked:
        line = rf'"{re.escape(requirement)}"(,|\])  # [A-Z][\w. ()]+: \S.+'
        assert re.search(line, text), requirement


def test_lock_files_hold_names_versions_and_hashes_only() -> None:
    """No lock file contains the address of a package registry."""
    others = ("deploy/requirements.txt", "tools/release/requirements.txt")
    locked = [*ROOT.glob("requirements*.txt"), *(ROOT / name for name in others)]
    for path in locked:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert re.fullmatch(
                r"[a-z0-9.-]+==[^ ]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
            ), line


@pytest.mark.needs("pages")
def test_partners_find_in_the_documentation_what_the_page_shows(client: FlaskClient) -> None:
    """docs/embedding.md has each snippet of /partners without a hash, and the README the first."""
    page = client.get("/partners?lang=nl", base_url="https://directory.example.org").text
    snippets = [
        unescape(found)
        for found in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    ]
    assert snippets
    guide = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
    for snippet in snippets:
        assert ("integrity=" in snippet) is not (snippet.strip() in guide)
    assert snippets[0] in README


def test_each_picture_is_shown_with_a_text_alternative() -> None:
    """By a page of docs/."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    for picture in (ROOT / "docs/images").iterdir():
        assert re.search(rf"!\[[^\]]{{20,}}\]\(images/{re.escape(picture.name)}\)", pages), picture


@pytest.mark.needs("desk", "operations", "pages", "static_site")
def test_each_test_that_the_threat_model_names_exists() -> None:
    """A name that is not a test's would be evidence of nothing."""
    named = re.findall(r"`(test_\w+\.py)`", (ROOT / "docs/THREATS.md").read_text(encoding="utf-8"))
    assert named
    assert set(named) <= {path.name for path in ROOT.glob("tests/**/test_*.py")}


def _below(cls: type[errors.DirectoryError]) -> list[type[errors.DirectoryError]]:
    return [found for sub in cls.__subclasses__() for found in (sub, *_below(sub))]
