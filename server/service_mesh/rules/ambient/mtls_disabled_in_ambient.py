"""Mode DISABLE does not turn mTLS off in ambient mode.

## Why it matters
ztunnel has no plaintext mode: DISABLE acts as PERMISSIVE. Whoever sets it to let a plain client in gets that; whoever
sets it to see plaintext on the wire, or to keep mTLS away from a port, does not.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: DISABLE}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
```

## When it stays quiet
Nothing that the object is for is in ambient mode. It has labels in the root namespace, where it is for nothing.

## Fix safety
PERMISSIVE can be written where the object has labels and all workloads with them are in ambient mode. That is safe: it
is what happens. For a whole namespace, workloads with sidecars may come later.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import Point, point_of, selected_by
from service_mesh.posture.istio.peer_authentication import Scope, scope_of
from service_mesh.rules.ambient._reach import REACH_KINDS, reached, somewhere_ambient
from service_mesh.rules.rule import rule


@rule(
    "AM119",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(PEER_AUTHENTICATION,),
    where=somewhere_ambient,
    reads=REACH_KINDS,
    sources=("istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go",),
)
def mtls_disabled_in_ambient(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the mode DISABLE of an object for something in ambient mode."""
    mode = resource.get("spec.mtls.mode")
    if mode is None or mode.text != "DISABLE" or scope_of(mesh, resource) is Scope.NOTHING:
        return
    shown = reached(mesh, resource, attached=False)
    if not shown:
        return
    selected = selected_by(mesh, resource)
    safe = bool(selected) and all(point_of(mesh, workload) is Point.ZTUNNEL for workload in selected)
    fix = Fix.replace(mode, "PERMISSIVE", safe=True) if safe and scope_of(mesh, resource) is Scope.WORKLOAD else None
    yield mode.finding("does not turn mTLS off in ambient mode: it acts as PERMISSIVE", fix=fix, related=shown)
