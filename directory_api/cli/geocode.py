"""Finds the coordinate of an address."""

import click

from directory_api.cli.context import existing
from directory_api.cli.output import busy, print_table
from directory_api.geocoding.service import Candidate, open_geocoder


@click.command()
@click.argument("address", nargs=-1, required=True)
@click.option("--postcode", default=None, help="Checked against; by default the one in ADDRESS.")
@click.option(
    "--country", default=None, help="The country of the address, such as BE (the default setting)."
)
def geocode(address: tuple[str, ...], postcode: str | None, country: str | None) -> None:
    """Look up the coordinate of ADDRESS.

    Such as: geocode "Keizerslaan 4, 1000 Brussel". Disabled until DIRECTORY_GEOCODER names a
    service, to which ADDRESS is sent. Never look up an address that must stay secret. Each result
    is checked against the area of the postcode.
    """
    directory = existing()
    with busy("Asking"):
        located = open_geocoder(directory).locate(
            " ".join(address), postcode, (country or directory.settings.country).upper()
        )
    print_table(
        ("Latitude", "Longitude", "Precision", "Check", "Address"),
        [
            (
                str(found.point.lat),
                str(found.point.lon),
                found.precision,
                _check(found),
                found.label,
            )
            for found in located.candidates
        ],
    )
    click.echo(f"Source: {located.attribution}", err=True)


def _check(found: Candidate) -> str:
    odd = found.fault or found.warning
    if odd:
        return f"not there: {odd.detail}" if found.fault else odd.detail
    return (
        "no postcode to check against"
        if found.within is None
        else "within the area of its postcode"
    )
