"""The arguments of every tool that looks at configuration: where it comes from and what it is judged by."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service_mesh.errors import UsageError
from service_mesh.mcptools.paged_arguments import choice
from service_mesh.mcptools.tool import Caller
from service_mesh.mesh.view import Complete
from service_mesh.operations.request import Inputs

__all__ = ["MAX_BYTES", "SOURCE_NAMES", "SOURCE_VALUES", "SourceArguments", "inputs_of"]

MAX_BYTES = 50 * 1024 * 1024
"""Most bytes that one call over MCP reads; the command line allows more."""


class VersionArguments(BaseModel):
    """The releases that objects are judged by."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    istio: str | None = None
    linkerd: str | None = None
    cilium: str | None = None
    gateway_api: str | None = None
    kubernetes: str | None = None


class SourceArguments(BaseModel):
    """Where configuration comes from; the descriptions are part of the published schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    manifests: Annotated[
        str | None,
        Field(description='YAML or JSON text, e.g. "apiVersion: v1\\n…".'),
    ] = None
    paths: Annotated[
        list[str],
        Field(
            max_length=1_000,
            description='Files, folders, globs, e.g. ["mesh/", "*.md"].',
        ),
    ] = Field(default_factory=list)
    snapshot: Annotated[
        str | None,
        Field(
            max_length=4_096,
            description='What was saved of a cluster; files replace it, e.g. "dump.tar.gz".',
        ),
    ] = None
    kube_context: Annotated[
        str | None,
        Field(max_length=253, description='The same, live from a kubeconfig context, e.g. "current".'),
    ] = None
    versions: Annotated[
        VersionArguments | None,
        Field(description='Releases to judge by, else the newest, e.g. {"istio": "1.26"}.'),
    ] = None
    complete: Annotated[
        Complete,
        choice('Whether what is missing does not exist, e.g. "yes" for a full export.'),
    ] = Complete.AUTO

    @property
    def named_versions(self) -> dict[str, str]:
        """The releases that are named."""
        return self.versions.model_dump(exclude_none=True) if self.versions else {}


SOURCE_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("path", "file", "files", "filename", "file_path", "folder", "directory", "dir"), "paths"),
    **dict.fromkeys(("manifest", "yaml", "content", "config", "text", "input", "resources"), "manifests"),
    **dict.fromkeys(("version", "release", "releases", "istio_version", "mesh_version"), "versions"),
}
"""Wrong names -> the right one."""

SOURCE_VALUES: Mapping[str, Mapping[str, str]] = {
    "complete": {
        **dict.fromkeys(("true", "full", "all", "1"), "yes"),
        **dict.fromkeys(("false", "partial", "none", "0"), "no"),
    },
}
"""Argument -> its wrong values and the right one."""


def inputs_of(arguments: SourceArguments, caller: Caller, tool: str) -> Inputs:
    """The configuration that is named.

    Raises:
        UsageError: None is.
    """
    given = (arguments.manifests, arguments.snapshot, arguments.kube_context)
    if not arguments.paths and all(one is None for one in given):
        raise UsageError(
            "nothing to look at, neither 'manifests' nor 'paths' is given",
            f'call {tool} with {{"paths": ["mesh/"]}} or {{"manifests": "<YAML text>"}}',
        )
    return Inputs(
        manifests=arguments.manifests,
        paths=tuple(arguments.paths),
        snapshot=arguments.snapshot,
        kube_context=arguments.kube_context,
        roots=caller.roots,
        max_bytes=MAX_BYTES,
    )
