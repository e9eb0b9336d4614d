"""The command that makes and checks the folder of a country."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from directory_api.change.change import document
from directory_api.change.directory import records_of_country
from directory_api.cli.context import FILE, opened, plain_errors
from directory_api.cli.output import reading
from directory_api.config import PREFIX, Settings
from directory_api.countries.known import FILE as COUNTRY_FILE
from directory_api.countries.known import POSTCODES, home
from directory_api.features.country_folders.making import NewFolder, new_folder, shipped_folder
from directory_api.features.country_folders.removing import remove
from directory_api.features.country_folders.updating import FolderUpdate, update_of
from directory_api.files.country_check import faults_in
from directory_api.files.files import read_json, write_atomically
from directory_api.text.errors import FileUnreadable
from directory_api.text.translations import is_country

_FOLDER = click.Path(path_type=Path, file_okay=False)
_MOST_LISTED = 20


def _iso_code(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """Return a code of a country in capitals."""
    if not is_country(value.upper()):
        raise click.BadParameter("use an ISO 3166-1 code of two letters, such as NL or GB (not UK)")
    return value.upper()


def _data_folder(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> Path:
    """Return the named data folder, else that of the settings; the shipped one must be named."""
    named = value or os.environ.get(f"{PREFIX}DATA")
    if not named:
        raise click.UsageError(f"Name the data folder: --out, or {PREFIX}DATA.")
    return Path(named)


_CODE = click.argument("code", metavar="COUNTRY", callback=_iso_code)
_BOUNDARY = click.option("--boundary", type=FILE, help="The country's boundary in GeoJSON.")
_OUT = click.option(
    "--out",
    type=_FOLDER,
    callback=_data_folder,
    help="The data folder; else that in DIRECTORY_DATA.",
)


@click.group()
def country() -> None:
    """The folder of a country, with which a directory begins."""


@country.command("new")
@_CODE
@click.option("--postcodes", type=FILE, help="A postal file of GeoNames: NL.txt.")
@click.option("--emergency", help="The number that people in danger call.")
@_BOUNDARY
@click.option("--out", type=_FOLDER, required=True, help="The data folder to make or add to.")
def new(
    code: str, postcodes: Path | None, emergency: str | None, boundary: Path | None, out: Path
) -> None:
    """Make the folder of COUNTRY (ISO 3166-1) in a data folder.

    With --postcodes and --emergency it is made from these; without them, it is the shipped folder
    of COUNTRY, with the shipped records. The command says what it made, and what a person must
    still confirm. Files that are there already are not changed.
    """
    if (postcodes is None) != (emergency is None) or (boundary and not postcodes):
        raise click.UsageError("Name --postcodes and --emergency, with or without --boundary.")
    below = out / "countries" / code.lower()
    if (below / COUNTRY_FILE).exists() and (below / POSTCODES).exists():
        raise click.ClickException(
            f"{below} is there already; nothing was changed. For newer postcodes, use "
            "`directory-api country update`"
        )
    with plain_errors():
        made = _made(code, postcodes, emergency, boundary, out)
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
    if (own := home(out)) != code:
        click.echo(f"The directory's own country is {own}. Another one: DIRECTORY_COUNTRY={code}")


def _made(
    code: str, postcodes: Path | None, emergency: str | None, boundary: Path | None, out: Path
) -> NewFolder:
    if postcodes is None or emergency is None:
        return shipped_folder(code, out)
    with reading(f"Reading {postcodes.name}", postcodes) as progress:
        return new_folder(code, postcodes, boundary, emergency, progress, out)


@country.command("update")
@_CODE
@click.option("--postcodes", type=FILE, required=True, help="A postal file of GeoNames: NL.txt.")
@_BOUNDARY
@_OUT
@click.option("--yes", is_flag=True, help="Write without asking.")
def update(code: str, postcodes: Path, boundary: Path | None, out: Path, yes: bool) -> None:
    """Put newer postcodes into the folder of COUNTRY.

    It first shows which are added, removed or moved by more than a kilometre, and whether the
    boundary changes, and asks. A postcode with a row whose source is not geonames-zip stays as it
    is, and no file that you edit is changed: rows of them that have lost their postcode are listed.
    If a file has a fault, nothing is changed. Afterwards run `directory-api load`.
    """
    below = out / "countries" / code.lower()
    with plain_errors():
        with reading(f"Reading {postcodes.name}", postcodes) as progress:
            found = update_of(below, postcodes, boundary, progress)
        _show(found)
        if not found.files:
            click.echo(f"{below} has all of this; nothing was changed.")
            return
        if not yes:
            click.confirm(f"Write this to {below}?", abort=True)
        for name, content in found.files.items():
            _write(below / name, content)
    click.echo(f"Written: {', '.join(found.files)}. To use it: directory-api load")


def _show(found: FolderUpdate) -> None:
    _show_codes("added", found.added)
    _show_codes("removed", found.removed)
    moved = [f"{name} ({metres / 1000:.1f} km)" for name, metres in found.moved]
    _show_codes("moved by more than 1 km", moved)
    if found.others:
        click.echo(f"{found.others:,} postcodes with other names or places nearby")
    if found.kept:
        click.echo(f"{found.kept:,} postcodes with rows of other sources stay as they are")
    _show_dropped(found.dropped)
    if found.boundary:
        click.echo(f"boundary.geojson {found.boundary}")
    if COUNTRY_FILE in found.files:
        click.echo(f"{COUNTRY_FILE} gets the source of the postcodes, GeoNames")
    for row in found.without_effect:
        click.echo(f"without effect: {row}")


def _show_codes(done: str, codes: Sequence[str]) -> None:
    if codes:
        more = f", and {len(codes) - _MOST_LISTED:,} others" if len(codes) > _MOST_LISTED else ""
        click.echo(f"{len(codes):,} postcodes {done}: {', '.join(codes[:_MOST_LISTED])}{more}")


def _show_dropped(dropped: Mapping[str, int]) -> None:
    for reason, count in sorted(dropped.items()):
        click.echo(f"{count:,} rows skipped: {reason}")


@country.command("remove")
@_CODE
@_OUT
@click.option("--yes", is_flag=True, help="Delete without asking.")
def remove_country(code: str, out: Path, yes: bool) -> None:
    """Delete the folder of COUNTRY.

    Refused for the directory's own country, and while centres.json or the loaded directory has
    records of COUNTRY. Afterwards `directory-api load` removes its postcodes and its boundary from
    the directory.
    """
    below = out / "countries" / code.lower()
    if not below.is_dir():
        raise click.ClickException(f"{below} is not there; nothing was changed")
    with plain_errors():
        if code == (Settings.from_environment().country or home(out)):
            raise click.ClickException(
                f"{code} is the directory's own country. Name another one in DIRECTORY_COUNTRY "
                "first; nothing was changed"
            )
        records = out / "centres.json"
        left = [
            f"{records}: {record}"
            for record in (records_of_country(read_json(records), code) if records.exists() else ())
        ]
        directory = opened()
        if directory.exists():
            contents = document(directory.writer.store.records().contents)
            left += [
                f"{directory.place}: {record}" for record in records_of_country(contents, code)
            ]
        if left:
            raise click.ClickException(
                "\n".join([f"there are records of {code}; remove them first:", *left])
            )
        if not yes:
            click.confirm(f"Delete {below}?", abort=True)
        remove(below)
    click.echo(f"Deleted: {below}. To remove {code} from the directory, too: directory-api load")


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
