"""An assistant's door: the directory's reads as tools of the Model Context Protocol (MCP).

Each tool asks /v1 within the process (mcp_server/local_client.py, handed in by cli), so that
checks, words and shapes are the same.
"""
