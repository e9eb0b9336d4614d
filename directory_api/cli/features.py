"""The command that lists the features."""

import json
from contextlib import suppress

import click

from directory_api.bootstrap import Directory
from directory_api.cli.context import AS_JSON, open_from_settings
from directory_api.cli.output import print_table
from directory_api.cli.sections import OPERATORS
from directory_api.config import expected_database_url
from directory_api.countries.known import known
from directory_api.feature import states
from directory_api.left_out import leave_out
from directory_api.text.errors import StoreUnavailable
from directory_api.text.translations import languages


@OPERATORS.command()
@AS_JSON
def features(*, as_json: bool) -> None:
    """List the features and extensions, and why any is left out.

    A feature that cannot be used, or that DIRECTORY_WITHOUT names, is left out; the others go on.
    To find out, everything is made that a server with these settings would make; nothing is read
    from the directory.
    """
    directory = None
    with suppress(StoreUnavailable):  # such as an engine that is left out
        directory = open_from_settings()
    use_every_part(directory)
    rows = [(name, reason or "in use", summary) for name, summary, reason in states()]
    if as_json:
        members = ("name", "state", "summary")
        click.echo(json.dumps([dict(zip(members, row, strict=True)) for row in rows], indent=1))
    else:
        print_table(("Feature", "State", "What it is"), rows)


def use_every_part(directory: Directory | None) -> None:
    """Make and read all that a server with these settings uses, so that what cannot be used is
    left out.
    """
    try:
        _use(directory)
    except Exception as error:
        leave_out("the application", error)


def _use(directory: Directory | None) -> None:
    known()
    languages()
    expected_database_url()
    if directory is None:
        return
    # Imported here: only this command and `doctor` need the web application.
    from directory_api.web.app import create_app

    app = create_app(directory, log_requests=False)
    for path in app.paths_of_parts():
        with suppress(Exception):  # it is noted
            app.part(path)
