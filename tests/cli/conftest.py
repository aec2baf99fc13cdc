"""Runs the command line in process, the way the entry point does."""

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from service_mesh.cli.main import Hosts, run

_HOSTS = Hosts(serve=lambda roots: len(roots), demo=lambda color: 0)  # noqa: ARG005


@dataclass(frozen=True)
class Ran:
    """What a person sees of one call."""

    code: int
    out: str
    err: str


Cli = Callable[..., Ran]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Call the command line in an empty folder, without colour, with the given bytes on standard input."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)

    def call(*argv: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = _code(argv)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


def _code(argv: Sequence[str]) -> int:
    try:
        return run(argv, _HOSTS)
    except SystemExit as stop:
        return int(stop.code or 0)
