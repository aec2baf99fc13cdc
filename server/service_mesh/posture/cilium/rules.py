"""The rules of Cilium policies that select an end, with what makes the agent refuse a policy as a whole."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.re2 import regex_fault
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.posture.cilium.identity import IDENTITY_KINDS, identities
from service_mesh.posture.cilium.selectors import endpoint_selector, node_selector
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import End, Entity

__all__ = ["RULE_KINDS", "Chosen", "chosen_rules", "closes", "default_denies", "is_refused", "place_of"]

_POLICIES = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY)

RULE_KINDS = (*_POLICIES, *IDENTITY_KINDS)
"""The kinds that are read here."""

_SECTIONS = ("ingress", "ingressDeny", "egress", "egressDeny")
_FROM = ("fromEndpoints", "fromCIDR", "fromCIDRSet", "fromEntities", "fromNodes", "fromGroups")
_TO = ("toEndpoints", "toCIDR", "toCIDRSet", "toEntities", "toNodes", "toFQDNs", "toServices", "toGroups")
_SELECTORS = ("fromEndpoints", "toEndpoints", "fromNodes", "toNodes")
_TEXTS = ("method", "path", "host")
_MOST_PORTS = 40
_ENTITIES = frozenset(Entity) | {"all", "none", "cluster", "cluster-mesh", "world-ipv4", "world-ipv6"}


class Chosen(NamedTuple):
    """A rule of a policy, `spec` or an item of `specs`, that is for an end.

    Attributes:
        rule: The rule.
        is_certain: False where it is not known whether it is for it.
    """

    rule: Node
    is_certain: bool


def chosen_rules(mesh: MeshView, end: End) -> tuple[Chosen, ...]:
    """The rules for a pod, or for a node where the end is one; rules of policies that the agent refuses are none.

    Labels of nodes are not looked at: which node it is, is seldom known, so rules for some nodes are not certain.
    """
    mesh.mark_read(*RULE_KINDS)
    if not end.is_pod:
        nodes = {Entity.HOST, Entity.REMOTE_NODE}.intersection(end.entities)
        return mesh.index(_for_nodes).get(end.cluster, ()) if nodes else ()
    (identity,) = identities(mesh, end)
    sure = mesh.index(_for_endpoints).matching(end.cluster, end.namespace, identity.labels)
    found = {id(rule.value): Chosen(rule, True) for rule in sure}
    if identity.unknown:
        for rule in _candidates(mesh, end):
            if identity.meets(endpoint_selector(rule)) is None:
                found[id(rule.value)] = Chosen(rule, False)
            elif identity.meets(endpoint_selector(rule)) is False:
                found.pop(id(rule.value), None)
    return tuple(found.values())


def place_of(rule: Node) -> tuple[str, str, str]:
    """Where a rule stands; of several that come to the same for a pod, the first by this is told of."""
    return rule.resource.namespace, rule.resource.name, rule.pointer


def closes(rule: Node, direction: Direction) -> bool:
    """Tell whether a rule has something to say on a direction: a list that is empty says nothing."""
    return any(True for name in (direction.value, f"{direction.value}Deny") for _ in rule.each(f"{name}[]"))


def default_denies(rule: Node, direction: Direction) -> bool:
    """Tell whether a rule makes everything denied that no rule allows.

    (`cilium/cilium: pkg/policy/repository.go`, computePolicyEnforcementAndRules)
    """
    switch = rule.get(f"enableDefaultDeny.{direction.value}")
    return closes(rule, direction) and (switch is None or switch.value is not False)


def is_refused(policy: Resource) -> bool:
    """Tell whether the agent refuses a policy, which then has no effect at all.

    Looked at are rules without anything in them or without a selector, items with peers of several kinds or with ICMP
    and ports, entities and operators that do not exist, too many ports, expressions that do not compile, and rules for
    requests where the agent takes none: for nodes, for DNS on the way in, on port 0 and, unless they are for DNS, for
    protocols other than TCP.
    (`cilium/cilium: pkg/policy/api/rule_validation.go`)
    """
    return any(_is_faulty(rule) for rule in _policy_rules(policy))


def _is_faulty(rule: Node) -> bool:
    is_for_nodes = _is_written(rule, "nodeSelector")
    if _is_written(rule, "endpointSelector") == is_for_nodes or (rule.resource.namespace and is_for_nodes):
        return True
    if any(label_selector(found).nothing for name in ("endpointSelector", "nodeSelector") for found in rule.each(name)):
        return True
    items = [(item, name.startswith("in")) for name in _SECTIONS for item in rule.each(f"{name}[]")]
    if is_for_nodes and any(_requests(ports) for item, _ in items for ports in item.each("toPorts[]")):
        return True
    return not items or any(_is_faulty_item(item, is_ingress) for item, is_ingress in items)


def _is_faulty_item(item: Node, is_ingress: bool) -> bool:
    written = [name for name in (_FROM if is_ingress else _TO) if _is_filled(item, name)]
    entities = (one.text for name in ("fromEntities[]", "toEntities[]") for one in item.each(name))
    both = _is_filled(item, "icmps") and _is_filled(item, "toPorts")
    if len(written) > 1 or both or any(text not in _ENTITIES for text in entities):
        return True
    if any(label_selector(one).nothing for name in _SELECTORS for one in item.each(f"{name}[]")):
        return True
    return any(_is_faulty_opening(ports, is_ingress) for ports in item.each("toPorts[]"))


def _is_faulty_opening(ports: Node, is_ingress: bool) -> bool:
    kinds, listed = _requests(ports), ports.get("ports")
    held = listed.items if listed is not None else ()
    if not kinds:
        return len(held) > _MOST_PORTS
    is_dns = "dns" in kinds
    is_other = not is_dns and any(port.text_at("protocol").upper() != "TCP" for port in held)
    is_off = is_other or (is_dns and is_ingress) or any(port.text_at("port") == "0" for port in held)
    entries = ports.each("rules.http[]")
    return (
        is_off or len(held) > _MOST_PORTS or any(regex_fault(one.text_at(name)) for one in entries for name in _TEXTS)
    )


def _requests(ports: Node) -> frozenset[str]:
    """The kinds of rules for requests that ports have."""
    rules = ports.get("rules")
    held = rules.value if rules is not None and isinstance(rules.value, dict) else {}
    return frozenset(kind for kind, value in held.items() if value)


def _is_written(rule: Node, name: str) -> bool:
    found = rule.get(name)
    return found is not None and found.value is not None


def _is_filled(item: Node, name: str) -> bool:
    found = item.get(name)
    return found is not None and bool(found.value)


def _candidates(mesh: MeshView, end: End) -> Iterator[Node]:
    held = mesh.index(_by_home)
    yield from held.get((end.cluster, end.namespace), ())
    yield from held.get((end.cluster, ""), ())


def _policy_rules(policy: Resource) -> Iterator[Node]:
    yield from policy.each("spec")
    yield from policy.each("specs[]")


def _rules(mesh: MeshView) -> tuple[Node, ...]:
    return mesh.index(_taken)


def _taken(mesh: MeshView) -> tuple[Node, ...]:
    policies = (policy for kind in _POLICIES for policy in mesh.of_kind(kind) if not is_refused(policy))
    return tuple(rule for policy in policies for rule in _policy_rules(policy))


def _for_endpoints(mesh: MeshView) -> SelectorIndex[Node]:
    return SelectorIndex(
        (rule.resource.cluster, rule.resource.namespace, endpoint_selector(rule), rule) for rule in _rules(mesh)
    )


def _by_home(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Node, ...]]:
    found: dict[tuple[str, str], list[Node]] = {}
    for rule in _rules(mesh):
        if _asks_for_more(rule):
            found.setdefault((rule.resource.cluster, rule.resource.namespace), []).append(rule)
    return {home: tuple(rules) for home, rules in found.items()}


def _asks_for_more(rule: Node) -> bool:
    """Whether labels are asked for that are not the pod's own, which may be unknown."""
    selector = endpoint_selector(rule)
    keys = (*selector.equal, *(one.key for one in selector.requirements))
    return any(key.startswith("io.cilium.k8s.") for key in keys)


def _for_nodes(mesh: MeshView) -> Mapping[str, tuple[Chosen, ...]]:
    found: dict[str, list[Chosen]] = {}
    for rule in _rules(mesh):
        selector = node_selector(rule)
        if not selector.nothing:
            found.setdefault(rule.resource.cluster, []).append(Chosen(rule, selector.is_empty))
    return {cluster: tuple(rules) for cluster, rules in found.items()}
