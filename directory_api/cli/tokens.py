"""Tokens for writing over HTTP and on the admin pages: token create, list, rotate, revoke."""

from datetime import date

import click

from directory_api.cli.context import ID, NAME, existing
from directory_api.cli.output import print_table, say_where
from directory_api.cli.sections import OPERATORS
from directory_api.edit.second_person import begins_review
from directory_api.edit.tokens import is_valid
from directory_api.record.token import SCOPES, Token


@OPERATORS.group()
def token() -> None:
    """Manage tokens for the editing API and the admin pages.

    Give each maintainer a separate token, so that the history shows who changed what.
    """


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="Permission of the token; repeat the option for several. read_history: see former values, "
    "and who changed what. approve: approve the proposals of others. admin: everything. Every "
    "token can read hidden addresses.",
)
@click.option(
    "--days",
    type=int,
    default=365,
    show_default=True,
    help="Number of days for which the token is valid.",
)
def create(name: str, scopes: tuple[str, ...], days: int) -> None:
    """Create a token for NAME.

    For example: token create "Weekend team" --scope read_history --scope edit. Only the token is
    printed on standard output. It is not stored, so it cannot be shown again.
    """
    directory = existing()
    setting, tokens = directory.settings.review, directory.tokens.list()
    begins = begins_review(setting, tokens, name, scopes, directory.today())
    if begins:
        click.echo(
            f"{name} is the second person who may approve changes. With this token, everything "
            "that the public can read waits for a second person, also after a token has ended.",
            err=True,
        )
    secret, new_token = directory.tokens.create(name, scopes, days)
    click.echo(
        f"Token {new_token.id} of {name} ({', '.join(new_token.scopes)}) is valid until "
        f"{new_token.expires}.\n"
        "Give the token on the last line to its owner securely; it is shown only once. Its owner "
        "signs in with it at /admin, or sends it over HTTP as `Authorization: Bearer TOKEN`.\n"
        f"If it is lost: directory-api token revoke {new_token.id}",
        err=True,
    )
    if begins:
        click.echo("Review by a second person is on now.", err=True)
    say_where(directory.place, err=True)  # standard output holds the secret alone
    click.echo(secret)


@token.command()
@click.argument("name", callback=NAME)
@click.option(
    "--days",
    type=int,
    help="Number of days for which the token is valid from now on; without it, its last day stays.",
)
def rotate(name: str, days: int | None) -> None:
    """Replace the secret of the token NAME, or with that id.

    Both secrets are valid for 24 hours; then the old one expires. Only the new token is printed on
    standard output. The secret URLs of notices change at once.
    """
    directory = existing()
    secret, rotated = directory.tokens.rotate(name, days)
    click.echo(
        f"Token {rotated.id} of {rotated.name} has the new secret on the last line, which is shown "
        f"only once. It is valid until {rotated.expires}; the old one ends in 24 hours. Addresses "
        "of a feed or a calendar of this token have ended: directory-api notify address "
        f"{rotated.id}",
        err=True,
    )
    say_where(directory.place, err=True)
    click.echo(secret)


@token.command("list")
def list_() -> None:
    """List all tokens, also revoked and expired ones, and who made them."""
    directory = existing()
    today = directory.today()
    rows = [
        (
            entry.id,
            entry.name,
            ", ".join(entry.scopes),
            entry.created.isoformat(),
            _state(entry, today),
            entry.last_used.isoformat() if entry.last_used else "never",
            # A maintainer may have the name "the operator".
            f"{entry.made_by} at /admin" if entry.made_by else "the operator",
        )
        for entry in directory.tokens.list()
    ]
    print_table(("Id", "Name", "Scopes", "Created", "State", "Last used", "Made by"), rows)
    if not rows:
        click.echo("There is no token yet; create one with `directory-api token create`.", err=True)


@token.command()
@click.argument("identity", metavar="ID", callback=ID)
def revoke(identity: str) -> None:
    """Revoke the token ID. Sessions that were opened with it end at once."""
    directory = existing()
    revoked = directory.tokens.revoke(identity)
    click.echo(f"Revoked: {revoked.id} of {revoked.name}")
    say_where(directory.place)


def _state(entry: Token, today: date) -> str:
    if entry.revoked:
        return f"revoked on {entry.revoked}"
    return (
        f"valid until {entry.expires}" if is_valid(entry, today) else f"expired on {entry.expires}"
    )
