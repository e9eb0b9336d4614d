"""The maintainers' commands. They are thin: click parses, a service acts, output prints."""

from pkgutil import resolve_name
from typing import Any

import click

from directory_api import __version__
from directory_api.cli import features, history, loading, search, server, tokens
from directory_api.cli.context import plain_errors
from directory_api.cli.sections import OTHERS, SECTIONS
from directory_api.feature import rows
from directory_api.left_out import left_out


class Commands(click.Group):
    """Commands, first those of the core. Known errors print no traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of registration."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section."""
        rows_of: dict[str, list[tuple[str, str]]] = {}
        width = formatter.width - max(map(len, self.commands)) - 4
        for name, command in self.commands.items():
            title = next((each.title for each in SECTIONS if command in each), OTHERS)
            rows_of.setdefault(title, []).append((name, command.get_short_help_str(width)))
        for title in (*(each.title for each in SECTIONS), OTHERS):
            if title in rows_of:
                with formatter.section(title):
                    formatter.write_dl(rows_of[title])

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
@click.version_option(__version__, message="directory-api %(version)s")
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
    history.history,
    history.restore,
    history.verify,
    tokens.token,
    features.features,
)
for _command in rows(
    lambda feature: map(resolve_name, feature.commands),
    click.Command,
    lambda each: (str(each.name),),
    _CORE,
):
    main.add_command(_command)
