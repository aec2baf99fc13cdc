"""Linkerd: how it was installed, and who is in its mesh."""
