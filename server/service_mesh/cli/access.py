"""The subcommand `access`."""

import argparse
import json
from collections.abc import Iterable, Mapping

from service_mesh.cli.inputs import inputs_of, versions_of
from service_mesh.cli.output.json import render_json, to_json
from service_mesh.errors import UsageError
from service_mesh.mesh.view import Complete
from service_mesh.operations.access import access as run_access
from service_mesh.operations.access_matrix import access_matrix
from service_mesh.operations.access_result import AccessDecision, AccessResult
from service_mesh.operations.access_tests import AccessTestsResult, Outcome, run_access_tests
from service_mesh.operations.request import AccessMatrixRequest, AccessRequest, MtlsRequest
from service_mesh.rendering.matrix import matrix_data, render_matrix_markdown

__all__ = ["access", "exit_code", "tests_exit_code"]

_OF_ONE_CALL = ("from", "to", "method", "path", "host", "header", "claims", "expect")
_NAMES = {"from": "source", "to": "destination"}
_ALL = "*"
_FORMATS = {
    "": ("text", "json", "markdown"),
    "--tests": ("text", "json", "junit"),
    "--matrix": ("text", "json", "markdown", "html"),
}
"""What is asked -> the formats of its answer."""

_CODES = {AccessDecision.ALLOW: 0, AccessDecision.DENY: 1, AccessDecision.UNKNOWN: 3}


def access(arguments: argparse.Namespace) -> int:
    """Tell whether the call that the arguments name passes, and print why; or of many: those of a file, or all."""
    _refuse_contradictions(arguments)
    if arguments.tests is not None:
        return _tests(arguments)
    if arguments.matrix is not None:
        return _matrix(arguments)
    request = AccessRequest(
        inputs=inputs_of(arguments),
        source=arguments.source,
        destination=arguments.destination,
        method=arguments.method,
        path=arguments.path,
        host=arguments.host,
        headers=_headers(arguments.header),
        jwt_claims=_claims(arguments.claims),
        complete=Complete(arguments.complete),
        versions=versions_of(arguments.versions),
    )
    result = run_access(request)
    _print(result, arguments)
    return exit_code(result, arguments.expect)


def _refuse_contradictions(arguments: argparse.Namespace) -> None:
    given = [f"--{name}" for name in _OF_ONE_CALL if getattr(arguments, _NAMES.get(name, name)) is not None]
    many = [f"--{name}" for name in ("tests", "matrix") if getattr(arguments, name) is not None]
    if many and given:
        raise UsageError(f"{given[0]} is about one call, {many[0]} about several", "leave one of them out")
    if len(many) > 1:
        raise UsageError("--tests and --matrix are two questions", "leave one of them out")
    if not many and not (arguments.source and arguments.destination):
        raise UsageError("no call is asked about", "name both ends with --from and --to, or a file with --tests")
    fitting = _FORMATS[many[0] if many else ""]
    if arguments.output not in fitting:
        listed = f"{', '.join(fitting[:-1])} or {fitting[-1]}"
        raise UsageError(f"-o {arguments.output} does not fit the question", f"ask for {listed}")


def _matrix(arguments: argparse.Namespace) -> int:
    inputs, versions = inputs_of(arguments), versions_of(arguments.versions)
    namespace, complete = None if arguments.matrix == _ALL else arguments.matrix, Complete(arguments.complete)
    if arguments.output == "html":
        from service_mesh.cli.report import print_report

        print_report(MtlsRequest(inputs, namespace, complete=complete, versions=versions))
        return 0
    result = access_matrix(AccessMatrixRequest(inputs, namespace, complete, versions))
    if arguments.output == "json":
        print(to_json(matrix_data(result)))
    elif arguments.output == "markdown":
        print(render_matrix_markdown(result))
    else:
        from service_mesh.cli.output.matrix_text import print_matrix

        print_matrix(result, arguments.color)
    return 0


def _tests(arguments: argparse.Namespace) -> int:
    inputs, versions = inputs_of(arguments), versions_of(arguments.versions)
    result = run_access_tests(arguments.tests, inputs, Complete(arguments.complete), versions)
    if arguments.output == "json":
        print(render_json(result))
    elif arguments.output == "junit":
        from service_mesh.cli.output.junit import render_junit

        print(render_junit(result))
    else:
        from service_mesh.cli.output.access_tests_text import print_access_tests

        print_access_tests(result, arguments.color)
    return tests_exit_code(result)


def tests_exit_code(result: AccessTestsResult) -> int:
    """0 if every test passed, 1 if one failed, 3 if none failed and one is not known."""
    return 1 if result.count(Outcome.FAILED) else 3 if result.count(Outcome.UNKNOWN) else 0


def exit_code(result: AccessResult, expected: str | None) -> int:
    """The code of the contract: 0 for allow or what was expected, 1 for deny or not, 3 for what is not known."""
    if expected is None:
        return _CODES[result.decision]
    if result.decision.value == expected:
        return 0
    return 3 if result.decision is AccessDecision.UNKNOWN else 1


def _headers(values: Iterable[str] | None) -> dict[str, str]:
    found = {}
    for value in values or ():
        name, equals, text = value.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--header takes NAME=VALUE, not '{value[:40]}'", "write it like x-user=alice")
        found[name.strip()] = text
    return found


def _claims(text: str | None) -> Mapping[str, object] | None:
    if text is None:
        return None
    try:
        claims = json.loads(text)
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        hint = """write them like '{"iss": "https://issuer", "sub": "alice"}'"""
        raise UsageError(f"--claims takes a JSON object, not '{text[:40]}'", hint)
    return claims


def _print(result: AccessResult, arguments: argparse.Namespace) -> None:
    if arguments.output == "json":
        print(render_json(result))
    elif arguments.output == "markdown":
        from service_mesh.cli.output.access_markdown import render_access_markdown

        print(render_access_markdown(result))
    else:
        from service_mesh.cli.output.access_text import print_access

        print_access(result, arguments.color)
