"""How many pods of a component should be ready and how many are, and what it means when none is."""

from collections.abc import Mapping
from typing import NamedTuple

from service_mesh.mesh.component_pods import pods_of_component
from service_mesh.mesh.components import Component, components
from service_mesh.mesh.pod_states import age_of, condition, is_ready, is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model.grade import Severity
from service_mesh.model.instants import seconds_of
from service_mesh.model.kinds import DAEMON_SET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["Replicas", "effect", "is_down", "is_moving", "is_updating", "replicas", "severity_of", "whole"]

_MOST = 1_000_000
_DEADLINE = 600.0
_MOMENT = 120.0

_ONLY_SHOWN = frozenset({"hubble-relay", "hubble-ui"})
_CARRYING = frozenset({"", "multicluster"})

_EFFECTS: Mapping[tuple[str, str], str] = {
    ("istio", "istiod"): "proxies get no new configuration and no new certificates, and pods are not injected",
    ("istio", "ztunnel"): "traffic of pods in ambient mode is not carried",
    ("istio", "istio-cni"): "new pods of the mesh may not start",
    ("linkerd", "destination"): "proxies learn of no new endpoints and policies",
    ("linkerd", "identity"): "proxies get no new certificates",
    ("linkerd", "proxy-injector"): "new pods get no proxy",
    ("linkerd", "linkerd-cni"): "new pods of the mesh may not start",
    ("cilium", "agent"): "new pods get no network and policies do not change",
    ("cilium", "operator"): "new nodes get no addresses for pods and identities left behind are not cleared away",
    ("cilium", "envoy"): "policies for HTTP, ingress and gateways carry no traffic",
    ("cilium", "clustermesh-apiserver"): "other clusters learn of no changes in this one",
}
"""Mesh and role -> what follows when no pod does its work.

(`istio/istio: pilot/pkg/bootstrap/server.go`, and `cni/pkg/plugin/plugin.go`, which fails the start of an ambient pod
without its agent; `cilium/cilium: operator/cmd/root.go`)
"""


class Replicas(NamedTuple):
    """Pods of a component.

    Attributes:
        wanted: Pods that should run.
        ready: Pods that are ready.
        node: Where the number of those that are ready was read, or the status that leaves it out.
    """

    wanted: int
    ready: int
    node: Node


def replicas(component: Component) -> Replicas | None:
    """Pods that should be ready and are; None where no controller has said anything of them.

    A Deployment leaves `readyReplicas` out while it is zero (`kubernetes/api: apps/v1/types.go`); the controller of a
    DaemonSet tells both numbers.
    """
    resource = component.resource
    status = resource.get("status")
    if status is None or not isinstance(status.value, dict) or not status.value:
        return None
    if resource.kind == DAEMON_SET:
        wanted, ready = status.get("desiredNumberScheduled"), status.get("numberReady")
        number = whole(wanted)
    else:
        wanted, ready = resource.get("spec.replicas"), status.get("readyReplicas")
        number = 1 if wanted is None else whole(wanted)
    have = 0 if ready is None else whole(ready)
    return None if number is None or have is None else Replicas(number, have, ready or status)


def whole(node: Node | None) -> int | None:
    """A number of pods; None for anything that cannot be one."""
    value = node.value if node is not None else None
    return value if type(value) is int and 0 <= value <= _MOST else None


def is_down(mesh: MeshView, component: Component) -> bool:
    """Whether a component should run and no pod of it is ready, and it is not just coming up."""
    return component.resource.key in mesh.index(_down)


def is_moving(mesh: MeshView, component: Component) -> bool:
    """Whether pods of a component have just come, gone or changed, so that numbers say nothing yet.

    A Deployment says of itself whether it is being rolled out; it is given its default deadline of ten minutes.
    """
    if any(not is_ready(pod) and not _has_settled(mesh, pod) for pod in pods_of_component(mesh, component)):
        return True
    progress = condition(component.resource, "Progressing")
    if (
        progress is None
        or progress.text_at("status") != "True"
        or progress.text_at("reason") == "NewReplicaSetAvailable"
    ):
        return False
    now, updated = mesh.now(component.cluster), seconds_of(progress.text_at("lastUpdateTime"))
    return now is None or updated is None or now - updated < _DEADLINE


def is_updating(mesh: MeshView, component: Component) -> bool:
    """Whether pods of a DaemonSet may still be replaced one after another; never with the strategy OnDelete."""
    if component.resource.root.text_at("spec.updateStrategy.type") == "OnDelete":
        return False
    ages = [age_of(mesh, pod) for pod in pods_of_component(mesh, component)]
    return not ages or any(age is None or age < _DEADLINE for age in ages)


def severity_of(component: Component) -> Severity:
    """How bad it is when a component does not work: what only shows traffic, and carries none, is a warning."""
    is_shown = component.role in _ONLY_SHOWN or component.extension not in _CARRYING
    return Severity.WARNING if is_shown else Severity.ERROR


def effect(component: Component, where: str = "") -> str:
    """What follows when a component does not work, as the end of a sentence, or nothing.

    Args:
        component: The component.
        where: Where that is, such as ` there`.
    """
    found = "" if component.extension else _EFFECTS.get((component.mesh, component.role), "")
    return f", so {found}{where}" if found else ""


def _down(mesh: MeshView) -> frozenset[ResourceKey]:
    return frozenset(component.resource.key for component in components(mesh) if _is_down(mesh, component))


def _is_down(mesh: MeshView, component: Component) -> bool:
    found = replicas(component)
    if found is None or found.ready or not found.wanted or not is_settled(mesh, component.resource):
        return False
    pods = pods_of_component(mesh, component)
    return not pods or any(_has_settled(mesh, pod) for pod in pods)


def _has_settled(mesh: MeshView, pod: Resource) -> bool:
    """Whether a pod had time to come up, and has not lost or gained its readiness a moment ago."""
    ready, now = condition(pod, "Ready"), mesh.now(pod.cluster)
    changed = seconds_of(ready.text_at("lastTransitionTime")) if ready is not None else None
    is_fresh = now is not None and changed is not None and now - changed < _MOMENT
    return is_settled(mesh, pod) and not is_fresh
