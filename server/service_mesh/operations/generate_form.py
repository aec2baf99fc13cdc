"""Parameters of an intent as somebody gives them, held to its form."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from service_mesh.errors import UsageError
from service_mesh.generate.intent import Intent
from service_mesh.generate.parameters.base import Parameters
from service_mesh.model.origin import SourceText
from service_mesh.operations.forms import refusal
from service_mesh.source.files import read_text
from service_mesh.source.settings import read_settings

__all__ = ["form_of", "merged", "parameters_of", "params_in", "settings_of"]


def parameters_of(intent: Intent, given: Mapping[str, object]) -> Parameters:
    """The parameters.

    Raises:
        UsageError: A field or a value is none; the nearest one is named, with an example that works.
    """
    example = f"an example that works: {json.dumps(dict(intent.examples[0].params))}"
    try:
        return intent.parameters.model_validate_json(json.dumps(given))
    except ValidationError as error:
        raise refusal(intent.parameters, error, "params", example) from None
    except (TypeError, ValueError):
        raise UsageError("params is no JSON object", example) from None


def form_of(intent: Intent) -> tuple[Mapping[str, Any], Mapping[str, object]]:
    """The schema of the parameters, and an example that works."""
    return intent.parameters.model_json_schema(), dict(intent.examples[0].params)


def params_in(given: str) -> Mapping[str, object]:
    """The parameters that a file holds, YAML or JSON; text that begins with `{` is no file but holds them itself.

    Raises:
        InputError: It cannot be read, or holds no map; with file and line.
    """
    is_inline = given.lstrip().startswith("{")
    return read_settings(SourceText("--params", given) if is_inline else SourceText(given, read_text(given))).data


def settings_of(pairs: Iterable[str]) -> Mapping[str, object]:
    """Parameters given one by one: `to.name=cart`, `calls.0.methods=["GET"]`; JSON where it is JSON, else text.

    Raises:
        UsageError: A pair has another form, or one contradicts another.
    """
    found: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not name or not equals:
            raise UsageError(f"--set takes NAME=VALUE, not '{pair[:60]}'", "write it like --set namespace=shop")
        _put(found, name.split("."), _value(text), pair)
    return {name: _listed(value) for name, value in found.items()}


def merged(under: Mapping[str, object], over: Mapping[str, object]) -> Mapping[str, object]:
    """Parameters laid over others: maps are merged, everything else is replaced."""
    found = dict(under)
    for name, value in over.items():
        held = found.get(name)
        found[name] = merged(held, value) if isinstance(held, Mapping) and isinstance(value, Mapping) else value
    return found


def _put(held: dict[str, object], steps: list[str], value: object, pair: str) -> None:
    *outer, last = steps
    for step in outer:
        inner = held.setdefault(step, {})
        if not isinstance(inner, dict):
            raise UsageError(f"'{pair[:60]}' contradicts another --set", "give the value once")
        held = inner
    held[last] = value


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _listed(value: object) -> object:
    """Maps whose names are 0, 1, 2 … are lists."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(one) for name, one in value.items()}
    is_list = inner and all(name == str(number) for number, name in enumerate(inner))
    return list(inner.values()) if is_list else inner
