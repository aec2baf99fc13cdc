"""A report as one page: style, programs and data in one file that needs no network and runs nothing but its own."""

import hashlib
import json
import sys
from base64 import b64encode
from pathlib import Path

from service_mesh import __version__
from service_mesh.cli.output.report.data import Data, page_data
from service_mesh.errors import UsageError
from service_mesh.operations.report_result import ReportResult

__all__ = ["refuse_terminal", "render_report"]

_FOLDER = Path(__file__).parent
_PROGRAMS = ("words", "mesh", "state", "elements", "tables", "summary", "nodes", "drawing", "matrix", "main")
"""The programs of the page, each after those that it asks."""

_ENDING = {ord(one): f"\\u{ord(one):04x}" for one in "<>&"}
"""Characters that could end the element that the data stands in, as JSON may write them too."""


def refuse_terminal() -> None:
    """Refuse to print a page where a person would have to read it.

    Raises:
        UsageError: Standard output is a terminal.
    """
    if sys.stdout.isatty():
        raise UsageError(
            "a page of HTML is for a browser, not for a terminal", "write it to a file: -o html > mesh.html"
        )


def render_report(report: ReportResult) -> str:
    """Render a report as one page of ASCII, so that no encoding of standard output can harm it."""
    style, program = _part("style.css"), "\n".join(_part(f"{name}.js") for name in _PROGRAMS)
    parts = {
        "policy": f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(program)}';"
        " base-uri 'none'; form-action 'none'",
        "style": style,
        "data": _json(page_data(report, __version__)),
        "program": program,
    }
    page = _part("page.html")
    before = ""
    for name, text in parts.items():  # in the order of the page; what is put in is not searched again
        head, _, page = page.partition(f"@@{name}@@")
        before += head + text
    return before + page


def _part(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _json(data: Data) -> str:
    """Data as it may stand in an element of a script: ASCII, and nothing in it ends or opens an element."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=True).translate(_ENDING)


def _digest(text: str) -> str:
    """What a content security policy calls a text that may run (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
