"""The command `publish`: what it prints, and which addresses it takes."""

import html
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.command_line import RunCommand, fails
from tests.support.maintainer_app import MaintainerApp
from tests.support.published import ORIGIN, tree

NEEDS = ("formats",)


@pytest.fixture
def run_with_few_files(
    run_without_store: RunCommand, maintainer_app: MaintainerApp, tmp_path: Path
) -> RunCommand:
    """Run commands on a store without postcodes: publishing an answer for each takes seconds."""
    maintainer_app.path.rename(tmp_path / "cli.db")
    return run_without_store


def test_the_command_publishes_and_says_what_it_did(
    run_with_few_files: RunCommand, tmp_path: Path
) -> None:
    """`publish DIR` says how many files are new, and the second time that none is."""
    run_command = run_with_few_files
    done = run_command("publish", str(tmp_path / "site"), "--url", "https://help.example.org/")
    assert re.search(
        r"site: revision 1 of \d{4}-\d\d-\d\d; [\d,]+ files written, 0 unchanged, 0 removed",
        done.output,
    )
    assert (
        "0 files written" in run_command("publish", str(tmp_path / "site"), "--url", ORIGIN).output
    )
    (tmp_path / "mine/current").mkdir(parents=True)
    fails(run_command("publish", str(tmp_path / "mine")), 1, "mine/current: is no link")


def test_the_error_pages_of_a_proxy_can_be_written_alone(
    run_with_few_files: RunCommand, tmp_path: Path
) -> None:
    """A page and JSON with the helplines."""
    site = tmp_path / "site"
    assert run_with_few_files("publish", str(site), "--error-pages").exit_code == 0
    written = set(tree(site / "current")) - {"manifest.json"}
    assert {path.partition("/")[0] for path in written} == {"problems"}
    for name in ("503.json", "429.json", "page.html", "page.ar.html", "page.zh.html"):
        assert b"112" in (site / "current/problems" / name).read_bytes()
    # Nginx says it while the server does not answer, and knows nothing of slow requests.
    away = json.loads((site / "current/problems/503.json").read_bytes())
    assert (away["type"], away["title"]) == (
        "/problems#unavailable",
        "Directory unavailable",
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://help.example.org", "use https://"),
        ("http://127.0.0.1.example.org", "use https://"),
        ("help.example.org", "only the address of the host"),
        ("ftp://help.example.org", "only the address of the host"),
        ("https://help.example.org/a/../b", "only the address of the host"),
        ("https://help.example.org/folder.html", "only the address of the host"),
        ("https://help.example.org?x", "only the address of the host"),
        ("https://somebody@help.example.org", "only the address of the host"),
        ("https://help.example.org:port", "only the address of the host"),
        ("https://[", "only the address of the host"),
        ("https://", "only the address of the host"),
    ],
)
def test_an_address_that_is_none_is_refused(
    run_command: RunCommand, tmp_path: Path, url: str, said: str
) -> None:
    """Pages link from the root of a host or a plain path, over https; what is wrong is said."""
    fails(
        run_command("publish", str(tmp_path / "site"), "--url", url),
        2,
        said,
        "https://help.example.org",
    )
    assert not (tmp_path / "site").exists()


def test_a_trial_on_this_machine_needs_no_https(
    run_with_few_files: RunCommand, tmp_path: Path
) -> None:
    """The snippets can be tried before there is a host, and feed readers can follow every link."""
    assert (
        run_with_few_files(
            "publish", str(tmp_path / "site"), "--url", "http://127.0.0.1:8080"
        ).exit_code
        == 0
    )
    assert 'src="http://127.0.0.1:8080/embed/' in html.unescape(
        (tmp_path / "site/current/partners/index.html").read_text()
    )
    feed = ElementTree.parse(tmp_path / "site/current/v1/changes.atom")
    links = [link.attrib["href"] for link in feed.iter("{http://www.w3.org/2005/Atom}link")]
    assert all(link.startswith("http://127.0.0.1:8080/") for link in links)
