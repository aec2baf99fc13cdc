"""Clients that are never in the mesh are to reach a workload that accepts only mTLS.

## Why it matters
The API server that calls a webhook, an Ingress controller that is not in the mesh, and whoever comes in by a node port
or a load balancer have no certificate of the mesh. A workload in STRICT mode refuses them: admission of objects fails
or times out, and the service is dead from outside.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## When it stays quiet
The workload is a gateway, is not in the mesh for certain, or takes plaintext on the port; its mode is not known; the
port is excluded from redirection by `traffic.sidecar.istio.io/excludeInboundPorts`.

An Ingress of Istio's own class is served by a gateway of the mesh; one whose controller is loaded and in the mesh
reaches the workload with mTLS. The controller is found by the class and the usual images of ingress-nginx, NGINX,
Traefik, HAProxy and Kong; load balancers of a cloud and Cilium's agent are never in the mesh. Where the controller is
not loaded or not known, the finding is reported as not checked: controllers are often in the mesh and mostly kept
elsewhere than what they serve, so that a warning would be a guess; silence would hide that the way in depends on it.

## Fix safety
No fix is offered: a gateway, an exception for the port, or PERMISSIVE may be the answer.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.outsiders import OUTSIDER_KINDS, WAYS, WayIn, ways_in
from service_mesh.posture.istio.peer_authentication import MtlsMode
from service_mesh.posture.istio.transport import accepted
from service_mesh.rules.rule import rule


@rule(
    "IS226",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=WAYS,
    reads=tuple(kind for kind in OUTSIDER_KINDS if kind not in WAYS),
    sources=(
        "istio/istio: pilot/pkg/networking/core/filterchain_options.go",
        "istio/istio: pilot/pkg/config/kube/ingress/conversion.go",
        "https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/",
        "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
    ),
)
def strict_refuses_outsiders(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a way in from outside the mesh that ends at a workload in STRICT mode; of an open Service the first."""
    told: set[object] = set()
    for way in ways_in(mesh, resource):
        place = way.node.path if resource.kind != SERVICE else ()
        draft = _refused(mesh, way) if place not in told else None
        if draft is not None:
            told.add(place)
            yield draft


def _refused(mesh: MeshView, way: WayIn) -> Draft | None:
    mode = accepted(mesh, way.workload, way.port)
    if mode is None or mode.mode is not MtlsMode.STRICT:
        return None
    unless = "" if way.is_sure else " unless it is in the mesh"
    message = f"port {way.port} of '{way.workload.title}' accepts only mTLS, which {way.who} cannot use{unless}"
    return way.node.finding(message, related=mode.chain[-1:], partial=not way.is_sure)
