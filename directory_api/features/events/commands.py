"""The command that calls the functions of features after each revision."""

import time
from pathlib import Path

import click

from directory_api.bootstrap import Directory
from directory_api.cli.context import existing
from directory_api.feature import use_each
from directory_api.features.events.follower import Follower
from directory_api.live.live_snapshot import LOOK_EVERY_SECONDS

# Between two tries of what failed, at first and at most.
_RETRY_SECONDS, _MOST_RETRY_SECONDS = 5.0, 300.0


@click.command()
@click.option("--once", is_flag=True, help="Call what is due, then end; 1 if anything failed.")
def follow(*, once: bool) -> None:
    """Tell other systems of each revision.

    Calls the functions that features have for it (docs/extending.md), in one process and in order,
    and again after an error or a crash. Run it beside `serve`, once for each directory.
    """
    directory = existing()
    functions = dict(
        use_each("on_revision", lambda function: (function.__module__, function(directory)))
    )
    if not functions:
        raise click.ClickException(
            "no feature waits for revisions; docs/extending.md shows how to write one"
        )
    follower = Follower(functions, _file(directory))
    with follower.alone():
        wait = _RETRY_SECONDS
        while True:
            failed = follower.catch_up(directory.live.snapshot)
            for name, error in failed:
                # The message of another's error may hold anything.
                click.echo(f"{name}: failed ({type(error).__name__}), is called again", err=True)
            if once:
                raise SystemExit(1 if failed else 0)
            time.sleep(wait if failed else LOOK_EVERY_SECONDS)
            wait = min(2 * wait, _MOST_RETRY_SECONDS) if failed else _RETRY_SECONDS
            directory.live.refresh()


def _file(directory: Directory) -> Path:
    return Path(f"{directory.stores.beside}.followed.json")
