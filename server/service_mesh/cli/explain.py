"""The subcommand `explain`."""

import argparse
import json

from service_mesh.errors import UsageError
from service_mesh.generate.names import intent_names
from service_mesh.operations.explain import explain as run_explain
from service_mesh.operations.explain import list_rules

__all__ = ["explain"]


def explain(arguments: argparse.Namespace) -> int:
    """Print the page of one rule or one intent, or the list of all rules."""
    if arguments.list == bool(arguments.code):
        raise UsageError("explain takes either a code, an intent or --list", "e.g. service-mesh explain IS103")
    if arguments.list:
        rows = list_rules()
        text = "\n".join(f"{row.code}  {row.severity:<7}  {row.name:<38}  {row.title}" for row in rows)
        print(json.dumps([row.as_json() for row in rows], indent=2) if arguments.output == "json" else text)
        return 0
    if arguments.code in intent_names():
        from service_mesh.rendering.intent_page import render_intent_page

        text = render_intent_page(arguments.code)
        print(json.dumps({"name": arguments.code, "markdown": text}, indent=2) if arguments.output == "json" else text)
        return 0
    page = run_explain(arguments.code)
    print(json.dumps(page.as_json(), indent=2) if arguments.output == "json" else page.markdown)
    return 0
