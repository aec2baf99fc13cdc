"""The skill's pages as MCP resources: an agent that only has the server can read what a finding means."""

from mcp import MCPError, UriTemplate
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from service_mesh.errors import InputError, UsageError
from service_mesh.mcptools.deps import Deps
from service_mesh.mcptools.quoting import one_line
from service_mesh.operations.skill_files import list_pages, read_page

__all__ = ["list_resources", "list_templates", "read_resource"]

_BEHIND_TEMPLATES = ("references/rules/", "references/intents/")
_MARKDOWN = "text/markdown"
_RULE = "service-mesh://rule/{code}"
_INTENT = "service-mesh://intent/{intent}"
_PAGE = "service-mesh://skill/{+path}"


def list_resources(deps: Deps) -> ListResourcesResult:
    """SKILL.md and the hand-written references; the page of each rule or intent is reached through its template.

    Raises:
        MCPError: The skill's folder is nowhere.
    """
    try:
        pages = [name for name in list_pages(deps.skill()) if not name.startswith(_BEHIND_TEMPLATES)]
    except InputError as error:
        raise MCPError(INTERNAL_ERROR, one_line(str(error), 400)) from error
    return ListResourcesResult(
        resources=[Resource(uri=f"service-mesh://skill/{name}", name=name, mime_type=_MARKDOWN) for name in pages]
    )


def list_templates() -> ListResourceTemplatesResult:
    """The three address forms."""
    rule = ResourceTemplate(
        uri_template=_RULE,
        name="rule",
        title="Page of a rule",
        description="Why it matters, wrong, right, when it stays quiet; e.g. service-mesh://rule/IS104",
        mime_type=_MARKDOWN,
    )
    page = ResourceTemplate(
        uri_template=_PAGE,
        name="page",
        title="Page of the skill",
        description="e.g. service-mesh://skill/SKILL.md",
        mime_type=_MARKDOWN,
    )
    intent = ResourceTemplate(
        uri_template=_INTENT,
        name="intent",
        title="Page of an intent",
        description="Its parameters, and an example as it is generated; e.g. service-mesh://intent/strict-mtls",
        mime_type=_MARKDOWN,
    )
    return ListResourceTemplatesResult(resource_templates=[rule, intent, page])


def read_resource(deps: Deps, uri: str) -> ReadResourceResult:
    """The text behind an address.

    Raises:
        MCPError: Invalid parameters, with the address in its data, where there is no such page.
    """
    try:
        text = _text(deps, uri)
    except (InputError, UsageError) as error:
        raise MCPError(INVALID_PARAMS, one_line(str(error), 400), {"uri": uri[:400]}) from error
    return ReadResourceResult(contents=[TextResourceContents(uri=uri, mime_type=_MARKDOWN, text=text)])


def _text(deps: Deps, uri: str) -> str:
    if (match := UriTemplate.parse(_RULE).match(uri)) is not None:
        return deps.explain(str(match["code"]))
    if (match := UriTemplate.parse(_INTENT).match(uri)) is not None:
        return deps.explain_intent(str(match["intent"]))
    if (match := UriTemplate.parse(_PAGE).match(uri)) is not None:
        return read_page(deps.skill(), str(match["path"]))
    raise InputError(f"no resource '{uri[:80]}'", "resources/list and resources/templates/list name the addresses")
