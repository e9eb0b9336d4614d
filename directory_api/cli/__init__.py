"""The maintainers' commands. They are thin: click parses, a service acts, output prints."""

from pkgutil import resolve_name
from typing import Any

import click

from directory_api import __version__
from directory_api.cli import history, loading, search, server, tokens
from directory_api.cli.context import plain_errors
from directory_api.feature import rows
from directory_api.left_out import left_out
from directory_api.place.kd import SEARCH


class Commands(click.Group):
    """Commands, first those of the core. Known errors print no traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of registration."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with plain_errors():
            try:
                return super().invoke(ctx)
            finally:
                if ctx.invoked_subcommand != server.serve.name:  # its log has it
                    for part, reason in left_out().items():
                        click.echo(f"warning: {part} is left out ({reason})", err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message=f"directory-api %(version)s, search: {SEARCH}")
def main() -> None:
    """Keep and serve a directory of specialised centres for victims of human trafficking.

    To change records, `export` them into a file (JSON, or CSV for a spreadsheet), edit the file,
    check with `diff` what would change, then `import` it. A running server shows the changes within
    two seconds. For help on a command: `directory-api import --help`.
    """


_CORE = (
    server.serve,
    search.nearest,
    search.show,
    loading.init,
    loading.load,
    loading.postcodes,
    history.history,
    history.restore,
    history.verify,
    history.freshness,
    tokens.token,
)
for _command in rows(
    lambda feature: map(resolve_name, feature.commands),
    click.Command,
    lambda each: (str(each.name),),
    _CORE,
):
    main.add_command(_command)
