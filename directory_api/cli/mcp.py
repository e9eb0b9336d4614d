"""The command mcp."""

import click

from directory_api.cli.context import existing
from directory_api.cli.server import refuse_taken_port


@click.command()
@click.option("--http", is_flag=True, help="Listen for streamable HTTP, instead of standard input.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="With --http: the address to listen on."
)
@click.option(
    "--port",
    default=8765,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="With --http: the port to listen on.",
)
def mcp(http: bool, host: str, port: int) -> None:
    """Serve assistants (Model Context Protocol).

    They get tools to find the nearest centre, to show one, and to list the helplines. An assistant
    starts this command and uses its standard input and output; docs/assistant.md shows what to
    configure.
    """
    # Imported here: only this command needs the web application and the SDK, which is an extra.
    try:
        from directory_api.mcp_server import errors, server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("directory_api"):
            raise  # a module of ours, not of the extra
        raise click.ClickException(
            f"this needs the package mcp ({error.name} is not installed): pip install 'mcp>=2.3'"
        ) from None
    from directory_api.features import create_app
    from directory_api.mcp_server.local_client import LocalClient

    directory = existing()
    directory.current.follow()
    api = LocalClient(create_app(directory, log_requests=http))
    made = server.make_server(api)
    if not http:
        click.echo(
            "An assistant's program speaks here, by itself (docs/assistant.md). Ctrl+C stops.",
            err=True,
        )
        server.serve_stdio(made)
        return
    refuse_taken_port(host, port)
    shown = f"[{host}]" if ":" in host else host
    click.echo(
        f"Serving assistants at http://{shown}:{port}{errors.PATH}  (Ctrl+C stops)", err=True
    )
    server.serve_http(made, api, host, port)
