"""Requirements as somebody gives them, held to what there is: a wrong field or value is named with the nearest one."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service_mesh.errors import UsageError
from service_mesh.model.names import nearest
from service_mesh.model.origin import SourceText
from service_mesh.recommend.problems import problems
from service_mesh.recommend.requirements import Requirements
from service_mesh.source.files import read_text
from service_mesh.source.settings import read_settings

__all__ = ["EXAMPLE", "read_requirements", "requirements_of"]

EXAMPLE: Mapping[str, object] = {
    "sizes": {"nodes": 40, "pods": 900, "services": 120, "clusters": 1},
    "traffic": {"rps": 3000, "protocols": ["http", "grpc"], "latency_budget_ms": 5},
    "needs": {"mtls": "must", "l7-authorization": "should", "canary": "should", "multi-cluster": "no"},
    "constraints": {"cni": "calico", "cni_may_change": False, "platform": "eks", "privileged_pods": True},
    "team": {"engineers": 4, "mesh_experience": "some", "on_call": True},
    "priorities": {"simplicity": 3},
}
"""Requirements as they are written, for whoever asks how."""

_QUOTED = re.compile(r"'([^']+)'")
_SHOWN = 60


def requirements_of(given: Mapping[str, object]) -> Requirements:
    """Requirements as they are given.

    Raises:
        UsageError: A field or a value is none; the nearest one is named.
    """
    try:
        found = Requirements.model_validate_json(json.dumps(_with_words(given)))
    except ValidationError as error:
        raise _refusal(error.errors()[0]) from None
    except (TypeError, ValueError):
        raise UsageError("the requirements are no JSON object", f"write them like {json.dumps(EXAMPLE)}") from None
    for problem in problems(found):
        raise UsageError(problem)
    return found


def _with_words(given: Mapping[str, object]) -> Mapping[str, object]:
    """The same with `no` as a word: YAML reads it as false where it is not quoted."""
    needs = given.get("needs") if isinstance(given, dict) else None
    if not isinstance(needs, dict):
        return given
    return {**given, "needs": {name: "no" if value is False else value for name, value in needs.items()}}


def _refusal(found: ErrorDetails) -> UsageError:
    steps = [str(step) for step in found["loc"] if step != "[key]"]
    place, given = ".".join(("requirements", *steps)), str(found["input"])[:_SHOWN]
    expected = _QUOTED.findall(str(found.get("ctx", {}).get("expected", "")))
    match found["type"]:
        case "extra_forbidden":
            known = _fields(steps[:-1])
            return UsageError(f"there is no {place}", _nearest(steps[-1], known))
        case "enum" if found["loc"][-1] == "[key]":
            return UsageError(f"there is no {place}", _nearest(steps[-1], expected))
        case "enum":
            return UsageError(f"{place} is '{given}'", _nearest(given, expected))
        case "greater_than_equal" | "less_than_equal":
            bounds = ", ".join(str(value) for value in found.get("ctx", {}).values())
            word = "at least" if found["type"] == "greater_than_equal" else "at most"
            return UsageError(f"{place} is {given}", f"it has to be {word} {bounds}")
    return UsageError(f"{place} is '{given}'", found["msg"][:1].lower() + found["msg"][1:])


def _nearest(word: str, known: Sequence[str]) -> str:
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else f"there are {', '.join(known)}"


def _fields(steps: Sequence[str]) -> tuple[str, ...]:
    """Names of the fields at a place of the form."""
    held: type[BaseModel] = Requirements
    for step in steps:
        part: Any = held.model_fields[step].annotation
        held = part
    return tuple(held.model_fields)


def read_requirements(path: str) -> Mapping[str, object]:
    """The requirements that a file holds, YAML or JSON.

    Raises:
        InputError: It cannot be read, or holds no map; with file and line.
    """
    return read_settings(SourceText(path, read_text(path))).data
