"""Evaluations: deterministic cases that need no model, and prompts for those who have one."""
