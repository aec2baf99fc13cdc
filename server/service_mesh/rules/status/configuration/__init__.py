"""Health rules on what a controller says of the objects given to it."""
