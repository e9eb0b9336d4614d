"""The command that makes and checks the folder of a country."""

from pathlib import Path

import click

from directory_api.cli.context import FILE, plain_errors
from directory_api.cli.output import reading
from directory_api.countries.known import FILE as COUNTRY_FILE
from directory_api.features.country_folders.making import new_folder
from directory_api.files.country_check import faults_in
from directory_api.files.files import write_atomically
from directory_api.text.errors import FileUnreadable

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def country() -> None:
    """The folder of a country, with which a directory begins."""


@country.command("new")
@click.argument("code", metavar="COUNTRY")
@click.option("--postcodes", type=FILE, required=True, help="A postal file of GeoNames: NL.txt.")
@click.option("--emergency", required=True, help="The number that people in danger call.")
@click.option("--boundary", type=FILE, help="The country's boundary in GeoJSON.")
@click.option("--out", type=_FOLDER, required=True, help="The data folder to make or add to.")
def new(code: str, postcodes: Path, emergency: str, boundary: Path | None, out: Path) -> None:
    """Make the folder of COUNTRY (ISO 3166-1) in a data folder.

    It says what it made, and what a person must still confirm. A folder of the country, or records,
    that are there already are not changed.
    """
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise click.BadParameter(
            "use an ISO 3166-1 code of two letters, such as NL", param_hint="COUNTRY"
        )
    code = code.upper()
    below = out / "countries" / code.lower()
    if (below / COUNTRY_FILE).exists():
        raise click.ClickException(f"{below} is there already; nothing was changed")
    with plain_errors(click.ClickException):
        with reading(f"Reading {postcodes.name}", postcodes) as progress:
            has_records = (out / "centres.json").exists()
            made = new_folder(
                code, postcodes, boundary, emergency, progress, has_records=has_records
            )
        for name, content in made.files.items():
            path = out / name
            if not path.exists():
                _write(path, content)
    click.echo(f"{made.codes:,} postcodes of {code}, written like {made.shape}.")
    for reason, count in sorted(made.dropped.items()):
        click.echo(f"{count:,} rows skipped: {reason}")
    click.echo(f"The folder is {below}. Before you go live:")
    for number, task in enumerate(made.to_do, 1):
        click.echo(click.wrap_text(task, 76, f"{number}. ", "   "))
    click.echo(
        f"To serve it:\n  export DIRECTORY_DATA={out} DIRECTORY_DATABASE_URL=sqlite:///{code.lower()}.db\n"
        "  directory-api load && directory-api serve"
    )


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


def _write(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be written ({error.strerror})") from None
    write_atomically(path, [content.encode()])
