"""Prints which faults are found, and counts by rule and guide; `--write` puts them into docs/case-study.md as well."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from tools.case_study.documents import SEEDS
from tools.case_study.measure import Outcome, Study, study
from tools.case_study.page import PAGE, figures, with_figures


def main() -> None:
    """Check the guides and show what became of each fault."""
    parser = argparse.ArgumentParser(prog="python -m tools.case_study", description=__doc__)
    parser.add_argument("--seeds", type=Path, default=os.environ.get(SEEDS), help=f"folder, or set {SEEDS}")
    parser.add_argument("--write", action="store_true", help="write the figures to docs/case-study.md")
    arguments = parser.parse_args()
    if arguments.seeds is None or not arguments.seeds.is_dir():
        parser.error(f"no folder of guides: name one with --seeds FOLDER or {SEEDS}")
    try:
        measured = study(arguments.seeds)
    except FileNotFoundError as error:
        parser.error(str(error))
    print("\n".join(_lines(measured)))
    if arguments.write:
        PAGE.write_text(with_figures(PAGE.read_text(encoding="utf-8"), figures(measured)), encoding="utf-8")


def _lines(measured: Study) -> Iterator[str]:
    yield from (f"{code} {severity:8}{number:4}" for (code, severity), number in sorted(measured.by_code().items()))
    yield from (f"{guide} {severity:8}{number:4}" for (guide, severity), number in sorted(measured.by_guide().items()))
    for state in ("found", "partly", "missing"):
        yield from (_line(state, outcome) for outcome in measured.outcomes if _state(outcome) == state)
    partly = sum(outcome.is_partly_found for outcome in measured.outcomes)
    yield f"{measured.found} of {len(measured.outcomes)} found at every place ({measured.share:.1%}), {partly} at some"


def _state(outcome: Outcome) -> str:
    return "found" if outcome.is_found else "partly" if outcome.is_partly_found else "missing"


def _line(state: str, outcome: Outcome) -> str:
    row = outcome.row
    where = f": not at {' '.join(map(str, outcome.missed))}" if outcome.is_partly_found else ""
    return f"{state:8}{row.name:5}{row.what} [{' '.join(sorted(row.codes)) or 'no rule'}]{where}"


if __name__ == "__main__":
    main()
