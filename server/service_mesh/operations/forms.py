"""What is wrong with a form that somebody filled in: the place, and the nearest field or value that there is."""

import re
from collections.abc import Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service_mesh.errors import UsageError
from service_mesh.model.names import nearest

__all__ = ["refusal"]

_QUOTED = re.compile(r"'([^']+)'")
_SHOWN = 60


def refusal(form: type[BaseModel], error: ValidationError, title: str, hint: str = "") -> UsageError:
    """The first fault of a form, in a sentence; names that there are not come before those that are missing.

    Args:
        form: The type that was to be filled in.
        error: What pydantic says.
        title: What the form is called: `requirements`.
        hint: What to do where no near name helps.
    """
    found = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")  # it says what is missing, too
    steps = [str(step) for step in found["loc"] if step != "[key]"]
    place, given = ".".join((title, *steps)), str(found["input"])[:_SHOWN]
    match found["type"]:
        case "extra_forbidden":
            return UsageError(f"there is no {place}", _nearest(steps[-1], _fields(form, steps[:-1])))
        case "missing":
            return UsageError(f"{place} is missing", hint)
        case "enum" | "literal_error":
            return _of_choice(found, place, given, steps)
        case "greater_than_equal" | "less_than_equal":
            bounds = ", ".join(str(value) for value in found.get("ctx", {}).values())
            word = "at least" if found["type"] == "greater_than_equal" else "at most"
            return UsageError(f"{place} is {given}", f"it has to be {word} {bounds}")
        case "value_error":
            return UsageError(f"{place}: {found['ctx']['error']}", hint)
    message = found["msg"][:1].lower() + found["msg"][1:]
    return UsageError(f"{place} is '{given}'", f"{message}; {hint}" if hint else message)


def _of_choice(found: ErrorDetails, place: str, given: str, steps: Sequence[str]) -> UsageError:
    expected = _QUOTED.findall(str(found.get("ctx", {}).get("expected", "")))
    if found["loc"][-1] == "[key]":
        return UsageError(f"there is no {place}", _nearest(steps[-1], expected))
    return UsageError(f"{place} is '{given}'", _nearest(given, expected))


def _nearest(word: str, known: Sequence[str]) -> str:
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else f"there are {', '.join(known)}"


def _fields(form: type[BaseModel], steps: Sequence[str]) -> tuple[str, ...]:
    """Names of the fields at a place of a form; steps into a list are numbers."""
    held: Any = form
    for step in steps:
        if not step.isdigit():
            held = _form_in(held.model_fields[step].annotation)
    return tuple(held.model_fields)


def _form_in(annotation: Any) -> Any:
    """The form inside an optional, a tuple or a map of forms."""
    if get_origin(annotation) in (Union, UnionType, tuple, list, dict):
        inner = (_form_in(one) for one in get_args(annotation))
        return next((one for one in inner if hasattr(one, "model_fields")), annotation)
    return annotation
