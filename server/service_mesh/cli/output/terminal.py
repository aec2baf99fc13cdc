"""What every text for people shares: the console, colours, and what was not checked."""

import os
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from service_mesh.model.grade import Severity
from service_mesh.operations.result import NotChecked, Verdict
from service_mesh.rendering.words import clean

__all__ = ["STYLES", "VERDICTS", "console", "not_checked"]

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "cyan"}
VERDICTS = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red", Verdict.INCOMPLETE: "bold yellow"}


class _Console(Console):
    """A console that leaves it to the command line what happens when nobody reads; Rich would exit with a verdict."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console(color: str) -> Console:
    """The console of standard output.

    Args:
        color: `auto`, `always` or `never`; auto looks at the terminal and at NO_COLOR.
    """
    forced = {"always": True, "never": False}.get(color)
    plain = color == "never" or (color == "auto" and "NO_COLOR" in os.environ)
    return _Console(file=sys.stdout, force_terminal=forced, no_color=plain, highlight=False, emoji=False, markup=False)


def not_checked(entry: NotChecked) -> Iterator[Text]:
    """What was not checked, and how it can be settled."""
    yield Text.assemble(("not checked: ", "yellow"), f"{clean(entry.what)}: {clean(entry.why)}")
    yield Text(f"    {clean(entry.how_to_settle)}", "dim")
