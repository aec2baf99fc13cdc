"""What the kubelet says of pods, read with whatever stands in the fields."""

from typing import Any

import pytest

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.pod_states import (
    age_of,
    container_status,
    containers_of,
    is_meant_to_run,
    is_ready,
    is_settled,
    trouble,
)
from service_mesh.mesh.view import MeshView
from service_mesh.model.resource import Resource

_NOON = 1_795_176_000.0


def _pod(status: Any = None, **metadata: Any) -> Resource:
    spec = {"initContainers": [{"name": "proxy"}], "containers": [{"name": "app"}]}
    about = {"name": "web", "namespace": "shop", **metadata}
    return Resource({"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": spec, "status": status})


def _trouble(**status: Any) -> tuple[str, str] | None:
    pod = _pod({"containerStatuses": [{"name": "app", **status}]})
    found = container_status(pod, "app")
    assert found is not None
    held = trouble(found)
    return None if held is None else (held.node.pointer, held.text)


@pytest.mark.parametrize(
    ("status", "deleted", "expected"),
    [
        ({"phase": "Running"}, None, True),
        ({"phase": "Pending"}, None, True),
        ({"phase": "Succeeded"}, None, False),
        ({"phase": "Failed"}, None, False),
        ({"phase": "Running"}, "2026-11-20T11:59:00Z", False),
        (None, None, False),
        ("odd", None, False),
    ],
)
def test_pod_is_meant_to_run_unless_it_is_over_or_being_deleted(status: Any, deleted: Any, *, expected: bool) -> None:
    assert is_meant_to_run(_pod(status, deletionTimestamp=deleted)) is expected


def test_pod_is_ready_by_its_condition() -> None:
    conditions = [{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": "True"}]
    assert is_ready(_pod({"conditions": conditions}))
    assert not is_ready(_pod({"conditions": conditions[:1]}))
    assert not is_ready(_pod({"conditions": [{"type": "Ready", "status": True}]}))


def test_age_is_counted_to_the_time_of_the_reading() -> None:
    pod = _pod(creationTimestamp="2026-11-20T11:58:00Z")
    read, unread = MeshView([pod], captures={"": Capture(_NOON)}), MeshView([pod])
    assert (age_of(read, pod), age_of(unread, pod)) == (120.0, None)
    assert [is_settled(read, pod), is_settled(read, pod, 60), is_settled(unread, pod)] == [False, True, True]


def test_containers_of_the_initialisation_come_first() -> None:
    assert [node.pointer for node in containers_of(_pod())] == ["/spec/initContainers/0", "/spec/containers/0"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (
            {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 7},
            ("/status/containerStatuses/0/state/waiting/reason", "waits with 'CrashLoopBackOff' after 7 restarts"),
        ),
        (
            {
                "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                "restartCount": 1,
                "lastState": {"terminated": {"reason": "OOMKilled"}},
            },
            (
                "/status/containerStatuses/0/state/waiting/reason",
                "waits with 'CrashLoopBackOff' after 1 restart, last ended with 'OOMKilled'",
            ),
        ),
        (
            {"state": {"terminated": {"exitCode": 1, "reason": "Error"}}},
            ("/status/containerStatuses/0/state/terminated/exitCode", "ended with code 1 and 'Error'"),
        ),
        (
            {"state": {"running": {}}, "ready": False, "restartCount": 10**400},
            ("/status/containerStatuses/0/ready", f"runs and is not ready after {10**400} restarts"),
        ),
        ({"state": {"waiting": {"reason": "ContainerCreating"}}}, None),
        ({"state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}, None),
        ({"state": {"running": {}}, "ready": True}, None),
        ({"state": ["odd"], "ready": "no"}, None),
    ],
)
def test_trouble_is_what_keeps_a_container_from_running(status: Any, expected: tuple[str, str] | None) -> None:
    assert _trouble(**status) == expected
