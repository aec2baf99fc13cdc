"""A policy allows connections to a name that its DNS rules do not let pods ask for.

## Why it matters
Where DNS rules stand on the port of DNS, the agent's proxy refuses queries for all other names. A name in `toFQDNs`
that no DNS rule matches cannot be resolved, so the connection that the policy allows is never made.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules:
        dns:
        - {matchPattern: "*.example.com"}
  - toFQDNs:
    - matchName: example.com
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules:
        dns:
        - {matchPattern: "*.example.com"}
        - {matchName: example.com}
  - toFQDNs:
    - matchName: example.com
```

## When it stays quiet
Patterns in `toFQDNs`, of which DNS rules may allow a part; no DNS rule at all, which another rule reports; some policy
for the pods allows queries without DNS rules, or has DNS rules that match; the pods have a NetworkPolicy for what goes
out as well, or more than 50 rules; the agent refuses the policy anyway. In a namespace that is not loaded as a whole it
is reported as not checked.

## Fix safety
None is offered: which names pods may ask for is a decision.
"""

from collections.abc import Iterator
from itertools import islice

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.endpoints import ENDPOINT_KINDS, candidates, named_namespaces
from service_mesh.posture.cilium.names import name_matches
from service_mesh.posture.cilium.peers import PEER_KINDS, is_peer
from service_mesh.posture.cilium.ports import openings
from service_mesh.posture.cilium.rules import RULE_KINDS, chosen_rules, default_denies, is_refused
from service_mesh.posture.cilium.selectors import endpoint_selector
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import End, of_workload, outside, pod_with
from service_mesh.posture.kubernetes.flows import Flow
from service_mesh.posture.kubernetes.policies import POLICY_KINDS, isolating
from service_mesh.rules.cilium._policies import POLICIES, policy_rules
from service_mesh.rules.rule import rule

_MOST_WORKLOADS = 20
_MOST_NAMES = 100
_MOST_RULES = 50
_SERVER = pod_with("kube-system", {"k8s-app": "kube-dns"})


@rule(
    "CI143",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=tuple(dict.fromkeys((*RULE_KINDS, *ENDPOINT_KINDS, *PEER_KINDS, *POLICY_KINDS))),
    needs=("toFQDNs",),
    sources=(
        "cilium/cilium: pkg/fqdn/matchpattern/matchpattern.go",
        "https://docs.cilium.io/en/stable/security/dns/",
    ),
)
def names_refused_by_dns_rules(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report names of `toFQDNs` that no DNS rule for the pods matches."""
    for one in policy_rules(resource) if not is_refused(resource) else ():
        names = list(islice(one.each("egress[].toFQDNs[].matchName"), _MOST_NAMES))
        if not names or not default_denies(one, Direction.EGRESS):
            continue
        rules = [mesh.once(_dns_rules, pod) for pod in _pods(mesh, one)]
        if not rules or not all(rules):
            continue
        partial = not (mesh.is_complete(resource.namespace, resource.cluster) if resource.namespace else mesh.is_whole)
        for name in names:
            if name.text and not any(name_matches(mesh, entry, name.text) for found in rules for entry in found):
                message = f"'{name.text[:80]}' cannot be resolved, since no DNS rule lets pods ask for it"
                yield name.finding(message, partial=partial)


def _pods(mesh: MeshView, one: Node) -> tuple[End, ...]:
    """The loaded pods of a rule; without one, a pod with just the labels of its selector."""
    home, cluster, selector = one.resource.namespace, one.resource.cluster, endpoint_selector(one)
    found = islice(candidates(mesh, selector, home, cluster).endpoints(), _MOST_WORKLOADS)
    pods = tuple(of_workload(pod) for pod in found)
    place = home or (named_namespaces(selector) or ("default",))[0]
    return pods or (pod_with(place, selector.equal, cluster),)


def _dns_rules(mesh: MeshView, pod: End) -> tuple[Node, ...]:
    """The DNS rules for a pod; none where some rule may let it ask for every name."""
    if any(True for _ in isolating(mesh, pod, Direction.EGRESS)):
        return ()
    rules_of_pod, found = chosen_rules(mesh, pod), list[Node]()
    for chosen in rules_of_pod if len(rules_of_pod) <= _MOST_RULES else ():
        for item in chosen.rule.each("egress[]"):
            rules = _of_item(mesh, item, chosen.rule, pod) if item.get("toFQDNs") is None else []
            if rules is None:
                return ()
            found.extend(rules)
    return tuple(found)


def _of_item(mesh: MeshView, item: Node, rule_: Node, pod: End) -> list[Node] | None:
    """The DNS rules of an item; None where it may be open for queries without any."""
    found: list[Node] = []
    for protocol in ("UDP", "TCP"):
        for opening in openings(item, Flow(Direction.EGRESS, pod, outside(), 53, protocol)):
            if opening.rules is not None and opening.rules.get("dns") is not None:
                found.extend(opening.rules.each("dns[]"))
            elif opening.node is not item or is_peer(mesh, item, rule_, Direction.EGRESS, _SERVER) is not False:
                return None
    return found
