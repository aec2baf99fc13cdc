"""PeerAuthentication disables mTLS while a rule for many hosts makes clients use it.

## Why it matters
Clients begin a TLS handshake with servers that expect plaintext, so that every request between them fails.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: DISABLE}
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

## Right
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
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
Only a rule for a single host says so, and that rule is what is reported; a narrower rule turns mTLS off for the servers
that this policy decides about; no loaded workload is among them; no client is served the rule.

## Fix safety
Setting PERMISSIVE is offered; unsafe, because the servers take mTLS then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mtls_conflicts import CONFLICT_KINDS, Clash, conflicts_at, sent_by_wide_rule
from service_mesh.rules.rule import rule


@rule(
    "IS159",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(PEER_AUTHENTICATION,),
    reads=tuple(kind for kind in CONFLICT_KINDS if kind != PEER_AUTHENTICATION),
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_tls.go",
        "istio/istio: pilot/pkg/security/authn/policy_applier.go",
        "kiali/kiali: business/checkers/peerauthentications/disabled_namespacewide_checker.go",
    ),
    upstream=("KIA0505", "KIA0506"),
)
def mtls_disabled_but_sent(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each setting that disables mTLS for a server that a wide rule sends mTLS to."""
    seen: set[object] = set()
    for conflict in conflicts_at(mesh, resource):
        node = conflict.server
        if node is None or node.resource is not resource or node.path in seen or conflict.clash is not Clash.DISABLED:
            continue
        if not sent_by_wide_rule(mesh, conflict):
            continue
        seen.add(node.path)
        server = f"port {conflict.port} of '{conflict.workload.title}'"
        message = f"mTLS is disabled for {server}, and {conflict.clients} send it"
        notes = (conflict.client.note("makes them send it"),) if conflict.client is not None else ()
        yield node.finding(message, fix=Fix.replace(node, "PERMISSIVE"), related=notes)
