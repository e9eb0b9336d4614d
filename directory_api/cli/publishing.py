"""The directory as a static site: publish."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from directory_api.cli.context import existing
from directory_api.cli.output import steps
from directory_api.features import FEATURES

# Requests to this machine cross no network.
_HERE = ("127.0.0.1", "localhost")


def _origin(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        alone = parts.netloc == f"{parts.hostname}{'' if parts.port is None else f':{parts.port}'}"
    except ValueError:  # an incomplete IPv6 address, or an invalid port
        alone = False
    if (
        not alone
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or parts.scheme not in ("http", "https")
    ):
        raise click.BadParameter(
            "write the address of the host alone, such as https://help.example.org"
        )
    if parts.scheme == "http" and parts.hostname not in _HERE:
        raise click.BadParameter(
            "begin with https://, such as https://help.example.org: over http anybody on the way reads along and can "
            "change what visitors see; for a trial on this machine http://127.0.0.1:8080 does"
        )
    return f"{parts.scheme}://{parts.netloc}"


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--url",
    callback=_origin,
    help="Where it will be, such as https://help.example.org: for /partners.",
)
def publish(folder: Path, url: str | None) -> None:
    """Write the directory into FOLDER as files, for any web host.

    No server is needed; docs/scale.md explains how to serve the files.

    Unchanged files are not written again. Files of an earlier publication that no longer exist are
    removed.
    """
    # Imported here: no other command needs pages, or the file lock, which not every system has.
    from directory_api.static_site.generator import StaticSite
    from directory_api.static_site.publish import publish as published

    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    site = StaticSite(existing(), today, url, features=FEATURES)
    with steps("Writing", len(site)) as step:
        done = published(site.files(), folder, site.edition, step)
    click.echo(
        f"{folder}: revision {site.edition['revision']} of {site.edition['made']}; "
        f"{done.written:,} files written, {done.unchanged:,} unchanged, {done.removed:,} removed"
    )
