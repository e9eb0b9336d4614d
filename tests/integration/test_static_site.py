"""The directory as a folder of files: complete, reproducible, and only new content is written."""

import ctypes
import errno
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask

from directory_api.bootstrap import Directory
from directory_api.domain import offline
from directory_api.domain.errors import DirectoryTooLarge, FileUnreadable
from directory_api.domain.geo.postcode import Place
from directory_api.features import FEATURES
from directory_api.formats.registry import FORMATS
from directory_api.i18n.translations import languages
from directory_api.static_site import folder as folders
from directory_api.static_site import generator, routes
from directory_api.static_site.generator import StaticSite
from directory_api.static_site.publish import File, Published, publish
from directory_api.web.pages import embed
from tests.contract.test_web_contract import COMMITTED
from tests.support.command_line import RunCommand, fails
from tests.support.maintainer_app import MaintainerApp
from tests.support.published import MIDNIGHT, ORIGIN, published, published_from
from tests.support.records import made_up_centre
from tests.support.rules import adapter
from tests.support.servers import ROOT, RUN_SECONDS
from tests.support.write_side import create_with_places

# What only a server can say of itself.
NOT_THERE = {"/livez", "/readyz"}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


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
    assert tree(again) == tree(tmp_path / "once")


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


def test_everything_that_can_be_read_is_there(
    app: Flask, directory: Directory, folder: Path
) -> None:
    """Each GET of openapi.yaml without a token or a server has files, so no new route is
    forgotten.
    """
    reads = {path: each["get"] for path, each in COMMITTED["paths"].items() if "get" in each}
    public = {path for path, operation in reads.items() if not operation["security"]}
    met = set()
    for each in routes.every(directory.finder, has_origin=True, features=FEATURES):
        path, _, _ = each.url.partition("?")
        rule, _ = adapter(app, path).match(path, return_rule=True)
        met.add(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
    lists = {
        f"/{path.removesuffix('.json')}"
        for path in tree(folder)
        if re.fullmatch(r"(v1|hsds)/\w+\.json", path)
    }
    assert public - met - lists == NOT_THERE


def test_every_centre_is_there_in_every_format(directory: Directory, folder: Path) -> None:
    """One file for each centre and format, and the list of all of them."""
    for each in FORMATS:
        assert (folder / f"v1/centres.{each.ending}").read_bytes()
        for centre in directory.finder.snapshot.centres:
            assert (folder / f"v1/centres/{centre.id}.{each.ending}").read_bytes()


def test_every_postcode_has_its_answer(api: Any, folder: Path) -> None:
    """The closest centres to each postcode, as the server has them, but for who is open."""
    codes = [path.stem for path in (folder / "v1/nearest/BE").iterdir()]
    assert len(codes) == 1149
    for code in codes[::50]:
        told = json.loads((folder / f"v1/nearest/BE/{code}.json").read_bytes())
        live = api.get(f"/v1/nearest?postcode={code}&country=BE").get_json()
        for answer in (told, live):
            for hit in answer["results"]:
                hit["centre"].pop("open_state")
                hit["centre"].pop("next_change", None)
                hit["centre"].pop("next_state", None)
        assert told == live


def test_nobody_is_said_to_be_open(folder: Path) -> None:
    """A file may be read days later: no answer says who is open now; the bundle has hours of two
    weeks.
    """
    states = set()
    for path, body in tree(folder).items():
        if path.startswith("v1/") and path.endswith(".json"):
            states.update(re.findall(rb'"open_state":"(\w+)"', body))
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
    published(maintainer_app.directory, tmp_path / "folder", None)
    assert not (tmp_path / "folder/partners").exists()
    told = {
        path for path, body in tree(tmp_path / "folder").items() if b"http://localhost/" in body
    }
    assert told <= {
        "docs/index.html",
        "openapi.yaml",
        "openapi.json",
    }  # an example of a server, which is none of ours


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


def test_only_what_changed_is_written(maintainer_app: MaintainerApp, tmp_path: Path) -> None:
    """After a new number, only the files that contain it; after a removal, its files are
    removed.
    """
    folder = tmp_path / "folder"
    first = published(maintainer_app.directory, folder)
    assert (first.unchanged, first.removed) == (0, 0)
    assert published(maintainer_app.directory, folder) == Published(0, first.written, 0)
    before = tree(folder)
    assert (
        maintainer_app.patch(
            "/v1/centres/payoke", description={"en": "Somewhere else."}
        ).status_code
        == 200
    )
    maintainer_app.directory.live.refresh()
    second = published(maintainer_app.directory, folder)
    changed = {path for path, body in tree(folder).items() if before.get(path) != body}
    assert len(changed) == second.written + 1  # and the manifest
    assert "v1/centres/payoke.vcf" in changed
    assert "v1/centres/surya.vcf" not in changed


def test_what_is_gone_is_removed_and_what_was_pinned_stays(tmp_path: Path) -> None:
    """An unpublished file is removed with its folder; one that may be pinned stays, and is
    listed.
    """
    folder = tmp_path / "folder"
    old = [
        File("a/b.json", "application/json", b"1"),
        File("pin.1.js", "text/javascript", b"2", kept=True),
    ]
    publish(old, folder, {"revision": "1"})
    done = publish([File("c.json", "application/json", b"3")], folder, {"revision": "2"})
    assert done == Published(1, 0, 1)
    assert set(tree(folder)) == {"c.json", "pin.1.js", "manifest.json"}
    assert not (folder / "a").exists()
    publish([File("c.json", "application/json", b"3")], folder, {"revision": "3"})
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert [entry["path"] for entry in manifest["files"]] == ["c.json", "pin.1.js"]


KILLED = """
import sys
from pathlib import Path
from directory_api.static_site.publish import File, publish
from tests.support.killing import in_child

def files(revision, names):
    return [File(f"a/{n}.json", "application/json", revision.encode()) for n in names] + [
        File("same.json", "application/json", b"same")
    ]

def publish_second(folder):
    return lambda: publish(files("2", range(3, 9)), folder, {"revision": "2"})

root = Path(sys.argv[1])
publish(files("1", range(6)), root / "whole", {"revision": "1"})
total = len(in_child(publish_second(root / "whole")))
for moment in range(20):
    folder = root / str(moment)
    publish(files("1", range(6)), folder, {"revision": "1"})
    in_child(publish_second(folder), moment * (total - 1) // 19)
"""


def test_a_publication_that_is_killed_leaves_a_whole_site(tmp_path: Path) -> None:
    """Killed at 20 moments, the folder has all files of one revision and no others; the next
    publication removes what was left beside it.
    """
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=RUN_SECONDS)
    whole = {
        "1": {f"a/{n}.json": b"1" for n in range(6)},
        "2": {f"a/{n}.json": b"2" for n in range(3, 9)},
    }
    revisions = []
    for moment in range(20):
        files = tree(tmp_path / str(moment))
        manifest = json.loads(files.pop("manifest.json"))
        assert [entry["path"] for entry in manifest["files"]] == sorted(files), moment
        assert files == {**whole[manifest["revision"]], "same.json": b"same"}, moment
        revisions.append(manifest["revision"])
        publish([File("new.json", "application/json", b"3")], tmp_path / str(moment), {})
    assert revisions == sorted(revisions)
    assert {*revisions} == {"1", "2"}
    assert {path.name for path in tmp_path.iterdir()} == {"whole", *map(str, range(20))}


def test_what_no_publication_wrote_stays(tmp_path: Path) -> None:
    """Files of the host and a repository: content, permissions, links and empty folders."""
    folder = tmp_path / "folder"
    publish([File("a/b.json", "application/json", b"1")], folder, {})
    (folder / ".git/refs").mkdir(parents=True)
    _file(folder / ".git/HEAD").chmod(0o640)
    (folder / "a/mine").mkdir()
    _file(folder / "a/mine/note.txt")
    (folder / "link").symlink_to("nowhere")
    (folder / "folder-link").symlink_to("a")
    written = (folder / "a/mine/note.txt").stat().st_mtime_ns
    assert publish([], folder, {}) == Published(0, 0, 1)
    assert {*tree(folder)} == {".git/HEAD", "a/mine/note.txt", "manifest.json"}
    assert (folder / ".git/HEAD").stat().st_mode & 0o777 == 0o640
    assert (folder / ".git/refs").is_dir()
    assert (folder / "a/mine/note.txt").stat().st_mtime_ns == written
    assert (folder / "link").readlink() == Path("nowhere")
    assert (folder / "folder-link").readlink() == Path("a")


def test_a_site_where_folders_cannot_be_exchanged_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first publication works; the next one is refused and changes nothing."""

    def unable(*_: Any) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(folders, "_exchange", unable)
    publish([File("a.json", "application/json", b"1")], tmp_path / "folder", {})
    before = tree(tmp_path)
    with pytest.raises(FileUnreadable, match="cannot be replaced in one step"):
        publish([File("a.json", "application/json", b"2")], tmp_path / "folder", {})
    assert tree(tmp_path) == before


def test_a_file_system_without_links_gets_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unchanged files keep their time of modification."""

    def unable(*_: Any, **__: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", unable)
    files = [File("a.json", "application/json", b"1")]
    publish(files, tmp_path / "folder", {})
    os.utime(tmp_path / "folder/a.json", (1, 1))
    assert publish(files, tmp_path / "folder", {}) == Published(0, 1, 0)
    assert (tmp_path / "folder/a.json").stat().st_mtime == 1


def test_what_was_pinned_and_never_written_is_not_listed(tmp_path: Path) -> None:
    """A publication that is killed right after its manifest leaves a name without a file."""
    pin = {"path": "pin.1.js", "type": "text/javascript", "bytes": 1, "sha256": "", "kept": True}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": [pin]}), encoding="utf-8")
    assert publish(
        [File("pin.2.js", "text/javascript", b"2", kept=True)], tmp_path, {}
    ) == Published(1, 0, 0)
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    assert [entry["path"] for entry in manifest["files"]] == ["pin.2.js"]


def modes(folder: Path) -> dict[str, int]:
    """The permissions of the folder and of all in it."""
    return {
        str(path.relative_to(folder)): path.stat().st_mode & 0o777
        for path in (folder, *folder.rglob("*"))
    }


def test_a_web_server_of_another_user_can_read_it(tmp_path: Path) -> None:
    """Whatever the umask is, and also what was published or copied without permissions before."""
    files = [File("a/b/c.json", "application/json", b"1")]
    shown = {".": 0o755, "a": 0o755, "a/b": 0o755, "a/b/c.json": 0o644, "manifest.json": 0o644}
    before = os.umask(0o077)
    try:
        publish(files, tmp_path / "folder", {})
    finally:
        os.umask(before)
    assert modes(tmp_path / "folder") == shown
    for path in sorted(tmp_path.rglob("*"), reverse=True):
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert publish(files, tmp_path / "folder", {}) == Published(0, 1, 0)
    assert modes(tmp_path / "folder") == shown


def test_permissions_of_another_user_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may write into a folder need not be who may open it to others."""

    def refused(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    (tmp_path / "folder").mkdir(mode=0o700)
    monkeypatch.setattr(Path, "chmod", refused)
    assert publish(
        [File("c.json", "application/json", b"1")], tmp_path / "folder", {}
    ) == Published(1, 0, 0)
    assert modes(tmp_path / "folder")["."] == 0o700


def test_two_publications_do_not_mix(tmp_path: Path) -> None:
    """A second publication at the same time is refused: it could restore removed content."""

    def meanwhile() -> Any:
        with pytest.raises(FileUnreadable, match="another publication is at work"):
            publish([], tmp_path / "folder", {})
        yield File("a.json", "application/json", b"1")

    assert publish(meanwhile(), tmp_path / "folder", {}) == Published(1, 0, 0)


def test_a_disk_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a network disk has no locks, the error says so, and nothing is written."""

    def unable(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", unable)
    with pytest.raises(FileUnreadable, match="cannot be locked"):
        publish([], tmp_path / "folder", {})
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_link_leads_nowhere_else(tmp_path: Path) -> None:
    """Nothing is written or removed behind a symbolic link; a link in place of a file is
    replaced.
    """
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    publish([File("sub/a.json", "application/json", b"1")], folder, {})
    shutil.rmtree(folder / "sub")
    outside.mkdir()
    (folder / "sub").symlink_to(outside)
    _file(outside / "a.json")
    for files in ([File("sub/a.json", "application/json", b"2")], []):
        with pytest.raises(FileUnreadable, match="behind a symbolic link"):
            publish(files, folder, {})
    assert (outside / "a.json").read_bytes() == b"mine"
    (folder / "sub").unlink()
    (folder / "b.json").symlink_to(outside / "a.json")
    publish([File("b.json", "application/json", b"3")], folder, {})
    assert (outside / "a.json").read_bytes() == b"mine"
    assert (folder / "b.json").read_bytes() == b"3"


def _spoiled(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda root: _with(root / "site", "holiday.jpg"),
            "holds other files, such as holiday.jpg",
        ),
        (lambda root: _spoiled(root / "odd", "[]"), "is no manifest of ours"),
        (lambda root: _spoiled(root / "odd", "{}"), "is no manifest of ours"),
        (lambda root: _spoiled(root / "odd", '{"files": [{"path": 1}]}'), "is no manifest of ours"),
        (lambda root: _spoiled(root / "odd", "no json"), "is no manifest of ours"),
        (
            lambda root: _spoiled(root / "out", '{"files": [{"path": "../x"}]}'),
            "no path within the folder",
        ),
        (
            lambda root: _spoiled(root / "out", '{"files": [{"path": "/etc/x"}]}'),
            "no path within the folder",
        ),
        (lambda root: _spoiled(root / "odd", "[" * 100_000), "is no manifest of ours"),
        (lambda root: _file(root / "file"), "cannot be used"),
        (lambda root: _manifest_folder(root / "odd"), "cannot be read"),
    ],
)
def test_a_folder_that_is_not_ours_is_left_alone(
    tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    """Another web site, another kind of manifest, or a path outside the folder is refused and
    untouched.
    """
    folder = make(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(FileUnreadable, match=re.escape(said)):
        publish([], folder, {})
    assert tree(tmp_path) == before


def _manifest_folder(folder: Path) -> Path:
    (folder / "manifest.json").mkdir(parents=True)
    return folder


def _with(folder: Path, name: str) -> Path:
    folder.mkdir()
    return _file(folder / name).parent


def _file(path: Path) -> Path:
    path.write_bytes(b"mine")
    return path


def test_a_folder_under_git_may_be_given(tmp_path: Path) -> None:
    """Hidden files, such as .git, are no web site."""
    publish([File("a.json", "application/json", b"1")], _with(tmp_path / "folder", ".gitkeep"), {})
    assert (tmp_path / "folder/.gitkeep").read_bytes() == b"mine"


def test_what_cannot_be_written_or_removed_is_named(tmp_path: Path) -> None:
    """A folder in a file's place is told by its name."""
    (tmp_path / "folder").mkdir()
    publish([], tmp_path / "folder", {})
    (tmp_path / "folder/a.json/b").mkdir(parents=True)
    with pytest.raises(FileUnreadable, match=r"a\.json: cannot be written"):
        publish([File("a.json", "application/json", b"1")], tmp_path / "folder", {})
    assert list((tmp_path / "folder").rglob("*.new")) == []


def test_a_draft_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """The name of the folder is as long as the system allows, and that of its draft longer."""
    folder = tmp_path / ("x" * 255)
    with pytest.raises(FileUnreadable, match="the new files cannot be written there"):
        publish([], folder, {})
    assert list(tmp_path.iterdir()) == [folder]
    assert list(folder.iterdir()) == []


def test_a_draft_that_was_removed_is_not_published(tmp_path: Path) -> None:
    """The folder keeps what it had."""
    folder = tmp_path / "folder"
    publish([File("a.json", "application/json", b"1")], folder, {})
    before = tree(tmp_path)
    with folders.Draft(folders.Folder(folder)) as draft:
        (draft_folder,) = tmp_path.glob(".folder.*.new")
        shutil.rmtree(draft_folder)
        with pytest.raises(FileUnreadable, match="cannot be replaced in one step"):
            draft.replace()
    assert tree(tmp_path) == before


def test_a_file_that_vanishes_before_it_is_kept_is_named(tmp_path: Path) -> None:
    """Another program removed it during the publication."""
    folder = tmp_path / "folder"
    folder.mkdir()
    with (
        folders.Draft(folders.Folder(folder)) as draft,
        pytest.raises(FileUnreadable, match=r"pin\.js: cannot be kept \(No such file"),
    ):
        draft.keep("pin.js")
    assert list(tmp_path.iterdir()) == [folder]


def test_a_file_in_the_place_of_a_folder_of_the_site_is_not_lost(tmp_path: Path) -> None:
    """Publishing is refused, with the name of the file, and changes nothing."""
    _with(tmp_path / "folder", ".well-known")
    before = tree(tmp_path)
    files = [File(".well-known/a.json", "application/json", b"1")]
    with pytest.raises(FileUnreadable, match=r"\.well-known: the site has a folder of this name"):
        publish(files, tmp_path / "folder", {})
    assert tree(tmp_path) == before


def test_two_files_of_one_path_are_refused(tmp_path: Path) -> None:
    """Also if both are what is published already."""
    file = File("a.json", "application/json", b"1")
    publish([file], tmp_path / "folder", {})
    before = tree(tmp_path)
    with pytest.raises(FileUnreadable, match=r"a\.json: cannot be written \(File exists\)"):
        publish([file, file], tmp_path / "folder", {})
    assert tree(tmp_path) == before


def test_a_leftover_that_cannot_be_removed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user's publication was killed; nothing is published."""

    def refused(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    left = tmp_path / f".folder.{'0' * 16}.new"
    left.mkdir()
    monkeypatch.setattr(shutil, "rmtree", refused)
    with pytest.raises(FileUnreadable, match=rf"{left.name}: cannot be removed \(Permission"):
        publish([], tmp_path / "folder", {})
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_system_that_cannot_exchange_folders_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old C library has no such function; the published site stays."""
    publish([File("a.json", "application/json", b"1")], tmp_path / "folder", {})
    before = tree(tmp_path)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    with pytest.raises(FileUnreadable, match="this system cannot exchange two folders"):
        publish([File("a.json", "application/json", b"2")], tmp_path / "folder", {})
    assert tree(tmp_path) == before


def test_an_exchange_that_the_system_refuses_is_an_error(tmp_path: Path) -> None:
    """With the system's reason: one of the folders is missing."""
    (tmp_path / "one").mkdir()
    with pytest.raises(FileNotFoundError):
        folders._exchange(tmp_path / "one", tmp_path / "missing")
    assert list(tmp_path.iterdir()) == [tmp_path / "one"]


def test_a_file_that_is_gone_already_is_no_trouble(tmp_path: Path) -> None:
    """Who tidied up by hand is not refused; what the system refuses is named."""
    folder = tmp_path / "folder"
    publish([File("a/b.json", "application/json", b"1")], folder, {})
    shutil.rmtree(folder / "a")
    assert publish([], folder, {}) == Published(0, 0, 0)
    (folder / "manifest.json").write_text(
        json.dumps({"files": [{"path": "x" * 300}]}), encoding="utf-8"
    )
    with pytest.raises(FileUnreadable, match="cannot be read"):
        publish([], folder, {})


def test_an_answer_that_is_none_ends_the_publication(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in a route is no file."""
    monkeypatch.setattr(
        routes, "every", lambda *_, **__: [routes.Address("/v1/centres/nobody", "x.json")]
    )
    with pytest.raises(RuntimeError, match=r"x\.json: the server answers 404"):
        list(StaticSite(directory, MIDNIGHT, features=FEATURES).files())


def test_a_hidden_address_is_in_no_file(few_places: Sequence[Place], tmp_path: Path) -> None:
    """No file holds the street, the postcode or the point of a centre that hides them."""
    hidden = made_up_centre(
        1,
        address={
            "street": "Canary street 1",
            "postal_code": "1190",
            "locality": {"nl": "Vorst"},
            "country": "BE",
        },
        address_visibility="hidden",
        location={"lat": 50.81231, "lon": 4.31231, "precision": "exact"},
    )
    database = create_with_places(tmp_path / "directory.db", few_places, [hidden]).path
    published_from(database, tmp_path / "folder")
    files = tree(tmp_path / "folder")
    assert {"v1/centres/made-up-001.json", "v1/nearest/BE/1000.json"} <= files.keys()
    for path, body in files.items():
        assert not re.search(rb"Canary street|50\.81231|4\.31231", body), path


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
    fails(run_command("publish", str(_with(tmp_path / "mine", "holiday.jpg"))), 1, "holiday.jpg")


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
        (tmp_path / "site/partners/index.html").read_text()
    )
    feed = ElementTree.parse(tmp_path / "site/v1/changes.atom")
    links = [link.attrib["href"] for link in feed.iter("{http://www.w3.org/2005/Atom}link")]
    assert all(link.startswith("http://127.0.0.1:8080/") for link in links)


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
    monkeypatch.setattr(offline, "MOST_CENTRES", 2)
    site = StaticSite(directory, MIDNIGHT)
    addresses = [each for each in site._addresses if "postcode" not in each.url]
    site._addresses = tuple(addresses)
    paths = {file.path for file in site.files()}
    assert not {"v1/bundle.json", "v1/bundle/BE.json", "v1/changes.json"} & paths
    assert {"index.html", "v1/centres.json", "v1/helplines.json"} <= paths


def test_a_directory_of_too_many_centres_is_not_published(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names what to run instead."""
    count = len(directory.finder.snapshot.centres)
    monkeypatch.setattr(generator, "MOST_CENTRES", count)
    StaticSite(directory, MIDNIGHT)
    monkeypatch.setattr(generator, "MOST_CENTRES", count - 1)
    with pytest.raises(DirectoryTooLarge, match="directory-api serve"):
        StaticSite(directory, MIDNIGHT)
