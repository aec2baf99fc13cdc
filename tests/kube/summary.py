"""Says behind the tests, whatever they came to, whether an API server was the judge, and of how much."""

import pytest

__all__ = ["JUDGED", "pytest_terminal_summary"]

JUDGED = "judged by the API server"
"""Property of a test under which it hands over a line to print; properties travel between processes."""

_FOLDER = "tests/kube/"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    lines = sorted({str(value) for report in reports for name, value in report.user_properties if name == JUDGED})
    _section(terminalreporter, JUDGED, "=", lines)
    skipped = [report for report in terminalreporter.getreports("skipped") if report.nodeid.startswith(_FOLDER)]
    reasons = {str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)}
    _section(terminalreporter, "NOT JUDGED BY AN API SERVER", "!", sorted(reasons))


def _section(terminalreporter: pytest.TerminalReporter, title: str, line: str, texts: list[str]) -> None:
    if texts:
        terminalreporter.section(title, sep=line)
    for text in texts:
        terminalreporter.write_line(text)
