"""The store as a whole: check, backup, upgrade, restore, adopt."""

from pathlib import Path

import click

from directory_api.change.public_history import LINK_DIGITS
from directory_api.cli.context import (
    FILE,
    YES,
    CommandError,
    actor,
    as_it_is,
    existing,
    migrated,
    open_from_settings,
    plain_errors,
)
from directory_api.cli.output import counted, say_where
from directory_api.cli.sections import OPERATORS
from directory_api.features.operations.last_runs import BACKUP, CHECK, DRILL
from directory_api.features.operations.maintenance.adoption import PhoneDifference, Side, adopter_of
from directory_api.features.operations.maintenance.base import Damage
from directory_api.features.operations.maintenance.drill import Summary, backup_at, drill
from directory_api.features.operations.maintenance.noted import noted
from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.text.errors import StoreDamaged

# The exit codes of `check` and `backup`, for a timer; 2 is for all other errors.
DAMAGED = 1
# Records whose phone numbers `adopt` lists.
MOST_PHONES = 10


@OPERATORS.command()
@click.option(
    "--backup",
    "place",
    type=click.Path(path_type=Path),
    metavar="FILE|FOLDER",
    help="Check this backup, or the newest one in a folder, by restoring it on trial.",
)
def check(place: Path | None) -> None:
    """Verify the integrity of the database, or of a backup.

    Every damaged record is listed. This command changes nothing, and takes a second for 10,000
    centres. With --backup, the backup is restored into a temporary folder (TMPDIR),
    checked, and read as a server reads it. Its revision must be one of the present directory, with
    the same history up to it. For a timer, the exit code is 0 if all is well, 1 if something is
    damaged or the backup is not of this directory, 2 after any other error.
    """
    with plain_errors(CommandError):
        if place is None:
            _check_store()
        else:
            _check_backup(place)


def _check_store() -> None:
    directory = migrated()
    with noted(directory, CHECK):
        damages = maintenance_of(directory).check()
        _print(damages)
        if damages:
            click.echo("`directory-api restore-backup FILE` puts a backup in its place.", err=True)
            raise SystemExit(DAMAGED)
    click.echo("Nothing is damaged.")
    say_where(directory.place)


def _check_backup(place: Path) -> None:
    directory = existing()
    try:
        with noted(directory, DRILL):
            backup = backup_at(place)
            drilled = drill(directory, actor(), backup)
    except StoreDamaged as error:
        raise click.ClickException(f"{error}.") from None
    click.echo(f"Restored on trial: {click.format_filename(backup)}, {_summary(drilled.backup)}.")
    click.echo(f"The directory now: {_summary(drilled.present)}.")
    say_where(directory.place)


@OPERATORS.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write a backup of the whole directory to FILE.

    An existing FILE is replaced. The backup is of one revision, also while a server runs, and
    contains everything: hidden addresses, history and the digests of tokens. Only your user may
    read it. FILE.sha256 beside it has its SHA-256. A damaged directory is not written over a good
    backup: the exit code is then 1; 2 after any other error.
    """
    with plain_errors(CommandError):
        directory = migrated()
        try:
            with noted(directory, BACKUP):
                digest = maintenance_of(directory).back_up(file)
        except StoreDamaged as error:
            raise click.ClickException(f"{error}.") from None
    click.echo(f"Written: {click.format_filename(file)} (SHA-256 {digest})")
    say_where(directory.place)


@OPERATORS.command()
@click.argument("file", type=FILE)
def upgrade(file: Path) -> None:
    """Back up to FILE, then migrate the database to this version.

    It installs no version: stop the servers, install the new version, run this command, and start
    the servers. The earlier version can restore the backup, which is read back before the
    migration. If there is nothing to migrate, no backup is made. The exit code is 1 if the database
    is damaged, 2 after any other error; nothing is changed then.
    """
    with plain_errors(CommandError):
        directory = as_it_is()
        try:
            digest = maintenance_of(directory).upgrade(file)
        except StoreDamaged as error:
            raise click.ClickException(f"{error}.") from None
        if digest:
            directory.live.refresh()
    if digest:
        click.echo(f"Written: {click.format_filename(file)} (SHA-256 {digest})")
        click.echo("The database has the tables of this version now.")
    else:
        click.echo("The database has the tables of this version; nothing was changed.")
    say_where(directory.place)


@OPERATORS.command("restore-backup")
@click.argument("file", type=FILE)
@YES
def restore_backup(file: Path, yes: bool) -> None:
    """Restore the whole directory from the backup in FILE.

    FILE is checked first. What is replaced is kept beside the directory, with the time in its name.
    The restored directory begins a new branch: devices that saw later revisions load their bundles
    again, and maintainers who saw later versions are told so. A running server follows by itself.
    Tokens stay as they are: one that was revoked since the backup stays revoked. Where there is no
    readable directory, the tokens are those of FILE; look at them with `directory-api token list`.
    The exit code is 1 if FILE is damaged, 2 after any other error; nothing is changed then.
    """
    with plain_errors(CommandError):
        directory = open_from_settings()
        if directory.writer.store.exists() and not yes:
            click.confirm(f"Replace {directory.place} by {file}?", abort=True)
        try:
            restored = maintenance_of(directory).restore(actor(), file)
        except StoreDamaged as error:
            raise click.ClickException(f"{error}.") from None
        # The last good snapshot must not be that of what was replaced.
        directory.live.refresh()
    click.echo(f"Revision {restored.revision}, restored from {click.format_filename(file)}.")
    if restored.aside:
        click.echo(f"What was there before: {restored.aside}")
    say_where(directory.place)


def _summary(summary: Summary) -> str:
    return (
        f"revision {summary.revision}, {counted(summary.centres, 'centre')}, "
        f"{counted(summary.helplines, 'helpline')}"
    )


@OPERATORS.command()
@YES
def adopt(yes: bool) -> None:
    """Let the servers serve a database that you replaced by hand.

    A server follows neither another database nor an older copy by itself, because its numbers may
    be older: it serves the last good snapshot and rejects edits. This command compares both, asks,
    and records that the replacement is meant. Running servers, also on other machines, then follow
    within two seconds. `restore-backup` needs no `adopt`.
    """
    directory = open_from_settings()
    adopter = adopter_of(directory)
    adoption = adopter.look()
    if adoption.replaced:
        compared = adopter.compare()
        click.echo(f"Served until now: {_version(adoption.replaced)}.")
        click.echo(f"  {_side('written', compared.served)}.")
        click.echo(f"{directory.place}: {_version(adoption.present)}.")
        click.echo(f"  {_side('last change', compared.present)}.")
        if compared.served:
            _print_phones(compared.phones)
        if not yes:
            click.confirm("Serve this directory from now on?", abort=True)
    adopted = adopter.adopt(actor())
    click.echo(f"Adopted: {_version(adopted.present)}.")
    say_where(directory.place)


def _side(what: str, side: Side | None) -> str:
    if side is None:
        return "its last good snapshot cannot be read"
    at = f"{side.at:%Y-%m-%d %H:%M} UTC" if side.at else "unknown"
    reason = f" ({side.reason})" if side.reason else ""
    return (
        f"{what} {at}{reason}; {counted(side.centres, 'centre')}, "
        f"{counted(side.helplines, 'helpline')}"
    )


def _print_phones(phones: tuple[PhoneDifference, ...]) -> None:
    click.echo("Phone numbers that would change:" if phones else "No phone number would change.")
    for each in phones[:MOST_PHONES]:
        before, after = (", ".join(numbers) or "none" for numbers in (each.before, each.after))
        click.echo(f"  {each.record}: {before} -> {after}")
    if len(phones) > MOST_PHONES:
        click.echo(f"  and {len(phones) - MOST_PHONES} more")


def _version(version: str) -> str:
    store, revision, link = version.split(":")
    return f"directory {store}, revision {revision}, link {link[:LINK_DIGITS]}"


def _print(damages: tuple[Damage, ...]) -> None:
    for damage in damages:
        click.echo(f"{damage.part}: {damage.fault}")
    if damages:
        click.echo(f"{counted(len(damages), 'part')}.")
