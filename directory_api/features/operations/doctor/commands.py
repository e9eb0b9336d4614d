"""The command that looks at an installation."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from directory_api import __version__
from directory_api.bootstrap import Directory
from directory_api.cli.context import AS_JSON, HOST, open_from_settings, port_option
from directory_api.cli.output import counted
from directory_api.cli.sections import OPERATORS
from directory_api.config import PREFIX, SettingsInvalid, every_setting
from directory_api.features.operations.doctor import (
    error_pages,
    files,
    machine,
    parts,
    server,
    settings,
    store,
)
from directory_api.features.operations.doctor.finding import FAULT, HINT, Finding
from directory_api.files.files import is_folder
from directory_api.store.backups import Backups
from directory_api.store.state import StoreState
from directory_api.text.errors import StoreUnavailable

_WIDTH = 7


@OPERATORS.command()
@HOST
@port_option(8000)
@click.option("--no-server", is_flag=True, help="Do not check the running server.")
@AS_JSON
def doctor(host: str, port: int, no_server: bool, as_json: bool) -> None:
    """Check this installation and list its faults.

    It checks the settings, file permissions, free disk space, the clock, the database, its last
    good snapshot, its newest backup and the error pages of the reverse proxy, then whether the
    running server is healthy and serves the stored records. Run it as the user of the
    server and with its settings. It changes nothing, and prints no address that is hidden, no
    address of a machine, and of the settings only paths of files and folders. Each finding says
    what to do. The exit code is 1 if there is a fault; a hint may be intended.
    """
    found = [*_findings(host, port, asks=not no_server)]
    faults = sum(each.level == FAULT for each in found)
    if as_json:
        click.echo(json.dumps(_document(found, faults), ensure_ascii=False, indent=1))
    else:
        for each in found:
            click.echo(f"{each.level:{_WIDTH}}{each.about}: {each.text}")
            if each.advice:
                click.echo(f"{'':{_WIDTH}}{each.advice}")
        click.echo(counted(faults, "fault") + "." if faults else "Nothing is wrong.")
    raise SystemExit(1 if faults else 0)


def _document(found: list[Finding], faults: int) -> dict[str, object]:
    return {
        "version": __version__,
        "faults": faults,
        "findings": [
            {"level": each.level, "about": each.about, "text": each.text, "advice": each.advice}
            for each in found
        ],
    }


def _findings(host: str, port: int, *, asks: bool) -> Iterator[Finding]:
    yield from machine.versions()
    try:
        directory = open_from_settings()
    except SettingsInvalid as error:
        # Without valid settings nothing else can be found.
        advice = "Correct it where the settings of the server are, and run this command again."
        for fault in error.faults:
            text = fault if fault.endswith("?") else f"{fault}."
            yield Finding(FAULT, settings.ABOUT, text, advice)
        return
    except StoreUnavailable as error:
        advice = "Correct it, and run this command again: without it nothing else can be found."
        yield from parts.examine(None)
        yield Finding(FAULT, "store", f"{error}.", advice)
        return
    yield from parts.examine(directory)
    yield from settings.examine(directory.settings)
    yield from _files(directory)
    yield from machine.clock()
    state = store.read(directory)
    yield from store.examine(directory, state)
    store_state = None if isinstance(state, StoreUnavailable) else state
    yield from _backups(directory, store_state)
    yield from error_pages.examine(directory, _of_feature(directory, "error_pages"), store_state)
    if asks:
        prefix = directory.settings.path_prefix
        yield from server.examine(server.Server(host, port, prefix), store_state)


def _of_feature(directory: Directory, setting: str) -> str:
    """Return the value of a setting of a feature, which may have been deleted."""
    return directory.settings.of_feature(setting) if setting in every_setting() else ""


def _backup_folder(directory: Directory) -> Path | None:
    folder = _of_feature(directory, "backups")
    return Path(folder) if folder else None


def _files(directory: Directory) -> Iterator[Finding]:
    file, backups = directory.file, _backup_folder(directory)
    secret = [file, *file.parent.glob(f"{file.name}.*")] if file else []
    if backups and is_folder(backups):
        secret += [backup.path for backup in Backups(backups).all()]
    folders = {path.absolute() for path in (directory.live.last_good.path.parent, backups) if path}
    if file:
        folders.add(file.parent)
    yield from files.permissions(filter(files.is_database, secret), sorted(folders))
    yield from files.room(sorted(folders), file)


def _backups(directory: Directory, store_state: StoreState | None) -> Iterator[Finding]:
    folder = _backup_folder(directory)
    if folder is None:
        yield Finding(
            HINT,
            "backups",
            f"{PREFIX}BACKUPS is not set, so it is not known whether there are backups.",
            "Set it to the folder of the daily backups.",
        )
        return
    present = store_state.version.split(":")[0] if store_state else None
    yield from store.backups(folder, present, directory.clock())
