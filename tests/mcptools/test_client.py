"""The client of the demonstration: it talks to a real server, and says so when that one refuses."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mcp.types import CallToolResult, ListToolsResult, TextContent

import service_mesh
from service_mesh.errors import InternalError
from service_mesh.mcptools.client import demonstrate
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.skill_files import find_skill
from service_mesh.operations.validate import validate

_SOURCE = str(Path(service_mesh.__file__).parents[1])


def test_client_sees_the_tool_and_the_same_judgement_as_the_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", _SOURCE)
    seen = demonstrate("examples/demo-mesh")
    monkeypatch.chdir(find_skill())
    judged = validate(ValidateRequest(Inputs(paths=("examples/demo-mesh",))))
    assert [name for name, _ in seen.tools] == [
        "validate_config",
        "mesh_status",
        "check_access",
        "validate_mtls",
        "preview_change",
        "recommend_mesh",
        "generate_policy",
    ]
    assert [(f.id, f.file, f.line, f.column) for f in seen.result.findings] == [
        (f.id, f.file, f.line, f.column) for f in judged.findings
    ]
    assert (seen.result.verdict, seen.result.counts) == (judged.verdict, judged.counts)
    assert (seen.result.resources, seen.result.commands) == (judged.resources, judged.commands)


class _Refusing:
    """A client whose server answers every call with an error."""

    def __init__(self, server: object) -> None:
        self._server = server

    async def __aenter__(self) -> "_Refusing":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def list_tools(self) -> ListToolsResult:
        return ListToolsResult(tools=[])

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        content = TextContent(type="text", text=f"{name} cannot read {arguments['paths']}")
        return CallToolResult(content=[content], is_error=True)


def test_refusal_of_the_server_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service_mesh.mcptools.client.Client", _Refusing)
    with pytest.raises(InternalError, match=r"the server refused the demonstration: .*cannot read \['absent'\]"):
        demonstrate("absent")


def test_server_is_given_only_the_named_part_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[SimpleNamespace] = []

    def keep(**parameters: object) -> SimpleNamespace:
        started.append(SimpleNamespace(**parameters))
        return started[-1]

    monkeypatch.setattr("service_mesh.mcptools.client.Client", _Refusing)
    monkeypatch.setattr("service_mesh.mcptools.client.StdioServerParameters", keep)
    monkeypatch.setenv("PYTHONPATH", _SOURCE)
    monkeypatch.setenv("SOME_TOKEN", "secret")
    with pytest.raises(InternalError):
        demonstrate("absent")
    (server,) = started
    root = str(find_skill())
    assert server.args == ["-m", "service_mesh", "serve", "--root", root]
    assert (server.cwd, server.env["PYTHONPATH"]) == (root, _SOURCE)
    assert "SOME_TOKEN" not in server.env
