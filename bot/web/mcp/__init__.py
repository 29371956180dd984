"""MCP for assistants: the same questions, records and rights as the API, over streamable HTTP and stdio."""
