"""The documentation names everything that there is."""

import json
import re
import tomllib
from collections.abc import Iterator
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest
from flask.testing import FlaskClient

from directory_api.cli import main
from directory_api.config import PREFIX, every_setting
from directory_api.text import errors
from directory_api.web.http import problems
from tests.support.openapi_document import OPERATIONS, PRIVATE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


# What the repository says to people; the pictures and the example's files are beside them.
PAGES = sorted(
    (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob(".github/**/*.md"),
        ROOT / "tests/README.md",
    )
)


def test_the_readme_shows_the_whole_answer_of_its_request(client: FlaskClient) -> None:
    """Member by member."""
    (answer,) = _shown_answers(README)
    assert json.loads(answer[2]) == _answer(client, *answer[:2])


def test_the_page_about_the_api_begins_with_three_requests(client: FlaskClient) -> None:
    """Each with the server's answer, in which … stands for the omitted members."""
    answers = _shown_answers((ROOT / "docs/api.md").read_text(encoding="utf-8"))
    assert len(answers) == 3
    for body, address, shown in answers:
        _assert_shows(json.loads(shown), _answer(client, body, address))


def _shown_answers(page: str) -> list[tuple[str, str, str]]:
    """The requests that are followed by their answers: the body, the address and the answer."""
    request = r"^curl (?:-H [^\n]+ -d '([^\n]+)' )?'http://127\.0\.0\.1:8000([^\n]+)'\n```\n\n"
    return re.findall(request + r"```json\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)


def _answer(client: FlaskClient, body: str, address: str) -> Any:
    if body:
        return client.post(address, data=body, content_type="application/json").get_json()
    return client.get(address).get_json()


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


@pytest.mark.parametrize("folder", ["docs", "docs/adr"])
def test_the_start_page_of_the_documentation_leads_to_each_page(folder: str) -> None:
    """docs/index.md links to every page."""
    start = ROOT / "docs/index.md"
    linked = {
        (start.parent / target).resolve() for target, _ in _links(start.read_text(encoding="utf-8"))
    }
    assert set((ROOT / folder).glob("*.md")) - {start} <= linked


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
    """Each setting has a row in the table of docs/operating.md."""
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    for name, setting in every_setting().items():
        default = "empty" if setting.default == "" else f"`{setting.default}`"
        assert f"| `{PREFIX}{name.upper()}` | {default} |" in page


def test_the_page_about_commands_names_each_command() -> None:
    """Each command, also of a group, is in docs/commands.md."""
    page = " ".join((ROOT / "docs/commands.md").read_text(encoding="utf-8").split())
    for name, command in main.commands.items():
        below = (
            [f"{name} {sub}" for sub in command.commands]
            if isinstance(command, click.Group)
            else [name]
        )
        for words in below:
            assert f"directory-api {words}" in page, words


def test_the_guide_for_maintainers_names_each_warning() -> None:
    """By its code, which the API sends."""
    package = ROOT / "directory_api"
    paths = [*(package / "record").glob("*.py"), package / "change" / "directory.py"]
    sources = "".join(path.read_text(encoding="utf-8") for path in paths)
    codes = set(re.findall(r'(?:code=|\.add\()"([a-z_]+)"', sources))
    guide = (ROOT / "docs" / "maintainers.md").read_text(encoding="utf-8")
    assert "no_phone" in codes
    assert {code for code in codes if f"(`{code}`)" not in guide} == set()


@pytest.mark.needs("reference")
def test_every_refusal_has_a_problem_and_every_problem_a_heading() -> None:
    """Each concrete error class has a code, and each of these a line below the heading of its
    problem type in docs/problems.md, with its status.
    """
    leaves = [cls for cls in _below(errors.DirectoryError) if not cls.__subclasses__()]
    assert {cls.code for cls in leaves} <= set(problems.BY_CODE)
    _, *sections = (ROOT / "docs/problems.md").read_text(encoding="utf-8").split("\n## ")
    told = {
        (code, status, section.partition("\n")[0])
        for section in sections
        for code, status in re.findall(r"^- `([a-z-]+)` \((.+?)\): ", section, re.MULTILINE)
    }
    known = {
        (code, "any status" if cls is problems.OfStatus else str(cls.status), problems.type_of(cls))
        for code, cls in problems.BY_CODE.items()
    }
    assert told == known
    assert len({kind for _, _, kind in known}) == len(sections) < 25


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


def _below(cls: type[errors.DirectoryError]) -> list[type[errors.DirectoryError]]:
    return [found for sub in cls.__subclasses__() for found in (sub, *_below(sub))]
