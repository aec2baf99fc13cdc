"""Prints the agreement of every suite behind the tests, whatever it is."""

import pytest

__all__ = ["AGREEMENT", "pytest_terminal_summary"]

AGREEMENT = "agreement"
"""Property of a test under which it hands over a line to print; properties travel between processes."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    lines = [str(value) for report in reports for name, value in report.user_properties if name == AGREEMENT]
    if lines:
        terminalreporter.section("agreement with the cases of other projects")
        for line in sorted(lines):
            terminalreporter.write_line(line)
