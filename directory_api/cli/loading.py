"""Commands that load data: load, for the data folder; postcodes, for those of a country."""

from pathlib import Path

import click

from directory_api.cli.context import FILE, actor, existing, opened
from directory_api.cli.output import print_outcome, reading, say_created, say_where
from directory_api.config import data_folder
from directory_api.text.message import Message


@click.command()
@click.option("--quiet", is_flag=True, help="Print nothing unless you have to do something.")
def load(quiet: bool) -> None:
    """Load the data folder into the directory.

    It is the shipped one, or that in DIRECTORY_DATA: centres.json, and the boundaries and postcodes
    of countries. If a file has an error, nothing is loaded. Loading again changes nothing, and
    never undoes edits that were made in the directory. To load your own file, use `directory-api
    import FILE`.
    """
    directory = opened()
    loaded = directory.seed_data.load(actor(), reason=str(Message("loaded from a file")))
    outcome = loaded.outcome
    if loaded.created:
        say_created(directory)
    # On first start all records are new, which needs no output. A later change does: a number may
    # differ.
    if not quiet or (outcome.changes and outcome.revision > 1):
        print_outcome(outcome, directory.place)
    if loaded.kept_edits:
        _say_that_edits_were_kept(data_folder() / "centres.json")


def _say_that_edits_were_kept(file: Path) -> None:
    click.echo(
        f"The records of {file} were not loaded: the directory has been edited since it was last "
        "equal to the file, or the file is an earlier version.\n"
        f"To see the differences:   directory-api diff {file}\n"
        f"To use the file:          directory-api import {file}\n"
        f"To update the file:       directory-api export --output {file} (this also writes hidden "
        "addresses: if there are any, never into a file that others can read)",
        err=True,
    )


@click.group()
def postcodes() -> None:
    """The postcodes of each country."""


@postcodes.command("import")
@click.argument("file", type=FILE)
@click.option("--country", required=True, help="Country of the file, for example NL.")
def import_postcodes(file: Path, country: str) -> None:
    """Replace the postcodes of a country by those in FILE.

    FILE is an unpacked postal file of GeoNames, for example NL.txt. The output says how many rows
    were skipped and why. If FILE cannot be read, nothing is changed. Importing the same file twice
    changes nothing.
    """
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise click.BadParameter(
            "use an ISO 3166-1 code of two letters, such as NL", param_hint="--country"
        )
    directory = existing()
    with reading(f"Reading {file.name}", file) as progress:
        imported = directory.seed_data.import_postcodes(
            actor(), file, country.upper(), progress=progress
        )
    table = imported.table
    click.echo(
        f"{table.rows:,} rows read, {len(table.places):,} postcodes of {table.country} imported."
    )
    for reason, count in sorted(table.dropped.items()):
        click.echo(f"{count:,} rows skipped: {reason}")
    click.echo(f"Revision {imported.revision}{'' if imported.changed else ', no change'}.")
    if imported.lost:
        click.echo(
            "No search from a place finds these centres any more, because their address is hidden "
            f"and this table does not have their postcode: {', '.join(imported.lost)}. Correct the "
            "postcodes, or import a complete table.",
            err=True,
        )
    say_where(directory.place)


@click.command()
def init() -> None:
    """Create a directory from the data folder, once."""
    directory = opened()
    if directory.prepare():
        say_created(directory)
    else:
        click.echo(f"There is a directory at {directory.place} already; nothing was changed.")
