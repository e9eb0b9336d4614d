"""Files that are made from the directory or the code: publish, openapi."""

from pathlib import Path
from urllib.parse import urlsplit

import click

from directory_api.cli.context import existing
from directory_api.cli.output import steps
from directory_api.cli.sections import OPERATORS
from directory_api.config import is_path_prefix
from directory_api.countries.known import known
from directory_api.left_out import left_out, sentence
from directory_api.text.translations import languages

# Requests to this machine cross no network.
_HERE = ("127.0.0.1", "localhost")


def _origin(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        path = parts.path.rstrip("/")
        is_host = (
            parts.netloc == f"{parts.hostname}{'' if parts.port is None else f':{parts.port}'}"
        )
    except ValueError:  # an incomplete IPv6 address, or an invalid port
        is_host = False
    if (
        not is_host
        or not (path == "" or is_path_prefix(path))
        or parts.query
        or parts.fragment
        or parts.scheme not in ("http", "https")
    ):
        raise click.BadParameter(
            "write only the address of the host, for example https://help.example.org, or with a "
            "path of letters, digits, - and _, for example https://example.org/help"
        )
    if parts.scheme == "http" and parts.hostname not in _HERE:
        raise click.BadParameter(
            "use https://, for example https://help.example.org: over http others on the network "
            "can read and change what visitors see. For a trial on this machine you can use "
            "http://127.0.0.1:8080"
        )
    return f"{parts.scheme}://{parts.netloc}{path}"


def _refuse_what_is_left_out(*, only_errors: bool) -> None:
    """Raise a ClickException where files would be missing, which would be removed from the site."""
    known()
    languages()
    needed = ("feature ", "language file ") if only_errors else ("",)
    if any(part.startswith(needed) for part in left_out()):
        raise click.ClickException(
            f"Nothing was written, because files of the site would be missing; {sentence()}."
        )


@OPERATORS.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--url",
    callback=_origin,
    help="URL of the published site, for example https://help.example.org, or "
    "https://example.org/help if it is below a path; its pages and links show it.",
)
@click.option(
    "--error-pages",
    is_flag=True,
    help="Write only the pages with the helplines that nginx shows while `serve` does not answer.",
)
def publish(folder: Path, url: str | None, *, error_pages: bool) -> None:
    """Write the directory into FOLDER as a static site.

    Any web host can serve it; docs/scale.md explains how. When you publish again, unchanged files
    are not written, and files that are no longer part of the site are removed.
    """
    # Imported here: no other command needs pages, or the file lock, which not every system has.
    from directory_api.features.static_site.generator import StaticSite
    from directory_api.features.static_site.publish import publish as published

    directory = existing()
    today = directory.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    _refuse_what_is_left_out(only_errors=error_pages)
    site = StaticSite(directory, today, url, only_errors=error_pages)
    with steps("Writing", len(site)) as step:
        done = published(site.files(), folder, site.release, step)
    click.echo(
        f"{folder}: revision {site.release['revision']} of {site.release['made']}; "
        f"{done.written:,} files written, {done.unchanged:,} unchanged, {done.removed:,} removed"
    )
