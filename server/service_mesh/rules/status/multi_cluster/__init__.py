"""Health rules on whether clusters of one mesh see each other."""
