"""The MCP surface: schemas, hints, words and limits around the operations; only this package knows the SDK."""
