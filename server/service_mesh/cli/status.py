"""The subcommand `status`."""

import argparse
from pathlib import Path

from service_mesh.cli.progress import shown_progress
from service_mesh.errors import UsageError
from service_mesh.model.grade import Severity
from service_mesh.model.names import nearest
from service_mesh.operations.request import Check, Inputs, StatusRequest, Symptom
from service_mesh.operations.result import Verdict
from service_mesh.operations.skill_files import find_skill
from service_mesh.operations.status import status as run_status
from service_mesh.operations.status_result import StatusResult

__all__ = ["DEMO_CLUSTER", "exit_code", "status"]

DEMO_CLUSTER = "examples/demo-cluster"


def status(arguments: argparse.Namespace) -> int:
    """Look at the cluster that the arguments name and print what was found."""
    inputs = _inputs(arguments)
    with shown_progress(is_live=inputs.kube_context is not None) as progress:
        result = run_status(
            StatusRequest(
                inputs=inputs,
                namespace=arguments.namespace,
                checks=tuple(_check(word) for word in _words(arguments.check)),
                symptom=Symptom(arguments.symptom) if arguments.symptom else None,
                workload=arguments.workload or "",
                cert_days=arguments.cert_days,
                now=arguments.now,
                fail_on=Severity(arguments.fail_on),
                deadline=arguments.timeout,
                progress=progress,
            )
        )
    _print(result, arguments)
    return exit_code(result, require_complete=arguments.require_complete)


def exit_code(result: StatusResult, *, require_complete: bool) -> int:
    """The code of the contract; it does not depend on the output format."""
    if result.verdict is Verdict.FAIL:
        return 1
    if result.nothing_checked or (require_complete and result.not_checked):
        return 3
    return 0


def _inputs(arguments: argparse.Namespace) -> Inputs:
    named = [word for word in ("context", "snapshot", "demo") if getattr(arguments, word)]
    if "demo" in named and len(named) > 1:
        raise UsageError(f"--demo looks at the bundled snapshot, --{named[0]} at another", "give one of them")
    if arguments.demo:
        return Inputs(snapshot=_demo_cluster())
    return Inputs(snapshot=arguments.snapshot, kube_context=arguments.context or _current(arguments.snapshot))


def _demo_cluster() -> str:
    """The bundled snapshot, by a short name where it lies below the working folder."""
    folder, here = find_skill() / DEMO_CLUSTER, Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)


def _current(snapshot: str | None) -> str | None:
    return None if snapshot else "current"


def _words(values: list[str] | None) -> list[str]:
    return [word.strip() for value in values or () for word in value.split(",") if word.strip()]


def _check(word: str) -> Check:
    known = [check.value for check in Check]
    if word in known:
        return Check(word)
    near = nearest(word, known)
    hint = f"did you mean '{near}'?" if near else f"the parts are {', '.join(known)}"
    raise UsageError(f"--check has no part '{word[:40]}'", hint)


def _print(result: StatusResult, arguments: argparse.Namespace) -> None:
    if arguments.output == "json":
        from service_mesh.cli.output.json import render_json

        print(render_json(result))
    elif arguments.output == "markdown":
        from service_mesh.cli.output.status_markdown import render_markdown

        print(render_markdown(result))
    else:
        from service_mesh.cli.output.status_text import print_status

        print_status(result, arguments.color)
