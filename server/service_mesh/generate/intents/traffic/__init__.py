"""Intents about where requests go, and what happens to them on the way."""
