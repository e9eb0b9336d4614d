"""Model Context Protocol (MCP) server: the directory's reads as tools for assistants.

Each tool calls /v1 within the process (local_client.py), so that checks, texts and schemas are the
same.
"""

from directory_api.feature import Feature

feature = Feature(
    summary="The directory's reads as tools for assistants (Model Context Protocol)",
    commands=("directory_api.features.mcp.commands:mcp",),
)
