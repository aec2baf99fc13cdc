"""Health rules, a room for each part of a mesh; they are asked of clusters only."""
