"""Fixtures of the MCP surface: one event loop, one server around a fake operation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp.server import Server

from service_mesh.mcptools.server import Deps, build
from tests.mcptools.samples import Recorder, page_of
from tests.support.access import AccessRecorder
from tests.support.health import StatusRecorder
from tests.support.mtls import MtlsRecorder


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def skill(tmp_path: Path) -> Path:
    folder = tmp_path / "skill"
    rules = folder / "references" / "rules" / "istio"
    rules.mkdir(parents=True)
    (folder / "SKILL.md").write_text("# The skill\n", encoding="utf-8")
    (folder / "references" / "istio.md").write_text("# Istio\n", encoding="utf-8")
    (rules / "IS104.md").write_text("# IS104\n", encoding="utf-8")
    (tmp_path / "secret.md").write_text("secret\n", encoding="utf-8")
    (folder / "references" / "leak.md").symlink_to(tmp_path / "secret.md")
    return folder


@pytest.fixture
def serve(skill: Path) -> Callable[[Recorder], Server[Any]]:
    return lambda operation: build(
        Deps(operation, StatusRecorder(), AccessRecorder(), MtlsRecorder(), page_of, lambda: skill, ("/configured",))
    )


@pytest.fixture
def serve_status(skill: Path) -> Callable[[StatusRecorder], Server[Any]]:
    return lambda operation: build(
        Deps(Recorder(), operation, AccessRecorder(), MtlsRecorder(), page_of, lambda: skill, ("/configured",))
    )


@pytest.fixture
def serve_access(skill: Path) -> Callable[[AccessRecorder], Server[Any]]:
    return lambda operation: build(
        Deps(Recorder(), StatusRecorder(), operation, MtlsRecorder(), page_of, lambda: skill, ("/configured",))
    )


@pytest.fixture
def serve_mtls(skill: Path) -> Callable[[MtlsRecorder], Server[Any]]:
    def build_with(operation: MtlsRecorder) -> Server[Any]:
        deps = Deps(Recorder(), StatusRecorder(), AccessRecorder(), operation, page_of, lambda: skill, ("/configured",))
        return build(deps)

    return build_with
