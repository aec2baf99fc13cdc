"""Health rules on what is outdated, unsupported, or too far from its neighbours."""
