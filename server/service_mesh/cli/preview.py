"""The subcommand `preview`."""

import argparse
import sys

from service_mesh.cli.inputs import STANDARD_INPUT, inputs_of, versions_of
from service_mesh.cli.output.json import render_json
from service_mesh.errors import InputError, UsageError
from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.operations.preview import preview as run_preview
from service_mesh.operations.preview_result import PreviewResult
from service_mesh.operations.request import Inputs, PreviewRequest
from service_mesh.operations.result import Verdict

__all__ = ["exit_code", "preview"]

_LARGEST_CHANGE = 20 * 1024 * 1024


def preview(arguments: argparse.Namespace) -> int:
    """Run `service-mesh preview` and print its answer.

    Returns:
        The exit code of the contract.
    """
    if STANDARD_INPUT in arguments.paths and STANDARD_INPUT in (arguments.after or ()):
        raise UsageError("standard input cannot be both what there is and the change", "name a file for one of them")
    if not arguments.after and not arguments.delete:
        raise UsageError("no change was given", "name what would be applied with --after, or deleted with --delete")
    result = run_preview(
        PreviewRequest(
            inputs=inputs_of(arguments),
            after=_after(arguments.after or []),
            delete=tuple(arguments.delete or ()),
            complete=Complete(arguments.complete),
            versions=versions_of(arguments.versions),
            fail_on=Severity(arguments.fail_on),
        )
    )
    _print(result, arguments)
    return exit_code(result, require_complete=arguments.require_complete)


def exit_code(result: PreviewResult, *, require_complete: bool) -> int:
    """The code of the contract: 1 for something at or above what was asked for, 3 where nothing could be checked."""
    if result.verdict is Verdict.FAIL:
        return 1
    is_open = require_complete and result.verdict is Verdict.INCOMPLETE
    return 3 if is_open or not result.workloads else 0


def _after(paths: list[str]) -> Inputs:
    files = tuple(path for path in paths if path != STANDARD_INPUT)
    if len(files) == len(paths):
        return Inputs(paths=files)
    content = sys.stdin.buffer.read(_LARGEST_CHANGE + 1)
    if len(content) > _LARGEST_CHANGE:
        raise InputError(f"a change on standard input is larger than {_LARGEST_CHANGE >> 20} MB", "name a file")
    return Inputs(manifests=content, manifests_name="<stdin>", paths=files)


def _print(result: PreviewResult, arguments: argparse.Namespace) -> None:
    if arguments.output == "json":
        print(render_json(result))
    elif arguments.output == "markdown":
        from service_mesh.rendering.preview import render_preview_markdown

        print(render_preview_markdown(result))
    else:
        from service_mesh.cli.output.preview_text import print_preview

        print_preview(result, arguments.color)
