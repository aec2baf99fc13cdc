"""NetworkPolicy lets pods talk to others and not to DNS.

## Why it matters
A policy for egress closes all that it does not name, DNS included. The pods may connect and cannot look up a name:
every request fails at the lookup, after a long timeout. Resolvers ask over UDP, and a port without a protocol is TCP.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Egress]
  egress:
  - to:
    - podSelector: {matchLabels: {app: stock}}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Egress]
  egress:
  - to:
    - podSelector: {matchLabels: {app: stock}}
  - ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
```

## When it stays quiet
Some policy for the same pods opens UDP port 53 or 5353 for any peer, or lets them reach CoreDNS of `kube-system` or
`openshift-dns`, as far as is known; the rules are for blocks of addresses alone, which need no names; the policy has no
rule, since others may come; Cilium's own policies are there, which CI126 sees as well. Where the namespace is not
loaded as a whole it is reported as not checked.

## Fix safety
For a port 53 that is open over TCP alone the same for UDP is offered; unsafe, because it opens a port. Otherwise none:
where DNS runs is not known.
"""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.cluster_dns import DNS_LABELS, DNS_PLACES, DNS_PORTS
from service_mesh.mesh.network_policies import selected_by_policy
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Append, Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY, NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.posture.decisions import Direction, Verdict
from service_mesh.posture.kubernetes.access import egress_decision
from service_mesh.posture.kubernetes.admin import ADMIN_KINDS
from service_mesh.posture.kubernetes.ends import End, of_workload, pod_with
from service_mesh.posture.kubernetes.policies import isolates, isolating
from service_mesh.rules.rule import rule

_CILIUM = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY)
_MOST_WORKLOADS = 10


class _Closed(NamedTuple):
    """A pod without DNS.

    Attributes:
        speaker: The policy that it is told of.
        over_tcp: What opens it over TCP alone.
    """

    speaker: Resource | None
    over_tcp: Node | None = None


@rule(
    "K8117",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    reads=(*dict.fromkeys((*ADMIN_KINDS, *WORKLOAD_KINDS, *_CILIUM)),),
    needs=("egress",),
    sources=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic",
        "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
    ),
)
def policy_cuts_off_dns(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the egress of each policy that leaves its pods without DNS."""
    egress = resource.get("spec.egress")
    if egress is None or not isolates(resource, Direction.EGRESS) or not _opens_the_way(resource):
        return
    if any(mesh.of_kind(kind) for kind in _CILIUM):
        return
    for pod in _pods(mesh, resource):
        draft = _draft(mesh, resource, egress, pod)
        if draft is not None:
            yield draft
            return


def _pods(mesh: MeshView, policy: Resource) -> Iterator[End]:
    """Pods that the policy selects; one with the labels that it asks for where none is loaded."""
    chosen = selected_by_policy(mesh, policy)
    ends = [of_workload(workload) for workload in chosen[:_MOST_WORKLOADS]]
    yield from (end for end in ends if end.is_pod)
    selector = label_selector(policy.get("spec.podSelector"))
    if not chosen and not selector.requirements and not selector.nothing:
        yield pod_with(policy.namespace, selector.equal, policy.cluster)


def _draft(mesh: MeshView, policy: Resource, egress: Node, pod: End) -> Draft | None:
    closed = mesh.once(_closed, pod)
    if closed is None or closed.speaker is not policy:
        return None
    partial = not mesh.is_complete(policy.namespace, policy.cluster)
    if closed.over_tcp is not None:
        node, entry = closed.over_tcp.get("port") or closed.over_tcp, {"protocol": "UDP", "port": 53}
        fix = Fix("open port 53 for UDP too", False, (Append(policy, closed.over_tcp.path[:-1], entry),))
        return node.finding("DNS is open over TCP alone, and resolvers ask over UDP", fix=fix, partial=partial)
    who = pod.workload.title if pod.workload is not None else "pods that it selects"
    message = f"{who} may connect to others, but no rule lets them ask DNS for addresses"
    return egress.finding(message, partial=partial, anchor=Anchor.KEY)


def _closed(mesh: MeshView, pod: End) -> _Closed | None:
    """How DNS is closed for a pod; None where it is not, or may be open."""
    policies = isolating(mesh, pod, Direction.EGRESS)
    opened = [port for one in policies for port in one.each("spec.egress[].ports[]") if _is_dns(port)]
    if any((port.text_at("protocol") or "TCP") != "TCP" for port in opened) or not _is_denied(mesh, pod):
        return None
    if opened:
        return _Closed(opened[0].resource, opened[0])
    return _Closed(min(filter(_opens_the_way, policies), key=lambda one: one.name, default=None))


def _opens_the_way(policy: Resource) -> bool:
    """Whether it allows what is reached by name: pods of the cluster, or ports of whatever is outside."""
    for item in policy.each("spec.egress[]"):
        peers = tuple(item.each("to[]"))
        if any(peer.get("ipBlock") is None for peer in peers) or (not peers and item.get("ports[]") is not None):
            return True
    return False


def _is_dns(port: Node) -> bool:
    number = port.get("port")
    return number is not None and str(number.value) in DNS_PORTS


def _is_denied(mesh: MeshView, pod: End) -> bool:
    for namespace, port in DNS_PLACES:
        decision = egress_decision(mesh, pod, pod_with(namespace, DNS_LABELS, pod.cluster), port, "UDP")
        if Verdict.DENIED not in (decision.verdict, decision.loaded):
            return False
    return True
