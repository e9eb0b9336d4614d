"""Tokens for writing over HTTP and on the admin pages: token create, list, revoke."""

from datetime import UTC, date, datetime

import click

from directory_api.cli.context import ID, existing
from directory_api.cli.output import print_table, say_where
from directory_api.domain.model.token import SCOPES, Token


@click.group()
def token() -> None:
    """Tokens for writing over HTTP and on the admin pages.

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
    help="What it may do; repeat it for several. approve: what others propose. admin: everything. "
    "Whoever has any token can read hidden addresses.",
)
@click.option(
    "--days", type=int, default=365, show_default=True, help="For how many days it is valid."
)
def create(name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token for NAME, such as: token create "Weekend team" --scope edit --scope approve.

    Prints the secret alone on standard output. It is not stored and cannot be shown again.
    """
    directory = existing()
    secret, made = directory.tokens.create(name, scopes, days)
    click.echo(
        f"Token {made.id} of {name} ({', '.join(made.scopes)}) is valid until {made.expires}. Hand the next line to "
        "its owner by a safe way; it is shown this once. It signs in at /admin, and over HTTP it goes into the header "
        f"Authorization, behind the word Bearer. If it gets lost: directory-api token revoke {made.id}",
        err=True,
    )
    say_where(directory.path, err=True)  # standard output holds the secret alone
    click.echo(secret)


@token.command("list")
def list_() -> None:
    """List every token ever made, without its secret."""
    today = datetime.now(UTC).date()
    rows = [
        (
            made.id,
            made.name,
            ", ".join(made.scopes),
            made.created.isoformat(),
            _state(made, today),
            made.last_used.isoformat() if made.last_used else "never",
        )
        for made in existing().tokens.list()
    ]
    print_table(("Id", "Name", "May", "Made on", "State", "Last used"), rows)
    if not rows:
        click.echo("There is no token yet; make one with `directory-api token create`.", err=True)


@token.command()
@click.argument("identity", metavar="ID", callback=ID)
def revoke(identity: str) -> None:
    """Revoke the token ID; its sessions end at once."""
    directory = existing()
    revoked = directory.tokens.revoke(identity)
    click.echo(f"Revoked: {revoked.id} of {revoked.name}")
    say_where(directory.path)


def _state(made: Token, today: date) -> str:
    if made.revoked:
        return f"revoked on {made.revoked}"
    return f"valid until {made.expires}" if made.valid(today) else f"over since {made.expires}"
