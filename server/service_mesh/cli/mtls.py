"""The subcommand `mtls`."""

import argparse

from service_mesh.cli.inputs import inputs_of, versions_of
from service_mesh.cli.output.json import render_json
from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.operations.mtls import mtls as run_mtls
from service_mesh.operations.mtls_result import MtlsResult, MtlsVerdict
from service_mesh.operations.request import MtlsRequest

__all__ = ["exit_code", "mtls"]

_GRAVITY = {
    MtlsVerdict.BROKEN: Severity.ERROR,
    MtlsVerdict.PLAINTEXT: Severity.WARNING,
    MtlsVerdict.PERMISSIVE: Severity.WARNING,
}


def mtls(arguments: argparse.Namespace) -> int:
    """Tell what travels between the workloads that the arguments name, and print why."""
    request = MtlsRequest(
        inputs=inputs_of(arguments),
        namespace=arguments.namespace,
        workload=arguments.workload or "",
        complete=Complete(arguments.complete),
        versions=versions_of(arguments.versions),
    )
    if arguments.output == "html":
        from service_mesh.cli.report import print_report

        result = print_report(request)
    else:
        result = run_mtls(request)
        _print(result, arguments)
    return exit_code(result, Severity(arguments.fail_on), require_complete=arguments.require_complete)


def exit_code(result: MtlsResult, fail_on: Severity, *, require_complete: bool) -> int:
    """The code of the contract: broken edges are errors, ports that take plaintext are warnings."""
    gravity = _GRAVITY.get(result.verdict)
    if gravity is not None and gravity.reaches(fail_on):
        return 1
    is_open = result.verdict is MtlsVerdict.UNKNOWN or bool(result.not_checked)
    return 3 if not result.workloads or (require_complete and is_open) else 0


def _print(result: MtlsResult, arguments: argparse.Namespace) -> None:
    if arguments.output == "json":
        print(render_json(result))
    elif arguments.output == "markdown":
        from service_mesh.cli.output.mtls_markdown import render_mtls_markdown

        print(render_mtls_markdown(result))
    else:
        from service_mesh.cli.output.mtls_text import print_mtls

        print_mtls(result, arguments.color)
