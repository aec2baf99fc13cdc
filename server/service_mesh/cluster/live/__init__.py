"""Reads a cluster that runs through its API server, with nothing but GET; `reading.read_context` is the way in."""
