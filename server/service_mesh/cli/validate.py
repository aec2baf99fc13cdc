"""The subcommand `validate`."""

import argparse
from collections.abc import Iterable

from service_mesh.cli.inputs import STANDARD_INPUT, inputs_of, versions_of
from service_mesh.errors import UsageError
from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.operations.request import FixMode, ValidateRequest
from service_mesh.operations.result import ValidateResult, Verdict
from service_mesh.operations.validate import validate_to_write as run_validate
from service_mesh.operations.write import write_fixed

__all__ = ["exit_code", "validate"]


def validate(arguments: argparse.Namespace) -> int:
    """Check what the arguments name, print it, and write fixes if asked."""
    _refuse_contradictions(arguments)
    request = ValidateRequest(
        inputs=inputs_of(arguments),
        complete=Complete(arguments.complete),
        min_severity=Severity(arguments.min_severity),
        fail_on=Severity(arguments.fail_on),
        select=_codes(arguments.select),
        ignore=_codes(arguments.ignore),
        fix=FixMode(arguments.fix),
        namespace=arguments.namespace,
        versions=versions_of(arguments.versions),
        crds=tuple(arguments.crds or ()),
    )
    result, rewritten = run_validate(request)
    if arguments.write:
        write_fixed(rewritten)
    _print(result, arguments)
    return exit_code(result, require_complete=arguments.require_complete)


def exit_code(result: ValidateResult, *, require_complete: bool) -> int:
    """The code of the contract; it does not depend on the output format."""
    if result.verdict is Verdict.FAIL:
        return 1
    if result.nothing_checked or (require_complete and result.not_checked):
        return 3
    return 0


def _refuse_contradictions(arguments: argparse.Namespace) -> None:
    if arguments.write and arguments.fix == "none":
        raise UsageError("--write has nothing to write", "add --fix safe or --fix all")
    if arguments.write and STANDARD_INPUT in arguments.paths:
        raise UsageError("--write cannot write to standard input", "name the files, or leave --write out")
    if Severity(arguments.fail_on).rank > Severity(arguments.min_severity).rank:
        reason = f"--fail-on {arguments.fail_on} needs findings that --min-severity {arguments.min_severity} leaves out"
        raise UsageError(reason, "lower --min-severity")


def _codes(values: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(code.strip() for value in values or () for code in value.split(",") if code.strip())


def _print(result: ValidateResult, arguments: argparse.Namespace) -> None:
    if arguments.output == "json":
        from service_mesh.cli.output.json import render_json

        print(render_json(result))
    elif arguments.output == "sarif":
        from service_mesh.cli.output.sarif import render_sarif

        print(render_sarif(result))
    else:
        from service_mesh.cli.output.text import print_text

        print_text(result, arguments.color, written=arguments.write)
