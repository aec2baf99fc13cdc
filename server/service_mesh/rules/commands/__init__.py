"""Rules about commands in guides: removed, moved, never there, or doing something else than their text says."""
