"""Which workloads a Cilium policy is for: its endpoint selectors, read the way Cilium's agent reads label sources."""

from collections.abc import Iterable, Iterator, Mapping

from service_mesh.mesh.selection import SelectorIndex, selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import NOTHING, Requirement, Selector, label_selector

__all__ = ["CILIUM_POLICIES", "rules_for_identity", "rules_selecting", "selected_by_rule"]

CILIUM_POLICIES = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY)
"""The kinds that are read here, besides workloads."""

_SOURCES = ("k8s:", "any:", "k8s.", "any.")
_NAMESPACE = "io.kubernetes.pod.namespace"


def rules_selecting(mesh: MeshView, workload: Workload) -> tuple[Node, ...]:
    """The policy rules (`spec`, or an item of `specs`) that are for a workload."""
    return mesh.index(_rules).matching(workload.cluster, workload.namespace, _labels(workload))


def rules_for_identity(mesh: MeshView, cluster: str, namespace: str, labels: Iterable[str]) -> tuple[Node, ...]:
    """The policy rules that are for an endpoint with these labels, which decide alone, as they do in the agent.

    Args:
        mesh: The objects.
        cluster: Cluster of the endpoint.
        namespace: Namespace of its pod.
        labels: As a CiliumEndpoint holds them: `k8s:app=web`; those of other sources than Kubernetes are left out.
    """
    pairs = (label.removeprefix("k8s:").partition("=") for label in labels if label.startswith("k8s:"))
    return mesh.index(_rules).matching(cluster, namespace, {key: value for key, _, value in pairs})


def selected_by_rule(mesh: MeshView, rule: Node) -> Iterator[Workload]:
    """The workloads that one policy rule is for.

    (`cilium/cilium: pkg/k8s/apis/cilium.io/utils/utils.go`, getEndpointSelector)
    """
    policy, selector = rule.resource, _selector(rule)
    named = selector.equal.get(_NAMESPACE)
    place = policy.namespace or named
    # The namespace is no label of pods here, so it is taken out before the index of labels is asked.
    of_pods = Selector({k: v for k, v in selector.equal.items() if k != _NAMESPACE}, nothing=selector.nothing)
    for workload in selected(mesh, of_pods, place, policy.cluster):
        if selector.matches(_labels(workload)):
            yield workload


def _rules(mesh: MeshView) -> SelectorIndex[Node]:
    return SelectorIndex(
        (policy.cluster, policy.namespace, _selector(rule), rule)
        for kind in CILIUM_POLICIES
        for policy in mesh.of_kind(kind)
        for rule in _policy_rules(policy)
    )


def _policy_rules(policy: Resource) -> Iterator[Node]:
    yield from policy.each("spec")
    yield from policy.each("specs[]")


def _selector(rule: Node) -> Selector:
    """The endpoint selector without label sources; rules for nodes are for no endpoint.

    (`cilium/cilium: pkg/k8s/apis/cilium.io/utils/utils.go`, ParseToCiliumRule)
    """
    node = rule.get("endpointSelector")
    if node is None:
        return NOTHING
    read = label_selector(node)
    # A namespace written into a policy of a namespace is replaced by its own, with no more than a warning in the log.
    illegal = f"k8s:{_NAMESPACE}" if rule.resource.namespace else ""
    equal = {_bare(key): value for key, value in read.equal.items() if key != illegal}
    requirements = tuple(Requirement(_bare(r.key), r.operator, r.values) for r in read.requirements)
    return Selector(equal, requirements, read.nothing)


def _bare(key: str) -> str:
    return key[4:] if key.startswith(_SOURCES) else key


def _labels(workload: Workload) -> Mapping[str, object]:
    return {**workload.labels, _NAMESPACE: workload.namespace}
