"""Constraints across fields: what a schema says in CEL rules and alternatives, each under a name of ours."""
