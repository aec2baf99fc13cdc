"""The tool `validate_config`: arguments in, request to the operation, page out."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from service_mesh.errors import UsageError
from service_mesh.mcptools.answer import ValidateAnswer
from service_mesh.mcptools.deps import Validate
from service_mesh.mcptools.page import Wanted, to_answer
from service_mesh.mcptools.paged_arguments import DETAIL_VALUES, PAGE_NAMES, Cursor, Detail, choice
from service_mesh.mcptools.tool import Answer, Caller, PublishedTool
from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.operations.request import FixMode, Inputs, ValidateRequest

__all__ = ["MAX_BYTES", "ValidateArguments", "validate_tool"]

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


class ValidateArguments(BaseModel):
    """Arguments of `validate_config`; the descriptions are part of the published schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    manifests: Annotated[
        str | None,
        Field(description='YAML or JSON text, any number of documents, e.g. "apiVersion: networking.istio.io/v1\\n…".'),
    ] = None
    paths: Annotated[
        list[str],
        Field(
            max_length=1_000,
            description='Files, folders and globs below the server\'s roots, e.g. ["mesh/", "docs/*.md"].',
        ),
    ] = Field(default_factory=list)
    snapshot: Annotated[
        str | None,
        Field(
            max_length=4_096,
            description='Folder or archive saved of a cluster; files replace its objects, e.g. "dump.tar.gz".',
        ),
    ] = None
    kube_context: Annotated[
        str | None,
        Field(max_length=253, description='Kubeconfig context whose objects files replace, e.g. "current".'),
    ] = None
    versions: Annotated[
        VersionArguments | None,
        Field(
            description="Releases to judge by, the newest known by default,"
            ' e.g. {"istio": "1.26", "gateway_api": "1.2", "linkerd": "2.20"}.'
        ),
    ] = None
    crds: Annotated[
        list[str],
        Field(max_length=1_000, description='Files or folders of CRDs that replace the bundled ones, e.g. ["crds/"].'),
    ] = Field(default_factory=list)
    complete: Annotated[
        Complete,
        choice(
            "Whether what is missing can be taken not to exist; auto judges each namespace,"
            ' e.g. "yes" for a full export.'
        ),
    ] = Complete.AUTO
    min_severity: Annotated[Severity, choice('Keeps only findings at least this grave, e.g. "error".')] = Severity.INFO
    select: Annotated[
        list[str],
        Field(max_length=200, description='Only these rules: codes, names or prefixes, e.g. ["IS1", "SC"].'),
    ] = Field(default_factory=list)
    ignore: Annotated[
        list[str], Field(max_length=200, description='Without these rules, same forms, e.g. ["IS104"].')
    ] = Field(default_factory=list)
    fix: Annotated[
        FixMode, choice('Returns files as they would be with these fixes; nothing is written, e.g. "safe".')
    ] = FixMode.NONE
    namespace: Annotated[
        str | None,
        Field(
            max_length=253,
            description='Reports only on objects of this namespace; others still count as surroundings, e.g. "shop".',
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Most findings per page, e.g. 100.")] = 30
    cursor: Cursor = None
    detail: Annotated[Detail, choice('full adds column, snippet, related places, fix and sources, e.g. "full".')] = (
        Detail.CONCISE
    )


_DESCRIPTION = (
    "Checks Istio, Gateway API, Linkerd and Cilium configuration, for any release of them: what the API server would"
    " refuse, what is wrong, and what has no effect, each with file and line. Use it on manifests before they are"
    " applied, on a repository, on Markdown with YAML and mesh commands, or on what runs (snapshot, kube_context); with"
    " both, files count as applied. A faulty manifest is a normal answer with findings. not_checked names what could"
    " not be judged; it never means fine."
)

_NAMES = {
    **PAGE_NAMES,
    **dict.fromkeys(("path", "file", "files", "filename", "file_path", "folder", "directory", "dir"), "paths"),
    **dict.fromkeys(("manifest", "yaml", "content", "config", "text", "input", "resources"), "manifests"),
    **dict.fromkeys(("severity", "level", "threshold"), "min_severity"),
    **dict.fromkeys(("rules", "codes", "only", "include"), "select"),
    **dict.fromkeys(("exclude", "skip", "disable"), "ignore"),
    **dict.fromkeys(("autofix", "fixes", "apply_fixes"), "fix"),
    **dict.fromkeys(("version", "release", "releases", "istio_version", "mesh_version"), "versions"),
    **dict.fromkeys(("crd", "definitions", "schemas", "schema"), "crds"),
}

_VALUES = {
    "min_severity": {
        **dict.fromkeys(("err", "errors", "critical", "fatal", "high"), "error"),
        **dict.fromkeys(("warn", "warnings", "medium"), "warning"),
        **dict.fromkeys(("infos", "information", "note", "hint", "low", "all", "debug"), "info"),
    },
    "fix": {
        **dict.fromkeys(("true", "auto", "yes", "on", "1"), "safe"),
        **dict.fromkeys(("unsafe", "full", "everything"), "all"),
        **dict.fromkeys(("false", "no", "off", "0", ""), "none"),
    },
    "complete": {
        **dict.fromkeys(("true", "full", "all", "1"), "yes"),
        **dict.fromkeys(("false", "partial", "none", "0"), "no"),
    },
    "detail": DETAIL_VALUES,
}


def validate_tool(validate: Validate) -> PublishedTool[ValidateArguments]:
    """The tool around an operation that validates."""
    adapter = TypeAdapter(ValidateAnswer)

    def call(arguments: ValidateArguments, caller: Caller) -> Answer:
        result = validate(_request(arguments, caller))
        wanted = Wanted(
            limit=arguments.limit,
            full=arguments.detail is Detail.FULL,
            cursor=arguments.cursor,
            fix=arguments.fix,
        )
        return to_answer(result, wanted, adapter)

    return PublishedTool(
        name="validate_config",
        title="Validate mesh configuration",
        description=_DESCRIPTION,
        arguments=ValidateArguments,
        answer=adapter,
        names=_NAMES,
        values=_VALUES,
        call=call,
        reaches_clusters=True,
    )


def _request(arguments: ValidateArguments, caller: Caller) -> ValidateRequest:
    given = (arguments.manifests, arguments.snapshot, arguments.kube_context)
    if not arguments.paths and all(one is None for one in given):
        raise UsageError(
            "nothing to validate, neither 'manifests' nor 'paths' is given",
            'call validate_config with {"paths": ["mesh/"]} or {"manifests": "<YAML text>"}',
        )
    inputs = Inputs(
        manifests=arguments.manifests,
        paths=tuple(arguments.paths),
        snapshot=arguments.snapshot,
        kube_context=arguments.kube_context,
        roots=caller.roots,
        max_bytes=MAX_BYTES,
    )
    return ValidateRequest(
        inputs=inputs,
        complete=arguments.complete,
        min_severity=arguments.min_severity,
        select=tuple(arguments.select),
        ignore=tuple(arguments.ignore),
        fix=arguments.fix,
        namespace=arguments.namespace,
        versions=arguments.versions.model_dump(exclude_none=True) if arguments.versions else {},
        crds=tuple(arguments.crds),
    )
