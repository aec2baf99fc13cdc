"""Requirements as somebody gives them, held to what there is: a wrong field or value is named with the nearest one."""

import json
from collections.abc import Mapping

from pydantic import ValidationError

from service_mesh.errors import UsageError
from service_mesh.model.origin import SourceText
from service_mesh.operations.forms import refusal
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


def requirements_of(given: Mapping[str, object]) -> Requirements:
    """Requirements as they are given.

    Raises:
        UsageError: A field or a value is none; the nearest one is named.
    """
    try:
        found = Requirements.model_validate_json(json.dumps(_with_words(given)))
    except ValidationError as error:
        raise refusal(Requirements, error, "requirements") from None
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


def read_requirements(path: str) -> Mapping[str, object]:
    """The requirements that a file holds, YAML or JSON.

    Raises:
        InputError: It cannot be read, or holds no map; with file and line.
    """
    return read_settings(SourceText(path, read_text(path))).data
