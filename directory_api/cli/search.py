"""Searches, as visitors make them: nearest and show."""

from decimal import Decimal

import click

from directory_api.cli.context import existing
from directory_api.cli.output import print_helplines, print_hits, print_record
from directory_api.cli.sections import START
from directory_api.place.geometry import parse_degrees
from directory_api.search.query import Coordinate, NearestQuery, Postcode


# Otherwise click would parse a negative latitude as an option.
@START.command(context_settings={"ignore_unknown_options": True})
@click.argument("place", nargs=-1, required=True)
@click.option(
    "--country",
    default=None,
    help="Country of the postcode, for example NL; by default that of the directory.",
)
@click.option(
    "--limit",
    default=3,
    show_default=True,
    type=click.IntRange(1, 50),
    help="Number of centres to show.",
)
def nearest(place: tuple[str, ...], country: str | None, limit: int) -> None:
    """Show the centres closest to PLACE.

    PLACE is a postcode (1000, B-4000), a town (Gent) or a coordinate (51.2,4.4).
    """
    for word in place:
        if word.startswith("-") and not word[1:2].isdigit():
            raise click.NoSuchOption(word)
    directory = existing()
    origin = _place(" ".join(place), (country or directory.home).upper())
    edition = directory.editions(directory.clock, timeless=True).current()
    answer = edition.nearest(NearestQuery(origin, limit=limit))
    if answer.outside_coverage:
        click.echo(
            "This place is outside the countries of the directory. In danger, call the emergency "
            "number of that country."
        )
    print_helplines(edition.pieces.helplines(answer).brief)
    print_hits(answer.hits)
    if answer.temporarily_closed:
        click.echo("Temporarily closed:")
        print_hits(answer.temporarily_closed)
    if not answer.certain:
        names = " or ".join(hit.centre.name for hit in answer.undecided)
        click.echo(f"The position of this place is approximate: the closest may be {names}.")


@START.command()
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one centre as it is published.

    For example: show pag-asa. Hidden values are not shown.
    """
    directory = existing()
    centre = directory.live.snapshot.at(directory.clock()).centre(identity).centre
    print_record(centre.to_record())


def _place(text: str, country: str) -> Postcode | Coordinate:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2 and all(_looks_like_degrees(part) for part in parts):
        if not any("." in part for part in parts):
            # 51,2 may be 51.2 with a decimal comma; a guess could be wrong by hundreds of
            # kilometres.
            raise click.BadParameter(
                "write LAT,LON with decimal points, such as 51.2,4.4", param_hint="PLACE"
            )
        lat, lon = (_degrees(part, limit) for part, limit in zip(parts, (90, 180), strict=True))
        return Coordinate.of(lat, lon)
    return Postcode(text, country)


def _looks_like_degrees(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _degrees(text: str, limit: int) -> Decimal:
    try:
        degrees = parse_degrees(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="PLACE") from None
    if abs(degrees) > limit:
        raise click.BadParameter(
            f"write LAT,LON; this number can be at most {limit} degrees", param_hint="PLACE"
        )
    return degrees
