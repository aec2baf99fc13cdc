"""Text, files and folders into located objects and back; the only room that knows YAML libraries."""
