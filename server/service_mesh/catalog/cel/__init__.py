"""Evaluates the CEL rules of schemas that a user gives; the package's own schemas never need it."""
