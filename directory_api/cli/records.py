"""Files of records: validate, diff, import, export."""

from pathlib import Path

import click

from directory_api.cli.context import (
    FILE,
    NAME,
    REASON,
    CommandError,
    actor,
    existing,
    opened,
    plain_errors,
)
from directory_api.cli.output import busy, counted, print_changes, print_outcome, print_warnings
from directory_api.config import shipped
from directory_api.services.importer import Incoming

# As in diff(1): 0 no change, 1 changes, 2 trouble.
DIFFERENT = 1


@click.command()
@click.argument("file", type=FILE, required=False)
def validate(file: Path | None) -> None:
    """Check FILE and list everything that is wrong with it.

    FILE is JSON, CSV or .xlsx; by default the shipped data/centres.json. Each fault is a line with
    its place. Exits 0 when the file can be imported, 1 when it cannot; warnings do not prevent an
    import. Changes nothing.
    """
    records = file or shipped("data") / "centres.json"
    with busy("Checking"):
        checked = opened().importer.check(Incoming.of(records))
    print_warnings(checked.warnings)
    click.echo(
        f"{click.format_filename(records)}: {len(checked.records.centres)} centres, "
        f"{len(checked.records.helplines)} helplines, no faults."
    )


@click.command()
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="[OLD] FILE")
def diff(files: tuple[Path, ...]) -> None:
    """Say in sentences what FILE would change.

    FILE (JSON, CSV or .xlsx) is compared with the store, or with the file OLD if you name one.
    Exits 0 when nothing would change, 1 when something would, 2 when a file has faults or cannot be
    read. Changes nothing; comparing two files needs no store.
    """
    if len(files) > 2:
        raise click.UsageError("Name one file, to compare the store with it, or two files.")
    with plain_errors(CommandError), busy("Comparing"):
        old = Incoming.of(files[0]) if len(files) == 2 else None
        directory = opened() if old else existing()
        changes = directory.importer.compare(old, Incoming.of(files[-1]))
    print_changes(changes)
    if not changes:
        click.echo("No change.")
    raise SystemExit(DIFFERENT if changes else 0)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--reason",
    callback=REASON,
    default="imported from a file",
    show_default=True,
    help="Why, for the history.",
)
@click.option("--allow-removals", is_flag=True, help="Let more than a third of the centres go.")
@click.option(
    "--approved-by",
    callback=NAME,
    metavar="NAME",
    help="Who has looked at it with you; then nothing waits.",
)
def import_file(
    file: Path, dry_run: bool, reason: str, allow_removals: bool, approved_by: str | None
) -> None:
    """Make the directory equal to FILE, or change nothing.

    FILE is JSON, CSV or .xlsx; if it has any fault, nothing changes. Records that are not in FILE
    are removed, but a table changes only the kinds of records (centres, helplines, sources) that it
    holds. Importing the same file twice is no change. If two maintainers review changes, a changed
    phone, e-mail, web address, visibility or status waits as a proposal; see `directory-api
    proposals --help`.
    """
    who = actor()
    if approved_by == who.name:
        raise click.BadParameter(
            "name somebody else: two people have to look", param_hint="--approved-by"
        )
    directory = existing()
    with busy("Importing"):
        outcome = directory.importer.bring_in(
            who,
            Incoming.of(file),
            reason,
            dry_run=dry_run,
            allow_removals=allow_removals,
            approved_by=approved_by,
        )
    print_outcome(outcome, directory.path, dry_run=dry_run)


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(("json", "csv", "geojson")),
    default="json",
    show_default=True,
    help="json: centres.json, for git. csv: for a spreadsheet. geojson: for a map.",
)
@click.option(
    "--output",
    type=FILE,
    metavar="FILE",
    help="Replace FILE, whole or not at all, instead of printing.",
)
def export(form: str, output: Path | None) -> None:
    """Print the directory as it is in the store.

    json and csv hold everything, hidden addresses too, and `import` reads them: keep them where
    only maintainers can read them. geojson is for the public: it shows a centre with a hidden
    address at the middle of its municipality, without its street, and leaves out centres that are
    closed for good.
    """
    exporter = existing().exporter
    if form != "geojson" and (hidden := exporter.hidden()):
        click.echo(
            f"warning: hidden addresses of {counted(hidden, 'centre')} are in it; keep it to yourself",
            err=True,
        )
    if output is None:
        click.echo(exporter.export(form), nl=False)
    else:
        exporter.write(form, output)
        click.echo(f"Written: {click.format_filename(output)}")
