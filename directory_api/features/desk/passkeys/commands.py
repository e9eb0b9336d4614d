"""The command that makes a link: for the first administrator, or where no second person is left."""

import click

from directory_api.cli.context import NAME, actor, existing
from directory_api.cli.output import say_where
from directory_api.cli.sections import OPERATORS
from directory_api.features.desk.passkeys.passkeys import Passkeys


@OPERATORS.command()
@click.argument("name", callback=NAME)
def passkey(name: str) -> None:
    """Print a link that registers a passkey for NAME.

    NAME is a person or a token. The link works once, for 24 hours. One that the person has already
    ends. At /admin, administrators make such links for people.
    """
    directory = existing()
    token = directory.tokens.valid(name)
    code, made = Passkeys(directory).make_link(actor(), token, waits=False)
    address = directory.settings.public_url or "https://ADDRESS-OF-THE-DIRECTORY"
    click.echo(
        f"A link for {token.name}, until {made.until:%Y-%m-%d %H:%M} UTC. Give it to this person "
        "securely; it is shown only once.",
        err=True,
    )
    say_where(directory.place, err=True)
    click.echo(f"{address}/admin/passkeys/first#{code}")
