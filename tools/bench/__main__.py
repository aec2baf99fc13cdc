"""Prints the benchmark figures; `--write` puts them into docs/benchmarks.md as well.

Times are medians of alternating runs and come in ratios taken in the same run, since seconds differ between machines.
"""

import argparse
import os
import platform
from pathlib import Path

from service_mesh import __version__
from tools.bench.figure import Figure, markdown_table, plain_table
from tools.bench.measures import MEASURES

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(MEASURES)}; all")
    parser.add_argument("--write", action="store_true", help="write all figures to docs/benchmarks.md")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in MEASURES]:
        parser.error(f"there is no measurement '{unknown[0]}': choose from {', '.join(MEASURES)}")
    if arguments.write and arguments.names:
        parser.error("--write takes all figures: leave out the names")
    figures = list[Figure]()
    for name in arguments.names or MEASURES:
        found = list(MEASURES[name]())
        print(plain_table(found), end="\n\n", flush=True)
        figures += found
    if arguments.write:
        text = _PAGE.read_text(encoding="utf-8")
        _PAGE.write_text(with_figures(text, f"{_conditions()}\n\n{markdown_table(figures)}"), encoding="utf-8")


def with_figures(page: str, figures: str) -> str:
    """The page with other figures between its markers."""
    head, _, rest = page.partition(_BEGIN)
    _, end, tail = rest.partition(_END)
    if not end:
        raise ValueError(f"the page has no '{_BEGIN}' followed by '{_END}'")
    return f"{head}{_BEGIN}\n{figures}\n{_END}{tail}"


def _conditions() -> str:
    python, system = platform.python_version(), f"{platform.system()} {platform.machine()}"
    return f"service-mesh {__version__}, Python {python}, {system}, {os.cpu_count()} processors:"


if __name__ == "__main__":
    main()
