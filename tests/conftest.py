"""What holds for every test: the same examples in every run, and the hooks that the printing process has to know."""

from hypothesis import settings

from tests.conformance.summary import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]

settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")
