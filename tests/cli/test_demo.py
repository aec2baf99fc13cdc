"""The demonstration: a client starts the server, lists its tools and shows what it says about the demo mesh."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import service_mesh
from service_mesh.cli.demo import show
from service_mesh.model.finding import Finding
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.skill_files import find_skill
from service_mesh.operations.validate import validate

_SOURCE = str(Path(service_mesh.__file__).parents[1])


def _head(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}:{finding.column}"
    return f"{place}: {finding.severity.value} {finding.code} {finding.message}"


def test_demo_starts_a_server_and_shows_its_tools_and_every_finding_of_the_demo_mesh(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": _SOURCE, "NO_COLOR": "1"}
    ran = subprocess.run(
        [sys.executable, "-m", "service_mesh", "demo"],
        cwd=tmp_path,
        env=environment,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    monkeypatch.chdir(find_skill())
    expected = [_head(finding) for finding in validate(ValidateRequest(Inputs(paths=("examples/demo-mesh",)))).findings]
    lines = ran.stdout.splitlines()
    assert [line for line in lines if line.startswith("examples/demo-mesh/")] == expected
    assert {code for code in ("CM101", "IS104", "SC121") if f" {code} " in ran.stdout} == {"CM101", "IS104", "SC121"}
    assert [line.partition(":")[0] for line in lines[:9] if line.startswith("  ")] == [
        "  validate_config",
        "  mesh_status",
        "  check_access",
        "  validate_mtls",
        "  preview_change",
        "  recommend_mesh",
        "  generate_policy",
    ]


def test_first_sentence_of_each_tool_is_shown_before_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    result = validate(ValidateRequest(Inputs(manifests="apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")))
    assert show((("one", "Does one thing. Then more."), ("two", "Does another")), result, "never") == 0
    assert capsys.readouterr().out.splitlines() == [
        "The MCP server was started over stdio; a client connected and asked for its tools:",
        "",
        "  one: Does one thing.",
        "  two: Does another.",
        "",
        "It was then asked to validate examples/demo-mesh, where faults are planted:",
        "",
        "pass: 0 errors, 0 warnings, 0 notes in 1 object; 0 things not checked",
        "",
        "The same from the command line:  service-mesh validate examples/demo-mesh",
        "The repaired twin:               service-mesh validate examples/demo-mesh-repaired",
    ]
