"""Clients are told not to use mTLS towards a server that accepts nothing else.

## Why it matters
The server closes the connection, and clients see 503 with `connection reset` or a TLS error. Without the rule they
would have used mTLS by themselves.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    tls: {mode: DISABLE}
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
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
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
No loaded workload behind the host accepts only mTLS on the port in question, by its own, its namespace's or the mesh's
PeerAuthentication; its enrolment or its mode is not known; no client is served the rule; clients or servers are in
ambient mode, whose mTLS no rule turns off. Every rule is judged by the workloads behind its host, for a single service,
a namespace or the whole mesh.

## Fix safety
Replacing the mode by ISTIO_MUTUAL is offered; unsafe, because servers outside the mesh may be behind the host too.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mtls_conflicts import CONFLICT_KINDS, Conflict, refused_at
from service_mesh.rules.istio._tls import mode_of
from service_mesh.rules.rule import rule


@rule(
    "IS175",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(DESTINATION_RULE,),
    reads=tuple(kind for kind in CONFLICT_KINDS if kind != DESTINATION_RULE),
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_tls.go",
        "istio/istio: pilot/pkg/security/authn/policy_applier.go",
        "kiali/kiali: business/checkers/destinationrules/disabled_namespacewide_mtls_checker.go",
        "https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/",
    ),
    upstream=("KIA0207", "KIA0208"),
)
def client_tls_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each TLS setting that some server refuses, with the first such server."""
    for conflict in refused_at(mesh, resource):
        if conflict.client is not None:
            yield _draft(conflict.client, conflict)


def _draft(node: Node, conflict: Conflict) -> Draft:
    tls = node if isinstance(node.value, dict) else node.parent()
    sent = "plaintext" if mode_of(tls) == "DISABLE" else f"TLS in mode '{mode_of(tls)}'"
    server = f"port {conflict.port} of '{conflict.workload.title}'"
    message = f"{conflict.clients} send {sent} to {server}, which accepts only mTLS"
    notes = (conflict.server.note("requires mTLS"),) if conflict.server is not None else ()
    mode = tls.get("mode")
    fix = Fix.replace(mode, "ISTIO_MUTUAL") if mode is not None else None
    return node.finding(message, fix=fix, related=notes)
