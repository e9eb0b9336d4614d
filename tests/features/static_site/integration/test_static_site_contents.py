"""The published folder has what visitors and their devices need, and the same bytes every time."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from directory_api.answer.registry import FORMATS
from directory_api.bootstrap import Directory
from directory_api.features.device import offline
from directory_api.features.pages import embed
from directory_api.features.static_site import routes
from directory_api.features.static_site.generator import StaticSite
from directory_api.place.postcode import Place
from directory_api.text.translations import languages
from directory_api.web.http.static_file import StaticFile
from tests.support.api_client import OPENAPI_FILES
from tests.support.maintainer_app import MaintainerApp
from tests.support.published import MIDNIGHT, ORIGIN, published, published_from, tree
from tests.support.servers import ROOT, RUN_SECONDS
from tests.support.write_side import create_with_places

NEEDS = ("device", "formats", "pages")


@pytest.fixture
def folder(published_folder: Path) -> Path:
    """A published folder; not to be written to."""
    return published_folder


AGAIN = """
import sys
from pathlib import Path
from tests.support.published import published_from
published_from(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_the_same_revision_gives_the_same_bytes(
    few_places: Sequence[Place], tmp_path: Path
) -> None:
    """Another process, with another order of sets and another time zone, publishes the same
    bytes.
    """
    again = tmp_path / "again"
    database = create_with_places(tmp_path / "directory.db", few_places).path
    command = [sys.executable, "-c", AGAIN, str(database), str(again)]
    # 14 hours before UTC, where it is already another day; this process has a random seed.
    environ = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"}
    subprocess.run(command, check=True, cwd=ROOT, env=environ, timeout=RUN_SECONDS)
    published_from(database, tmp_path / "once")
    assert tree(again / "current") == tree(tmp_path / "once/current")


def test_the_manifest_knows_each_file(folder: Path) -> None:
    """Path, size and SHA-256 of every file but itself, at a revision and a day."""
    files = tree(folder)
    manifest = json.loads(files.pop("manifest.json"))
    assert (manifest["revision"], manifest["made"]) == ("1", "2026-11-03")
    assert [entry["path"] for entry in manifest["files"]] == sorted(files)
    for entry in manifest["files"]:
        body = files[entry["path"]]
        assert (entry["bytes"], entry["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", entry["type"])


def test_every_centre_is_there_in_every_format(directory: Directory, folder: Path) -> None:
    """One file for each centre and format, and the list of all of them."""
    for each in FORMATS:
        assert (folder / f"v1/centres.{each.ending}").read_bytes()
        for centre in directory.live.snapshot.centres:
            assert (folder / f"v1/centres/{centre.id}.{each.ending}").read_bytes()


def test_every_postcode_has_its_answer(api: Any, folder: Path) -> None:
    """The closest centres to each postcode, as the server has them, but for who is open."""
    codes = [path.stem for path in (folder / "v1/nearest/BE").iterdir()]
    assert len(codes) == 1149
    for code in codes[::50]:
        told = json.loads((folder / f"v1/nearest/BE/{code}.json").read_bytes())
        live = api.get(f"/v1/nearest?postcode={code}&country=BE").get_json()
        for answer in (told, live):
            for result in answer["results"]:
                result.pop("office")
        assert told == live


def test_nobody_is_said_to_be_open(folder: Path) -> None:
    """A file may be read days later: no answer says who is open now; the bundle has hours of two
    weeks.
    """
    states = set()
    for path, body in tree(folder).items():
        if path.startswith("v1/") and path.endswith(".json"):
            states.update(re.findall(rb'"office":\{"state":"(\w+)"', body))
    assert states == {b"unknown"}
    bundle = json.loads((folder / "v1/bundle.json").read_bytes())
    assert any("open" in centre for centre in bundle["centres"])


@pytest.mark.parametrize("page", ["", "embed/", "partners/"])
def test_every_language_has_its_pages(folder: Path, page: str) -> None:
    """The finder, the frame and the partners' page exist in every language, and link to
    each other.
    """
    for language in languages():
        text = (folder / f"{page}index.{language.tag}.html").read_text(encoding="utf-8")
        for other in languages():
            assert f'href="/{page}index.{other.tag}.html"' in text
        assert "?lang=" not in text
        # No host answers a form; the script that searches on the device enables the button.
        assert text.count("<form") == text.count('<button class="main" disabled')
    assert (folder / f"{page}index.html").exists()


def test_no_page_for_partners_where_nobody_knows_the_address(
    maintainer_app: MaintainerApp, tmp_path: Path
) -> None:
    """Without --url there is no snippet for partners; with it, each snippet has this origin
    only.
    """
    published(maintainer_app.directory, tmp_path, None)
    files = tree(tmp_path / "current")
    assert not [path for path in files if path.startswith("partners/")]
    told = {path for path, body in files.items() if b"http://localhost/" in body}
    assert told <= {
        *("docs/index.html", "docs/hsds/index.html"),
        *(f"{path.stem}.{kind}" for path in OPENAPI_FILES for kind in ("yaml", "json")),
    }  # an example of a server, not one of ours


def test_partners_paste_the_address_of_the_folder(folder: Path) -> None:
    """The lines to paste lead to where the folder is, and to files that are there."""
    text = (folder / "partners/index.nl.html").read_text(encoding="utf-8")
    pasted = set(re.findall(rf"{ORIGIN}/([\w./-]+)", text))
    assert pasted == {
        "embed/nearest-centre.js",
        embed.module().path[1:],
        "index.nl.html",
        "embed/index.nl.html",
    }
    assert all((folder / each).exists() for each in pasted)


def test_an_answer_that_is_none_ends_the_publication(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in a route is no file."""
    monkeypatch.setattr(
        routes, "static_files", lambda *_, **__: [StaticFile("/v1/centres/nobody", "x.json")]
    )
    with pytest.raises(RuntimeError, match=r"x\.json: the server answers 404"):
        list(StaticSite(directory, MIDNIGHT).files())


def test_the_feed_differs_from_the_servers_in_its_links_alone(api: Any, folder: Path) -> None:
    """With an address the links are whole; all else is as the server writes it."""
    told, live = (folder / "v1/changes.atom").read_bytes(), api.get("/v1/changes.atom").data
    for address in (b'href="/', b'href="http://localhost/'):
        live = live.replace(address, f'href="{ORIGIN}/'.encode())
    assert told == live
    assert b"localhost" not in told


def test_the_reference_of_a_copy_says_that_it_is_one(api: Any, folder: Path) -> None:
    """It shows POST and Authorize, which no file answers."""
    assert "copy of the directory as files" in (folder / "docs/index.html").read_text(
        encoding="utf-8"
    )
    assert "copy of the directory as files" not in api.get("/docs").text


def test_a_site_too_large_for_a_device_has_no_bundle_and_is_complete_otherwise(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host answers with the problem of a missing bundle."""
    monkeypatch.setattr(offline, "MOST_BYTES", 1_000)
    site = StaticSite(directory, MIDNIGHT)
    addresses = [each for each in site._addresses if "postcode" not in each.url]
    site._addresses = tuple(addresses)
    paths = {file.path for file in site.files()}
    assert not {"v1/bundle.json", "v1/bundle/BE.json"} & paths
    assert {"index.html", "v1/centres.json", "v1/helplines.json"} <= paths
