"""TCPRoute or TLSRoute of Linkerd has more than one rule.

## Why it matters
The admission webhook refuses the route. A rule of these kinds has no conditions, so a second one could never be
reached; several backends are written in one rule, with weights.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TLSRoute
metadata: {name: store, namespace: shop}
spec:
  hostnames: [store.example.com]
  parentRefs:
  - {group: policy.linkerd.io, kind: EgressNetwork, name: outside, port: 5432}
  rules:
  - backendRefs: [{name: store, port: 5432}]
  - backendRefs: [{name: store-next, port: 5432}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: store, namespace: shop}
spec:
  hostnames: [store.example.com]
  parentRefs:
  - {group: policy.linkerd.io, kind: EgressNetwork, name: outside, port: 5432}
  rules:
  - backendRefs: [{name: store, port: 5432}, {name: store-next, port: 5432}]
```

## When it stays quiet
Routes of gateways; an empty list, and several rules in an API version other than v1alpha2: both are refused by the CRD.
Where the only parents are Services, which other meshes take too, it is a warning.

## Fix safety
None is offered: how the backends are meant to share is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import TCP_ROUTE, TLS_ROUTE
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._routes import grade
from service_mesh.rules.rule import rule


@rule(
    "LD112",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(TLS_ROUTE, TCP_ROUTE),
    sources=("linkerd/linkerd2: policy-controller/runtime/src/admission.rs",),
)
def route_rule_count(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a list of several rules, in the one API version whose CRD takes it."""
    if resource.version != "v1alpha2":
        return
    rules, severity = resource.get("spec.rules"), grade(resource)
    if rules is None or severity is None or not isinstance(rules.value, list):
        return
    if len(rules.value) > 1:
        message = f"{resource.kind.name} has {len(rules.value)} rules, Linkerd takes exactly one"
        yield rules.finding(message, severity=severity, anchor=Anchor.KEY)
