"""Seconds of questions at hosts in a mesh where every Service has a VirtualService, printed as JSON.

Usage: `python -m tools.bench.routes FOLDER`.
"""

import json
import statistics
import sys
import time

from service_mesh.mesh.ports import port_number
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.operations.request import Inputs
from service_mesh.operations.scene import scene_of
from service_mesh.posture.access.routed import Asked, answers
from service_mesh.posture.access.routes import addressed_at
from service_mesh.posture.access.targets import targets_behind
from service_mesh.posture.kubernetes.ends import of_workload
from service_mesh.posture.requests import HttpRequest

__all__ = ["routed"]

_QUESTIONS = 250
_FIRST = 50
"""So many questions until every index is there."""

_REQUEST = HttpRequest("GET", "/x")


def routed(folder: str) -> dict[str, float]:
    """Seconds of the first questions together, of the median and the slowest of the others, and how many routes."""
    plain = scene_of(Inputs(paths=(folder,)), Complete.YES, {}).view
    services = plain.of_kind(SERVICE)
    text = "---\n".join(map(_virtual_service, services))
    view = scene_of(Inputs(paths=(folder,), manifests=text), Complete.YES, {}).view
    clients = sorted(workloads(view), key=lambda one: one.title)
    asked = view.of_kind(SERVICE)
    seconds = [_one(view, clients[n * 31 % len(clients)], asked[n * 17 % len(asked)]) for n in range(_QUESTIONS)]
    others = seconds[_FIRST:]
    return {
        "first": sum(seconds[:_FIRST]),
        "question": statistics.median(others),
        "slowest": max(others),
        "routes": len(services),
        "workloads": len(clients),
    }


def _virtual_service(service: Resource) -> str:
    return (
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
        f"metadata: {{name: route-{service.name}, namespace: {service.namespace}}}\n"
        f"spec:\n  hosts: [{service.name}]\n  http:\n"
        f"  - match: [{{uri: {{prefix: /a}}}}]\n    route: [{{destination: {{host: {service.name}}}}}]\n"
        f"  - route: [{{destination: {{host: {service.name}}}}}]\n"
    )


def _one(view: MeshView, client: Workload, service: Resource) -> float:
    entry = next(service.each("spec.ports[]"))
    number = port_number(entry) or 80
    started = time.perf_counter()
    targets = targets_behind(view, service, entry)
    answers(view, Asked(of_workload(client), targets, "TCP", _REQUEST, None, addressed_at(service, number)))
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(routed(sys.argv[1])))
