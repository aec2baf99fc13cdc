"""The tool `validate_config`: arguments in, request to the operation, page out."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from service_mesh.mcptools.answer import ValidateAnswer
from service_mesh.mcptools.deps import Validate
from service_mesh.mcptools.page import Wanted, to_answer
from service_mesh.mcptools.paged_arguments import DETAIL_VALUES, PAGE_NAMES, Cursor, Detail, choice
from service_mesh.mcptools.source_arguments import SOURCE_NAMES, SOURCE_VALUES, SourceArguments, inputs_of
from service_mesh.mcptools.tool import Answer, Caller, PublishedTool
from service_mesh.model.grade import Severity
from service_mesh.operations.request import FixMode, ValidateRequest

__all__ = ["ValidateArguments", "validate_tool"]


class ValidateArguments(SourceArguments):
    """Arguments of `validate_config`; the descriptions are part of the published schema."""

    crds: Annotated[
        list[str],
        Field(max_length=1_000, description='Files or folders of CRDs that replace the bundled ones, e.g. ["crds/"].'),
    ] = Field(default_factory=list)
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
            description='Reports only on objects of this namespace, e.g. "shop".',
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Most findings per page, e.g. 100.")] = 30
    cursor: Cursor = None
    detail: Annotated[Detail, choice('full adds column, snippet, related places, fix and sources, e.g. "full".')] = (
        Detail.CONCISE
    )


_DESCRIPTION = (
    "Checks Istio, Gateway API, Linkerd and Cilium configuration for any release: what the API server would refuse,"
    " what is wrong, and what has no effect, each with file and line. Takes manifests, a repository, Markdown with YAML"
    " and mesh commands, or what runs (snapshot, kube_context); with both, files count as applied. not_checked names"
    " what could not be judged; it never means fine."
)

_NAMES = {
    **PAGE_NAMES,
    **SOURCE_NAMES,
    **dict.fromkeys(("severity", "level", "threshold"), "min_severity"),
    **dict.fromkeys(("rules", "codes", "only", "include"), "select"),
    **dict.fromkeys(("exclude", "skip", "disable"), "ignore"),
    **dict.fromkeys(("autofix", "fixes", "apply_fixes"), "fix"),
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
    **SOURCE_VALUES,
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
    return ValidateRequest(
        inputs=inputs_of(arguments, caller, "validate_config"),
        complete=arguments.complete,
        min_severity=arguments.min_severity,
        select=tuple(arguments.select),
        ignore=tuple(arguments.ignore),
        fix=arguments.fix,
        namespace=arguments.namespace,
        versions=arguments.named_versions,
        crds=tuple(arguments.crds),
    )
