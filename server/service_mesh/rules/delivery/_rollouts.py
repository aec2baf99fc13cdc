"""The parts of a Rollout that several rules ask for: strategies, steps, traffic routing, the labels of its pods."""

from collections.abc import Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import present, text

__all__ = [
    "GATEWAY_PLUGIN",
    "REFERENCES",
    "VALIDATION",
    "canary_strategy",
    "gateway_plugin",
    "pod_labels",
    "routing",
    "steps",
    "subsets",
    "virtual_services",
]

VALIDATION = "argoproj/argo-rollouts: pkg/apis/rollouts/validation/validation.go"
REFERENCES = "argoproj/argo-rollouts: pkg/apis/rollouts/validation/validation_references.go"
GATEWAY_PLUGIN = "argoproj-labs/gatewayAPI"
"""Name under which the plugin for the Gateway API is set up."""


def canary_strategy(rollout: Resource) -> Node | None:
    """`spec.strategy.canary` if it is the strategy."""
    return present(rollout, "spec.strategy.canary")


def routing(rollout: Resource) -> Node | None:
    """What moves the traffic; without it, weights are approximated by numbers of pods."""
    return present(canary_strategy(rollout), "trafficRouting")


def steps(rollout: Resource) -> tuple[Node, ...]:
    """The steps of the canary strategy."""
    return tuple(rollout.each("spec.strategy.canary.steps[]"))


def virtual_services(rollout: Resource) -> tuple[Node, ...]:
    """The entries that name a VirtualService of Istio."""
    istio = present(routing(rollout), "istio")
    if istio is None:
        return ()
    one = present(istio, "virtualService")
    return (*((one,) if one is not None else ()), *istio.each("virtualServices[]"))


def subsets(rollout: Resource) -> tuple[str, str]:
    """Names of the subsets for canary and stable pods, empty where none are named."""
    rule = present(routing(rollout), "istio.destinationRule")
    return text(rule, "canarySubsetName"), text(rule, "stableSubsetName")


def gateway_plugin(rollout: Resource) -> Node | None:
    """The settings of the plugin for the Gateway API."""
    plugins = present(routing(rollout), "plugins")
    return plugins.key(GATEWAY_PLUGIN) if plugins is not None else None


def pod_labels(mesh: MeshView, rollout: Resource) -> Mapping[str, object] | None:
    """Labels of its pods, from the Deployment it refers to where it does; None where that is not here."""
    holder: Resource | None = rollout
    if present(rollout, "spec.workloadRef") is not None:
        name = text(rollout, "spec.workloadRef.name")
        is_deployment = text(rollout, "spec.workloadRef.kind") == DEPLOYMENT.name
        holder = mesh.find(DEPLOYMENT, rollout.namespace, name, rollout.cluster) if is_deployment else None
    labels = present(holder, "spec.template.metadata.labels")
    return labels.value if labels is not None and isinstance(labels.value, dict) else None
