"""Searches, as visitors make them: nearest and show."""

import click

from directory_api.cli.context import existing
from directory_api.cli.output import print_helplines, print_record, print_results
from directory_api.cli.sections import START
from directory_api.search.query import TEMPORARILY_CLOSED, NearestQuery, TypedPlace


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

    PLACE is a postcode (1000, D-10115), a town (Berlin) or a coordinate (48.2,16.4).
    """
    for word in place:
        if word.startswith("-") and not word[1:2].isdigit():
            raise click.NoSuchOption(word)
    directory = existing()
    typed = TypedPlace(" ".join(place), (country or directory.home).upper())
    edition = directory.editions(directory.clock, timeless=True).current()
    answer = edition.nearest(NearestQuery(typed, limit=limit))
    if not answer.covered:
        click.echo(
            "This place is outside the countries of the directory. In danger, call the emergency "
            "number of that country."
        )
    print_helplines(edition.pieces.helplines(answer).brief)
    print_results(answer.matching)
    if closed := [each for each in answer.results if TEMPORARILY_CLOSED in each.shown_because]:
        click.echo("Temporarily closed:")
        print_results(closed)
    if answer.undecided:
        names = " or ".join(each.centre.name for each in answer.undecided)
        click.echo(f"The position of this place is approximate: the closest may be {names}.")


@START.command()
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one centre as it is published.

    For example: show example-centre. Hidden values are not shown.
    """
    directory = existing()
    centre = directory.live.snapshot.effective_at(directory.clock()).centre(identity).centre
    print_record(centre.to_record())
