"""Paths are confined to the folders of --root and to those that a client of the handshake era declares."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.client import ClientRequestContext
from mcp.server import Server
from mcp.types import INTERNAL_ERROR, ListRootsResult, Root
from pydantic import FileUrl

from service_mesh.errors import UsageError
from service_mesh.mcptools.roots import folders_of
from service_mesh.mcptools.server import configured_roots
from tests.mcptools.samples import Recorder

Serve = Callable[[Recorder], Server[Any]]


def _declare(folder: Path) -> Any:
    async def roots(_: ClientRequestContext) -> ListRootsResult:
        return ListRootsResult(roots=[Root(uri=FileUrl(folder.as_uri()))])

    return roots


async def _roots_seen(serve: Serve, mode: str, callback: Any, **arguments: object) -> tuple[str, ...] | None:
    operation = Recorder()
    async with Client(serve(operation), mode=mode, list_roots_callback=callback) as client:
        await client.call_tool("validate_config", arguments)
    return operation.requests[0].inputs.roots


@pytest.mark.anyio
async def test_roots_of_the_client_are_added_to_the_configured_ones(serve: Serve, tmp_path: Path) -> None:
    seen = await _roots_seen(serve, "legacy", _declare(tmp_path), paths=["a.yaml"])
    assert seen == ("/configured", str(tmp_path.resolve()))


@pytest.mark.anyio
async def test_the_modern_era_has_no_roots_of_the_client(serve: Serve, tmp_path: Path) -> None:
    assert await _roots_seen(serve, "auto", _declare(tmp_path), paths=["a.yaml"]) == ("/configured",)


@pytest.mark.anyio
async def test_a_client_without_roots_leaves_the_configured_ones(serve: Serve) -> None:
    assert await _roots_seen(serve, "legacy", None, paths=["a.yaml"]) == ("/configured",)


@pytest.mark.anyio
async def test_a_client_that_fails_to_name_its_roots_adds_nothing(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: ClientRequestContext) -> ListRootsResult:
        raise MCPError(INTERNAL_ERROR, "no")

    assert await _roots_seen(serve, "legacy", broken, paths=["a.yaml"]) == ("/configured",)
    assert [record.getMessage() for record in caplog.records] == ["the client's roots are unknown: MCPError"]


def test_only_existing_local_folders_count_as_roots(tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    uris = [
        (tmp_path / "a folder").as_uri(),
        (tmp_path / "file").as_uri(),
        (tmp_path / "absent").as_uri(),
        "file://elsewhere" + tmp_path.as_posix(),
        "https://example.com/",
        "file:relative",
        "",
    ]
    assert list(folders_of(uris)) == [str(tmp_path.resolve() / "a folder")]


def test_no_root_means_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert configured_roots(()) == (str(tmp_path.resolve()),)


def test_roots_are_resolved_and_named_once(tmp_path: Path) -> None:
    (tmp_path / "mesh").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "mesh")
    given = (str(tmp_path / "link"), str(tmp_path / "mesh"))
    assert configured_roots(given) == (str(tmp_path.resolve() / "mesh"),)


def test_a_root_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        configured_roots((str(tmp_path / "absent"),))
    assert str(caught.value) == f"--root '{tmp_path / 'absent'}' is not a folder; name an existing folder"
