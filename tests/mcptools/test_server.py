"""The way in of the server: around the real operations, and over standard input and output."""

import gc
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.server import Server
from mcp.types import TextResourceContents

from service_mesh.errors import UsageError
from service_mesh.mcptools.handlers import run_stdio
from service_mesh.mcptools.server import build_default, serve

_TYPO = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  label: {a: b}\n"


@pytest.mark.anyio
async def test_default_server_judges_with_the_real_rules(tmp_path: Path) -> None:
    async with Client(build_default((str(tmp_path),))) as client:
        answer = await client.call_tool("validate_config", {"manifests": _TYPO})
    assert answer.structured_content is not None
    assert [(f["code"], f["line"], f["message"]) for f in answer.structured_content["findings"]] == [
        ("SC120", 5, "'label' is not a field of 'metadata'")
    ]


@pytest.mark.anyio
async def test_default_server_explains_with_the_real_pages(tmp_path: Path) -> None:
    async with Client(build_default((str(tmp_path),))) as client:
        (page,) = (await client.read_resource("service-mesh://rule/IS103")).contents
    assert isinstance(page, TextResourceContents)
    assert page.text.startswith("# IS103 subset-undefined\n")


@pytest.fixture
def untouched_process() -> Iterator[None]:
    """What serving changes for the whole process is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    gc.unfreeze()


@pytest.mark.usefixtures("untouched_process")
def test_serving_hands_a_server_to_the_pipes_and_leaves_the_collector_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[str] = []

    def run(server: Server[Any]) -> None:
        served.append(server.name)
        assert gc.isenabled()

    monkeypatch.setattr("service_mesh.mcptools.handlers.run_stdio", run)
    serve((str(tmp_path),))
    assert served == ["service-mesh"]


@pytest.mark.usefixtures("untouched_process")
def test_root_that_is_no_folder_is_refused_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        serve((str(tmp_path / "absent"),))
    assert str(caught.value) == f"--root '{tmp_path / 'absent'}' is not a folder; name an existing folder"
    assert gc.isenabled()


def test_server_ends_when_the_client_hangs_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[str] = []

    @asynccontextmanager
    async def hung_up() -> AsyncIterator[tuple[Any, Any]]:
        to_server, read = anyio.create_memory_object_stream[Any](0)
        write, from_server = anyio.create_memory_object_stream[Any](0)
        opened.append("opened")
        to_server.close()
        async with read, write, from_server:
            yield read, write
        opened.append("closed")

    monkeypatch.setattr("service_mesh.mcptools.handlers.stdio_server", hung_up)
    run_stdio(build_default((str(tmp_path),)))
    assert opened == ["opened", "closed"]
