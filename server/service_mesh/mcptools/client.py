"""A real client for the demonstration: it starts the server over stdio, the way an agent's host does."""

import os
import sys
from dataclasses import dataclass

import anyio
from mcp import Client, StdioServerParameters
from pydantic import TypeAdapter

from service_mesh.errors import InternalError
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.skill_files import find_skill

__all__ = ["Demonstration", "demonstrate"]

_PASSED_ON = ("PATH", "HOME", "LANG", "PYTHONPATH", "PYTHONPYCACHEPREFIX", "SERVICE_MESH_SKILL_DIR")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the client saw.

    Attributes:
        tools: Name and description of every tool that the server lists.
        result: The structured answer of `validate_config` on the demo mesh.
    """

    tools: tuple[tuple[str, str], ...]
    result: ValidateResult


def demonstrate(folder: str) -> Demonstration:
    """Start the server, list its tools, validate the demo mesh.

    Args:
        folder: Folder of the demo mesh below the skill's folder.

    Raises:
        InternalError: The server answered with an error.
    """
    return anyio.run(_talk, folder)


async def _talk(folder: str) -> Demonstration:
    root = str(find_skill())
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "service_mesh", "serve", "--root", root],
        cwd=root,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )
    async with Client(server) as client:
        tools = (await client.list_tools()).tools
        answer = await client.call_tool("validate_config", {"paths": [folder], "detail": "full", "limit": 200})
    if answer.is_error or answer.structured_content is None:
        raise InternalError(f"the server refused the demonstration: {answer.content}")
    listed = tuple((tool.name, tool.description or "") for tool in tools)
    return Demonstration(listed, TypeAdapter(ValidateResult).validate_python(answer.structured_content))
