"""The command that finds the coordinate of an address."""

from typing import TYPE_CHECKING

import click

from directory_api.cli.context import existing
from directory_api.cli.output import busy, print_table

if TYPE_CHECKING:
    from directory_api.features.geocoding.service import Candidate


@click.command()
@click.argument("address", nargs=-1, required=True)
@click.option(
    "--postcode",
    default=None,
    help="Postcode to check the results against; by default the one in ADDRESS.",
)
@click.option(
    "--country",
    default=None,
    help="Country of the address, for example NL; by default that of the directory.",
)
def geocode(address: tuple[str, ...], postcode: str | None, country: str | None) -> None:
    """Look up the coordinate of ADDRESS.

    For example: geocode "Keizerslaan 4, 1000 Brussel". ADDRESS is sent to the service that
    DIRECTORY_GEOCODER names; without that setting the command refuses to run. Never look up an
    address that must stay secret. Each result is checked against the area of the postcode.
    """
    # Imported here: geopy and requests take 9 MB, and a worker inherits what `serve` has imported.
    from directory_api.features.geocoding.service import open_geocoder

    directory = existing()
    with busy("Looking up the address"):
        located = open_geocoder(directory).locate(
            " ".join(address), postcode, (country or directory.home).upper()
        )
    print_table(
        ("Latitude", "Longitude", "Precision", "Check", "Address"),
        [
            (
                str(candidate.point.lat),
                str(candidate.point.lon),
                candidate.precision,
                _check(candidate),
                candidate.label,
            )
            for candidate in located.candidates
        ],
    )
    click.echo(f"Source: {located.attribution}", err=True)


def _check(candidate: "Candidate") -> str:
    fault = candidate.fault or candidate.warning
    if fault:
        return f"wrong place: {fault.detail}" if candidate.fault else fault.detail
    return "not checked: no postcode" if candidate.within is None else "in the area of its postcode"
