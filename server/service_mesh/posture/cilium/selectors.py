"""Selectors in Cilium policies: sources of labels, and the namespace and cluster that go without saying."""

from service_mesh.mesh.view import MeshView
from service_mesh.model.node import Node
from service_mesh.model.selectors import NOTHING, Operator, Requirement, Selector, label_selector
from service_mesh.posture.cilium.identity import CLUSTER_LABEL, NAMESPACE_LABEL, NAMESPACE_LABELS, RESERVED
from service_mesh.posture.cilium.options import policy_options

__all__ = ["endpoint_selector", "is_for_others", "names_cluster", "node_selector", "peer_selector"]

_SOURCES = ("k8s:", "any:")


def endpoint_selector(rule: Node) -> Selector:
    """Whom a rule is for, the namespace of its policy apart, which is the caller's part.

    A namespace written for the source `k8s` into a policy of a namespace is replaced by its own.
    (`cilium/cilium: pkg/k8s/apis/cilium.io/utils/utils.go`, ParseToCiliumRule)
    """
    node = rule.get("endpointSelector")
    if node is None or not isinstance(node.value, dict):
        return NOTHING
    home = rule.resource.namespace
    selector = _bare(label_selector(node))
    if not home:
        return selector
    labels = node.get("matchLabels")
    illegal = labels is not None and labels.key(f"k8s:{NAMESPACE_LABEL}") is not None
    equal = {key: value for key, value in selector.equal.items() if not (illegal and key == NAMESPACE_LABEL)}
    return Selector(equal, selector.requirements, selector.nothing)


def node_selector(rule: Node) -> Selector:
    """The nodes that a rule is for; nothing where it is for endpoints."""
    node = rule.get("nodeSelector")
    return NOTHING if node is None or not isinstance(node.value, dict) else _bare(label_selector(node))


def peer_selector(mesh: MeshView, node: Node, rule: Node) -> Selector:
    """Whom an item of `fromEndpoints` or `toEndpoints` means.

    Without a namespace, or labels of one, it is the own namespace; in a cluster-wide policy whatever has a namespace.
    Labels of what is no pod are left alone, and so is every namespace of a rule for endpoints that start up. Since 1.19
    it is the own cluster unless a cluster is written.
    (`cilium/cilium: pkg/k8s/apis/cilium.io/utils/utils.go`, getEndpointSelector)
    """
    selector = _bare(label_selector(node))
    keys = _keys(selector)
    if is_for_others(selector):
        return selector
    added: list[Requirement] = []
    home, options = rule.resource.namespace, policy_options(mesh, rule.resource.cluster)
    if NAMESPACE_LABEL not in keys:
        if home and not any(key.startswith(NAMESPACE_LABELS) for key in keys):
            added.append(Requirement(NAMESPACE_LABEL, Operator.IN, frozenset({home})))
        elif not home and not _is_for_starting(rule):
            added.append(Requirement(NAMESPACE_LABEL, Operator.EXISTS))
    if options.is_local_by_default and options.cluster_name and CLUSTER_LABEL not in keys:
        added.append(Requirement(CLUSTER_LABEL, Operator.IN, frozenset({options.cluster_name})))
    return Selector(selector.equal, (*selector.requirements, *added), selector.nothing)


def is_for_others(selector: Selector) -> bool:
    """Tell whether a selector asks for labels of what is no pod, which has no namespace and no cluster."""
    return any(key.startswith(RESERVED) for key in _keys(selector))


def names_cluster(node: Node) -> bool:
    """Tell whether a selector says which clusters it means."""
    return CLUSTER_LABEL in _keys(_bare(label_selector(node)))


def _is_for_starting(rule: Node) -> bool:
    node = rule.get("endpointSelector")
    return f"{RESERVED}init" in _keys(_bare(label_selector(node))) if node is not None else False


def _keys(selector: Selector) -> tuple[str, ...]:
    return (*selector.equal, *(one.key for one in selector.requirements))


def _bare(read: Selector) -> Selector:
    equal = {_key(key): value for key, value in read.equal.items()}
    requirements = tuple(Requirement(_key(r.key), r.operator, r.values) for r in read.requirements)
    return Selector(equal, requirements, read.nothing)


def _key(key: str) -> str:
    return key[4:] if key.startswith(_SOURCES) else key
