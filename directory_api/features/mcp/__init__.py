"""Model Context Protocol (MCP) server: the directory's reads as tools for assistants.

Each tool calls /v1 within the process (features/mcp/local_client.py, passed in by cli), so that
checks, texts and schemas are the same.
"""
