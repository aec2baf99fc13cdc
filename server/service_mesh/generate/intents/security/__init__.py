"""Intents about who may talk to whom, and how that is known."""
