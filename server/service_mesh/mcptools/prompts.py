"""One prompt for the common job, for people who start it from a menu instead of a sentence of their own."""

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

_NAME = "check_mesh_config"
_TITLE = "Check my mesh configuration"


def list_prompts() -> ListPromptsResult:
    """The prompt and its one argument."""
    path = PromptArgument(name="path", description="File, folder or glob, e.g. mesh/; the working folder if absent.")
    return ListPromptsResult(prompts=[Prompt(name=_NAME, title=_TITLE, arguments=[path])])


def get_prompt(name: str, arguments: dict[str, str] | None) -> GetPromptResult:
    """The prompt, filled in.

    Raises:
        MCPError: No prompt has this name.
    """
    if name != _NAME:
        raise MCPError(INVALID_PARAMS, f"unknown prompt '{one_line(name, 40)}', the only one is '{_NAME}'")
    path = one_line((arguments or {}).get("path", "."), 200)
    text = (
        f"Check the service-mesh configuration in `{path}` with validate_config (paths: [`{path}`])."
        " Report errors first, each with file, line and what happens in the mesh; read service-mesh://rule/CODE"
        " where a finding needs explaining. List what was not checked and what would settle it."
        ' Then call it with "fix": "safe", show the diffs, and change files only when I agree.'
    )
    message = PromptMessage(role="user", content=TextContent(type="text", text=text))
    return GetPromptResult(description=_TITLE, messages=[message])
