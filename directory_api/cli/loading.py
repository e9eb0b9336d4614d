"""Commands that load the data folder: load, and init."""

from pathlib import Path

import click

from directory_api.cli.context import actor, open_from_settings
from directory_api.cli.output import print_outcome, say_created
from directory_api.cli.sections import START
from directory_api.config import data_folder
from directory_api.text.message import Message


@START.command()
@click.option("--quiet", is_flag=True, help="Print nothing unless you have to do something.")
def load(quiet: bool) -> None:
    """Load the data folder into the directory.

    It is the shipped one, or that in DIRECTORY_DATA: centres.json, and the boundaries and postcodes
    of countries. If a file has an error, nothing is loaded. Loading again changes nothing, and
    never undoes edits that were made in the directory. To load your own file, use `directory-api
    import FILE`.
    """
    directory = open_from_settings()
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


@START.command()
def init() -> None:
    """Create a directory from the data folder, once."""
    directory = open_from_settings()
    if directory.prepare():
        say_created(directory)
    else:
        click.echo(f"There is a directory at {directory.place} already; nothing was changed.")
