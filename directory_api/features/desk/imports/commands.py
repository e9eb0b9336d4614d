"""Files of records: validate, diff, import, export."""

from pathlib import Path

import click

from directory_api.change.guards import Allowed
from directory_api.cli.context import (
    ALLOW_REMOVALS,
    DRY_RUN,
    FILE,
    NAME,
    TYPED,
    CommandError,
    actor,
    existing,
    migrated,
    open_from_settings,
    plain_errors,
    reason_option,
)
from directory_api.cli.output import (
    busy,
    counted,
    print_changes,
    print_outcome,
    print_warnings,
)
from directory_api.cli.sections import MAINTAINERS
from directory_api.config import data_folder
from directory_api.features.desk.imports.exporter import FORMATS, exporter_of, has_hidden_addresses
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.record.token import person

# As in diff(1): 0 no change, 1 changes, 2 trouble.
DIFFERENT = 1


@MAINTAINERS.command()
@click.argument("file", type=FILE, required=False)
def validate(file: Path | None) -> None:
    """Check FILE and list everything that is wrong with it.

    FILE is JSON, JSON Lines, CSV or .xlsx; by default the shipped data/centres.json. Each error is
    printed on a line with its place in the file. The exit code is 0 if the file can be imported, 1
    if not; warnings do not prevent an import. This command changes nothing.
    """
    records = file or data_folder() / "centres.json"
    with busy("Checking"):
        checked = importer_of(open_from_settings()).check(Incoming.of(records))
    print_warnings(checked.warnings)
    click.echo(
        f"{click.format_filename(records)}: {len(checked.records.centres)} centres, "
        f"{len(checked.records.helplines)} helplines, no errors."
    )


@MAINTAINERS.command()
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="[OLD] FILE")
def diff(files: tuple[Path, ...]) -> None:
    """Show what an import of FILE would change.

    FILE (JSON, JSON Lines, CSV or .xlsx) is compared with the directory, or with the file OLD if
    you give one. The exit code is 0 if there are no changes, 1 if there are, 2 if a file has errors
    or cannot be read. This command changes nothing; comparing two files needs no database.
    """
    if len(files) > 2:
        raise click.UsageError("Give one file, to compare it with the directory, or two files.")
    with plain_errors(CommandError), busy("Comparing"):
        old = Incoming.of(files[0]) if len(files) == 2 else None
        # What is stored is read from the store itself, and needs no snapshot in memory.
        directory = open_from_settings() if old else migrated()
        changes = importer_of(directory).compare(old, Incoming.of(files[-1]))
    print_changes(changes)
    if not changes:
        click.echo("No change.")
    raise SystemExit(DIFFERENT if changes else 0)


@MAINTAINERS.command("import")
@click.argument("file", type=FILE)
@DRY_RUN
@reason_option("imported from a file")
@ALLOW_REMOVALS
@TYPED
@click.option(
    "--approved-by",
    callback=NAME,
    metavar="NAME",
    help="The person who has checked the file with you; then nothing waits for review.",
)
def import_file(
    file: Path,
    dry_run: bool,
    reason: str,
    allow_removals: bool,
    typed: tuple[str, ...],
    approved_by: str | None,
) -> None:
    """Replace the records by those in FILE.

    FILE is JSON, JSON Lines, CSV or .xlsx, of up to 64 MB and 10,000 centres; if it has any error,
    nothing is changed. Records that are not in FILE are removed; a spreadsheet and JSON Lines
    remove only records of the kinds (centres, helplines, sources) that they contain, and what a
    spreadsheet has no column for stays as it is. Importing the same file twice changes nothing.
    Changes can wait for review by a second person at /admin/todo.
    """
    who = actor()
    if approved_by is not None and person(approved_by) == person(who.name):
        raise click.BadParameter(
            "give the name of another person: two people must check the file",
            param_hint="--approved-by",
        )
    with busy("Importing"):
        incoming = Incoming.of(file)
        directory = migrated()
        outcome = importer_of(directory).bring_in(
            who,
            incoming,
            reason,
            dry_run=dry_run,
            allowed=Allowed.of(typed, removals=allow_removals),
            approved_by=approved_by,
        )
    print_outcome(outcome, directory.place, dry_run=dry_run)


@MAINTAINERS.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    default="json",
    show_default=True,
    help=" ".join(f"{each.name}: {each.use}." for each in FORMATS.values()),
)
@click.option(
    "--output",
    type=FILE,
    metavar="FILE",
    help="Write to FILE instead of printing. An existing FILE is replaced.",
)
def export(form: str, output: Path | None) -> None:
    """Print the whole directory.

    json, jsonl, csv and xlsx-all contain everything, xlsx the columns of centres that change most;
    all of them include hidden addresses, and can be imported again. Only you can read such a FILE
    (mode 0600); keep copies where only maintainers can read them.
    geojson and sqlite are for the public: a centre with a hidden address is placed in the middle of
    its municipality, without its street; permanently closed centres are left out.
    """
    # What is stored is read from the store itself, and needs no snapshot in memory.
    exporter = exporter_of(migrated() if has_hidden_addresses(form) else existing())
    if has_hidden_addresses(form) and (hidden := exporter.hidden()):
        click.echo(
            f"warning: this contains the hidden addresses of {counted(hidden, 'centre')}; "
            "only maintainers may read it",
            err=True,
        )
    if output is None:
        click.echo(exporter.export(form), nl=False)
    else:
        exporter.write(form, output)
        click.echo(f"Written: {click.format_filename(output)}")
