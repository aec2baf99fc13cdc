"""Fixtures of the MCP surface: one event loop, one server around a fake operation."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mcp.server import Server

from service_mesh.mcptools.server import Deps, build
from service_mesh.operations.generate import generate
from tests.mcptools.samples import Recorder, page_of
from tests.support.access import AccessRecorder
from tests.support.health import StatusRecorder
from tests.support.matrix import MatrixRecorder
from tests.support.mtls import MtlsRecorder
from tests.support.preview import PreviewRecorder
from tests.support.recommend import RecommendRecorder


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
def deps(skill: Path) -> Deps:
    """A server's operations, each of which gives one answer."""
    return Deps(
        validate=Recorder(),
        status=StatusRecorder(),
        access=AccessRecorder(),
        matrix=MatrixRecorder(),
        mtls=MtlsRecorder(),
        preview=PreviewRecorder(),
        recommend=RecommendRecorder(),
        generate=generate,
        explain=page_of,
        explain_intent=page_of,
        skill=lambda: skill,
        roots=("/configured",),
    )


@pytest.fixture
def serve(deps: Deps) -> Callable[[Recorder], Server[Any]]:
    return lambda operation: build(replace(deps, validate=operation))


@pytest.fixture
def serve_status(deps: Deps) -> Callable[[StatusRecorder], Server[Any]]:
    return lambda operation: build(replace(deps, status=operation))


@pytest.fixture
def serve_access(deps: Deps) -> Callable[[AccessRecorder], Server[Any]]:
    return lambda operation: build(replace(deps, access=operation))


@pytest.fixture
def serve_matrix(deps: Deps) -> Callable[[MatrixRecorder], Server[Any]]:
    return lambda operation: build(replace(deps, matrix=operation))


@pytest.fixture
def serve_mtls(deps: Deps) -> Callable[[MtlsRecorder], Server[Any]]:
    return lambda operation: build(replace(deps, mtls=operation))


@pytest.fixture
def serve_preview(deps: Deps) -> Callable[[PreviewRecorder], Server[Any]]:
    return lambda operation: build(replace(deps, preview=operation))


@pytest.fixture
def serve_recommend(deps: Deps) -> Callable[[RecommendRecorder], Server[Any]]:
    return lambda operation: build(replace(deps, recommend=operation))
