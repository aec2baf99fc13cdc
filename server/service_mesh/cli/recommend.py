"""The subcommand `recommend`."""

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from service_mesh.cli.output.json import render_json
from service_mesh.errors import UsageError
from service_mesh.operations.recommend import recommend as run_recommend
from service_mesh.operations.recommend_form import read_requirements
from service_mesh.operations.recommend_result import RecommendResult
from service_mesh.operations.request import Inputs, RecommendRequest

__all__ = ["exit_code", "recommend"]

_NO_ANSWER = 3


def recommend(arguments: argparse.Namespace) -> int:
    """Recommend a mesh for the requirements of a file, or for what is answered at the terminal.

    Returns:
        The exit code of the contract: 0 answered, 3 where no answer is possible.
    """
    given = _given(arguments)
    inputs = None
    if arguments.snapshot or arguments.context:
        inputs = Inputs(snapshot=arguments.snapshot, kube_context=arguments.context)
    today = arguments.today or datetime.now(UTC).date().isoformat()
    result = run_recommend(RecommendRequest(given, today, inputs))
    _print(result, arguments, today)
    return exit_code(result)


def exit_code(result: RecommendResult) -> int:
    """0 where an option is recommended, 3 where facts are missing or none fits."""
    return 0 if any(one.option == result.recommendation for one in result.ranking) else _NO_ANSWER


def _given(arguments: argparse.Namespace) -> Mapping[str, object]:
    if arguments.requirements:
        return read_requirements(arguments.requirements)
    if arguments.snapshot or arguments.context:
        return {}
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        hint = "name a file with --requirements, or run it in a terminal to be asked"
        raise UsageError("no requirements were given", hint)
    from service_mesh.cli.questions import ask

    try:
        return ask(input, print)
    except EOFError:
        hint = "press Enter where you do not know, or name a file with --requirements"
        raise UsageError("the questions were left before the end", hint) from None


def _print(result: RecommendResult, arguments: argparse.Namespace, today: str) -> None:
    if arguments.output == "json":
        print(render_json(result))
    elif arguments.output == "markdown":
        from service_mesh.rendering.recommend import render_recommend_markdown

        print(render_recommend_markdown(result))
    elif arguments.output == "adr":
        from service_mesh.rendering.recommend import render_decision_record

        print(render_decision_record(result, today))
    else:
        from service_mesh.cli.output.recommend_text import print_recommendation

        print_recommendation(result, arguments.color)
