"""A policy lets pods talk to others and not to DNS.

## Why it matters
Any egress rule turns on default deny for what leaves the pods, DNS included. They may connect to another pod or
Service then, and cannot look up its name: every request fails at the lookup, after a long timeout.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: cart}]
---
apiVersion: v1
kind: Pod
metadata: {name: stock, namespace: shop, labels: {app: stock}}
spec:
  containers: [{name: app, image: stock}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {app: stock}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: cart}]
---
apiVersion: v1
kind: Pod
metadata: {name: stock, namespace: shop, labels: {app: stock}}
spec:
  containers: [{name: app, image: stock}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {app: stock}
  - toEndpoints:
    - matchLabels:
        k8s:io.kubernetes.pod.namespace: kube-system
        k8s-app: kube-dns
    toPorts:
    - ports:
      - {port: "53", protocol: ANY}
```

## When it stays quiet
Some policy for the pods lets them reach CoreDNS of `kube-system` or of `openshift-dns`, or opens port 53 or 5353 for
any peer, as for a DNS cache on the node; it is not known whether one does, as in a namespace that is not loaded as a
whole; the rule opens no way to other pods or Services; rules for DNS names, which have a rule of their own. Without a
loaded workload that the policy selects nothing is said.

## Fix safety
None is offered: where DNS runs is not known.
"""

from collections.abc import Iterator
from itertools import islice

from service_mesh.mesh.cluster_dns import DNS_LABELS, DNS_PLACES, DNS_PORTS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.access import egress_decision
from service_mesh.posture.cilium.collected import COLLECTED_KINDS
from service_mesh.posture.cilium.endpoints import ENDPOINT_KINDS, candidates
from service_mesh.posture.cilium.rules import chosen_rules, default_denies, is_refused, place_of
from service_mesh.posture.cilium.selectors import endpoint_selector
from service_mesh.posture.decisions import Direction, Verdict
from service_mesh.posture.kubernetes.ends import End, of_workload, pod_with
from service_mesh.rules.cilium._policies import POLICIES, is_filled, policy_rules
from service_mesh.rules.rule import rule

_MOST_WORKLOADS = 10


@rule(
    "CI126",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=tuple(dict.fromkeys((*COLLECTED_KINDS, *ENDPOINT_KINDS))),
    needs=("egress",),
    sources=(
        "cilium/cilium: pkg/policy/repository.go",
        "https://docs.cilium.io/en/stable/security/policy/intro/",
    ),
)
def dns_cut_off(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the egress of each rule that leaves a loaded pod without DNS."""
    for one in policy_rules(resource) if not is_refused(resource) else ():
        egress = one.get("egress")
        if egress is None or not _opens_the_way(one) or not default_denies(one, Direction.EGRESS):
            continue
        found = candidates(mesh, endpoint_selector(one), resource.namespace, resource.cluster).endpoints()
        for workload in islice(found, _MOST_WORKLOADS):
            if _is_cut_off(mesh, one, of_workload(workload)):
                message = f"{workload.title} may connect to others, but no rule lets it ask DNS for their addresses"
                related = (workload.resource.root.note("is selected"),)
                yield egress.finding(message, related=related, anchor=Anchor.KEY)
                break


def _opens_the_way(one: Node) -> bool:
    """Whether it allows what is reached by name, and is not about names of the outside."""
    names = ("toEndpoints", "toServices")
    items = tuple(one.each("egress[]"))
    by_name = any(is_filled(item.get("toFQDNs")) for item in items)
    return not by_name and any(is_filled(item.get(name)) for item in items for name in names)


def _is_cut_off(mesh: MeshView, one: Node, pod: End) -> bool:
    """Whether all is known and DNS is denied; of several rules for a pod the first that opens a way says it."""
    chosen = chosen_rules(mesh, pod)
    if any(_names_dns(found.rule) for found in chosen):
        return False
    speaking = [c.rule for c in chosen if _opens_the_way(c.rule) and default_denies(c.rule, Direction.EGRESS)]
    first = min(speaking, key=place_of, default=None)
    if first is None or first.value is not one.value:
        return False
    return all(_is_denied(mesh, pod, place, port, way) for place, port in DNS_PLACES for way in ("UDP", "TCP"))


def _names_dns(one: Node) -> bool:
    return any(str(port.value) in DNS_PORTS for port in one.each("egress[].toPorts[].ports[].port"))


def _is_denied(mesh: MeshView, pod: End, namespace: str, port: int, protocol: str) -> bool:
    server = pod_with(namespace, DNS_LABELS, pod.cluster)
    return egress_decision(mesh, pod, server, port, protocol).verdict is Verdict.DENIED
