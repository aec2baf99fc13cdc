"""Annotation of a Service about retries, timeouts or circuit breaking is one that Linkerd cannot read.

## Why it matters
No webhook looks at these annotations on a Service or an EgressNetwork. The policy controller logs what it cannot read
and goes on without all of its group: one wrong timeout loses all timeouts, one wrong condition all retries, one wrong
penalty the whole circuit breaker.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations:
    balancer.linkerd.io/failure-accrual: consecutive-failures
spec:
  selector: {app: cart}
  ports: [{port: 80}]
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations:
    balancer.linkerd.io/failure-accrual: consecutive
spec:
  selector: {app: cart}
  ports: [{port: 80}]
```

## When it stays quiet
Routes, which the webhook looks at, are another rule's. Settings of circuit breaking where it is not switched on.

## Fix safety
Removing spaces around conditions is safe where all of them are known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._outbound import (
    GRPC_CONDITIONS,
    HTTP_CONDITIONS,
    is_outbound,
    unreadable,
    unreadable_breaker,
)
from service_mesh.rules.rule import rule


@rule(
    "LD177",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE, EGRESS_NETWORK),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs",
        "https://linkerd.io/2/reference/retries/",
        "https://linkerd.io/2/reference/circuit-breaking/",
    ),
)
def service_annotation_unreadable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each annotation whose value the controller cannot read."""
    annotations = resource.get("metadata.annotations")
    if annotations is not None and any(map(is_outbound, resource.annotations)):
        yield from unreadable(annotations, HTTP_CONDITIONS, GRPC_CONDITIONS)
        yield from unreadable_breaker(annotations)
