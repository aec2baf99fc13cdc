"""The page of an intent: which mesh can express it, its parameters, and an example that is generated on the spot."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Intent
from service_mesh.generate.plan import Gap
from service_mesh.generate.registry import intent_of
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest
from service_mesh.rendering.generate import generation_lines
from service_mesh.rendering.markdown import table

__all__ = ["render_intent_page"]

Schema = Mapping[str, Any]


def render_intent_page(name: str) -> str:
    """The Markdown page of an intent; its example is written for the newest releases that are known.

    Raises:
        UsageError: There is no such intent; the nearest is named.
    """
    return "\n".join(_lines(intent_of(name))) + "\n"


def _lines(intent: Intent) -> Iterator[str]:
    yield f"# {intent.name}\n\n{intent.summary}"
    yield from table(("mesh", "can express it"), (_row(intent, dialect) for dialect in Dialect))
    yield "\n## Parameters"
    schema = intent.parameters.model_json_schema()
    rows = _parameters(schema, schema.get("$defs", {}), ())
    yield from table(("parameter", "takes", "what it is"), rows)
    yield from _example(intent)
    yield from _others(intent)


def _row(intent: Intent, dialect: Dialect) -> tuple[str, str]:
    cell = intent.cells[dialect]
    return f"`{dialect}`", f"no {cell.part}; closest: {cell.closest}" if isinstance(cell, Gap) else "yes"


def _parameters(schema: Schema, defined: Mapping[str, Schema], steps: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    needed = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        place = ".".join((*steps, name))
        takes, inner, is_list = _takes(field, defined)
        about = f"{'**needed** ' if name in needed else ''}{field.get('description', '')}"
        yield f"`{place}`", takes, about.replace("|", "\\|")
        if inner is not None:
            yield from _parameters(inner, defined, (*steps, f"{name}.0" if is_list else name))


def _takes(field: Schema, defined: Mapping[str, Schema]) -> tuple[str, Schema | None, bool]:
    """What a field takes, in words; the form inside it, and whether it is a list of them."""
    if "anyOf" in field:
        field = next(one for one in field["anyOf"] if one.get("type") != "null")
    if "$ref" in field:
        field = defined[field["$ref"].rpartition("/")[2]]
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"]), None, False
    if field.get("type") == "array":
        takes, inner, _ = _takes(field["items"], defined)
        return f"list of {takes}", inner, True
    if field.get("type") == "object" and "properties" not in field:
        return "map", None, False
    if field.get("type") == "object":
        return "form", field, False
    return (
        {"string": "text", "integer": "number", "boolean": "true, false"}.get(field.get("type", ""), "any"),
        None,
        False,
    )


def _example(intent: Intent) -> Iterator[str]:
    dialect = next((one for one in Dialect if not isinstance(intent.cells[one], Gap)), None)
    if dialect is None:
        return
    example = intent.examples[0]
    result = generate(GenerateRequest(intent.name, dialect, example.params))
    params = json.dumps(example.params)
    yield f"\n## Example: {example.title}\n"
    yield f"```sh\nservice-mesh generate {intent.name} --mesh {dialect} --params '{params}'\n```\n"
    yield from (f"- {line.strip()}" for line in generation_lines(result))
    yield from _files(result)


def _files(result: GenerateResult) -> Iterator[str]:
    for file in result.files:
        kind = file.name.rpartition(".")[2] if "." in file.name else ""
        yield f"\n`{file.name}`\n\n```{kind}\n{file.text.rstrip()}\n```"


def _others(intent: Intent) -> Iterator[str]:
    yield "\n## Other parameters that work\n"
    for example in intent.examples[1:]:
        yield f"- {example.title}: `{json.dumps(example.params)}`"
