"""Health rules on whether a cluster can carry a mesh."""
