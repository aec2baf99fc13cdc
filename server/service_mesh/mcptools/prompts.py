"""Prompts for the common jobs, for people who start them from a menu instead of a sentence of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mcp import MCPError
from mcp.types import (
    INVALID_PARAMS,
    GetPromptResult,
    ListPromptsResult,
    Prompt,
    PromptArgument,
    PromptMessage,
    TextContent,
)

from service_mesh.mcptools.quoting import one_line

__all__ = ["get_prompt", "list_prompts"]

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Job:
    """A prompt: how it is listed, and what becomes of its one argument.

    Attributes:
        title: Its name for people.
        argument: Name and description of the argument.
        text: Makes the prompt of the argument's value; None where it was not given.
    """

    title: str
    argument: tuple[str, str]
    text: Callable[[str | None], str]


def list_prompts() -> ListPromptsResult:
    """The prompts, each with its one argument."""
    return ListPromptsResult(prompts=[_listed(name, job) for name, job in _jobs().items()])


def get_prompt(name: str, arguments: dict[str, str] | None) -> GetPromptResult:
    """A prompt, filled in.

    Raises:
        MCPError: No prompt has this name.
    """
    jobs = _jobs()
    job = jobs.get(name)
    if job is None:
        known = " and ".join(f"'{one}'" for one in jobs)
        raise MCPError(INVALID_PARAMS, f"unknown prompt '{one_line(name, 40)}', there are {known}")
    given = (arguments or {}).get(job.argument[0])
    text = job.text(one_line(given, _LONGEST) if given else None)
    message = PromptMessage(role="user", content=TextContent(type="text", text=text))
    return GetPromptResult(description=job.title, messages=[message])


def _listed(name: str, job: _Job) -> Prompt:
    argument, description = job.argument
    return Prompt(name=name, title=job.title, arguments=[PromptArgument(name=argument, description=description)])


def _jobs() -> Mapping[str, _Job]:
    return {
        "check_mesh_config": _Job(
            "Check my mesh configuration",
            ("path", "File, folder or glob, e.g. mesh/; the working folder if absent."),
            _config,
        ),
        "check_mesh_health": _Job(
            "Is my mesh healthy?",
            ("snapshot", "Archive or folder of a cluster, e.g. dump.tar.gz; the current kubeconfig context if absent."),
            _health,
        ),
    }


def _config(path: str | None) -> str:
    path = path or "."
    return (
        f"Check the service-mesh configuration in `{path}` with validate_config (paths: [`{path}`])."
        " Report errors first, each with file, line and what happens in the mesh; read service-mesh://rule/CODE"
        " where a finding needs explaining. List what was not checked and what would settle it."
        ' Then call it with "fix": "safe", show the diffs, and change files only when I agree.'
    )


def _health(snapshot: str | None) -> str:
    where = f"snapshot: `{snapshot}`" if snapshot else "kube_context: `current`"
    return (
        f"Tell me how healthy my service mesh is, with mesh_status ({where})."
        " Report errors first, each with the object, the field it was read from and what it means for traffic; then"
        " what is outdated, what expires next and when. Say which next command you would run for each, and run none"
        " that changes the cluster. List what was not checked and what would settle it: it is unknown, not fine."
    )
