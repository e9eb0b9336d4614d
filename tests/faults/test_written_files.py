"""Files that are written for others: a site, exports and backups, whenever the writer is killed."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from urllib.parse import quote

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.change import Stamp
from directory_api.config import Settings
from directory_api.features.desk.imports.exporter import exporter_of
from directory_api.features.operations.maintenance import backups
from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.features.static_site.publish import CURRENT
from directory_api.live.editions import utc_now
from directory_api.text.errors import DirectoryError
from tests.faults.killing import in_child
from tests.faults.outcome import Outcome, Size, fault
from tests.faults.small_site import Edition, edition_of
from tests.support.command_line import command, records
from tests.support.maintainer_app import HIDDEN, create_maintainer_app
from tests.support.static_hosts import Host, plain

NEEDS = ("desk", "operations", "pages", "static_site")

STREET = str(HIDDEN["address"]["street"])
PRIVATE = 0o600
FORMS = ("json", "csv", "geojson")
# The files with hidden addresses or digests of tokens that the commands below write.
PRIVATE_FILES = ("directory.db", "backup.db", "backup.db.sha256", "out.json", "out.csv")


@fault(
    "kill -9 of a publication",
    "the served site is complete and of one revision, and the next publication repairs it",
)
def test_a_killed_publication_leaves_a_whole_site(outcome: Outcome, size: Size) -> None:
    """A site of one revision is replaced by the next, by a process that is killed."""
    with TemporaryDirectory() as name:
        root = Path(name)
        first, second = _two_editions(root)
        whole = {
            edition.header["revision"]: {file.path: file.content for file in edition.files}
            for edition in (first, second)
        }
        folder = root / "site"
        current = folder / CURRENT
        first.publish(folder)
        steps = in_child(lambda: second.publish(folder))
        first.publish(folder)
        served = Counter[str]()
        with plain(current, root) as host:
            for step in _moments(steps, size.of(12, 50)):
                outcome.tries += 1
                in_child(lambda: second.publish(folder), step)
                revision = _served_revision(outcome, host, current, whole)
                served[revision] += 1
                second.publish(folder)
                repaired = _served_revision(outcome, host, current, whole)
                left = {path.name for path in folder.iterdir()} - {CURRENT, current.readlink().name}
                clean = repaired == second.header["revision"] and not left
                outcome.expect(clean, "wrong", f"after the next publication: {left}")
                first.publish(folder)
    before, after = (served[each.header["revision"]] for each in (first, second))
    assert before
    assert after, "no publication was killed after it had taken effect"
    outcome.figures = (
        f"{len(steps):,} steps; {before} times the old revision, {after} times the new one"
    )


def _two_editions(folder: Path) -> tuple[Edition, Edition]:
    """A site, and the next revision with another address and without one of the centres."""
    app = create_maintainer_app(folder, now=utc_now)
    first = edition_of(app.directory)
    app.patch(email="new@pag-asa.be")
    app.write("DELETE", "/v1/records/centres/surya")
    app.directory.live.refresh()
    return first, edition_of(app.directory)


def _moments(steps: list[str], number: int) -> list[int]:
    """Steps to be killed at, in even distances; and those around the replacement of the link."""
    replaced = steps.index("os.rename")
    near = [replaced - 1, replaced, replaced + 1, replaced + 2]
    spaced = number - len(near)
    return [*(index * (len(steps) - 1) // (spaced - 1) for index in range(spaced)), *near]


def _served_revision(
    outcome: Outcome, host: Host, current: Path, whole: dict[str, dict[str, bytes]]
) -> str:
    """The revision of what the host serves; each file of its folder has to be of it."""
    reply = host.ask("/manifest.json")
    if reply.status != 200:
        outcome.breach("missing", "the site")
        return ""
    manifest = json.loads(reply.body)
    revision = str(manifest["revision"])
    listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    files = {path.relative_to(current).as_posix() for path in current.rglob("*") if path.is_file()}
    outcome.expect(files == {*listed, "manifest.json"}, "wrong", "files that are not listed")
    outcome.expect(listed.keys() == whole[revision].keys(), "missing", f"of revision {revision}")
    for path, digest in listed.items():
        reply = host.ask(f"/{quote(path)}")
        is_whole = reply.status == 200 and sha256(reply.body).hexdigest() == digest
        same = is_whole and reply.body == whole[revision].get(path)
        outcome.expect(same, "wrong", f"{path} at revision {revision}")
    return revision


@contextmanager
def _sheltered(folder: Path) -> Iterator[Directory]:
    """A directory with a hidden address, for commands and services; it has no postcodes."""
    create_maintainer_app(folder, more=[HIDDEN], now=utc_now)
    url = f"sqlite:///{folder / 'directory.db'}"
    with patch.dict(os.environ, {"DIRECTORY_DATABASE_URL": url}):
        yield open_directory(Settings(database_url=url))


@fault(
    "files with hidden addresses, whatever the umask is",
    "only their owner can read them (0600); the last good snapshot has none",
)
def test_files_with_hidden_addresses_are_private(outcome: Outcome, size: Size) -> None:
    """Every command that writes a file, while new files are open to everybody (umask)."""
    for umask in (0o000, 0o022, 0o002)[: size.of(1, 3)]:
        before = os.umask(umask)
        try:
            with TemporaryDirectory() as name:
                folder = Path(name) / "written"
                folder.mkdir()
                _write_all(folder, Path(name))
                _check_modes(outcome, folder, umask)
        finally:
            os.umask(before)


def _write_all(folder: Path, elsewhere: Path) -> None:
    file = records(elsewhere, lambda data: data["centres"].append(dict(HIDDEN)))
    with patch.dict(os.environ, {"DIRECTORY_DATABASE_URL": f"sqlite:///{folder}/directory.db"}):
        for words in (
            ("init",),
            ("import", file, "--reason", "a hidden centre"),
            *(("export", "--format", form, "--output", folder / f"out.{form}") for form in FORMS),
            ("backup", folder / "backup.db"),
            ("restore-backup", "--yes", folder / "backup.db"),
            ("show", "pag-asa"),  # and the last good snapshot
        ):
            result = command(*words)
            assert result.exit_code == 0, result.output


def _check_modes(outcome: Outcome, folder: Path, umask: int) -> None:
    files = {path.name: path for path in folder.iterdir() if path.is_file()}
    assert files.keys() >= {*PRIVATE_FILES, "out.geojson", "directory.db.last-good.json"}
    for name, path in files.items():
        outcome.tries += 1
        hidden = STREET.encode() in path.read_bytes()
        mode = path.stat().st_mode & 0o777
        if hidden or name in PRIVATE_FILES:
            outcome.expect(mode == PRIVATE, "leaked", f"{name} has mode {mode:o}")
        else:
            expected = 0o666 & ~umask
            outcome.expect(mode == expected, "wrong", f"{name} has mode {mode:o}")


@fault(
    "kill -9 of an export or a backup",
    "the file is the old or the new one, a backup can be restored, and others can read no part of "
    "them",
)
def test_a_killed_export_or_backup_leaves_a_whole_file(outcome: Outcome) -> None:
    """Exports and backups over an older file and without one, killed before each step."""
    umask = os.umask(0)
    try:
        for form in FORMS:
            for older in (b"", b"an older export"):
                _kill_an_export(outcome, form, older)
        for older_too in (False, True):
            _kill_a_backup(outcome, again=older_too)
    finally:
        os.umask(umask)


def _kill_an_export(outcome: Outcome, form: str, older: bytes) -> None:
    with TemporaryDirectory() as name, _sheltered(Path(name)) as directory:
        target = Path(name) / "files" / f"out.{form}"
        target.parent.mkdir()
        directory.live.refresh()
        new = exporter_of(directory).export(form)
        for _ in _killed(outcome, lambda: exporter_of(directory).write(form, target)):
            content = target.read_bytes() if target.exists() else b""
            outcome.expect(content in (older, new, b""), "wrong", f"half of an export ({form})")
            outcome.expect(bool(content) or not older, "lost", f"an older export ({form})")
            for path in target.parent.iterdir():
                mode = path.stat().st_mode & 0o777
                private = form == "geojson" or path == target or mode == PRIVATE
                outcome.expect(private, "leaked", f"a part of an export has mode {mode:o}")
                path.unlink()
            if older:
                target.write_bytes(older)


def _kill_a_backup(outcome: Outcome, *, again: bool) -> None:
    with TemporaryDirectory() as name, _sheltered(Path(name)) as directory:
        target = Path(name) / "files" / "backup.db"
        target.parent.mkdir()
        stamp = Stamp("the test", datetime.now(UTC), "")
        for _ in _killed(outcome, lambda: maintenance_of(directory).back_up(target)):
            if target.exists():
                try:
                    with backups.to_restore(target, Path(name) / "copy.db", stamp):
                        pass
                except DirectoryError as error:
                    outcome.breach("lost", f"a backup: {error}")
            outcome.expect(target.exists() or not again, "lost", "an older backup")
            for path in target.parent.iterdir():
                mode = path.stat().st_mode & 0o777
                outcome.expect(mode == PRIVATE, "leaked", f"a part of a backup has mode {mode:o}")
                path.unlink()
            if again:
                maintenance_of(directory).back_up(target)
                # The next backup is another file, so that an older digest does not fit it.
                directory.tokens.create(f"token {outcome.tries}", ["edit"], 1)


def _killed(outcome: Outcome, work: Callable[[], object]) -> Iterator[None]:
    """Do the work once, then again and again, killed one step later each time."""
    steps = in_child(work)
    yield
    for step in range(len(steps)):
        in_child(work, step)
        outcome.tries += 1
        yield
