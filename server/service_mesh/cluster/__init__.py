"""Clusters as plain resources: snapshots that somebody saved, freed of secrets before anything else sees them."""
