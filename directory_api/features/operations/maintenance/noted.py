"""Notes when a task of the operator went well."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from directory_api.bootstrap import Directory
from directory_api.features.operations.last_runs import LastRun, last_run, write_last_run
from directory_api.text.errors import FileUnreadable


@contextmanager
def noted(directory: Directory, task: str) -> Iterator[None]:
    """Note that a task went well, or that the block raised an error.

    Where nothing can be written beside the store, the terminal says so, and the task goes on.
    """
    base_path = directory.stores.base_path
    try:
        yield
    except BaseException:
        _note(directory, task, LastRun(last_run(base_path, task).went_well_at, has_failed=True))
        raise
    _note(directory, task, LastRun(directory.clock(), has_failed=False))


def _note(directory: Directory, task: str, run: LastRun) -> None:
    try:
        write_last_run(directory.stores.base_path, task, run)
    except FileUnreadable as error:
        click.echo(f"warning: when this ended is not noted for /metrics: {error}", err=True)
