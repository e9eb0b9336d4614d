"""The list of calls as a command."""

import click

from directory_api.cli.context import existing
from directory_api.cli.output import print_table
from directory_api.features.call_round.calls import to_call


@click.command()
def calls() -> None:
    """List what to confirm next by a call, most harmful first.

    Those that sources disagree about come first, then those with values that were never confirmed,
    then the stale and the due ones. /admin/calls has the same list, and a sheet with the questions
    for each.
    """
    directory = existing()
    state = directory.writer.store.records()
    due = to_call(state, directory.clock().date(), directory.settings.fresh_days)
    print_table(
        ("Record", "Name", "Reason", "No answer on"),
        [
            (f"{each.collection}/{each.id}", each.name, each.reason, each.tried or "")
            for each in due
        ],
    )
    if not due:
        click.echo("Every record is confirmed.", err=True)
