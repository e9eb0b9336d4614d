"""The maintainers' commands. They are thin: click parses, a service acts, output prints."""

from typing import Any

import click

from directory_api import __version__
from directory_api.cli import (
    freshness,
    geocode,
    history,
    mcp,
    proposals,
    publishing,
    records,
    search,
    server,
    tokens,
)
from directory_api.cli.context import plain_errors


class Commands(click.Group):
    """Commands in the order in which a new user needs them. Known errors print no traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of registration."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with plain_errors():
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="directory-api")
def main() -> None:
    """A directory of specialised centres for victims of human trafficking, and the closest one to a
    place.

    To change records: `export` them into a file (JSON, or CSV for a spreadsheet), edit it, see with
    `diff` what would change, then `import` it. A running server shows the change within two
    seconds. For help on a command: `directory-api import --help`.
    """


for _command in (
    server.serve,
    search.nearest,
    search.show,
    records.validate,
    records.diff,
    records.import_file,
    records.export,
    history.history,
    history.restore,
    history.verify,
    freshness.freshness,
    proposals.proposals,
    tokens.token,
    geocode.geocode,
    mcp.mcp,
    publishing.publish,
    server.load,
    server.postcodes,
    server.openapi,
):
    main.add_command(_command)
