"""The command that serves assistants."""

import click

from directory_api.cli.context import HOST, open_from_settings, port_option
from directory_api.cli.sections import OPERATORS
from directory_api.cli.server import refuse_taken_port, start


@OPERATORS.command()
@click.option(
    "--http",
    is_flag=True,
    help="Serve over HTTP (streamable HTTP, at --host and --port) instead of standard input.",
)
@HOST
@port_option(8765)
def mcp(http: bool, host: str, port: int) -> None:
    """Serve assistants over the Model Context Protocol.

    An assistant gets tools to find the closest centre, to show a centre, and to list the helplines.
    It starts this command itself and uses standard input and output; docs/assistant.md shows how to
    configure it. While there is no directory, or it cannot be read, it answers as `serve` does.
    """
    # Imported here: only this command needs the web application and the SDK, which is an extra.
    try:
        from directory_api.features.mcp import server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("directory_api"):
            raise  # a module of ours, not of the extra
        raise click.ClickException(
            f"this command needs the package mcp ({error.name} is not installed). "
            "Install it: pip install 'mcp>=2.3'"
        ) from None
    from directory_api.features.mcp.local_client import LocalClient
    from directory_api.web.app import create_app
    from directory_api.web.wsgi import log

    directory = open_from_settings()
    start(directory)
    directory.live.follow()
    api = LocalClient(create_app(directory, log_requests=http))
    if not http:
        click.echo(
            "Waiting for an assistant on standard input; see docs/assistant.md. Ctrl+C stops.",
            err=True,
        )
        server.serve_stdio(api)
        return
    refuse_taken_port(host, port)
    log.write_in_background()
    url_host = f"[{host}]" if ":" in host else host
    click.echo(
        f"Serving assistants at http://{url_host}:{port}{server.PATH}  (Ctrl+C stops)", err=True
    )
    server.serve_http(api, host, port)
