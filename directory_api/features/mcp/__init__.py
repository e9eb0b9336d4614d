"""Model Context Protocol (MCP) server: the directory's reads as tools for assistants.

Each tool calls /v1 within the process (local_client.py), so that checks, texts and schemas are the
same.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def provide_commands() -> "tuple[click.Command, ...]":
    """Return the commands."""
    from directory_api.features.mcp.commands import mcp

    return (mcp,)
