"""Runs every case through a real MCP client over stdio, and proves that the grader refuses each case's wrong twin."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import anyio
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import TextResourceContents

from evals.grade import grade

__all__ = ["Case", "Outcome", "load_cases", "main", "run_cases"]

_HERE = Path(__file__).parent
_ROOT = _HERE.parent
_READ = "resources/read"
"""What stands for a tool in a case that reads a page of the server."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question to the server.

    Attributes:
        name: File name without its ending.
        tool: Tool that is called, or `resources/read`.
        arguments: Its arguments, or the `uri` of the page; paths are relative to the repository.
        expect: What the answer has to hold, see `grade`.
        wrong_twin: An answer that looks right and is not; the grader has to refuse it.
        why_wrong: What is wrong with the twin.
    """

    name: str
    tool: str
    arguments: Mapping[str, object]
    expect: Mapping[str, object]
    wrong_twin: Mapping[str, object]
    why_wrong: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: reasons against the answer, and whether the twin was refused."""

    case: Case
    reasons: tuple[str, ...]
    is_twin_refused: bool

    @property
    def passed(self) -> bool:
        """Whether the answer is right and the twin was refused."""
        return not self.reasons and self.is_twin_refused


def load_cases(folder: Path = _HERE / "cases") -> list[Case]:
    """Every case of the folder, ordered by name."""
    return [
        Case(name=path.stem, **json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.rglob("*.json"))
    ]


async def run_cases(cases: list[Case]) -> list[Outcome]:
    """Ask the server every case, one client for all."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "service_mesh", "serve", "--root", str(_ROOT)],
        cwd=str(_ROOT),
        env={**os.environ, "PYTHONPATH": str(_ROOT / "server")},
    )
    async with Client(server) as client:
        return [await _run(client, case) for case in cases]


async def _run(client: Client, case: Case) -> Outcome:
    answer = await (_read(client, case) if case.tool == _READ else _called(client, case))
    return Outcome(case, tuple(grade(case.expect, answer)), bool(grade(case.expect, case.wrong_twin)))


async def _called(client: Client, case: Case) -> Mapping[str, object]:
    """The structured answer of a tool."""
    result = await client.call_tool(case.tool, dict(case.arguments))
    if result.is_error:
        return {"error": " ".join(getattr(part, "text", "") for part in result.content)}
    return result.structured_content or {}


async def _read(client: Client, case: Case) -> Mapping[str, object]:
    """The text of a page."""
    try:
        pages = (await client.read_resource(str(case.arguments["uri"]))).contents
    except MCPError as error:
        return {"error": str(error)}
    return {"text": "".join(page.text for page in pages if isinstance(page, TextResourceContents))}


def _report(outcomes: list[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        yield f"{'ok  ' if outcome.passed else 'FAIL'} {outcome.case.name}"
        yield from (f"     {reason}" for reason in outcome.reasons)
        if not outcome.is_twin_refused:
            yield f"     the wrong twin was accepted: {outcome.case.why_wrong}"
    passed = sum(outcome.passed for outcome in outcomes)
    yield f"{passed} passed, {len(outcomes) - passed} failed"


def main() -> int:
    """Run all cases; exit 1 if any failed."""
    outcomes = anyio.run(run_cases, load_cases())
    print("\n".join(_report(outcomes)))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
