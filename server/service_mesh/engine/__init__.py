"""Puts reading, schema and rules in order and turns what they say into located, graded findings."""
