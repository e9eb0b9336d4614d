"""The maintainer's commands, thin: click in, actions do it, rich out."""

import getpass
import os
import socket
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from directory_api import __version__
from directory_api.bootstrap import Directory, open_directory
from directory_api.cli.printing import print_helplines, print_hits, print_record, print_warnings
from directory_api.config import Settings, SettingsInvalid, shipped
from directory_api.domain.errors import DirectoryError, Refusal
from directory_api.domain.point import parse_degrees
from directory_api.domain.query import Coordinate, NearestQuery, Postcode

FILE = click.Path(path_type=Path, dir_okay=False)


class OneLineErrors(click.Group):
    """Ends every known error as a clear line for each fault on standard error and exit 1, without traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SettingsInvalid as error:
            raise click.ClickException("\n".join(error.faults)) from None
        except Refusal as error:
            lines = [error.detail, *map(str, error.faults), *(hint.detail for hint in error.suggestions)]
            raise click.ClickException("\n".join(lines)) from None
        except DirectoryError as error:
            raise click.ClickException(f"{error}.") from None


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="directory-api")
def main() -> None:
    """A directory of specialised centres for victims of human trafficking, and the closest one to a place.

    The records are in data/centres.json. After changing it: `directory-api validate`, then `directory-api load`.
    A server that runs meanwhile shows the change by itself within two seconds.
    """


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many server processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Start the server. An empty store is filled with the shipped data first."""
    directory = _open()
    directory.prepare()
    _refuse_taken_port(host, port)
    about = directory.finder.about()
    shown = f"[{host}]" if ":" in host else host
    click.echo(
        f"Serving {about.centres} centres and {sum(about.postcodes.values()):,} postcodes. "
        f"Try: curl 'http://{shown}:{port}/v1/nearest?postcode=1000'  (Ctrl+C stops)"
    )
    sys.stdout.flush()
    _serve_until_stopped(host, port, workers)


def _serve_until_stopped(host: str, port: int, workers: int) -> None:
    from granian.constants import Interfaces  # imported here: only this command needs the server
    from granian.log import LogLevels
    from granian.server import Server

    from directory_api.web.bodies import THREADS

    Server(
        "directory_api.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
    ).serve()


@main.command()
@click.argument("file", type=FILE, required=False)
def validate(file: Path | None) -> None:
    """Check FILE (by default the shipped data/centres.json) and say everything that is wrong with it.

    Exits 0 when the file can be loaded; warnings are worth a look but stop nothing. Changes nothing.
    """
    records = file or shipped("data") / "centres.json"
    checked = _open().editor.check(records, shipped("data"))
    print_warnings(checked.warnings)
    click.echo(
        f"{records}: {len(checked.records.centres)} centres, {len(checked.records.helplines)} helplines, no faults."
    )


@main.command()
@click.argument("file", type=FILE, required=False)
@click.option("--quiet", is_flag=True, help="Say nothing unless there is a fault.")
def load(file: Path | None, quiet: bool) -> None:
    """Bring FILE (by default the shipped data/centres.json), boundaries and postcodes into the store.

    All or nothing: a file with a fault changes nothing. Loading the same file twice writes nothing.
    """
    records = file or shipped("data") / "centres.json"
    directory = _open()
    loaded = directory.editor.load(records, shipped("data"), author=_author(), reason="loaded from a file")
    if quiet:
        return
    print_warnings(loaded.warnings)
    for change in loaded.changes:
        click.echo(f"{change.deed}: {change.kind} {change.id}")
    count = f"{len(loaded.changes) or 'no'} change{'s' * (len(loaded.changes) != 1)}"
    click.echo(f"Revision {loaded.revision}, {count}, in {directory.path}.")


# So that a latitude south of the equator is not taken for an option.
@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("place", nargs=-1, required=True)
@click.option("--country", default=None, help="The postcode's country, such as BE (the default setting).")
@click.option("--limit", default=3, show_default=True, type=click.IntRange(1, 50), help="How many centres.")
def nearest(place: tuple[str, ...], country: str | None, limit: int) -> None:
    """Show the closest centres to PLACE: a postcode (1000, B-4000) or a coordinate (51.2,4.4)."""
    directory = _open()
    directory.prepare()
    asked = _place(" ".join(place), (country or directory.settings.country).upper())
    answer = directory.finder.nearest(NearestQuery(asked, limit=limit))
    if answer.outside_coverage:
        click.echo(
            "This place lies outside the countries of the directory. In danger, call the emergency number there."
        )
    print_helplines(directory.finder.helplines())
    print_hits(answer.hits)
    if not answer.certain:
        click.echo("The first two could change places: the place is not known more exactly.")


@main.command()
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one centre with everything that is recorded, such as: show pag-asa."""
    directory = _open()
    directory.prepare()
    print_record(directory.finder.centre(identity).to_record())


@main.group()
def postcodes() -> None:
    """The postcodes of each country."""


@postcodes.command("import")
@click.argument("file", type=FILE)
@click.option("--country", required=True, help="The country of the file, such as NL.")
def import_postcodes(file: Path, country: str) -> None:
    """Replace a country's postcodes by FILE, an unpacked GeoNames postal file such as NL.txt.

    Says which rows were left out and why. All or nothing; importing the same file twice writes nothing.
    """
    # Imported here: a server, which starts from this module too, needs no progress bar in its memory.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise click.BadParameter("use an ISO 3166-1 code of two letters, such as NL", param_hint="--country")
    directory = _open()
    directory.prepare()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"Reading {file.name}", total=file.stat().st_size if file.is_file() else None)
        imported = directory.editor.import_postcodes(
            file, country.upper(), author=_author(), progress=lambda done: bar.advance(task, done)
        )
    table = imported.table
    click.echo(f"{table.rows:,} rows read, {len(table.places):,} postcodes of {table.country} taken.")
    for reason, count in sorted(table.dropped.items()):
        click.echo(f"left out {count:,}: {reason}")
    click.echo(f"Revision {imported.revision}{'' if imported.changed else ', no change'}.")


@main.command()
def openapi() -> None:
    """Print openapi.yaml as the code makes it, with real answers of the shipped data as examples."""
    from tempfile import TemporaryDirectory  # imported here: only this command needs them

    from directory_api.web.app import create_app
    from directory_api.web.contract import as_yaml, openapi

    with TemporaryDirectory() as folder:
        directory = open_directory(Settings(database_url=f"sqlite:///{folder}/directory.db", rate_limit=""))
        directory.prepare()
        click.echo(as_yaml(openapi(create_app(directory))), nl=False)


def _open() -> Directory:
    return open_directory(Settings.from_environment())


def _author() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run us under a number that has no name
        return f"uid {os.getuid()}"


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"cannot listen on {host} port {port} ({error.strerror}); try --port") from None


def _place(text: str, country: str) -> Postcode | Coordinate:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2 and all(_looks_like_degrees(part) for part in parts):
        if not any("." in part for part in parts):
            # 51,2 may be 51.2 with a decimal comma; a guess would be hundreds of kilometres off.
            raise click.BadParameter("write LAT,LON with decimal points, such as 51.2,4.4", param_hint="PLACE")
        lat, lon = (_degrees(part, limit) for part, limit in zip(parts, (90, 180), strict=True))
        return Coordinate(lat, lon)
    return Postcode(text, country)


def _looks_like_degrees(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _degrees(text: str, limit: int) -> Decimal:
    try:
        degrees = parse_degrees(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="PLACE") from None
    if abs(degrees) > limit:
        raise click.BadParameter(f"a coordinate is LAT,LON: {limit} degrees at most here", param_hint="PLACE")
    return degrees
