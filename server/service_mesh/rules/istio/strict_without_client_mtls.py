"""Server accepts only mTLS, automatic mTLS is off, and no rule makes clients use it.

## Why it matters
With `enableAutoMtls: false` clients send plaintext unless a DestinationRule says ISTIO_MUTUAL. The server closes such
connections, and every request from inside the mesh fails.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    enableAutoMtls: false
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  selector:
    matchLabels: {app: reviews}
  template:
    metadata:
      labels: {app: reviews}
    spec:
      containers:
      - {name: reviews, image: example.com/reviews:1}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    enableAutoMtls: false
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: mtls, namespace: shop}
spec:
  host: "*.shop.svc.cluster.local"
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  selector:
    matchLabels: {app: reviews}
  template:
    metadata:
      labels: {app: reviews}
    spec:
      containers:
      - {name: reviews, image: example.com/reviews:1}
```

## When it stays quiet
Automatic mTLS is on, as it is by default: then no rule is needed, and guides that ask for one are outdated. The policy
decides about no loaded workload behind a Service, or clients are served a rule with TLS settings.

## Fix safety
No fix is offered: automatic mTLS is for the whole mesh.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mtls_conflicts import CONFLICT_KINDS, Clash, conflicts_at
from service_mesh.rules.rule import rule


@rule(
    "IS177",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(PEER_AUTHENTICATION,),
    reads=tuple(kind for kind in CONFLICT_KINDS if kind != PEER_AUTHENTICATION),
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_tls.go",
        "kiali/kiali: business/checkers/peerauthentications/namespace_mtls_checker.go",
        "https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig",
    ),
    upstream=("KIA0401", "KIA0501"),
)
def strict_without_client_mtls(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each setting that requires mTLS of clients that send plaintext."""
    seen: set[object] = set()
    for conflict in conflicts_at(mesh, resource):
        node = conflict.server
        if conflict.clash is Clash.PLAIN and node is not None and node.resource is resource and node.path not in seen:
            seen.add(node.path)
            message = (
                f"automatic mTLS is off and no DestinationRule makes {conflict.clients} use "
                f"mTLS towards '{conflict.workload.title}', which accepts nothing else here"
            )
            yield node.finding(message)
