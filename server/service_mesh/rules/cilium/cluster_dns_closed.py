"""A policy for all pods of the cluster closes its DNS.

## Why it matters
An endpoint selector without labels of pods takes in `kube-system` too. If nothing allows queries to CoreDNS, or CoreDNS
may not reach the API server, the lookup of every name in the cluster fails, whatever policies the clients have.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny-all}
spec:
  endpointSelector: {}
  ingress: [{}]
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny-all}
spec:
  endpointSelector:
    matchExpressions:
    - {key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}
  ingress: [{}]
```

## When it stays quiet
The selector names labels of pods or leaves `kube-system` out; some policy allows pods of the cluster to ask CoreDNS,
and CoreDNS to reach the API server; it is not known whether one does. Where `kube-system` is not loaded as a whole it
is reported as not checked.

## Fix safety
None is offered: leaving a namespace out is a decision about what protects it.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.access import egress_decision, ingress_decision
from service_mesh.posture.cilium.collected import COLLECTED_KINDS
from service_mesh.posture.cilium.endpoints import selector_keys
from service_mesh.posture.cilium.rules import chosen_rules, default_denies
from service_mesh.posture.cilium.selectors import endpoint_selector
from service_mesh.posture.decisions import Decision, Direction, Verdict
from service_mesh.posture.kubernetes.ends import Entity, of_entity, pod_with
from service_mesh.rules.cilium._policies import policy_rules
from service_mesh.rules.rule import rule

_LABELS = {"k8s-app": "kube-dns", "app.kubernetes.io/name": "coredns"}
_HOME = "kube-system"
_OF_ALL = ("io.kubernetes.pod.namespace", "io.cilium.k8s.")


@rule(
    "CI127",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(CILIUM_CLUSTERWIDE_NETWORK_POLICY,),
    reads=COLLECTED_KINDS,
    needs=("endpointSelector",),
    sources=(
        "cilium/cilium: pkg/policy/repository.go",
        "https://docs.cilium.io/en/stable/network/kubernetes/policy/",
    ),
)
def cluster_dns_closed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report rules for all pods that turn on default deny for CoreDNS, where nothing lets it work."""
    for one in policy_rules(resource):
        node = one.get("endpointSelector")
        if node is None or not all(key.startswith(_OF_ALL) for key in selector_keys(endpoint_selector(one))):
            continue
        way, decision = _closed(mesh, one)
        if decision is not None:
            partial = decision.verdict is Verdict.UNKNOWN
            yield node.finding(f"the policy is for the cluster's DNS too, and {way}", partial=partial)


def _closed(mesh: MeshView, one: Node) -> tuple[str, Decision | None]:
    """In which way the rule closes DNS, as far as is loaded."""
    cluster = one.resource.cluster
    server, client = pod_with(_HOME, _LABELS, cluster), pod_with("default", {}, cluster)
    if not any(found.is_certain and found.rule.value is one.value for found in chosen_rules(mesh, server)):
        return "", None
    if default_denies(one, Direction.INGRESS):
        decision = ingress_decision(mesh, client, server, 53, "UDP")
        if _is_denied(decision):
            return "nothing lets pods of other namespaces ask it", decision
    if default_denies(one, Direction.EGRESS):
        decision = egress_decision(mesh, server, of_entity(Entity.KUBE_APISERVER, cluster), 6443)
        if _is_denied(decision):
            return "nothing lets it reach the API server", decision
    return "", None


def _is_denied(decision: Decision) -> bool:
    return Verdict.DENIED in (decision.verdict, decision.loaded)
