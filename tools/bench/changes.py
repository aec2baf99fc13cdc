"""What a preview of a one-line edit and a recommendation take: `python -m tools.bench.changes FOLDER` prints JSON."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from service_mesh.mesh.view import Complete
from service_mesh.operations.loading import load
from service_mesh.operations.preview import preview
from service_mesh.operations.recommend import recommend
from service_mesh.operations.recommend_form import EXAMPLE
from service_mesh.operations.request import Inputs, PreviewRequest, RecommendRequest

__all__ = ["measure"]

Object = dict[str, Any]


def _other_action(policy: Object) -> None:
    policy["spec"]["action"] = "ALLOW" if policy["spec"].get("action") == "DENY" else "DENY"


def _closed(policy: Object) -> None:
    policy["spec"]["ingress"] = []


def _strict(policy: Object) -> None:
    policy["spec"]["mtls"] = {"mode": "STRICT"}


def _labelled(workload: Object) -> None:
    workload["spec"]["template"]["metadata"]["labels"]["edited"] = "yes"


_EDITS: Mapping[str, Callable[[Object], None]] = {
    "AuthorizationPolicy": _other_action,
    "PeerAuthentication": _strict,
    "NetworkPolicy": _closed,
    "Deployment": _labelled,
}
"""Kind -> an edit of one line of it."""


def measure(folder: str) -> dict[str, float]:
    """Seconds after reading of a preview of each edit, and of a recommendation; each the best of three."""
    objects = [json.loads(text) for path in sorted(Path(folder).glob("*")) for text in _documents(path)]
    inputs = Inputs(paths=(folder,))
    found = {kind: min(_edited(inputs, objects, kind) for _ in range(3)) for kind in _EDITS}
    asked = RecommendRequest(EXAMPLE, "2026-11-21")
    recommend(asked)
    return {**found, "recommendation": min(_seconds(lambda: recommend(asked)) for _ in range(5))}


def _edited(inputs: Inputs, objects: list[Object], kind: str) -> float:
    edited = deepcopy(next(one for one in objects if one["kind"] == kind))
    _EDITS[kind](edited)
    change = PreviewRequest(inputs, Inputs(manifests=json.dumps(edited)))
    return _seconds(lambda: preview(change)) - _seconds(lambda: load(inputs, Complete.AUTO))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _documents(path: Path) -> list[str]:
    return [text for text in path.read_text(encoding="utf-8").split("\n---\n") if text.strip()]


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
