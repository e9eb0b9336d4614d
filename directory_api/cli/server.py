"""Commands that start the server or load data: serve, load, postcodes, openapi."""

import socket
import sys
from pathlib import Path

import click

from directory_api.bootstrap import Directory, open_directory
from directory_api.cli.context import FILE, actor, existing, opened
from directory_api.cli.output import print_outcome, say_where
from directory_api.cli.supervisor import GRACE_SECONDS, supervise
from directory_api.config import Settings, shipped
from directory_api.domain.errors import StoreUnavailable
from directory_api.interrupts import ending_at_once


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="The port to listen on.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many server processes.",
)
@ending_at_once()
def serve(host: str, port: int, workers: int) -> None:
    """Start the server.

    If there is no directory yet, one is created with the shipped data. A directory that cannot be
    read is never replaced: the server starts degraded, gives the helplines with every answer, and
    recovers once the directory can be read.
    """
    refuse_taken_port(host, port)
    directory = opened()
    shown = f"[{host}]" if ":" in host else host
    _start(directory)
    click.echo(
        f"{_contents(directory)}. Try: curl 'http://{shown}:{port}/v1/nearest?postcode=1000'  (Ctrl+C stops)"
    )
    sys.stdout.flush()
    _serve_until_stopped(host, port, workers)


def _start(directory: Directory) -> None:
    is_new = not directory.exists()
    try:
        if directory.prepare():
            say_created(directory)
    except StoreUnavailable as error:
        if is_new:
            raise
        click.echo(
            f"warning: {error}. Only the helplines are served until it can be read.", err=True
        )


def say_created(directory: Directory) -> None:
    """Print where a new directory is, so that a command in the wrong folder is noticed."""
    click.echo(f"Created a new directory at {directory.path} with the shipped data.")


def _contents(directory: Directory) -> str:
    if not directory.finder.ready:
        return "Serving the helplines"
    about = directory.finder.about()
    return f"Serving {about.centres} centres and {sum(about.postcodes.values()):,} postcodes of {directory.path}"


def _serve_until_stopped(host: str, port: int, workers: int) -> None:
    # Imported here: only this command needs the server.
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    from directory_api.web.middleware.limits import THREADS

    server = MPServer(
        "directory_api.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    )
    supervise(server)


def refuse_taken_port(host: str, port: int) -> None:
    """Raise a ClickException if the port cannot be listened on; granian's error is unclear."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {host} port {port} ({error.strerror}); try --port"
            ) from None


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing unless somebody has to look.")
def load(quiet: bool) -> None:
    """Load the shipped data into the store.

    That is data/centres.json, boundaries and postcodes. All or nothing: a file with a fault changes
    nothing. Loading twice writes nothing, and never undoes edits in the store. For a file of your
    own: `directory-api import FILE`.
    """
    directory = opened()
    loaded = directory.shipped.load(actor(), reason="loaded from a file")
    outcome = loaded.outcome
    if loaded.created:
        say_created(directory)
    # On first start all records are new, which needs no output. A later change does: a number may
    # differ.
    if not quiet or (outcome.changes and outcome.revision > 1):
        print_outcome(outcome, directory.path)
    if loaded.kept_edits:
        _say_that_edits_were_kept(shipped("data") / "centres.json")


def _say_that_edits_were_kept(file: Path) -> None:
    click.echo(
        f"The records of {file} were left aside: the store has been edited since it was last the same "
        "as the file, or the file is one of before.\n"
        f"See what differs:  directory-api diff {file}\n"
        f"Take the file:     directory-api import {file}\n"
        f"Take the store:    directory-api export --output {file} (hidden addresses are written, too: where it has "
        "any, never into a file that others see)",
        err=True,
    )


@click.group()
def postcodes() -> None:
    """The postcodes of each country."""


@postcodes.command("import")
@click.argument("file", type=FILE)
@click.option("--country", required=True, help="The country of the file, such as NL.")
def import_postcodes(file: Path, country: str) -> None:
    """Replace a country's postcodes by FILE, an unpacked GeoNames postal file such as NL.txt.

    Says which rows were left out and why. All or nothing; importing the same file twice writes
    nothing.
    """
    # Imported here: a server imports this module, too, and needs no progress bar in memory.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise click.BadParameter(
            "use an ISO 3166-1 code of two letters, such as NL", param_hint="--country"
        )
    directory = existing()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(
            f"Reading {file.name}", total=file.stat().st_size if file.is_file() else None
        )
        imported = directory.shipped.import_postcodes(
            actor(), file, country.upper(), progress=lambda done: bar.advance(task, done)
        )
    table = imported.table
    click.echo(
        f"{table.rows:,} rows read, {len(table.places):,} postcodes of {table.country} taken."
    )
    for reason, count in sorted(table.dropped.items()):
        click.echo(f"left out {count:,}: {reason}")
    click.echo(f"Revision {imported.revision}{'' if imported.changed else ', no change'}.")
    say_where(directory.path)


@click.command()
def openapi() -> None:
    """Print openapi.yaml as generated from the code.

    Its examples are real answers of the shipped data.
    """
    # Imported here: only this command needs them.
    from tempfile import TemporaryDirectory

    from directory_api.features import create_app
    from directory_api.web.openapi.spec import EXAMPLES_AT, as_yaml, openapi

    with TemporaryDirectory() as folder:
        directory = open_directory(
            Settings(database_url=f"sqlite:///{folder}/directory.db", rate_limit="")
        )
        directory.prepare()
        click.echo(as_yaml(openapi(create_app(directory, now=lambda: EXAMPLES_AT))), nl=False)
