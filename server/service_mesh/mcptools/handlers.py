"""Puts tools, resources and the prompt on the wire.

The low-level server of the SDK is used: it leaves schemas and the reading of arguments to us, which is the public way
to refuse an unknown argument (the high-level one drops it without a word).
"""

from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread
from mcp import stdio_server
from mcp.server import Server, ServerRequestContext
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
)

from service_mesh import __version__
from service_mesh.errors import UsageError
from service_mesh.mcptools.access import access_tool
from service_mesh.mcptools.arguments import read_arguments
from service_mesh.mcptools.deps import Deps
from service_mesh.mcptools.errors import answer_or_refusal
from service_mesh.mcptools.generate import generate_tool
from service_mesh.mcptools.mtls import mtls_tool
from service_mesh.mcptools.preview import preview_tool
from service_mesh.mcptools.prompts import get_prompt, list_prompts
from service_mesh.mcptools.quoting import one_line
from service_mesh.mcptools.recommend import recommend_tool
from service_mesh.mcptools.resources import list_resources, list_templates, read_resource
from service_mesh.mcptools.roots import roots_of_call
from service_mesh.mcptools.status import status_tool
from service_mesh.mcptools.tool import Caller, PublishedTool, definition, to_result
from service_mesh.mcptools.validate import validate_tool
from service_mesh.model.names import nearest
from service_mesh.operations.request import Progress

__all__ = ["run_stdio", "server_of"]

_INSTRUCTIONS = (
    "Knows Istio, Linkerd, Cilium and the Gateway API. For files start with validate_config, for a cluster or a"
    " snapshot of one with mesh_status, for 'can A call B' with check_access, for 'is it really mTLS' with"
    " validate_mtls, to write configuration with generate_policy; the page service-mesh://rule/CODE explains a finding"
    " or a problem, service-mesh://skill/SKILL.md the way of working. Nothing here changes a file or a cluster."
)

_Context = ServerRequestContext[Any]


def server_of(deps: Deps) -> Server[Any]:
    """The server, ready for any transport and for clients of both protocol eras."""
    tools: dict[str, PublishedTool[Any]] = {
        tool.name: tool
        for tool in (
            validate_tool(deps.validate),
            status_tool(deps.status),
            access_tool(deps.access, deps.matrix),
            mtls_tool(deps.mtls),
            preview_tool(deps.preview),
            recommend_tool(deps.recommend),
            generate_tool(deps.generate),
        )
    }

    async def on_list_tools(_: _Context, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[definition(tool) for tool in tools.values()])

    async def on_call_tool(context: _Context, params: CallToolRequestParams) -> CallToolResult:
        return await answer_or_refusal(lambda: _call(tools, deps.roots, context, params))

    async def on_list_resources(_: _Context, __: PaginatedRequestParams | None) -> ListResourcesResult:
        return list_resources(deps)

    async def on_list_templates(_: _Context, __: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
        return list_templates()

    async def on_read_resource(_: _Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        return await anyio.to_thread.run_sync(read_resource, deps, str(params.uri))

    async def on_list_prompts(_: _Context, __: PaginatedRequestParams | None) -> ListPromptsResult:
        return list_prompts()

    async def on_get_prompt(_: _Context, params: GetPromptRequestParams) -> GetPromptResult:
        return get_prompt(params.name, params.arguments)

    return Server(
        "service-mesh",
        version=__version__,
        title="Service mesh",
        instructions=_INSTRUCTIONS,
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
        on_list_resources=on_list_resources,
        on_list_resource_templates=on_list_templates,
        on_read_resource=on_read_resource,
        on_list_prompts=on_list_prompts,
        on_get_prompt=on_get_prompt,
    )


def run_stdio(server: Server[Any]) -> None:
    """Serve over standard input and output until the client hangs up."""
    anyio.run(_talk, server)


async def _talk(server: Server[Any]) -> None:
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


async def _call(
    tools: dict[str, PublishedTool[Any]],
    configured: tuple[str, ...],
    context: _Context,
    params: CallToolRequestParams,
) -> CallToolResult:
    tool = tools.get(params.name)
    if tool is None:
        near = nearest(params.name, tools)
        hint = f"did you mean '{near}'?" if near else f"the tools are {', '.join(tools)}"
        raise UsageError(f"unknown tool '{one_line(params.name, 40)}'", hint)
    given = params.arguments or {}
    arguments = read_arguments(tool, given)
    is_confined = given.get("paths") or given.get("snapshot")
    roots = await roots_of_call(context, configured) if is_confined else configured
    caller = Caller(roots, _progress(context))
    return to_result(await anyio.to_thread.run_sync(tool.call, arguments, caller))


def _progress(context: _Context) -> Progress:
    """Progress from a worker thread; a client that did not ask for it is told nothing."""

    def told(done: int, total: int, what: str) -> None:
        anyio.from_thread.run(context.session.report_progress, done, total, what)

    return told
