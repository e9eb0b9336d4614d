"""The command that prints flyers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from directory_api.bootstrap import Directory
from directory_api.cli.context import ID, existing
from directory_api.cli.output import print_table
from directory_api.features.flyer import flyer as flyers
from directory_api.features.flyer import pdf, sheet
from directory_api.features.flyer.prints import wrong_prints
from directory_api.features.flyer.qr import is_installed
from directory_api.features.flyer.sizes import MOST_CENTRES, SIZES
from directory_api.live.editions import Edition
from directory_api.text.errors import CentreNotFound
from directory_api.text.translations import languages, match

_NO_ADDRESS = (
    "The flyers have no QR code and no address at which people can check them. Set "
    "DIRECTORY_PUBLIC_URL to the address at which visitors open the directory, for example "
    "https://help.example.org."
)
_NO_SEGNO = "The flyers have no QR code. Install the package for it: pip install 'segno>=1.6'"
_NO_CHROMIUM = (
    "Only HTML was written, because there is no Chromium on this machine. Install it, for example "
    "with `apt install chromium-headless-shell`, or open the files in a browser and print them at "
    "their full size, without margins."
)


class _List(click.ParamType[tuple[str, ...]]):
    """Words with commas between them, each of which is known."""

    def __init__(self, name: str, is_known: Callable[[str], bool], known: tuple[str, ...]) -> None:
        self.name, self._is_known, self._known = name, is_known, known

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the words. Raises BadParameter."""
        given = dict.fromkeys(word.strip() for word in value.split(","))
        for word in given:
            if not self._is_known(word):
                self.fail(f"{word} is not one of {', '.join(self._known)}.", param, ctx)
        return tuple(given)


_OFFERED = tuple(each.tag for each in languages())
# Also a language that is not offered yet, because it lacks urgent texts.
_LANGUAGES = _List("LANGUAGES", lambda tag: match(tag) == tag, _OFFERED)
_SIZES = _List("SIZES", SIZES.__contains__, tuple(SIZES))


@click.command()
@click.option(
    "--lang",
    "tags",
    type=_LANGUAGES,
    help="Languages of the flyers, with commas between them, such as ro,ar; all without it.",
)
@click.option(
    "--size",
    "sizes",
    type=_SIZES,
    default="a4",
    show_default=True,
    help=f"Sizes, with commas between them: {', '.join(SIZES)}.",
)
@click.option("--neutral", is_flag=True, help="Do not say what the centres are for.")
@click.option("--centre", callback=ID, metavar="ID", help="Only this centre.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder to write into; without it, the working directory.",
)
@click.option(
    "--check", is_flag=True, help="Print nothing: list the prints that are no longer right."
)
def flyer(
    tags: tuple[str, ...] | None,
    sizes: tuple[str, ...],
    neutral: bool,
    centre: str | None,
    out: Path,
    check: bool,
) -> None:
    """Print flyers with the numbers to call, as HTML and PDF.

    The PDF needs a Chromium on this machine, and the QR code the package segno. Each flyer bears
    the revision of the directory and an address at which people see whether it is still right.
    """
    directory = existing()
    if check:
        _list_wrong(directory)
        return
    edition = directory.editions(directory.clock).current()
    chosen = [_chosen(edition, size, centre, neutral=neutral) for size in sizes]
    where = sheet.Where.of(directory.settings.public_url)
    out.mkdir(parents=True, exist_ok=True)
    with _printer() as printer:
        for each in chosen:
            for tag in tags or _OFFERED:
                path = out / f"{_name(each)}-{tag}.html"
                _write(path, sheet.html(each, tag, where), printer)
    count, revision = len(chosen) * len(tags or _OFFERED), edition.snapshot.revision
    click.echo(f"{out}: {count} {'flyer' if count == 1 else 'flyers'} of revision {revision}")
    if not where.url:
        click.echo(_NO_ADDRESS, err=True)
    elif not is_installed():
        click.echo(_NO_SEGNO, err=True)
    if printer is None:
        click.echo(_NO_CHROMIUM, err=True)


def _list_wrong(directory: Directory) -> None:
    rows = [
        (str(row.revisions), str(difference))
        for row in wrong_prints(directory)
        for difference in row.differences
    ]
    print_table(("Printed at", "What differs"), rows)
    if not rows:
        click.echo("Every print is still right.", err=True)


def _chosen(edition: Edition, size: str, centre: str | None, *, neutral: bool) -> flyers.Flyer:
    try:
        return flyers.flyer(edition, size, centre, neutral=neutral)
    except CentreNotFound:
        raise click.ClickException(
            f"There is no centre {centre}, or it is closed for good. `directory-api export` lists "
            "them all."
        ) from None
    except flyers.TooManyCentres:
        raise click.ClickException(
            f"A flyer has room for at most {MOST_CENTRES} centres. Choose one with --centre ID."
        ) from None


def _write(path: Path, html: str, printer: pdf.Printer | None) -> None:
    path.write_text(html, encoding="utf-8")
    if printer is None:
        return
    printed, path = printer.print(html), path.with_suffix(".pdf")
    path.write_bytes(printed.pdf)
    for text in printed.cut:
        click.echo(f"{path}: no room for “{text}”", err=True)


@contextmanager
def _printer() -> Iterator[pdf.Printer | None]:
    program = pdf.chromium()
    if program is None:
        yield None
        return
    try:
        with pdf.printer(program) as printer:
            yield printer
    except pdf.PrinterFailed as failed:
        raise click.ClickException(f"{program}: {failed}") from None


def _name(flyer: flyers.Flyer) -> str:
    """Return the beginning of a file's name, which does not say what a neutral flyer is about."""
    centre = "" if flyer.is_neutral or not flyer.chosen else f"-{flyer.chosen}"
    return f"flyer-{flyer.size.name}{'-neutral' if flyer.is_neutral else ''}{centre}"
