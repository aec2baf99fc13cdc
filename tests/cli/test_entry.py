"""The way in: which surface a command starts, and how a run ends that nobody reads or that is interrupted."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from service_mesh import __main__ as entry
from service_mesh.cli.main import Hosts, run
from service_mesh.mcptools.client import Demonstration
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.validate import validate
from tests.cli.conftest import Cli

_GOOD = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"


def _argv(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["service-mesh", *arguments])


@pytest.mark.parametrize(
    ("argv", "started"),
    [
        (["serve"], ("serve", ["."])),
        (["serve", "--root", "mesh", "--root", "docs"], ("serve", ["mesh", "docs"])),
        (["demo"], ("demo", "auto")),
        (["demo", "--color", "never"], ("demo", "never")),
    ],
)
def test_serve_and_demo_are_started_with_their_options_and_their_code_is_kept(
    argv: list[str], started: tuple[str, object]
) -> None:
    seen: list[tuple[str, object]] = []

    def serve(roots: Sequence[str]) -> int:
        seen.append(("serve", list(roots)))
        return 4

    def demo(color: str) -> int:
        seen.append(("demo", color))
        return 4

    assert run(argv, Hosts(serve, demo)) == 4
    assert seen == [started]


def test_entry_point_runs_the_command_of_the_process(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _argv(monkeypatch, "explain", "IS103")
    assert entry.main() == 0
    assert capsys.readouterr().out.startswith("# IS103 subset-undefined\n")


def test_entry_point_serves_the_roots_that_were_named(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[str, ...]] = []
    monkeypatch.setattr("service_mesh.mcptools.server.serve", served.append)
    _argv(monkeypatch, "serve", "--root", "mesh")
    assert entry.main() == 0
    assert served == [("mesh",)]


def test_entry_point_shows_what_the_client_of_the_demonstration_saw(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[str] = []

    def demonstrate(folder: str) -> Demonstration:
        folders.append(folder)
        return Demonstration((("a", "Says a. More."),), validate(ValidateRequest(Inputs(manifests=_GOOD))))

    monkeypatch.setattr("service_mesh.mcptools.client.demonstrate", demonstrate)
    _argv(monkeypatch, "demo", "--color", "never")
    assert entry.main() == 0
    assert folders == ["examples/demo-mesh"]
    assert "  a: Says a.\n" in capsys.readouterr().out


def test_interrupted_run_ends_with_the_code_of_the_signal_and_says_nothing(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("service_mesh.cli.validate.run_validate", interrupted)
    ran = cli("validate", "-", stdin=_GOOD.encode())
    assert (ran.code, ran.out, ran.err) == (130, "", "")


@pytest.mark.parametrize(
    "argv",
    [
        ["explain", "--list"],
        ["validate", "good.yaml"],
        ["validate", "good.yaml", "-o", "json"],
        ["--version"],
        ["--help"],
        ["validate", "--help"],
    ],
    ids=[
        "left to the last flush",
        "text of a good mesh",
        "json of a good mesh",
        "version",
        "help",
        "help of a command",
    ],
)
def test_output_that_nobody_reads_ends_the_run_with_no_verdict(
    argv: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.yaml").write_text(_GOOD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert run(argv, Hosts(serve=len, demo=len)) == 141
        print("what is still written goes nowhere", file=closed, flush=True)
    assert capfd.readouterr().err == ""
