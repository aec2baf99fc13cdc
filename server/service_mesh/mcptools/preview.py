"""The tool `preview_change`: arguments in, request to the operation, answer out."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from service_mesh.errors import UsageError
from service_mesh.mcptools.deps import Preview
from service_mesh.mcptools.preview_answer import PreviewAnswer, to_preview_answer
from service_mesh.mcptools.source_arguments import (
    MAX_BYTES,
    SOURCE_NAMES,
    SOURCE_VALUES,
    SourceArguments,
    inputs_of,
)
from service_mesh.mcptools.tool import Answer, Caller, PublishedTool
from service_mesh.operations.request import Inputs, PreviewRequest

__all__ = ["PreviewArguments", "preview_tool"]


class PreviewArguments(SourceArguments):
    """Arguments of `preview_change`; the descriptions are part of the published schema."""

    after_manifests: Annotated[
        str | None, Field(description='What would be applied, as text, e.g. "apiVersion: v1\\n…".')
    ] = None
    after_paths: Annotated[
        list[str], Field(max_length=1_000, description='The same as files, e.g. ["new/strict.yaml"].')
    ] = Field(default_factory=list)
    delete: Annotated[
        list[str],
        Field(max_length=1_000, description='Objects that would be deleted, e.g. ["NetworkPolicy shop/cart"].'),
    ] = Field(default_factory=list)


_DESCRIPTION = (
    "Tells what a change would do before it is applied: calls gained and lost with the object that decides, encryption"
    " and authentication lost, findings introduced and fixed. Sources are what there is; after_manifests, after_paths"
    " and delete are the change. markdown fits a pull request."
)

_NAMES = {
    **SOURCE_NAMES,
    **dict.fromkeys(("after", "change", "new", "patch", "after_yaml", "new_manifests"), "after_manifests"),
    **dict.fromkeys(("after_path", "after_files", "new_paths", "changed_paths"), "after_paths"),
    **dict.fromkeys(("deleted", "remove", "removed", "delete_objects"), "delete"),
    **dict.fromkeys(("before", "before_manifests"), "manifests"),
    **dict.fromkeys(("before_paths",), "paths"),
}


def preview_tool(preview: Preview) -> PublishedTool[PreviewArguments]:
    """The tool around an operation that tells what a change would do."""
    adapter = TypeAdapter(PreviewAnswer)

    def call(arguments: PreviewArguments, caller: Caller) -> Answer:
        return to_preview_answer(preview(_request(arguments, caller)), adapter)

    return PublishedTool(
        name="preview_change",
        title="What a change would do",
        description=_DESCRIPTION,
        arguments=PreviewArguments,
        answer=adapter,
        names=_NAMES,
        values=dict(SOURCE_VALUES),
        call=call,
        reaches_clusters=True,
    )


def _request(arguments: PreviewArguments, caller: Caller) -> PreviewRequest:
    before = inputs_of(arguments, caller, "preview_change")
    if arguments.after_manifests is None and not arguments.after_paths and not arguments.delete:
        raise UsageError(
            "no change is given",
            'add "after_manifests": "<YAML text>", "after_paths": ["new/"] or "delete": ["Kind ns/name"]',
        )
    after = Inputs(
        manifests=arguments.after_manifests,
        manifests_name="after_manifests",
        paths=tuple(arguments.after_paths),
        roots=caller.roots,
        max_bytes=MAX_BYTES,
    )
    return PreviewRequest(before, after, tuple(arguments.delete), arguments.complete, arguments.named_versions)
