"""One module per format; the format never changes the exit code."""
