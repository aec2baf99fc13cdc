"""A Service is shared between clusters by an old annotation.

## Why it matters
The annotations of shared Services moved to `service.cilium.io/`. The old keys are kept as other names only, and an old
key has no say as soon as the new one stands beside it, whatever its value.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations:
    io.cilium/global-service: "true"
spec:
  selector: {app: cart}
  ports: [{name: http, port: 80, targetPort: 8080}]
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations:
    service.cilium.io/global: "true"
spec:
  selector: {app: cart}
  ports: [{name: http, port: 80, targetPort: 8080}]
```

## When it stays quiet
Never for the three old keys: alone they are an information, beside the new key with another value a warning.

## Fix safety
Renaming an old key is safe: both are read alike by every supported release. Beside a new key none is offered.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NEW = {
    "io.cilium/global-service": "service.cilium.io/global",
    "io.cilium/shared-service": "service.cilium.io/shared",
    "io.cilium/service-affinity": "service.cilium.io/affinity",
}


@rule(
    "CI130",
    category=Category.HYGIENE,
    severity=Severity.WARNING,
    about=(SERVICE,),
    sources=(
        "cilium/cilium: pkg/annotation/k8s.go",
        "https://docs.cilium.io/en/stable/network/clustermesh/services/",
    ),
)
def global_service_annotation_old(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report old keys, and old keys that the new one overrules."""
    annotations = resource.get("metadata.annotations")
    for old, new in _NEW.items() if annotations is not None else ():
        node = annotations.key(old) if annotations is not None else None
        if annotations is None or node is None:
            continue
        by = annotations.key(new)
        if by is None:
            message = f"'{old}' is the old name of '{new}'"
            yield node.finding(message, fix=Fix.rename(node, new, safe=True), severity=Severity.INFO, anchor=Anchor.KEY)
        elif by.text.lower() != node.text.lower():
            message = f"'{old}' has no effect beside '{new}', which has another value"
            yield node.finding(message, related=(by.note("is what counts"),), anchor=Anchor.KEY)
        else:
            yield node.finding(f"'{old}' says again what '{new}' says", severity=Severity.INFO, anchor=Anchor.KEY)
