"""Pods that are ready and wanted, by the status of what makes them."""

from typing import Any

import pytest

from service_mesh.mesh.replica_counts import replica_counts
from service_mesh.model.resource import Resource


@pytest.mark.parametrize(
    ("kind", "spec", "status", "expected"),
    [
        ("Deployment", {"replicas": 3}, {"readyReplicas": 2}, (2, 3, "/status/readyReplicas")),
        ("Deployment", {}, {"observedGeneration": 1}, (0, 1, "/status")),
        ("StatefulSet", {"replicas": 0}, {"replicas": 0}, (0, 0, "/status")),
        ("DaemonSet", {}, {"numberReady": 4, "desiredNumberScheduled": 5}, (4, 5, "/status/numberReady")),
        ("Deployment", {"replicas": 3}, {}, None),
        ("Deployment", {"replicas": 3}, "odd", None),
        ("Deployment", {"replicas": "3"}, {"readyReplicas": 3}, None),
        ("Deployment", {"replicas": 3}, {"readyReplicas": -1}, None),
        ("Deployment", {"replicas": True}, {"readyReplicas": 3}, None),
        ("Job", {}, {"ready": 1}, None),
    ],
)
def test_counts_are_read_from_the_status(
    kind: str, spec: Any, status: Any, expected: tuple[int, int, str] | None
) -> None:
    version = "batch/v1" if kind == "Job" else "apps/v1"
    found = replica_counts(
        Resource({"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": spec, "status": status})
    )
    assert (found if found is None else (found.ready, found.wanted, found.node.pointer)) == expected
