"""The subcommand `explain`."""

import argparse
import json

from service_mesh.errors import UsageError
from service_mesh.operations.explain import explain as run_explain
from service_mesh.operations.explain import list_rules

__all__ = ["explain"]


def explain(arguments: argparse.Namespace) -> int:
    """Print the page of one rule, or the list of all."""
    if arguments.list == bool(arguments.code):
        raise UsageError("explain takes either a code or --list", "e.g. service-mesh explain IS103")
    if arguments.list:
        rows = list_rules()
        text = "\n".join(f"{row.code}  {row.severity:<7}  {row.name:<38}  {row.title}" for row in rows)
        print(json.dumps([row.as_json() for row in rows], indent=2) if arguments.output == "json" else text)
        return 0
    page = run_explain(arguments.code)
    print(json.dumps(page.as_json(), indent=2) if arguments.output == "json" else page.markdown)
    return 0
