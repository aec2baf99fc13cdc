"""Policy names no namespace, and the pods it is for name one.

## Why it matters
What names no namespace is created in the one that the client is set to, mostly `default`. A policy that lands there
guards nothing in the namespace of its workloads, and nobody is told.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers: [{name: app, image: "cart:1"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers: [{name: app, image: "cart:1"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
```

## When it stays quiet
No workload of the same file that the policy selects names a namespace, or several name different ones, or one names
none or `default`; a policy that selects all pods; policies that aim at an object by its name; objects of a cluster.

## Fix safety
Adding the namespace of the workloads is offered; unsafe, because the policy comes into force there.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.network_policies import pod_selector
from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workloads
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    LINKERD_SERVER,
    NETWORK_POLICY,
    PEER_AUTHENTICATION,
    REQUEST_AUTHENTICATION,
)
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.rules.rule import rule

_BY_PODS = (NETWORK_POLICY, LINKERD_SERVER)
_BY_TARGET = ("spec.targetRef", "spec.targetRefs")


@rule(
    "K8125",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(AUTHORIZATION_POLICY, LINKERD_SERVER, NETWORK_POLICY, PEER_AUTHENTICATION, REQUEST_AUTHENTICATION),
    reads=WORKLOAD_KINDS,
    sources=("https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",),
)
def namespace_left_out(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the metadata of a policy whose workloads in the same file are in a namespace that it does not name."""
    metadata = resource.get("metadata")
    if resource.origin is None or metadata is None or not resource.name or resource.metadata.get("namespace"):
        return
    selector = _selector(resource)
    if selector.is_empty or selector.nothing or any(resource.get(place) is not None for place in _BY_TARGET):
        return
    beside = mesh.index(_by_file).get((resource.cluster, resource.origin.source.name), ())
    chosen = [one for one in beside if selector.matches(one.labels)]
    named = {one.namespace for one in chosen}
    if len(named) != 1 or any(not one.resource.metadata.get("namespace") for one in chosen):
        return
    (name,) = named
    if name != resource.namespace:
        fix = Fix(f"add 'namespace: {name}'", False, (Insert(resource, metadata.path, "namespace", name),))
        message = f"it names no namespace, so it lands in the client's, and the pods that it selects are in '{name}'"
        yield metadata.finding(message, fix=fix, related=(chosen[0].labels_node.note("has the labels"),))


def _selector(policy: Resource) -> Selector:
    return pod_selector(policy) if policy.kind in _BY_PODS else policy_selector(policy)


def _by_file(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Workload, ...]]:
    found: dict[tuple[str, str], list[Workload]] = {}
    for workload in workloads(mesh):
        origin = workload.resource.origin
        if origin is not None and not workload.resource.is_from_cluster:
            found.setdefault((workload.cluster, origin.source.name), []).append(workload)
    return {place: tuple(those) for place, those in found.items()}
