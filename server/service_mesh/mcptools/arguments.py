"""A wrong call is answered with the right one: each faulty argument becomes a clause that corrects it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service_mesh.errors import UsageError
from service_mesh.mcptools.quoting import one_line
from service_mesh.mcptools.schema import Schema, input_schema
from service_mesh.mcptools.tool import PublishedTool
from service_mesh.model.names import nearest

__all__ = ["read_arguments"]

ArgumentsT = TypeVar("ArgumentsT", bound=BaseModel)

_MOST_FAULTS = 3
_MOST_BYTES = 200


def read_arguments(tool: PublishedTool[ArgumentsT], given: Mapping[str, Any]) -> ArgumentsT:
    """The arguments of a call, typed. A null counts as not given.

    Raises:
        UsageError: An unknown argument, a wrong type or value; the sentence says what to write instead.
    """
    meant = {name: value for name, value in given.items() if value is not None}
    try:
        return tool.arguments.model_validate(meant)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        wrong = list(dict.fromkeys(str(fault["loc"][0]) for fault in faults if fault["type"] != "missing"))
        wrong += _missing(tool, faults, wrong)
        clauses = [_clause(tool, name, meant.get(name)) for name in wrong[:_MOST_FAULTS]]
        if len(wrong) > _MOST_FAULTS:
            clauses.append(f"{len(wrong) - _MOST_FAULTS} more arguments are wrong")
        raise UsageError("; ".join(clauses)) from None


def _missing(tool: PublishedTool[Any], faults: Sequence[ErrorDetails], wrong: Sequence[str]) -> list[str]:
    """The arguments that a call lacks, without those that it gives by another name."""
    known = input_schema(tool.arguments)["properties"]
    meant = {_meant(tool, name, known) for name in wrong}
    lacking = (str(fault["loc"][0]) for fault in faults if fault["type"] == "missing")
    return [name for name in lacking if name not in meant]


def _meant(tool: PublishedTool[Any], name: str, known: Mapping[str, Schema]) -> str | None:
    """The argument that a wrong name stands for."""
    return tool.names.get(name.lower()) or nearest(name, known)


def _clause(tool: PublishedTool[Any], name: str, value: object) -> str:
    known: dict[str, Schema] = input_schema(tool.arguments)["properties"]
    shown = one_line(name, 40)
    if name in known and value is None:
        return f"'{shown}' is missing: {known[name]['description'].rstrip('.')}"
    if name in known:
        return f"'{shown}' takes {_expected(known[name])}{_advice(tool, name, value, known[name])}"
    meant = _meant(tool, name, known)
    if meant is None:
        return f"unknown argument '{shown}', {tool.name} takes {', '.join(known)}"
    return f"unknown argument '{shown}', did you mean '{meant}'?{_advice(tool, meant, value, known[meant])}"


def _expected(schema: Schema) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(f'"{value}"' for value in schema["enum"])
    if schema["type"] == "array":
        choices = schema["items"].get("enum")
        return "a list of " + (", ".join(f'"{value}"' for value in choices) if choices else "strings")
    if schema["type"] == "object" and "properties" not in schema:
        return "an object of names and values"
    if schema["type"] == "object":
        return f"an object of strings with the members {', '.join(schema['properties'])}"
    if schema["type"] == "integer":
        return f"a whole number from {schema['minimum']} to {schema['maximum']}"
    return f"one string of at most {schema['maxLength']} characters" if "maxLength" in schema else "one string"


def _advice(tool: PublishedTool[Any], name: str, value: object, schema: Schema) -> str:
    for candidate in _candidates(value, schema, tool.values.get(name, {})):
        if _accepted(tool.arguments, name, candidate):
            member = f"{json.dumps(name)}: {json.dumps(candidate, ensure_ascii=False)}"
            return f": write {member}" if len(member.encode(errors="replace")) <= _MOST_BYTES else ""
    return ""


def _accepted(arguments: type[BaseModel], name: str, value: object) -> bool:
    try:
        arguments.model_validate({name: value})
    except ValidationError as error:
        return not any(fault["loc"][0] == name for fault in error.errors(include_url=False, include_input=False))
    return True


def _candidates(value: object, schema: Schema, aliases: Mapping[str, str]) -> Iterator[object]:
    """What the caller may have meant, most likely first; the value itself leads, for a misspelt name."""
    yield value
    if "enum" in schema:
        word = _written(value).strip().lower()
        yield aliases.get(word)
        yield word if word in schema["enum"] else nearest(word, schema["enum"])
    elif schema["type"] == "array":
        yield from _lists(value, schema["items"].get("enum", ()), aliases)
    elif schema["type"] == "integer":
        yield from _numbers(value, schema)
    elif schema["type"] == "object":
        yield from _objects(value, schema.get("properties"))
    else:
        yield from _strings(value)


def _lists(value: object, choices: Sequence[str], aliases: Mapping[str, str]) -> Iterator[object]:
    if isinstance(value, str) and len(value) <= _MOST_BYTES:
        decoded = _decoded(value) if value.lstrip().startswith("[") else None
        value = decoded or [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list) and value:
        yield [_chosen(part, choices, aliases) for part in value] if choices else value


def _chosen(value: object, choices: Sequence[str], aliases: Mapping[str, str]) -> object:
    """The choice that a word may stand for."""
    word = _written(value).strip().lower()
    return word if word in choices else aliases.get(word) or nearest(word, choices)


def _objects(value: object, known: Mapping[str, Schema] | None) -> Iterator[object]:
    """An object with its members named rightly; a number is left alone, since 1.30 and 1.3 are one number."""
    if isinstance(value, str) and len(value) <= _MOST_BYTES:
        value = _decoded(value) or _pairs(value)
    if isinstance(value, dict) and known is None:
        yield value
    elif isinstance(value, dict) and known is not None:
        yield {name if name in known else nearest(name, known) or name: member for name, member in value.items()}


def _pairs(text: str) -> dict[str, str]:
    """`istio=1.26, linkerd: 2.20` as an object."""
    parts = (part.replace(":", "=").partition("=") for part in text.strip("{} ").split(",") if part.strip())
    return {name.strip(" \"'"): value.strip(" \"'") for name, _, value in parts}


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _numbers(value: object, schema: Schema) -> Iterator[object]:
    try:
        number = int(_written(value))
    except ValueError:
        return
    yield min(max(number, schema["minimum"]), schema["maximum"])


def _strings(value: object) -> Iterator[object]:
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        yield value[0] if len(value) == 1 else "\n---\n".join(value)
    elif isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False)
    else:
        yield _written(value)


def _written(value: object) -> str:
    """A scalar as text, cut to what a correction can show; nothing for anything deeper."""
    if isinstance(value, str):
        return value[:_MOST_BYTES]
    is_short = isinstance(value, int) and value.bit_length() < 64
    return str(value) if is_short or isinstance(value, float) else ""
