"""The documentation names everything that there is."""

import re
from dataclasses import fields
from html import unescape
from pathlib import Path

import click
import yaml
from flask.testing import FlaskClient

from directory_api.cli import main
from directory_api.config import PREFIX, Settings
from directory_api.domain import errors
from directory_api.web.http import problems

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_each_setting_with_its_default() -> None:
    """Each setting stands in the README's table."""
    for field in fields(Settings):
        default = "empty" if field.default == "" else f"`{field.default}`"
        assert f"| `{PREFIX}{field.name.upper()}` | {default} |" in README


def test_the_readme_names_each_command() -> None:
    """Each command, also of a group, stands in the README."""
    for name, command in main.commands.items():
        below = [f"{name} {sub}" for sub in command.commands] if isinstance(command, click.Group) else [name]
        for words in below:
            assert f"directory-api {words}" in README.replace("\n", " "), words


def test_every_refusal_has_a_problem_and_every_problem_a_heading() -> None:
    """Each error class that can leave the house has a row in the table; each row has a heading in docs/problems.md."""
    leaves = [cls for cls in _below(errors.DirectoryError) if not cls.__subclasses__()]
    assert set(leaves) <= set(problems.BY_ERROR)
    headings = re.findall(r"^## (.+)$", (ROOT / "docs/problems.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(headings) == set(problems.KINDS)


def test_the_error_tree_is_drawn_at_the_top_of_its_file() -> None:
    """Each class stands in the drawing."""
    for cls in _below(errors.DirectoryError):
        assert cls.__name__ in (errors.__doc__ or "")


def test_the_links_of_the_start_page_lead_somewhere() -> None:
    """Each path that /v1/ links to is a path of openapi.yaml or a page."""
    contract = yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
    links = contract["paths"]["/v1/"]["get"]["responses"]["200"]["content"]["application/json"]["example"]["links"]
    pages = {"/openapi.yaml", "/docs", "/problems", "/v1/changes.atom"}
    assert {link.partition("?")[0] for link in links.values()} <= set(contract["paths"]) | pages


def test_each_locked_library_that_is_asked_for_is_explained() -> None:
    """Every direct dependency has its line in docs/DEPENDENCIES.md."""
    text = (ROOT / "docs/DEPENDENCIES.md").read_text(encoding="utf-8").lower()
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    asked = re.findall(r'^    "([A-Za-z0-9-]+)>=', project, flags=re.MULTILINE)
    assert asked
    for name in asked:
        assert name.lower() in text, name


def test_lock_files_hold_names_versions_and_hashes_only() -> None:
    """No address of a package registry stands in a lock file."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            assert re.fullmatch(r"[a-z0-9.-]+==[^ ]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), line


def test_partners_find_in_the_documentation_what_the_page_shows(client: FlaskClient) -> None:
    """docs/embedding.md holds each snippet of /partners but the one with a hash, and the README the first."""
    page = client.get("/partners?lang=nl", base_url="https://directory.example.org").text
    snippets = [unescape(found) for found in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)]
    assert len(snippets) == 5
    guide = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
    for snippet in snippets:
        assert ("integrity=" in snippet) is not (snippet.strip() in guide)
    assert snippets[0] in README


def test_pictures_are_small_and_each_is_shown() -> None:
    """Each picture of docs/images has at most 120 kB and stands in a page with words that say what it shows."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    for picture in (ROOT / "docs/images").iterdir():
        assert picture.stat().st_size < 120_000, picture
        assert re.search(rf"!\[[^\]]{{20,}}\]\(images/{re.escape(picture.name)}\)", pages), picture


def _below(cls: type[errors.DirectoryError]) -> list[type[errors.DirectoryError]]:
    return [found for sub in cls.__subclasses__() for found in (sub, *_below(sub))]
