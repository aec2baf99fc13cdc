"""Configuration from intents: typed parameters, templates per dialect, and what has to hold of what they give."""
