"""The command that makes and checks the folder of a country, and imports its postcodes."""

from collections.abc import Mapping
from pathlib import Path

import click

from directory_api.cli.context import FILE, actor, command_clock, existing, plain_errors
from directory_api.cli.output import reading_progress, say_where
from directory_api.cli.sections import OPERATORS
from directory_api.countries.known import COUNTRY_FILE, POSTCODES, home_of
from directory_api.features.country_folders import postcode_import
from directory_api.features.country_folders.check import faults_in
from directory_api.features.country_folders.making import NewFolder, new_folder, shipped_folder
from directory_api.files.files import write_atomically
from directory_api.text.errors import FileUnreadable
from directory_api.text.translations import is_country

_FOLDER = click.Path(path_type=Path, file_okay=False)


def _iso_code(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """Return a code of a country in capitals."""
    if not is_country(value.upper()):
        raise click.BadParameter("use an ISO 3166-1 code of two letters, such as NL or GB (not UK)")
    return value.upper()


@OPERATORS.group()
def country() -> None:
    """Manage the folder and the postcodes of a country."""


@country.command("new")
@click.argument("code", metavar="COUNTRY", callback=_iso_code)
@click.option("--postcodes", type=FILE, help="A postal file of GeoNames: NL.txt.")
@click.option("--emergency", help="The number that people in danger call.")
@click.option("--boundary", type=FILE, help="The country's boundary in GeoJSON.")
@click.option("--places", type=FILE, help="A gazetteer of GeoNames: cities500.txt.")
@click.option("--out", type=_FOLDER, required=True, help="The data folder to make or add to.")
def new(
    code: str,
    postcodes: Path | None,
    emergency: str | None,
    boundary: Path | None,
    places: Path | None,
    out: Path,
) -> None:
    """Make the folder of COUNTRY (ISO 3166-1) in a data folder.

    With --postcodes, --boundary and --emergency it is made from these; without them, it is the
    shipped folder of COUNTRY, with the shipped records. --places adds the towns and their names in
    English, which a postal file may lack: Vienna, Innsbruck. The command says what it made, and
    what a person must still confirm. Files that are there already are not changed.
    """
    if len({each is None for each in (postcodes, boundary, emergency)}) > 1:
        raise click.UsageError("Name --postcodes, --boundary and --emergency, or none of them.")
    if places and postcodes is None:
        raise click.UsageError("Name --postcodes, too: --places adds names to them.")
    below = out / "countries" / code.lower()
    if (below / COUNTRY_FILE).exists() and (below / POSTCODES).exists():
        raise click.ClickException(
            f"{below} is there already; nothing was changed. For newer postcodes, edit its "
            "files, or make the folder again elsewhere and compare (docs/countries.md)"
        )
    with plain_errors():
        made = _made(code, postcodes, emergency, boundary, places, out)
        for name, content in made.files.items():
            path = out / name
            # To the file of a country only the source of its postcodes is added.
            if not path.exists() or path == below / COUNTRY_FILE:
                _write(path, content)
    click.echo(f"{made.codes:,} postcodes of {code}, written like {made.shape}.")
    _show_dropped(made.dropped)
    click.echo(f"The folder is {below}. Before you go live:")
    for number, task in enumerate(made.to_do, 1):
        click.echo(click.wrap_text(task, 76, f"{number}. ", "   "))
    click.echo(
        f"To serve it:\n  export DIRECTORY_DATA={out} DIRECTORY_DATABASE_URL=sqlite:///{out.name}.db\n"
        "  directory-api load && directory-api serve"
    )
    if (own := home_of(out)) != code:
        click.echo(f"The directory's own country is {own}. Another one: DIRECTORY_COUNTRY={code}")


def _made(
    code: str,
    postcodes: Path | None,
    emergency: str | None,
    boundary: Path | None,
    places: Path | None,
    out: Path,
) -> NewFolder:
    if postcodes is None or boundary is None or emergency is None:
        return shipped_folder(code, out)
    with reading_progress(f"Reading {postcodes.name}", postcodes) as progress:
        year = command_clock()().year
        return new_folder(code, postcodes, boundary, emergency, progress, out, places, year)


def _show_dropped(dropped: Mapping[str, int]) -> None:
    for reason, count in sorted(dropped.items()):
        click.echo(f"{count:,} rows skipped: {reason}")


@country.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check(folder: Path) -> None:
    """Check the FOLDER of a country, such as data/countries/be, and list everything that is wrong.

    Each error is printed on a line with its file and line. The exit code is 1 if there are any.
    """
    faults = [*faults_in(folder)]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo(f"{click.format_filename(folder)}: no errors.")


@country.command("postcodes")
@click.argument("code", metavar="COUNTRY", callback=_iso_code)
@click.argument("file", type=FILE)
def import_postcodes(code: str, file: Path) -> None:
    """Replace the postcodes of COUNTRY (ISO 3166-1) in the directory by those in FILE.

    FILE is an unpacked postal file of GeoNames, for example NL.txt. The output says how many rows
    were skipped and why. If FILE cannot be read, nothing is changed. Importing the same file twice
    changes nothing.
    """
    directory = existing()
    with reading_progress(f"Reading {file.name}", file) as progress:
        imported = postcode_import.import_postcodes(directory, actor(), file, code, progress)
    table = imported.table
    click.echo(
        f"{table.rows:,} rows read, {len(table.places):,} postcodes of {table.country} imported."
    )
    _show_dropped(table.dropped)
    click.echo(f"Revision {imported.revision}{'' if imported.changed else ', no change'}.")
    if imported.lost:
        click.echo(
            "No search from a place finds these centres any more, because their address is hidden "
            f"and this table does not have their postcode: {', '.join(imported.lost)}. Correct the "
            "postcodes, or import a complete table.",
            err=True,
        )
    say_where(directory.place)


def _write(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be written ({error.strerror})") from None
    write_atomically(path, [content.encode()])
