"""What the API server or the reader refuses, whatever the mesh makes of it."""
