"""Route names an EgressNetwork that does not exist.

## Why it matters
A route takes effect at its parents. Without the EgressNetwork it is attached to nothing (`NoMatchingParent`), and a
backend that does not exist makes requests fail (`BackendNotFound`).

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: outside, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: EgressNetwork, name: outsdie, port: 80}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: outside, namespace: shop}
spec: {trafficPolicy: Deny}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: outside, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: EgressNetwork, name: outside, port: 80}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: outside, namespace: shop}
spec: {trafficPolicy: Deny}
```

## When it stays quiet
Parents and backends of other kinds. Where the namespace is not loaded as a whole, or no EgressNetwork is in the input,
it is reported as not checked.

## Fix safety
The name of an EgressNetwork there is offered if exactly one is near; unsafe, because what is meant is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.known_names import is_surely_absent, object_names
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.rules.linkerd._routes import ROUTES, parents
from service_mesh.rules.rule import rule


@rule(
    "LD169",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=(EGRESS_NETWORK,),
    needs=("parentRefs", "backendRefs"),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/status/src/index.rs",
        "https://linkerd.io/2/reference/egress-network/",
    ),
    upstream=("NoMatchingParent", "BackendNotFound"),
)
def egress_network_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each EgressNetwork, as a parent or a backend, that is not there."""
    backends = (node for node in resource.each("spec.rules[].backendRefs[]") if refers_to(node, EGRESS_NETWORK))
    for reference, loss in (
        *((node, "so the route takes effect nowhere there") for node in parents(resource, EGRESS_NETWORK)),
        *((node, "so its share of requests fails") for node in backends),
    ):
        yield from _judged(reference, loss, mesh)


def _judged(reference: Node, loss: str, mesh: MeshView) -> Iterator[Draft]:
    route, name = reference.resource, reference.get("name")
    place = reference.text_at("namespace") or route.namespace
    if name is None or not name.text or mesh.find(EGRESS_NETWORK, place, name.text, route.cluster) is not None:
        return
    near = nearest(name.text, object_names(mesh, EGRESS_NETWORK, place, route.cluster), unique=True)
    fix = Fix.replace(name, near, title=f"rename to '{near}'") if near else None
    message = f"EgressNetwork '{place}/{name.text}' does not exist, {loss}"
    yield name.finding(message, fix=fix, partial=not is_surely_absent(mesh, EGRESS_NETWORK, place, route.cluster))
