"""A published tool as a value: everything the server lists and calls, so that a further tool is one more module."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mcp.types import CallToolResult, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel, TypeAdapter

from service_mesh.mcptools.schema import input_schema, output_schema, published
from service_mesh.operations.request import Progress

__all__ = ["Answer", "Caller", "PublishedTool", "definition", "to_result"]

ArgumentsT = TypeVar("ArgumentsT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        roots: Folders that its paths must lie in.
        progress: Tells the client how far long work is; None where nobody listens.
    """

    roots: tuple[str, ...]
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool says, twice: text for reading, JSON-ready data of the same content for programs."""

    text: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PublishedTool(Generic[ArgumentsT]):
    """One tool.

    Attributes:
        name: The published name.
        title: For people.
        description: For models: what it answers, when to use it, what comes back.
        arguments: The type of its arguments; all of them optional, unknown ones forbidden.
        answer: The type of its structured content.
        names: Wrong names of arguments that models use -> the right one.
        values: For an argument, wrong values that models use (as lower-case text) -> the right one.
        call: The work; runs in a worker thread.
        reaches_clusters: Whether it may talk to something outside: a cluster.
    """

    name: str
    title: str
    description: str
    arguments: type[ArgumentsT]
    answer: TypeAdapter[Any]
    names: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    call: Callable[[ArgumentsT, Caller], Answer]
    reaches_clusters: bool = False


def definition(tool: PublishedTool[Any]) -> Tool:
    """The tool as `tools/list` shows it; the four hints are written out because their defaults are pessimistic."""
    return Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=published(input_schema(tool.arguments)),
        output_schema=output_schema(tool.answer),
        annotations=ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=tool.reaches_clusters
        ),
    )


def to_result(answer: Answer) -> CallToolResult:
    """The answer on the wire."""
    return CallToolResult(content=[TextContent(type="text", text=answer.text)], structured_content=answer.data)
